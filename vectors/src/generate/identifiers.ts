/**
 * Vectors of the kind `identifiers`. Protocol §3, §4.1, §4.2, §5.1; readings.
 * @module
 */

import {
  domainOfFrom,
  fromPathSegment,
  IdentifierError,
  identityOf,
  ProtocolError,
  parseMimiUri,
  toPathSegment,
  userOfClient,
} from "@openmimi/protocol";
import {
  Draft,
  type Expected,
  type GeneratedFile,
  hex,
  makeVectors,
  textOf,
  unhex,
  type Vector,
  vectorFile,
} from "./envelope.ts";
import { CREDENTIALS, FROM_HEADERS, type IdentifierCase, PATH_SEGMENTS, URIS } from "./identifier-cases.ts";

function readUri(uri: string): Expected {
  const { kind, domain, path } = parseMimiUri(uri);
  const user = kind === "client" ? { user: path.length === 2 ? userOfClient(uri) : null } : {};
  return { valid: true, kind, domain, path: [...path], ...user, pathSegment: toPathSegment(uri) };
}

function readCredential(identity: Uint8Array): Expected {
  const { userUri, clientUri, domain } = identityOf({ credentialType: "basic", identity });
  return { valid: true, user: userUri, client: clientUri ?? null, domain };
}

function readFrom(from: string): Expected {
  const domain = domainOfFrom(from);
  return domain === undefined ? { valid: false, reason: "invalid-from" } : { valid: true, domain };
}

/** What the implementation makes of an input of this kind. */
export function evaluateIdentifier(input: Vector["input"]): Expected {
  try {
    if ("uri" in input) return readUri(textOf(input, "uri"));
    if ("pathSegment" in input) return { valid: true, uri: fromPathSegment(textOf(input, "pathSegment")) };
    if ("from" in input) return readFrom(textOf(input, "from"));
    return readCredential(unhex(textOf(input, "basicIdentity")));
  } catch (error) {
    if (error instanceof IdentifierError || error instanceof ProtocolError) {
      return { valid: false, reason: error.code };
    }
    throw error;
  }
}

function file(
  name: string,
  title: string,
  base: { section: string; readings: readonly string[] },
  cases: readonly IdentifierCase[],
  inputOf: (text: string) => Vector["input"],
): GeneratedFile {
  const vectors = makeVectors(
    `identifiers/${name}`,
    { draft: Draft.protocol, ...base },
    cases.map(([id, text, reason, notes]) => ({
      id,
      input: inputOf(text),
      ...(reason === "" ? {} : { reason }),
      ...(notes === undefined ? {} : { notes }),
    })),
    evaluateIdentifier,
  );
  return vectorFile("identifiers", name, title, vectors);
}

/** All files of this kind. */
export function identifierFiles(): GeneratedFile[] {
  return [
    file(
      "uris",
      "mimi: URIs, their parts, and their use as one segment of a path",
      { section: "3", readings: ["R-027", "R-028"] },
      URIS,
      (uri) => ({ uri }),
    ),
    file(
      "path-segments",
      "What stands in the place of the variable in a request path, not yet decoded",
      { section: "5.1", readings: ["R-020", "R-021", "R-022"] },
      PATH_SEGMENTS,
      (pathSegment) => ({ pathSegment }),
    ),
    file(
      "from-headers",
      "The From header of requests between providers",
      { section: "4.1", readings: ["R-016"] },
      FROM_HEADERS,
      (from) => ({ from }),
    ),
    file(
      "credentials",
      "The user and client that the identity of a basic credential names",
      { section: "4.2", readings: ["R-028"] },
      CREDENTIALS,
      (text) => ({ basicIdentity: hex(new TextEncoder().encode(text)) }),
    ),
  ];
}
