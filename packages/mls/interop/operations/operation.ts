/**
 * What the rows of the matrix are made of.
 * @module
 */

import { GroupContext, type PreSharedKeyID, type Proposal } from "@openmimi/mls";
import { suite, text } from "../../test/actors.ts";
import type { EngineName, Member } from "../engine.ts";
import { decoded } from "../octets.ts";
import type { World } from "../world.ts";

/** One row: what a committer of one engine does in a world of both. */
export interface Operation {
  readonly name: string;
  run(world: World, committer: EngineName): Promise<void>;
}

export const both = ["ours", "OpenMLS"] as const;

/** Two components of no draft. */
export const [first, second] = [0xf001, 0xf002] as const;

export const update = (componentId: number, data: string): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "update", update: text(data) },
});
export const remove = (componentId: number): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "remove" },
});

/** A Remove of each of these. */
export const removals = (members: readonly Member[]): Promise<Proposal[]> =>
  Promise.all(
    members.map(async (member): Promise<Proposal> => {
      return { proposalType: "remove", removed: await member.leafIndex() };
    }),
  );

/** A client of each engine. */
export const clients = (world: World): Promise<Member[]> =>
  Promise.all(both.map((engine) => world.client(engine)));

/** The dictionary gets two components. */
export async function fill(world: World): Promise<void> {
  const proposals = [update(second, "b"), update(first, "a")];
  await world.commit(world.members[0]!, { proposals });
}

export async function contextOf(member: Member): Promise<GroupContext> {
  return decoded(GroupContext, (await member.view()).groupContext);
}

/** A proposal of a PSK that all of these know. */
export async function knownPsk(members: readonly Member[]): Promise<Proposal> {
  const psk: PreSharedKeyID = {
    pskType: "external",
    pskId: text("a PSK"),
    pskNonce: suite.random(suite.hashLength),
  };
  for (const member of members) await member.know(psk, text("what everybody knows"));
  return { proposalType: "psk", psk };
}
