/**
 * May this user send this content? What a hub cannot see and the other members judge. Policy §6.1, §6.3, §6.4, §6.8,
 * §8.3, §8.4; content §9.
 * @module
 */

import { Capability, type CapabilityName } from "./capabilities.ts";
import type { AssetFacts, ContentFacts, EarlierMessage } from "./content-facts.ts";
import { checkContentPolicies } from "./content-policies.ts";
import { type Decision, decide, deny, type Ground } from "./decision.ts";
import { kindOfAsset } from "./media.ts";
import { BANNED_ROLE, NO_ROLE } from "./roles.ts";
import { describeRole } from "./scope.ts";
import { type RoomState, roleAt, roleIndexOf } from "./state.ts";

const MESSAGES = "policy §8.3";
const ASSETS = "policy §8.4";
const EDITS = "content §9.3";

/**
 * Decides about a decoded message: whether its sender's role allows all that it does, and whether the room's policies
 * admit it. canSendMessage is always needed, as a hub cannot tell one message from another; what a message does may
 * need more (policy §8.3).
 *
 * @param state the room in the epoch of the message
 * @param content see `factsOfContent`
 * @example
 * ```ts
 * const decision = authorizeContent(state, senderUri, factsOfContent(decode(octets), { find }));
 * if (!decision.allowed) ignore(decision.reason, decision.capability);
 * ```
 */
export function authorizeContent(state: RoomState, userUri: string, content: ContentFacts): Decision {
  return decide({ rule: "", section: "" }, (grounds) => {
    const sender = new Sender(state, userUri, grounds);
    sender.needs("canSendMessage", MESSAGES);
    if (content.replaces === undefined) judgeNew(sender, content);
    else judgeReplacement(sender, content, content.replaces);
    if (content.hasLinkPreview) sender.needs("canSendLinkPreview", MESSAGES);
    else if (content.hasLink) sender.needs("canSendLink", MESSAGES);
    for (const asset of content.assets) {
      const capability = uploadCapability(asset);
      if (capability !== undefined) sender.needs(capability, ASSETS);
    }
    checkContentPolicies(state, userUri, content);
  });
}

/** A sender and its role. */
class Sender {
  readonly user: string;
  readonly #state: RoomState;
  readonly #grounds: Ground[];

  constructor(state: RoomState, user: string, grounds: Ground[]) {
    this.user = user;
    this.#state = state;
    this.#grounds = grounds;
    const role = roleIndexOf(state, user);
    if (role === NO_ROLE) {
      deny("not-a-participant", `${user} is not in the participant list`, { section: "protocol §5.4", user });
    }
    if (role === BANNED_ROLE) deny("banned", `${user} is banned`, { section: "protocol §5.3", user });
  }

  has(capability: CapabilityName): boolean {
    return roleAt(this.#state, roleIndexOf(this.#state, this.user)).capabilities.has(Capability[capability]);
  }

  /** Demands a capability. */
  needs(capability: CapabilityName, section: string, about?: string): void {
    const { user } = this;
    const rules = roleAt(this.#state, roleIndexOf(this.#state, user));
    if (!this.has(capability)) {
      deny("missing-capability", `${describeRole(rules)} of ${user} does not have ${capability}`, {
        section,
        capability,
        user,
        roleIndex: rules.role.roleIndex,
      });
    }
    const subject = about === undefined || about === user ? {} : { user: about };
    this.#grounds.push({ rule: capability, section, by: user, ...subject });
  }

  /** Nobody may do this. */
  forbid(message: string, section: string): never {
    return deny("not-permitted", message, { section, user: this.user });
  }
}

/** Policy §8.3: a message of its own, a reply, a reaction; and its topic. */
function judgeNew(sender: Sender, { inReplyTo, reaction, topicId }: ContentFacts): void {
  const known = inReplyTo === "unknown" ? undefined : inReplyTo;
  // A message that is not at hand is taken to have the topic of the reply.
  const topicBefore = inReplyTo === "unknown" ? topicId : known?.topicId;
  const inTopic = topicId !== "" && topicId === topicBefore;
  if (reaction) sender.needs("canReactToMessage", MESSAGES, known?.senderUri);
  else if (inReplyTo !== undefined) {
    sender.needs(inTopic ? "canReplyInTopic" : "canReplyToMessage", MESSAGES, known?.senderUri);
  }
  if (topicId !== "" && !inTopic) sender.needs("canStartTopic", MESSAGES);
}

/** Policy §8.3, content §9.3: edits and deletes. What is not at hand counts as one's own: it cannot be harmed. */
function judgeReplacement(sender: Sender, content: ContentFacts, replaces: EarlierMessage | "unknown"): void {
  const { topicId, reaction } = content;
  const original = replaces === "unknown" ? { senderUri: sender.user, topicId, reaction } : replaces;
  const own = original.senderUri === sender.user;
  if (content.deletes) {
    const what = original.reaction ? "Reaction" : "Message";
    sender.needs(own ? `canDeleteOwn${what}` : `canDeleteOther${what}`, MESSAGES, original.senderUri);
    return;
  }
  if (original.reaction) judgeReactionEdit(sender, own, reaction);
  else judgeMessageEdit(sender, content, original, own);
}

function judgeReactionEdit(sender: Sender, own: boolean, reaction: boolean): void {
  if (!own) sender.forbid("nobody may edit the reaction of another user", EDITS);
  if (!reaction) sender.forbid("an edit makes a message of a reaction", MESSAGES);
  sender.needs("canEditReaction", MESSAGES);
}

/** Reading R-155: another topic that the sender may not give is ignored where the edit is about the body. */
function judgeMessageEdit(
  sender: Sender,
  content: ContentFacts,
  original: EarlierMessage,
  own: boolean,
): void {
  const newTopic = content.topicId !== original.topicId;
  const newBody = content.changesBody || !newTopic;
  if (!own && newBody) sender.forbid("nobody may edit the message of another user", EDITS);
  if (newBody) sender.needs("canEditOwnMessage", MESSAGES);
  // Policy §8.3, reading R-223: who makes a reaction of a message reacts.
  if (content.reaction) sender.needs("canReactToMessage", MESSAGES);
  if (!newTopic) return;
  if (!own) sender.needs("canEditOtherTopic", MESSAGES, original.senderUri);
  else if (!newBody || sender.has("canEditOwnTopic")) sender.needs("canEditOwnTopic", MESSAGES);
}

/** Policy §8.4: what it takes to have uploaded something. Sessions and previews are none of these files. */
function uploadCapability(asset: AssetFacts): CapabilityName | undefined {
  switch (kindOfAsset(asset)) {
    case "image":
      return "canUploadImage";
    case "audio":
      return "canUploadAudio";
    case "video":
      return "canUploadVideo";
    case "attachment":
      return "canUploadAttachment";
    case "preview":
    case "session":
      return undefined;
  }
}
