/**
 * Who may change what: draft-ietf-mimi-content-08 §9.3.
 * @module
 */

/** What somebody wants to change about an earlier message. */
export type ChangeAction =
  /** To give a message another body. */
  | "editMessage"
  | "deleteMessage"
  /** To give a reaction another body. */
  | "editReaction"
  /** To retract a reaction: an unlike. */
  | "deleteReaction"
  /** To move a message to another topic. */
  | "changeTopic";

/** A change that a message asks for. */
export interface MessageChange {
  readonly action: ChangeAction;
  /** Who asks. */
  readonly actorUri: string;
  /** Who sent the first version. */
  readonly authorUri: string;
  /** When the hub accepted the change: roles are those of that time. */
  readonly acceptedTimestampMs: bigint;
}

/**
 * Whether a change is allowed. It must always say the same of the same change, for example by looking up the
 * capabilities that the actor had in the room at that time (policy: canEditOwnMessage, canDeleteOtherMessage, ...).
 */
export type Authorize = (change: MessageChange) => boolean;

/** Without a policy of the room: authors may do everything with their own messages but move them to other topics. */
export const authorOnly: Authorize = ({ action, actorUri, authorUri }) =>
  actorUri === authorUri && action !== "changeTopic";
