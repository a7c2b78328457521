import { CipherSuiteId } from "@openmimi/mls";
import { afterAll, describe, expect, it } from "vitest";
import type { Engine, EngineName } from "./engine.ts";
import { OpenMls } from "./openmls.ts";
import { operations } from "./operations/index.ts";
import { Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { receiverName, receivers, World } from "./world.ts";

const peer = new Peer();
afterAll(() => peer.close());

const options = {
  cipherSuite: CipherSuiteId.MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
  wireFormat: "publicMessage" as const,
};
const engines: Record<EngineName, Engine> = { ours: new Ours(options), OpenMLS: new OpenMls(peer, options) };

for (const { name, run } of operations) {
  describe(name, () => {
    for (const committer of ["ours", "OpenMLS"] as const) {
      describe(`${committer} commits`, () => {
        // One group for the four cells of a row.
        let world: Promise<World> | undefined;
        const played = () => {
          world ??= (async () => {
            const begun = await World.begin(engines);
            await run(begun, committer);
            await begun.check();
            return begun;
          })();
          return world;
        };
        for (const receiver of receivers) {
          it(receiverName(receiver), async () => {
            const { failures } = await played();
            const own = failures.filter((failure) => failure.receiver === receiverName(receiver));
            expect(own.map(({ what }) => what)).toEqual([]);
          });
        }
      });
    }
  });
}
