/**
 * POST /notify/{roomId}: FanoutMessages back to back. Protocol §5.5.
 * @module
 */

import { type MLSMessage, RatchetTreeOption } from "@openmimi/mls";
import {
  decode,
  encode,
  given,
  type Infer,
  nothing,
  optional,
  type Reader,
  refined,
  type Schema,
  struct,
  TlsError,
  uint64,
  vector,
} from "@openmimi/tls";
import { MAX_FANOUT_MESSAGES, MAX_PROPOSALS } from "../limits.ts";
import { FanoutContent, kindOf, LeadingProtocol, type MessageKind, ProposalMessage } from "./common.ts";
import { Frank } from "./submit-message.ts";

/**
 * Milliseconds since the UNIX epoch below 2^56, so that the first octet is 00 and cannot be taken for a Protocol octet
 * (reading R-084).
 */
export const FanoutTimestamp: Schema<bigint> = refined(uint64, (time) =>
  time < 1n << 56n ? undefined : "the time is more than two million years ahead",
);

const where =
  <T>(kind: MessageKind, schema: Schema<T>) =>
  (fanout: { readonly message: MLSMessage }): Schema<T | undefined> =>
    kindOf(fanout.message) === kind ? (schema as Schema<T | undefined>) : nothing;

const proposals = vector(ProposalMessage, { maxElements: MAX_PROPOSALS });

/**
 * Protocol §5.5. What follows the MLSMessage depends on what it carries, not on its wire format alone (reading R-084):
 * an application message has `frank` (possibly absent, reading R-085), a Welcome its `ratchetTreeOption`, a proposal
 * `moreProposals`, a commit `externalProposals`. A Protocol octet in front is accepted and kept as `protocol`; leave
 * it out when sending.
 */
export const FanoutMessage = struct("FanoutMessage", {
  protocol: LeadingProtocol,
  timestamp: FanoutTimestamp,
  message: FanoutContent,
  frank: given("optional<Frank>", where("application", optional(Frank))),
  ratchetTreeOption: given("RatchetTreeOption", where("welcome", RatchetTreeOption)),
  moreProposals: given("MLSMessage<V>", where("proposal", proposals)),
  externalProposals: given("MLSMessage<V>", where("commit", proposals)),
});
export type FanoutMessage = Infer<typeof FanoutMessage>;

function readAll(reader: Reader, readOne: (index: number) => FanoutMessage): FanoutMessage[] {
  const messages: FanoutMessage[] = [];
  try {
    do {
      if (messages.length === MAX_FANOUT_MESSAGES) {
        throw new TlsError("limit-exceeded", `more than ${MAX_FANOUT_MESSAGES} messages`, reader.offset);
      }
      messages.push(readOne(messages.length));
    } while (reader.remaining > 0);
  } catch (error) {
    throw error instanceof TlsError ? error.within(`[${messages.length}]`) : error;
  }
  return messages;
}

/** The body of the request: one or more FanoutMessages until it ends, without count or length (reading R-086). */
export const FanoutMessages: Schema<FanoutMessage[]> = {
  name: "FanoutMessages",
  shape: { kind: "vector", element: FanoutMessage as Schema<unknown>, maxElements: MAX_FANOUT_MESSAGES },
  read: (reader) => readAll(reader, () => FanoutMessage.read(reader)),
  annotate: (reader, node) =>
    readAll(reader, (index) => {
      const child = {
        name: `[${index}]`,
        type: FanoutMessage.name,
        shape: FanoutMessage.shape,
        start: reader.offset,
        end: reader.offset,
        children: [],
      };
      node.children.push(child);
      try {
        return FanoutMessage.annotate(reader, child);
      } finally {
        child.end = Math.max(child.end, reader.offset);
      }
    }),
  write: (writer, messages) => {
    if (messages.length === 0 || messages.length > MAX_FANOUT_MESSAGES) {
      throw new TlsError("unencodable", `${messages.length} messages: expected 1 to ${MAX_FANOUT_MESSAGES}`);
    }
    messages.forEach((message, index) => {
      try {
        FanoutMessage.write(writer, message);
      } catch (error) {
        throw error instanceof TlsError ? error.within(`[${index}]`) : error;
      }
    });
  },
};

/**
 * Decodes a whole body. One broken object refuses all of them (reading R-086).
 *
 * @throws {TlsError}
 */
export function decodeFanoutMessages(body: Uint8Array): FanoutMessage[] {
  return decode(FanoutMessages, body);
}

/** @returns the body that holds these messages back to back @throws {TlsError} */
export function encodeFanoutMessages(messages: FanoutMessage[]): Uint8Array {
  return encode(FanoutMessages, messages);
}
