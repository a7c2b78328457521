/**
 * What a message is, by its fields: draft-ietf-mimi-content-08 §5.
 * @module
 */

import { sameMediaType } from "../media-type.ts";
import {
  Disposition,
  type ExternalPart,
  type MimiContent,
  type NestedPart,
  type SinglePart,
} from "../model.ts";
import { processParts, type Receiver } from "../process.ts";
import { STATUS_MEDIA_TYPE } from "../status-report.ts";

/** What a client can show, as far as reactions are concerned. */
export type ReactionReceiver = Pick<Receiver, "understands" | "choose">;

/** Of a `chooseOne`, the sender's first. */
const EVERYTHING: ReactionReceiver = { understands: () => true };

/** What a first version is. `nothing` is a body without content that replaces nothing (reading R-154). */
export type MessageKind = "message" | "reaction" | "statusReport" | "nothing";

/** What a message does. */
export type MessageAction = MessageKind | "edit" | "retraction";

/**
 * Tells what a message does.
 *
 * @returns `retraction` for a delete and for an unlike, which differ only in what they retract
 */
export function actionOf(content: Pick<MimiContent, "replaces" | "inReplyTo" | "nestedPart">): MessageAction {
  const { replaces, inReplyTo, nestedPart } = content;
  // Content §5.6 and §5.7, reading R-154: the disposition of a NullPart says nothing.
  if (replaces !== null) return nestedPart.cardinality === "nullpart" ? "retraction" : "edit";
  return kindOf(nestedPart, inReplyTo !== null);
}

/** @internal What a body is as a first version. */
export function kindOf(body: NestedPart, isReply: boolean): MessageKind {
  if (body.cardinality === "nullpart") return "nothing";
  if (body.cardinality === "single" && sameMediaType(body.contentType, STATUS_MEDIA_TYPE))
    return "statusReport";
  // Reading R-157: a reaction to nothing is an ordinary message.
  return isReply && body.disposition === Disposition.reaction ? "reaction" : "message";
}

/**
 * The reactions in the body of a reaction: one, or each part of a MultiPart (content §5.3), of which the alternatives of a
 * `chooseOne` are the same reaction in several formats. They are never joined.
 *
 * @param receiver what can be shown, and which alternative is preferred; default: everything, the sender's first
 */
export function reactionsIn(
  body: NestedPart,
  receiver: ReactionReceiver = EVERYTHING,
): readonly (SinglePart | ExternalPart)[] {
  return processParts({ nestedPart: body }, receiver).parts.map(({ part }) => part);
}
