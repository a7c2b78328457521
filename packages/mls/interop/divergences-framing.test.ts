/**
 * Where OpenMLS 0.9.2 leaves the extensions draft in what messages and labels are made of, and ours does not follow. The
 * README has the table.
 */
import {
  ComponentId,
  ComponentOperationLabel,
  ComponentsList,
  decryptWithLabel,
  dictionaryExtension,
  HPKECiphertext,
  MLSMessage,
  SafeAAD,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { afterAll, describe, expect, it } from "vitest";
import { mimiRequired, suite, suiteId, text } from "../test/actors.ts";
import { forgeProposal } from "../test/forge.ts";
import { decoded, encoded, toHex } from "./octets.ts";
import { OpenMls, OpenMlsMember } from "./openmls.ts";
import { contextOf, first, update } from "./operations/operation.ts";
import { OurMember, Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { because, said, verdicts } from "./verdicts.ts";
import { World } from "./world.ts";

const peer = new Peer();
afterAll(() => peer.close());
const options = { cipherSuite: suiteId, wireFormat: "publicMessage" as const };
const openMls = new OpenMls(peer, options);
const engines = { ours: new Ours(options), OpenMLS: openMls };

function pair(world: World): { ours: OurMember; theirs: OpenMlsMember } {
  const [ours, theirs] = world.members;
  if (ours instanceof OurMember && theirs instanceof OpenMlsMember) return { ours, theirs };
  throw new Error("one of ours and one of theirs are expected");
}

describe("SafeAAD (extensions §4.9)", () => {
  const safeAad = dictionaryExtension([
    { componentId: ComponentId.safeAad, data: encode(ComponentsList, { componentIds: [] }) },
  ]);
  const begin = () =>
    World.begin(engines, { extensions: (hubSenders) => [mimiRequired, hubSenders, safeAad] });

  it("both read each other's items", async () => {
    const { ours, theirs } = pair(await begin());
    const aadItems = [
      { componentId: 3, data: "01" },
      { componentId: 9, data: "" },
    ];
    const { message } = await theirs.ask("protect", { applicationData: "00", aadItems });
    const items = aadItems.map(({ componentId, data }) => ({
      componentId,
      aadItemData: Buffer.from(data, "hex"),
    }));
    const expected = encode(SafeAAD, { aadItems: items.map((item) => ({ ...item })) });
    expect(ours.group.process(decoded(MLSMessage, message!))).toMatchObject({ authenticatedData: expected });
    const own = ours.group.protect(text("text"), { authenticatedData: expected });
    expect(await theirs.process(own)).toMatchObject({ authenticatedData: toHex(expected) });
  });

  // "the entire authenticated_data field" (reading R-197, a). OpenMLS sends and reads more octets behind the struct.
  it("octets behind the struct", async () => {
    const world = await begin();
    const { ours, theirs } = pair(world);
    const { message } = await theirs.ask("protect", { applicationData: "00", authenticatedData: "ffff" });
    expect(() => ours.group.process(decoded(MLSMessage, message!))).toThrow(
      expect.objectContaining({ code: "invalid-authenticated-data" }),
    );
    const proposal = forgeProposal(ours.group, update(first, "a"), {
      authenticatedData: Uint8Array.of(0, 0xff, 0xff),
    });
    expect(await verdicts(world, () => world.deliver("tail", proposal, ours))).toEqual(
      said(because("invalid-authenticated-data"), "accepts"),
    );
  });

  it.each([
    ["none at all", new Uint8Array()],
    ["one component twice (reading R-198)", Uint8Array.of(8, 0, 4, 1, 0, 0, 4, 1, 0)],
    ["not in order", Uint8Array.of(6, 0, 4, 0, 0, 3, 0)],
  ])("both refuse: %s", async (_, authenticatedData) => {
    const world = await begin();
    const { ours } = pair(world);
    const proposal = forgeProposal(ours.group, update(first, "a"), { authenticatedData });
    expect(await verdicts(world, () => world.deliver("SafeAAD", proposal, ours))).toEqual(
      said(because("invalid-authenticated-data"), because("MalformedSafeAad")),
    );
  });

  // OpenMLS leaves authenticated_data empty in proposals from outside, and then refuses them itself.
  it.each(["a new member", "a hub"])("a proposal of %s", async (sender) => {
    const world = await begin();
    const joiner = await world.client("OpenMLS");
    const run = async () => {
      if (sender === "a new member") {
        await world.deliver("Add", await joiner.joinProposal(await contextOf(world.members[0]!)));
      } else await world.proposeFromHub("OpenMLS", { proposalType: "remove", removed: 3 });
    };
    expect(await verdicts(world, run)).toEqual(
      said(because("invalid-authenticated-data"), because("MalformedSafeAad")),
    );
    const accepted = () => world.proposeFromHub("ours", { proposalType: "remove", removed: 3 });
    expect(await verdicts(world, accepted)).toEqual(said("accepts", "accepts"));
  });
});

// Extensions §4.1: "MLS Component", since -09. OpenMLS has the "Application" of before.
it("the base label of ComponentOperationLabel", async () => {
  const { theirs } = pair(await World.begin(engines));
  const keys = suite.generateHpkeKeyPair();
  const { ciphertext } = await theirs.ask("safeEncrypt", {
    componentId: first,
    publicKey: toHex(keys.publicKey),
    label: "a label",
    context: toHex(text("a context")),
    plaintext: toHex(text("a text")),
  });
  const sealed = decoded(HPKECiphertext, ciphertext!);
  const open = (baseLabel: string) => {
    const label = { baseLabel: text(baseLabel), componentId: first, label: text("a label") };
    const octets = encode(ComponentOperationLabel, label);
    return decryptWithLabel(suite, keys.privateKey, octets, text("a context"), sealed);
  };
  expect(open("Application")).toEqual(text("a text"));
  expect(() => open("MLS Component")).toThrow(expect.objectContaining({ code: "decryption-failed" }));
});

// Extensions §6.4: a component of the dictionary. OpenMLS has an extension of its own, number 0x000a (reading R-203).
it("the mark of a last-resort KeyPackage", async () => {
  const lastResort = 0x000a;
  const client = await openMls.client("last resort", { lastResort: true, extensions: [0x0006, lastResort] });
  const keyPackage = await client.keyPackage();
  expect(keyPackage.extensions).toEqual([{ extensionType: lastResort, extensionData: new Uint8Array() }]);
  const world = await World.begin(engines);
  await world.add(world.member("ours"), [client]);
  await world.check();
  expect(world.failures).toEqual([]);
});

// RFC 9420 §12.4: who has seen a proposal commits before it sends application data.
it("neither sends application messages while proposals are pending", async () => {
  const world = await World.begin(engines);
  const { ours, theirs } = pair(world);
  await world.propose(ours, update(first, "a"));
  await expect(theirs.protect(text("text"))).rejects.toThrow("PendingProposal");
  await expect(ours.protect(text("text"))).rejects.toMatchObject({ code: "pending-proposals" });
});

it("both refuse octets behind a message, and lengths that are longer than needed (RFC 9420 §2.1.2)", async () => {
  const { ours, theirs } = pair(await World.begin(engines));
  const message = encoded(MLSMessage, await ours.protect(text("text")));
  const longer = message.replace(/^(00010002)(07)/, "$14007");
  expect(longer).not.toBe(message);
  await expect(theirs.ask("process", { message: longer })).rejects.toThrow("InvalidVectorLength");
  await expect(theirs.ask("process", { message: `${message}00` })).rejects.toThrow("TrailingData");
  expect(() => decoded(MLSMessage, longer)).toThrow();
  expect(() => decoded(MLSMessage, `${message}00`)).toThrow();
});
