/** Whatever the inbox holds, the client reports it and goes on. */

import { markdown } from "@openmimi/content";
import type { MLSMessage } from "@openmimi/mls";
import { describe, expect, it } from "vitest";
import { leaveProposals } from "../src/changes.ts";
import { composeMessage } from "../src/message.ts";
import { sameOctets } from "../src/octets.ts";
import { aliceAndBob, arriving, frank, newClient, newKeyPackage, ROOM, take } from "./actors.ts";
import { openSeeded } from "./seeded.ts";

const ALICE = "mimi://a.example/u/alice";
const BOB = "mimi://b.example/u/bob";
const ROUNDS = 400;
const AT = 1_950_000_000_000n;

async function scene() {
  const { alice, bob, group } = await aliceAndBob();
  const cathy = await newClient("c.example", "cathy");
  const say = (text: string): MLSMessage => {
    const { applicationData, authenticatedData } = composeMessage(group.public, markdown(text), {
      senderUri: ALICE,
      roomUri: ROOM,
    });
    return group.protect(applicationData, authenticatedData === undefined ? {} : { authenticatedData });
  };
  return { alice, bob, cathy, group, say };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** Something valid that Bob, or for `leave` Alice, could receive. */
const kinds: readonly [
  string,
  "alice" | "bob" | "cathy",
  (scene: Scene) => ReturnType<typeof arriving> | Promise<ReturnType<typeof arriving>>,
][] = [
  [
    "a Welcome",
    "cathy",
    async ({ cathy, group }) => {
      const { keyPackage } = await newKeyPackage(cathy.session);
      const { welcome } = group.commit({ proposals: [{ proposalType: "add", keyPackage }] });
      group.clearPendingCommit();
      if (welcome === undefined) throw new TypeError("there is no Welcome");
      const ratchetTree = group.public.ratchetTree();
      const ratchetTreeOption = { representation: "full" as const, ratchetTree };
      return arriving({ version: "mls10", wireFormat: "welcome", welcome }, { ratchetTreeOption });
    },
  ],
  [
    "a commit",
    "bob",
    ({ group }) => {
      const { commit } = group.commit({ path: true });
      group.clearPendingCommit();
      return arriving(commit);
    },
  ],
  [
    "proposals",
    "alice",
    ({ bob }) => {
      const room = bob.session.rooms.get(ROOM);
      if (room === undefined) throw new TypeError("no such room");
      const [first, ...moreProposals] = leaveProposals(room, BOB).map(
        (item) => room.group.propose(item).message,
      );
      return arriving(first as MLSMessage, { moreProposals });
    },
  ],
  [
    "a message",
    "bob",
    ({ say }) => {
      const message = say("Hello");
      return arriving(message, { at: AT, frank: frank(message, ALICE, AT) });
    },
  ],
];

describe("an inbox full of changed octets", () => {
  it.each(kinds)("made of %s stops nobody", async (name, who, make) => {
    const now = await scene();
    const { session } = now[who];
    const event = await make(now);
    const random = openSeeded(name);
    let reported = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const fanout = event.fanout.slice();
      for (let changes = 1 + random(3); changes > 0; changes--) {
        // All but the time, which only the frank vouches for.
        const at = 8 + random(fanout.length - 8);
        fanout[at] = (fanout[at] as number) ^ (1 << random(8));
      }
      // Two changes can undo each other.
      if (sameOctets(fanout, event.fanout)) continue;
      const length = random(10) === 0 ? random(fanout.length) : fanout.length;
      const events = await take(session, { ...event, fanout: fanout.subarray(0, length) });
      reported += events.filter(({ kind }) => kind === "refused").length;
    }
    expect(reported).toBeGreaterThan(ROUNDS / 4);
    expect(session.rooms.get(ROOM)?.group.epoch).toBe(who === "cathy" ? undefined : 1n);
    const made = now.group.commit({ path: true });
    const sent = await take(now.bob.session, arriving(made.commit));
    expect(sent).toMatchObject([{ kind: "epochChanged", epoch: 2n }]);
  });

  it("of noise is refused", async () => {
    const { bob } = await scene();
    const random = openSeeded("noise");
    const event = arriving(
      {
        version: "mls10",
        wireFormat: "welcome",
        welcome: { cipherSuite: 1, secrets: [], encryptedGroupInfo: new Uint8Array() },
      },
      { ratchetTreeOption: { representation: "distributionService" } },
    );
    for (let round = 0; round < ROUNDS; round++) {
      const fanout = Uint8Array.from({ length: random(200) }, () => random(256));
      const events = await take(bob.session, { ...event, fanout });
      expect(events).toMatchObject([{ kind: "refused", what: "event" }]);
    }
  });
});
