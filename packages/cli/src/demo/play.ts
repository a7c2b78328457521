/**
 * The demo: three providers play the example flow of the protocol draft, and one of them is killed.
 * @module
 */

import { playBurst } from "./burst.ts";
import { playFlow } from "./flow.ts";
import { DemoFailure, Scene } from "./scene.ts";
import type { Report } from "./trace.ts";
import { DOMAINS, World } from "./world.ts";

/** What {@link playDemo} is given. */
export interface DemoOptions {
  /** Takes what happens; see `textReport` and `jsonReport`. */
  readonly report: Report;
}

/** What came of it. */
export interface DemoResult {
  readonly ok: boolean;
  readonly checks: number;
  readonly failed: number;
}

/**
 * Plays the demo on loopback in a temporary folder, and cleans up after itself. A check that fails is reported and
 * makes the result not ok; what follows is played all the same as far as it can.
 *
 * @example
 * ```ts
 * const { ok } = await playDemo({ report: textReport((text) => process.stdout.write(text), process.stdout.isTTY) });
 * process.exitCode = ok ? 0 : 1;
 * ```
 */
export async function playDemo({ report }: DemoOptions): Promise<DemoResult> {
  const startedAt = performance.now();
  report({
    kind: "title",
    text: "Three providers, one room: the example flow of the MIMI protocol draft, section 3",
  });
  const world = await World.start();
  const scene = new Scene(world, report);
  try {
    for (const domain of DOMAINS) {
      const { mimi, clients } = world.addresses[domain];
      const role = domain === DOMAINS[0] ? "hub" : "follower";
      const { pid } = world.provider(domain);
      report({ kind: "provider", domain, role, pid, mimi, clients });
    }
    const cast = await playFlow(scene);
    await playBurst(scene, cast);
    scene.step("end", "Afterwards");
    const { alice, cathy, cathysNewDevice, room } = cast;
    scene.agree(room, [alice, cathy, cathysNewDevice]);
    const { refusals } = scene;
    scene.check("no client has refused anything that the hub let pass", refusals.length === 0, refusals[0]);
  } catch (error) {
    const expected = error instanceof DemoFailure ? error.message : undefined;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    scene.check("the demo is played to its end", false, expected ?? reason);
    for (const domain of DOMAINS) {
      for (const line of world.provider(domain).log.slice(-5)) {
        report({ kind: "note", text: `${domain} ${JSON.stringify(line)}` });
      }
    }
  } finally {
    await world.close();
  }
  const { checks, failed } = scene;
  const ok = failed === 0;
  report({ kind: "summary", ok, checks, failed, seconds: (performance.now() - startedAt) / 1000 });
  return { ok, checks, failed };
}
