import {
  CipherSuiteId,
  ComponentId,
  ComponentsList,
  type CryptoProvider,
  dictionaryExtension,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { afterAll, describe, expect, it } from "vitest";
import { mimiRequired, crypto as nodeCrypto } from "../test/actors.ts";
import type { ClientOptions } from "./engine.ts";
import { OpenMls } from "./openmls.ts";
import { operations } from "./operations/index.ts";
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
  /** Operations that are left out, by name. */
  readonly without?: RegExp;
  /** What ours runs on; OpenMLS has its own. */
  readonly crypto?: CryptoProvider;
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
    // OpenMLS forgets the SafeAAD of proposals from outside; see `divergences-framing.test.ts`.
    without: /external proposals|of the hub/,
  },
  {
    name: "ours on node:crypto",
    options: { cipherSuite: usual, wireFormat: publicMessage },
    beginning: {},
    crypto: nodeCrypto,
  },
  ...[
    CipherSuiteId.MLS_128_DHKEMP256_AES128GCM_SHA256_P256,
    CipherSuiteId.MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
  ].map((cipherSuite) => ({
    name: `cipher suite ${cipherSuite}`,
    options: { cipherSuite, wireFormat: publicMessage },
    beginning: {},
  })),
];

for (const { name, options, beginning, without, crypto } of variants) {
  const engines = { ours: new Ours(options, crypto), OpenMLS: new OpenMls(peer, options) };
  describe(name, () => {
    for (const operation of operations.filter((item) => without?.test(item.name) !== true)) {
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
