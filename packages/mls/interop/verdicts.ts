/**
 * What everybody says to a message that the engines judge differently.
 * @module
 */

import { expect } from "vitest";
import type { Member } from "./engine.ts";
import { receiverName, receivers, type World } from "./world.ts";

/** By receiver: `accepts`, or its reason. */
export type Verdicts = Readonly<Record<string, unknown>>;

/**
 * @param reference whose state is what the others should come to; absent where there is nothing to come to
 * @param run what is sent
 */
export async function verdicts(
  world: World,
  run: () => Promise<unknown>,
  reference?: Member,
): Promise<Verdicts> {
  world.failures.length = 0;
  await run();
  if (reference !== undefined) await world.compare(reference);
  return Object.fromEntries(
    receivers.map(receiverName).map((name) => {
      const first = world.failures.find(({ receiver }) => receiver === name);
      return [name, first?.what ?? "accepts"];
    }),
  );
}

/** Members and servers of each engine say the same, or this. */
export const said = (ours: unknown, openMls: unknown, differently: Verdicts = {}): Verdicts => ({
  "ours, member": ours,
  "ours, public group": ours,
  "OpenMLS, member": openMls,
  "OpenMLS, public group": openMls,
  ...differently,
});

/** A reason that contains this. */
export const because = (text: string): unknown => expect.stringContaining(text);
