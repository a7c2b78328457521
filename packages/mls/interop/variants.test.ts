import { CipherSuiteId, ComponentId, ComponentsList, dictionaryExtension } from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { afterAll, describe, expect, it } from "vitest";
import { mimiRequired } from "../test/actors.ts";
import type { ClientOptions } from "./engine.ts";
import { OpenMls } from "./openmls.ts";
import { operations } from "./operations/index.ts";
import { joinByProposal } from "./operations/members.ts";
import type { Operation } from "./operations/operation.ts";
import { Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { type Beginning, World } from "./world.ts";

const peer = new Peer();
afterAll(() => peer.close());

const { MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519: usual } = CipherSuiteId;
const publicMessage = "publicMessage" as const;

/** Extensions §4.9: the components of the group's SafeAADs, none of them required. */
const safeAad = dictionaryExtension([
  { componentId: ComponentId.safeAad, data: encode(ComponentsList, { componentIds: [] }) },
]);

interface Variant {
  readonly name: string;
  readonly options: ClientOptions;
  readonly beginning: Beginning;
  readonly without?: Operation;
}

const variants: readonly Variant[] = [
  {
    name: "handshakes as PrivateMessage, padded",
    options: { cipherSuite: usual, wireFormat: "privateMessage", padding: 100 },
    // No server could follow.
    beginning: { servers: false },
  },
  {
    name: "a group with safe_aad",
    options: { cipherSuite: usual, wireFormat: publicMessage },
    beginning: { extensions: (hubSenders) => [mimiRequired, hubSenders, safeAad] },
    without: joinByProposal,
  },
  ...[
    CipherSuiteId.MLS_128_DHKEMP256_AES128GCM_SHA256_P256,
    CipherSuiteId.MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
  ].map((cipherSuite) => ({
    name: `cipher suite ${cipherSuite}`,
    options: { cipherSuite, wireFormat: publicMessage },
    beginning: { cipherSuite },
  })),
];

for (const { name, options, beginning, without } of variants) {
  const engines = { ours: new Ours(options), OpenMLS: new OpenMls(peer, options) };
  describe(name, () => {
    for (const operation of operations.filter((item) => item !== without)) {
      for (const committer of ["ours", "OpenMLS"] as const) {
        it(`${operation.name}, ${committer} commits`, async () => {
          const world = await World.begin(engines, beginning);
          await operation.run(world, committer);
          await world.check();
          expect(world.failures).toEqual([]);
        });
      }
    }
  });
}
