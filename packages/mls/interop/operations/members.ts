/**
 * Who is in the group, and PSKs: rows of the matrix.
 * @module
 */

import type { PreSharedKeyID } from "@openmimi/mls";
import { suite, text } from "../../test/actors.ts";
import type { EngineName } from "../engine.ts";
import type { World } from "../world.ts";
import { both, clients, contextOf, first, knownPsk, type Operation, removals } from "./operation.ts";

export const memberOperations: readonly Operation[] = [
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
      await world.commit(committer, { proposals: await removals(gone) });
    },
  },
  {
    name: "Remove by reference, and an Add into the place",
    async run(world, engine) {
      const committer = world.member(engine);
      const gone = world.member(engine === "ours" ? "OpenMLS" : "ours");
      const proposer = world.member("ours", committer, gone);
      const [proposal] = await removals([gone]);
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
    name: "PSK",
    async run(world, engine) {
      await world.commit(world.member(engine), { proposals: [await knownPsk(world.members)] });
      const byReference = await knownPsk(world.members);
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
      const psk = await knownPsk([...world.members, ...added]);
      await world.add(world.member(engine), added, { proposals: [psk] });
    },
  },
  {
    name: "external proposals: Add and Remove of the hub",
    async run(world, engine) {
      const committer = world.member(engine);
      const added = await clients(world);
      for (const [index, client] of added.entries()) {
        const keyPackage = await client.keyPackage();
        await world.proposeFromHub(both[index]!, { proposalType: "add", keyPackage });
      }
      for (const [index, gone] of [world.members[2]!, world.members[3]!].entries()) {
        const [proposal] = await removals([gone]);
        await world.proposeFromHub(both[index]!, proposal!);
      }
      await world.welcome(await world.commit(committer), added, committer);
    },
  },
  {
    name: "external proposals: somebody who wants to be added",
    async run(world, engine) {
      const joiners = await clients(world);
      for (const joiner of joiners) {
        const message = await joiner.joinProposal(await contextOf(world.members[0]!));
        await world.deliver("Add of a new member", message);
      }
      const committer = world.member(engine);
      await world.welcome(await world.commit(committer), joiners, committer);
    },
  },
];
