/**
 * What happened while a client processed its inbox.
 * @module
 */

import type { StoredMessage } from "./store.ts";

/** What {@link MimiClient.sync} reports, in the order of the hub. Times are milliseconds since the UNIX epoch. */
export type ClientEvent =
  /** A Welcome made this client a member. */
  | { readonly kind: "joined"; readonly roomUri: string; readonly epoch: bigint }
  /** A message, exactly once. */
  | { readonly kind: "message"; readonly roomUri: string; readonly message: StoredMessage }
  /** A commit began an epoch. */
  | {
      readonly kind: "epochChanged";
      readonly roomUri: string;
      readonly epoch: bigint;
      /** User URI of the committer. */
      readonly by: string;
      readonly addedClients: readonly string[];
      readonly removedClients: readonly string[];
    }
  /** A proposal waits for a commit. `by` is a user, or the provider's URI for an external sender. */
  | {
      readonly kind: "proposal";
      readonly roomUri: string;
      readonly proposalType: string;
      readonly by: string;
    }
  /** A commit removed this client; `epoch` is the one that it began. */
  | { readonly kind: "removed"; readonly roomUri: string; readonly epoch: bigint }
  /** A message that was left over from an earlier process can no longer be sent: its epoch is over. */
  | { readonly kind: "notSent"; readonly roomUri: string; readonly content: Uint8Array }
  /** Something that the hub sent is not valid, or forbidden by the room's policy. It changed nothing. */
  | {
      readonly kind: "refused";
      readonly roomUri: string;
      readonly acceptedTimestamp: bigint;
      /** What it was: a Welcome, a commit, a proposal, a message, or nothing that could be read. */
      readonly what: "welcome" | "commit" | "proposal" | "message" | "event";
      /** The code of the error, or the reason of the policy's denial. */
      readonly code: string;
      readonly reason: string;
    };
