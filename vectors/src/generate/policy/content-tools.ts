/**
 * Messages, and questions about them. Policy §8.3.
 * @module
 */

import type { AssetFacts, CapabilityName, ContentFacts, EarlierMessage } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import { content } from "./question.ts";
import { banned, type Components, role, room, uri } from "./sketch.ts";

const plain: ContentFacts = {
  deletes: false,
  reaction: false,
  topicId: "",
  changesBody: true,
  hasLink: false,
  hasLinkPreview: false,
  mediaTypes: ["text/markdown;variant=GFM-MIMI"],
  assets: [],
  reports: [],
};
export const of = (name: string, more: Partial<EarlierMessage> = {}): EarlierMessage => ({
  senderUri: uri(name),
  topicId: "",
  reaction: false,
  ...more,
});
export const asset = (
  mediaType: string,
  disposition = "render",
  more: Partial<AssetFacts> = {},
): AssetFacts => ({
  disposition,
  mediaType,
  url: "https://files.a.example/x",
  size: 10n,
  ...more,
});
const house = (capabilities: readonly CapabilityName[], more: Components = new Map()) =>
  room({ alice: 3, bob: 3, dora: 1 }, [banned, role(3, capabilities)], {}, more);
export const sent = (
  facts: Partial<ContentFacts>,
  capabilities: readonly CapabilityName[],
  more?: Components,
  name = "alice",
) => content(house(capabilities, more), name, { ...plain, ...facts });

/** What needs which capability beside canSendMessage. */
export function twice(
  id: string,
  section: string,
  capability: CapabilityName,
  facts: Partial<ContentFacts>,
  reading?: string,
): Case[] {
  const more = reading === undefined ? {} : { readings: [reading] };
  return [
    allows(`${id}-held`, section, sent(facts, ["canSendMessage", capability]), more),
    denies(`${id}-missing`, section, "missing-capability", sent(facts, ["canSendMessage"]), more),
  ];
}
