/**
 * What is committed: the rows of the matrix.
 * @module
 */

import {
  ComponentId,
  type Extension,
  ExtensionType,
  externalProposal,
  GroupContext,
  nobleCrypto,
  type PreSharedKeyID,
  type Proposal,
} from "@openmimi/mls";
import { mimiRequired, suite, text } from "../test/actors.ts";
import type { EngineName, Member } from "./engine.ts";
import { decoded } from "./octets.ts";
import type { World } from "./world.ts";

/** One row: what a committer of one engine does in a world of both. */
export interface Operation {
  readonly name: string;
  run(world: World, committer: EngineName): Promise<void>;
}

const both = ["ours", "OpenMLS"] as const;

/** Two components that nobody else knows. */
const [first, second] = [0xf001, 0xf002] as const;

export const update = (componentId: number, data: string): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "update", update: text(data) },
});
export const remove = (componentId: number): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "remove" },
});

const leaves = (members: readonly Member[]): Promise<Proposal[]> =>
  Promise.all(
    members.map(async (member): Promise<Proposal> => {
      return { proposalType: "remove", removed: await member.leafIndex() };
    }),
  );

async function clients(world: World): Promise<Member[]> {
  return Promise.all(both.map((engine) => world.client(engine)));
}

/** The dictionary gets two components first. */
async function fill(world: World): Promise<void> {
  const proposals = [update(second, "b"), update(first, "a")];
  await world.commit(world.members[0]!, { proposals });
}

async function contextOf(member: Member): Promise<GroupContext> {
  return decoded(GroupContext, (await member.view()).groupContext);
}

/** The group's extensions without external senders; the dictionary stays. */
async function withoutSenders(member: Member): Promise<Extension[]> {
  const { extensions } = await contextOf(member);
  return extensions.filter(({ extensionType }) => extensionType !== ExtensionType.externalSenders);
}

async function fromHub(world: World, proposal: Proposal): Promise<void> {
  const message = externalProposal(nobleCrypto, {
    groupContext: await contextOf(world.members[0]!),
    senderIndex: 0,
    signaturePrivateKey: world.hubKeys.privateKey,
    proposal,
  });
  await world.deliver(`${proposal.proposalType} of the hub`, message);
}

async function knownPsk(world: World): Promise<Proposal> {
  const psk: PreSharedKeyID = {
    pskType: "external",
    pskId: text("a PSK"),
    pskNonce: suite.random(suite.hashLength),
  };
  for (const member of world.members) await member.know(psk, text("what everybody knows"));
  return { proposalType: "psk", psk };
}

/** Joiners from outside are of the committing engine. */
async function joiner(world: World, engine: EngineName): Promise<Member> {
  const client = await world.client(engine);
  await client.keyPackage();
  return client;
}

