/** What members judge of messages, sent and received (policy §8.3). */

import {
  deletion,
  edit,
  encode as encodeContent,
  type MimiContent,
  markdown,
  messageId,
  reaction,
  reply,
} from "@openmimi/content";
import type { MLSMessage, Proposal } from "@openmimi/mls";
import { MimiComponentId, RoleData } from "@openmimi/protocol";
import { Capability, type CapabilityName, roomStateOf } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import { composeMessage } from "../src/message.ts";
import { sendContent } from "../src/sending.ts";
import { aliceAndBob, arriving, commit, ROOM, take } from "./actors.ts";

const ALICE = "mimi://a.example/u/alice";
const BOB = "mimi://b.example/u/bob";
let world: Awaited<ReturnType<typeof aliceAndBob>>;
beforeEach(async () => {
  world = await aliceAndBob();
});

const context = { senderUri: ALICE, roomUri: ROOM };
function sealed(content: MimiContent): MLSMessage {
  const { applicationData, authenticatedData } = composeMessage(world.group.public, content, context);
  return world.group.protect(applicationData, authenticatedData === undefined ? {} : { authenticatedData });
}
const say = (content: MimiContent) => take(world.bob.session, arriving(sealed(content)));
const idOf = (content: MimiContent, senderUri = ALICE) => messageId(encodeContent(content), senderUri, ROOM);
const franked = (content: MimiContent, senderUri = ALICE): MimiContent => ({
  ...content,
  mimiExtensions: { ...content.mimiExtensions, senderUri, roomUri: ROOM },
});

/** A room where roles may be changed. */
const administered = async () => {
  world = await aliceAndBob({ name: "clubhouse", preset: "strictly-administered" });
};

/** A commit of Alice's that leaves her role without these capabilities. */
async function strip(...names: readonly CapabilityName[]): Promise<void> {
  const state = roomStateOf((id) => world.group.public.component(id));
  const lost = new Set<number>(names.map((name) => Capability[name]));
  const roles = [...state.roles.values()].map(({ role }) => ({
    ...role,
    roleCapabilities: role.roleCapabilities.filter((number) => !lost.has(number)),
  }));
  const appDataUpdate = {
    componentId: MimiComponentId.rolesList,
    op: "update",
    update: encode(RoleData, { roles }),
  } as const;
  const proposal: Proposal = { proposalType: "appDataUpdate", appDataUpdate };
  await take(world.bob.session, arriving(commit(world.group, [proposal]).commit));
}

const message = expect.objectContaining({ kind: "message" });
const refused = (reason: string) =>
  expect.objectContaining({
    kind: "refused",
    what: "message",
    code: "not-allowed",
    reason: expect.stringContaining(reason),
  });

describe("a message that the hub cannot judge", () => {
  it("is shown if the sender's role allows what it does", async () => {
    const first = franked(markdown("Hello"));
    expect(await say(first)).toEqual([message]);
    expect(await say(reply(idOf(first), "Yes"))).toEqual([message]);
    expect(await say(reaction(idOf(first), "+1"))).toEqual([message]);
    expect(await say(edit(idOf(first), "Hallo"))).toEqual([message]);
    expect(await say(deletion(idOf(first)))).toEqual([message]);
    expect(await world.bob.store.messages(ROOM)).toHaveLength(5);
  });

  it("is refused, reported and not kept if it is an edit of somebody else's", async () => {
    const bobs = franked(markdown("Mine"), BOB);
    const stored = {
      ...{ roomUri: ROOM, acceptedTimestamp: 1n, messageId: Buffer.from(idOf(bobs, BOB)).toString("hex") },
      ...{ senderUri: BOB, senderClientUri: BOB, own: true, epoch: 1n, digest: "00" },
      ...{ content: encodeContent(bobs), applicationData: new Uint8Array(), franking: "unfranked" as const },
    };
    await world.bob.store.write([{ change: "add-message", message: stored }]);
    expect(await say(edit(idOf(bobs, BOB), "Yours"))).toEqual([refused("not-permitted")]);
    // The creator of a cooperative room is super_admin: she may delete what others wrote.
    expect(await say(deletion(idOf(bobs, BOB)))).toEqual([message]);
  });

  it("compares an edit with the newest version", async () => {
    await administered();
    const first = franked(markdown("Hello"));
    await say(first);
    await say(edit(idOf(first), "Hallo"));
    await strip("canEditOwnTopic", "canEditOwnMessage");
    expect(await say(edit(idOf(first), "Hallo", { topicId: new Uint8Array([1]) }))).toEqual([
      refused("canEditOwnTopic"),
    ]);
    expect(await say(edit(idOf(first), "Hello", { topicId: new Uint8Array([1]) }))).toEqual([
      refused("canEditOwnMessage"),
    ]);
  });

  it("is judged by the policy of its own epoch, or not at all", async () => {
    await administered();
    const first = markdown("Hello");
    const late = sealed(reaction(idOf(first), "+1"));
    await strip("canReactToMessage");
    expect(await take(world.bob.session, arriving(late))).toEqual([message]);
    expect(await say(reaction(idOf(first), "-1"))).toEqual([refused("canReactToMessage")]);
  });
});

describe("a message of one's own", () => {
  it("is not sent if the own role does not allow it", async () => {
    await administered();
    const { alice } = world;
    await strip("canSendLink");
    const linked = sendContent(alice.session, ROOM, markdown("https://a.example/x"));
    await expect(linked).rejects.toMatchObject({
      code: "not-allowed",
      message: expect.stringContaining("canSendLink"),
    });
  });
});
