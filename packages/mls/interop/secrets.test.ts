import { ComponentId } from "@openmimi/mls";
import { afterAll, expect, it } from "vitest";
import { suiteId, text } from "../test/actors.ts";
import { OpenMls } from "./openmls.ts";
import { Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { World } from "./world.ts";

const peer = new Peer();
afterAll(() => peer.close());

const options = { cipherSuite: suiteId, wireFormat: "publicMessage" as const };
const engines = { ours: new Ours(options), OpenMLS: new OpenMls(peer, options) };

it("MLS-Exporter (RFC 9420 §8.5)", async () => {
  const { members } = await World.begin(engines);
  for (const [label, context, length] of [
    ["exporter", "context", 32],
    ["", "", 100],
  ] as const) {
    const secrets = await Promise.all(members.map((member) => member.exporter(label, text(context), length)));
    expect(new Set(secrets.map(String)).size).toBe(1);
  }
});

it("the forward-secure exporter (extensions §4.4), once for each component", async () => {
  const { members } = await World.begin(engines);
  // The first and the last leaf of the tree of 2^16, and some between, in an order that is not theirs
  for (const componentId of [0x8000, 0, 0xffff, ComponentId.appAck, 0x7fff, 1]) {
    const secrets = await Promise.all(members.map((member) => member.safeExport(componentId)));
    expect(new Set(secrets.map(String)).size).toBe(1);
    for (const member of members) await expect(member.safeExport(componentId)).rejects.toThrow();
  }
});
