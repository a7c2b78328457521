/**
 * External commits: rows of the matrix. RFC 9420 §12.4.3.2, extensions §4.7, §6.3.
 * @module
 */

import type { Proposal } from "@openmimi/mls";
import { both, fill, first, knownPsk, type Operation, remove, second, update } from "./operation.ts";

export const externalOperations: readonly Operation[] = [
  {
    name: "external commit",
    async run(world, engine) {
      for (const from of both) await world.joinExternally(await world.client(engine), world.member(from));
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
        await world.joinExternally(await world.client(engine), world.member("ours", leaver), { pending });
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
      await world.joinExternally(await world.client(engine), world.members[0]!, { pending });
    },
  },
  {
    name: "external commit with AppDataUpdate",
    async run(world, engine) {
      await fill(world);
      const proposals = [update(first, "+"), remove(second)];
      await world.joinExternally(await world.client(engine), world.member("OpenMLS"), { proposals });
    },
  },
  {
    name: "external commit with AppDataUpdate and a SelfRemove",
    async run(world, engine) {
      const pending = [await world.propose(world.members[1]!, { proposalType: "selfRemove" })];
      const proposals = [update(first, "a")];
      await world.joinExternally(await world.client(engine), world.members[0]!, { pending, proposals });
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
    name: "external commit with a PSK",
    async run(world, engine) {
      const joining = await world.client(engine);
      const proposals = [await knownPsk([...world.members, joining])];
      await world.joinExternally(joining, world.member("OpenMLS"), { proposals });
    },
  },
];
