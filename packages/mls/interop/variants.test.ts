import { CipherSuiteId } from "@openmimi/mls";
import { afterAll, describe, expect, it } from "vitest";
import { OpenMls } from "./openmls.ts";
import { operations } from "./operations/index.ts";
import { Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { World } from "./world.ts";

const peer = new Peer();
afterAll(() => peer.close());

const suites = [
  CipherSuiteId.MLS_128_DHKEMP256_AES128GCM_SHA256_P256,
  CipherSuiteId.MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
];
const variants = [
  {
    name: "handshakes as PrivateMessage, padded",
    options: {
      cipherSuite: CipherSuiteId.MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
      wireFormat: "privateMessage" as const,
      padding: 100,
    },
    // No server could follow.
    servers: false,
  },
  ...suites.map((cipherSuite) => ({
    name: `cipher suite ${cipherSuite}`,
    options: { cipherSuite, wireFormat: "publicMessage" as const },
    servers: true,
  })),
];

for (const { name, options, servers } of variants) {
  const engines = { ours: new Ours(options), OpenMLS: new OpenMls(peer, options) };
  describe(name, () => {
    for (const operation of operations) {
      for (const committer of ["ours", "OpenMLS"] as const) {
        it(`${operation.name}, ${committer} commits`, async () => {
          const world = await World.begin(engines, { servers, cipherSuite: options.cipherSuite });
          await operation.run(world, committer);
          await world.check();
          expect(world.failures).toEqual([]);
        });
      }
    }
  });
}
