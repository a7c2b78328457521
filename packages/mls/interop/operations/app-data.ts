/**
 * AppDataUpdate and AppEphemeral in commits of members: rows of the matrix. Extensions §4.7, §4.8.
 * @module
 */

import { ComponentId, type Extension, ExtensionType } from "@openmimi/mls";
import { text } from "../../test/actors.ts";
import type { Member } from "../engine.ts";
import {
  both,
  clients,
  contextOf,
  fill,
  first,
  type Operation,
  remove,
  second,
  update,
} from "./operation.ts";

/** The group's extensions without external senders; the dictionary stays. */
async function withoutSenders(member: Member): Promise<Extension[]> {
  const { extensions } = await contextOf(member);
  return extensions.filter(({ extensionType }) => extensionType !== ExtensionType.externalSenders);
}

export const appDataOperations: readonly Operation[] = [
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
    name: "GroupContextExtensions, then AppDataUpdate",
    async run(world, engine) {
      const committer = world.member(engine);
      const extensions = await withoutSenders(committer);
      await world.commit(committer, { proposals: [{ proposalType: "groupContextExtensions", extensions }] });
      await fill(world);
    },
  },
  {
    name: "GroupContextExtensions of the hub",
    async run(world, engine) {
      const committer = world.member(engine);
      const extensions = await withoutSenders(committer);
      await world.proposeFromHub(engine, { proposalType: "groupContextExtensions", extensions });
      await world.commit(committer);
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
    name: "SelfRemove, AppDataUpdate and Add",
    async run(world, engine) {
      const committer = world.member(engine);
      await world.propose(world.member("ours", committer), { proposalType: "selfRemove" });
      await world.add(committer, await clients(world), { proposals: [update(first, "a")] });
    },
  },
];