export const operations: readonly Operation[] = [
  {
    name: "a path and nothing else",
    run: async (world, engine) => void (await world.commit(world.member(engine), { path: true })),
  },
  ...[true, false].map((treeInWelcome) => ({
    name: `Add and Welcome, the tree ${treeInWelcome ? "inside" : "beside it"}`,
    run: async (world: World, engine: EngineName) => {
      await world.add(world.member(engine), await clients(world), { treeInWelcome });
      await world.add(world.member(engine), await clients(world), { treeInWelcome, path: true });
    },
  })),
  {
    name: "Add by reference",
    async run(world, engine) {
      const added = await clients(world);
      for (const [index, client] of added.entries()) {
        const keyPackage = await client.keyPackage();
        await world.propose(world.members[index]!, { proposalType: "add", keyPackage });
      }
      const committer = world.member(engine);
      await world.welcome(await world.commit(committer), added, committer);
    },
  },
  {
    name: "Remove",
    async run(world, engine) {
      const committer = world.member(engine);
      const gone = both.map((name) => world.member(name, committer));
      await world.commit(committer, { proposals: await leaves(gone) });
    },
  },
  {
    name: "Remove by reference, and an Add into the place",
    async run(world, engine) {
      const committer = world.member(engine);
      const gone = world.member(engine === "ours" ? "OpenMLS" : "ours");
      const proposer = world.member("ours", committer, gone);
      const [proposal] = await leaves([gone]);
      await world.propose(proposer, proposal!);
      await world.add(committer, await clients(world));
    },
  },
  {
    name: "Update",
    async run(world, engine) {
      const committer = world.member(engine);
      for (const name of both) await world.propose(world.member(name, committer), "update");
      await world.commit(committer);
    },
  },
  {
    name: "AppDataUpdate inline",
    async run(world, engine) {
      await fill(world);
      const proposals = [update(second, "+1"), update(0x0022, "new"), remove(first), update(second, "+2")];
      await world.commit(world.member(engine), { proposals });
    },
  },
  {
    name: "AppDataUpdate inline, with a path",
    async run(world, engine) {
      await world.commit(world.member(engine), { proposals: [update(first, "a")], path: true });
    },
  },
  {
    name: "AppDataUpdate by reference, and one inline",
    async run(world, engine) {
      await fill(world);
      for (const [index, name] of both.entries()) {
        await world.propose(world.member(name), update(first, `by reference ${index}`));
      }
      await world.propose(world.member("OpenMLS"), remove(second));
      await world.commit(world.member(engine), { proposals: [update(first, " inline")] });
    },
  },
  {
    name: "AppDataUpdate with GroupContextExtensions",
    async run(world, engine) {
      await fill(world);
      const committer = world.member(engine);
      const extensions = await withoutSenders(committer);
      await world.commit(committer, {
        proposals: [{ proposalType: "groupContextExtensions", extensions }, update(first, "+")],
      });
    },
  },
  {
    name: "AppDataUpdate with Add",
    async run(world, engine) {
      const committer = world.member(engine);
      await world.add(committer, await clients(world), { proposals: [update(first, "a")] });
    },
  },
  {
    name: "GroupContextExtensions that bring the dictionary's lock",
    async run(world, engine) {
      const committer = world.member(engine);
      const extensions = [mimiRequired];
      await world.commit(committer, { proposals: [{ proposalType: "groupContextExtensions", extensions }] });
      await fill(world);
    },
  },
  {
    name: "AppEphemeral",
    async run(world, engine) {
      const appEphemeral = { componentId: ComponentId.appAck, data: text("no state") };
      await world.commit(world.member(engine), {
        proposals: [{ proposalType: "appEphemeral", appEphemeral }],
      });
    },
  },
  {
    name: "SelfRemove",
    async run(world, engine) {
      const committer = world.member(engine);
      for (const name of both) {
        await world.propose(world.member(name, committer), { proposalType: "selfRemove" });
      }
      await world.commit(committer);
    },
  },
  {
    name: "SelfRemove, AppDataUpdate and Add",
    async run(world, engine) {
      const committer = world.member(engine);
      await world.propose(world.member("ours", committer), { proposalType: "selfRemove" });
      await world.add(committer, await clients(world), { proposals: [update(first, "a")] });
    },
  },
  {
    name: "external commit",
    async run(world, engine) {
      for (const from of both) await world.joinExternally(await joiner(world, engine), world.member(from));
    },
  },
  {
    name: "external commit with SelfRemoves",
    async run(world, engine) {
      for (const name of both) {
        // One after the other, so that leaves on the left and on the right of the group become free.
        const leaver = world.member(name);
        const message = await world.propose(leaver, { proposalType: "selfRemove" });
        const pending = [message];
        await world.joinExternally(await joiner(world, engine), world.member("ours", leaver), { pending });
      }
    },
  },
  {
    name: "external commit with two SelfRemoves at once",
    async run(world, engine) {
      const pending = [];
      for (const member of [world.members[3]!, world.members[1]!]) {
        pending.push(await world.propose(member, { proposalType: "selfRemove" }));
      }
      await world.joinExternally(await joiner(world, engine), world.members[0]!, { pending });
    },
  },
  {
    name: "external commit with AppDataUpdate",
    async run(world, engine) {
      await fill(world);
      const proposals = [update(first, "+"), remove(second)];
      await world.joinExternally(await joiner(world, engine), world.member("OpenMLS"), { proposals });
    },
  },
  {
    name: "external commit with AppDataUpdate and a SelfRemove",
    async run(world, engine) {
      const pending = [await world.propose(world.members[1]!, { proposalType: "selfRemove" })];
      const proposals = [update(first, "a")];
      await world.joinExternally(await joiner(world, engine), world.members[0]!, { pending, proposals });
    },
  },
  {
    name: "external commit of a member that lost its state",
    async run(world, engine) {
      const again = world.member(engine);
      const removed = await again.leafIndex();
      // OpenMLS adds the Remove itself.
      const proposals: Proposal[] = engine === "ours" ? [{ proposalType: "remove", removed }] : [];
      const from = world.member(engine, again);
      world.forget(again);
      await world.joinExternally(again, from, { proposals });
    },
  },
  {
    name: "PSK",
    async run(world, engine) {
      await world.commit(world.member(engine), { proposals: [await knownPsk(world)] });
      const byReference = await knownPsk(world);
      await world.propose(world.member(engine), byReference);
      await world.commit(world.member(engine));
    },
  },
  {
    name: "PSK of a component, and of an earlier epoch",
    async run(world, engine) {
      const pskNonce = suite.random(suite.hashLength);
      const ofComponent: PreSharedKeyID = {
        pskType: "application",
        componentId: first,
        pskId: text("a PSK"),
        pskNonce,
      };
      for (const member of world.members) await member.know(ofComponent, text("of the component"));
      const { epoch, groupId } = await contextOf(world.members[0]!);
      await world.commit(world.member(engine), { path: true });
      const earlier: PreSharedKeyID = {
        pskType: "resumption",
        usage: "application",
        pskGroupId: groupId,
        pskEpoch: epoch,
        pskNonce,
      };
      await world.commit(world.member(engine), {
        proposals: [
          { proposalType: "psk", psk: ofComponent },
          { proposalType: "psk", psk: earlier },
        ],
      });
    },
  },
  {
    name: "PSK and Welcome",
    async run(world, engine) {
      const added = await clients(world);
      const psk = await knownPsk(world);
      if (psk.proposalType === "psk") {
        for (const client of added) await client.know(psk.psk, text("what everybody knows"));
      }
      await world.add(world.member(engine), added, { proposals: [psk] });
    },
  },
  {
    name: "external proposals: Add and Remove of the hub",
    async run(world, engine) {
      const committer = world.member(engine);
      const added = await clients(world);
      for (const client of added) {
        await fromHub(world, { proposalType: "add", keyPackage: await client.keyPackage() });
      }
      const [proposal] = await leaves([world.member("ours", committer)]);
      await fromHub(world, proposal!);
      await world.welcome(await world.commit(committer), added, committer);
    },
  },
];
