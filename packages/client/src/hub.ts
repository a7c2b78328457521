/**
 * What the hub says of a request, told apart: accepted, not now, or no. Protocol §5.3, §5.4.
 *
 * A request that the provider or the hub refuses by an HTTP status is answered: no repetition will change it. One that
 * nobody answered is thrown as an error and stays among the outgoing ones.
 * @module
 */

import type { SubmitMessageResponse, UpdateRoomResponse } from "@openmimi/protocol";
import { ClientError, type ClientErrorCode } from "./errors.ts";
import { toHex } from "./octets.ts";
import type { ProviderApi } from "./provider-api.ts";
import type { StoredOutgoing } from "./store.ts";

/** What the hub said of a handshake. */
export type HandshakeOutcome =
  | { readonly kind: "accepted"; readonly acceptedTimestamp: bigint }
  /** The room is in another epoch. */
  | { readonly kind: "wrongEpoch"; readonly currentEpoch: bigint }
  /** The commit lacks these proposals, or proposals are invalid (readings ). Hexadecimal. */
  | { readonly kind: "invalidProposal"; readonly references: readonly string[]; readonly error: ClientError }
  | { readonly kind: "refused"; readonly error: ClientError };

/** What the hub said of a message. */
export type MessageOutcome =
  | Extract<SubmitMessageResponse, { statusCode: "accepted" | "epochTooOld" }>
  | { readonly statusCode: "refused"; readonly error: ClientError };

const REFUSALS: ReadonlySet<ClientErrorCode> = new Set([
  "bad-request",
  "not-allowed",
  "not-found",
  "conflict",
]);

/** Sends a commit or proposals. `repeatable`: whether to send again while there is no answer. */
export async function sendHandshake(
  api: ProviderApi,
  { roomUri, body }: StoredOutgoing,
  repeatable = true,
): Promise<HandshakeOutcome> {
  try {
    return outcomeOf(roomUri, await api.update(roomUri, body, repeatable));
  } catch (error) {
    return { kind: "refused", error: asRefusal(error) };
  }
}

/** Sends a message. `repeatable`: whether to send again while there is no answer. */
export async function sendMessage(
  api: ProviderApi,
  { roomUri, body }: StoredOutgoing,
  repeatable = true,
): Promise<MessageOutcome> {
  try {
    const answer = await api.submitMessage(roomUri, body, repeatable);
    if (answer.statusCode !== "notAllowed") return answer;
    const error = new ClientError("not-allowed", `${roomUri}: the hub does not let this message pass`);
    return { statusCode: "refused", error };
  } catch (error) {
    return { statusCode: "refused", error: asRefusal(error) };
  }
}

/** The error as an answer. @throws the error, if it says nothing of what became of the request */
export function asRefusal(error: unknown): ClientError {
  if (error instanceof ClientError && REFUSALS.has(error.code)) return error;
  throw error;
}

function outcomeOf(roomUri: string, answer: UpdateRoomResponse): HandshakeOutcome {
  const { responseCode, errorDescription } = answer;
  const description = `${roomUri}: ${errorDescription === "" ? responseCode : errorDescription}`;
  switch (responseCode) {
    case "success":
      return { kind: "accepted", acceptedTimestamp: answer.acceptedTimestamp };
    case "wrongEpoch":
      return { kind: "wrongEpoch", currentEpoch: answer.currentEpoch };
    case "notAllowed":
      return { kind: "refused", error: new ClientError("not-allowed", description) };
    case "invalidProposal": {
      const error = new ClientError("invalid-proposal", description);
      return { kind: "invalidProposal", references: answer.invalidProposals.map(toHex), error };
    }
  }
}
