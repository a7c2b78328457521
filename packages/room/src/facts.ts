/**
 * What somebody wants to do to a room, as plain data: the input of the rules. Made from MLS by `factsOfCommit` and
 * `factsOfProposal`, or by hand.
 * @module
 */

import type { Claim } from "@openmimi/protocol";

/** Whoever makes a proposal or a commit. */
export interface Actor {
  /**
   * `member`: one of the group's clients. `joiner`: a client that comes from outside, by an external commit or by
   * proposing itself. `externalSender`: a provider in the group's external_senders.
   */
  readonly kind: "member" | "joiner" | "externalSender";
  /** The user's URI; for an external sender the provider's URI, `mimi://a.example`. */
  readonly user: string;
  /** What the credential claims, for preauthorization. Policy §4. */
  readonly claims: readonly Claim[];
}

/** One proposal, or one effect of a commit. */
export type ChangeBody =
  /** AppDataUpdate with `update`. */
  | { readonly kind: "componentUpdate"; readonly componentId: number; readonly update: Uint8Array }
  /** AppDataUpdate with `remove`. */
  | { readonly kind: "componentRemoval"; readonly componentId: number }
  /** Add of a client of this user. */
  | { readonly kind: "clientAdded"; readonly user: string }
  /** The new member of an external commit. */
  | { readonly kind: "clientJoined"; readonly user: string }
  /**
   * Remove or SelfRemove of a client of this user. `replaced`: by an external commit, of the joiner's own former leaf.
   */
  | {
      readonly kind: "clientRemoved";
      readonly user: string;
      readonly selfRemove: boolean;
      readonly replaced: boolean;
    }
  /** Update, or the path of a commit: the identities in the leaf before and after. */
  | { readonly kind: "clientUpdated"; readonly before: string; readonly after: string }
  | { readonly kind: "reInit" }
  | { readonly kind: "preSharedKey" }
  | { readonly kind: "appEphemeral"; readonly componentId: number }
  /**
   * GroupContextExtensions: the types of the extensions that differ, and the domains of the external senders after it.
   */
  | {
      readonly kind: "groupContextExtensions";
      readonly changedTypes: readonly number[];
      readonly externalSenders: readonly string[];
    };

/** A change and its author. */
export type Change = ChangeBody & {
  readonly by: Actor;
  /** Whether a commit takes it from the pending proposals: then it was authorized when it was accepted. */
  readonly byReference: boolean;
};

/** The members of the group by user, before the change. */
export interface Clients {
  /** How many clients each user has in the group. */
  readonly byUser: ReadonlyMap<string, number>;
  readonly total: number;
}

/** What the rules cannot read from the room's own state. */
export interface Circumstances {
  /** The room's URI, as the path of the request or the client's own record has it. */
  readonly roomUri?: string;
  /**
   * The hub's finding about the joining code that came before an external commit (reading R-106): the role that the
   * code is for. A client of another provider cannot know: `unverifiable`. Absent: there was no code.
   */
  readonly joinCode?: { readonly roleIndex: number } | "unverifiable";
  /**
   * The participants of the parent room, for a parent-dependent room: of the parent that it has after the change.
   * Absent: not checked (only the hub knows).
   */
  readonly parentParticipants?: ReadonlySet<string>;
}

/** Proposals that come on their own, in one request. */
export interface ProposalFacts extends Circumstances {
  readonly changes: readonly Change[];
  readonly clients: Clients;
}

/** A commit. */
export interface CommitFacts extends Circumstances {
  readonly committer: Actor;
  /** In the order of the commit. */
  readonly changes: readonly Change[];
  readonly clients: Clients;
}
