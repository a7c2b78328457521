/**
 * What several bodies share: the protocol octet, identifiers, and MLSMessages of one kind. Protocol §5, §5.2.
 * @module
 */

import { MLSMessage } from "@openmimi/mls";
import { enumeration, type Infer, type Reader, refined, type Schema, TlsError, text } from "@openmimi/tls";
import { IdentifierError } from "../errors.ts";
import { parseMimiUri } from "../identifiers.ts";
import { MAX_URI_OCTETS } from "../limits.ts";

/** Protocol §5. `reserved(0)` and other values are undefined, as where an object has no code for them (reading R-026). */
export const Protocol = enumeration("Protocol", { mls10: 1 });
export type Protocol = Infer<typeof Protocol>;

function identifier(name: string, check: (uri: string) => void): Schema<string> {
  const wire = text(MAX_URI_OCTETS);
  const read = (reader: Reader): string => {
    const start = reader.offset;
    const uri = wire.read(reader);
    try {
      check(uri);
    } catch (error) {
      if (!(error instanceof IdentifierError)) throw error;
      throw new TlsError("invalid-value", error.message, start);
    }
    return uri;
  };
  return {
    name,
    shape: { kind: "refined", of: wire as Schema<unknown> },
    read,
    annotate: (reader, node) => {
      node.value = read(reader);
      node.end = reader.offset;
      return node.value as string;
    },
    write: (writer, uri) => {
      try {
        if (typeof uri === "string") check(uri);
      } catch (error) {
        if (!(error instanceof IdentifierError)) throw error;
        throw new TlsError("unencodable", error.message);
      }
      wire.write(writer, uri);
    },
  };
}

/** Protocol §5.2: a canonical `mimi:` URI (readings ). */
export const IdentifierUri: Schema<string> = identifier("IdentifierUri", parseMimiUri);

/** An IdentifierUri that may be empty, where the draft's text allows none: no room (reading R-034), no reporter. */
export const IdentifierUriOrEmpty: Schema<string> = identifier("IdentifierUri", (uri) => {
  if (uri !== "") parseMimiUri(uri);
});

/**
 * A Protocol octet in front of a struct that has none: not sent, but accepted, since the octet behind it is always 00
 * (readings ). Present is `"mls10"`, so that a value encodes to the octets that it was read from.
 */
export const LeadingProtocol: Schema<Protocol | undefined> = {
  name: "Protocol",
  shape: { kind: "optional", element: Protocol as Schema<unknown> },
  read: (reader) => {
    if (reader.remaining === 0 || reader.bytes[reader.offset] !== 1) return undefined;
    return Protocol.read(reader);
  },
  annotate: (reader, node) => {
    node.value = LeadingProtocol.read(reader);
    node.end = reader.offset;
    return node.value as Protocol | undefined;
  },
  write: (writer, value) => {
    if (value !== undefined) Protocol.write(writer, value);
  },
};

/** What an MLSMessage carries, as far as MIMI cares (readings ). */
export type MessageKind =
  | "proposal"
  | "commit"
  | "application"
  | "privateHandshake"
  | "publicApplication"
  | "welcome"
  | "groupInfo"
  | "keyPackage";

/** Looks inside: the content type where there is one, the wire format otherwise (readings ). */
export function kindOf(message: MLSMessage): MessageKind {
  if (message.wireFormat === "publicMessage") {
    const { contentType } = message.publicMessage.content;
    return contentType === "application" ? "publicApplication" : contentType;
  }
  if (message.wireFormat === "privateMessage") {
    return message.privateMessage.contentType === "application" ? "application" : "privateHandshake";
  }
  // Semi-private §3: its content type stands in front of what is encrypted. Whether the hub can read it is its own
  // question (reading R-221).
  if (message.wireFormat === "semiPrivateMessage") return message.semiPrivateMessage.contentType;
  return message.wireFormat;
}

const DESCRIPTIONS: Readonly<Record<MessageKind, string>> = {
  proposal: "a proposal in a PublicMessage or SemiPrivateMessage",
  commit: "a commit in a PublicMessage or SemiPrivateMessage",
  application: "an application message in a PrivateMessage",
  privateHandshake: "a handshake message in a PrivateMessage",
  publicApplication: "an application message in a PublicMessage",
  welcome: "a Welcome",
  groupInfo: "a GroupInfo",
  keyPackage: "a KeyPackage",
};

/** An MLSMessage of one of some kinds. */
export function messageOf(...kinds: readonly MessageKind[]): Schema<MLSMessage> {
  const expected = kinds.map((kind) => DESCRIPTIONS[kind]).join(" or ");
  return refined(MLSMessage, (message) => {
    const kind = kindOf(message);
    return kinds.includes(kind) ? undefined : `expected ${expected}, got ${DESCRIPTIONS[kind]}`;
  });
}

/** Protocol §5.3: a proposal or commit of a HandshakeBundle. */
export const HandshakeMessage = messageOf("proposal", "commit");
/** Protocol §5.3, §5.5, §5.6: a proposal that stands on its own. */
export const ProposalMessage = messageOf("proposal");
/** Protocol §5.4. */
export const ApplicationMessage = messageOf("application");
/** Protocol §5.5: what a hub can fan out. */
export const FanoutContent = messageOf("application", "welcome", "proposal", "commit");
