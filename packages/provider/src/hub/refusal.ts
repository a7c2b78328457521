/**
 * Refusals of an update, as its response says them. Protocol §5.3; readings.
 * @module
 */

import { MlsError } from "@openmimi/mls";
import { IdentifierError, ProtocolError, type UpdateRoomResponse } from "@openmimi/protocol";
import { RoomError } from "@openmimi/room";
import { TlsError } from "@openmimi/tls";

/** Ends the judgement of an update; `response` is what is answered, with status 200 (reading R-012). */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: UpdateRoomResponse["responseCode"];
  readonly response: UpdateRoomResponse;

  constructor(response: UpdateRoomResponse, options?: ErrorOptions) {
    super(response.errorDescription, options);
    this.code = response.responseCode;
    this.response = response;
  }
}

const MAX_DESCRIPTION = 1000;

function text(description: string): string {
  return description.toWellFormed().replaceAll("\0", " ").slice(0, MAX_DESCRIPTION).toWellFormed();
}

/** Protocol §5.3: some type of policy or authorization. */
export function notAllowed(description: string, cause?: unknown): Refusal {
  return new Refusal({ responseCode: "notAllowed", errorDescription: text(description) }, { cause });
}

/** Protocol §5.3; any difference counts, also an epoch ahead of the hub's (reading R-060). */
export function wrongEpoch(currentEpoch: bigint): Refusal {
  return new Refusal({ responseCode: "wrongEpoch", errorDescription: "", currentEpoch });
}

/** Protocol §5.3; no references where proposals stand in the commit by value (reading R-058). */
export function invalidProposal(
  references: readonly Uint8Array[],
  description: string,
  cause?: unknown,
): Refusal {
  return new Refusal(
    {
      responseCode: "invalidProposal",
      errorDescription: text(description),
      invalidProposals: [...references],
    },
    { cause },
  );
}

/** What about the commit itself is wrong, not about one of its proposals. */
const aboutTheCommit: ReadonlySet<string> = new Set([
  "wrong-group",
  "invalid-signature",
  "invalid-membership-tag",
  "unknown-sender",
  "invalid-commit",
  "missing-path",
  "invalid-update-path",
  "invalid-parent-hash",
  "invalid-tree",
  "invalid-group-info",
  "invalid-authenticated-data",
  "wrong-wire-format",
]);

/**
 * The refusal that an error of the layers below means.
 *
 * @param references of the proposals at fault, where they were sent on their own
 * @returns the error itself when it is none of theirs: a fault of ours
 */
export function asRefusal(error: unknown, references: readonly Uint8Array[] = []): unknown {
  if (error instanceof Refusal) return error;
  if (error instanceof MlsError) {
    return aboutTheCommit.has(error.code)
      ? notAllowed(error.message, error)
      : invalidProposal(references, error.message, error);
  }
  if (
    error instanceof ProtocolError ||
    error instanceof IdentifierError ||
    error instanceof RoomError ||
    error instanceof TlsError
  ) {
    return notAllowed(error.message, error);
  }
  return error;
}
