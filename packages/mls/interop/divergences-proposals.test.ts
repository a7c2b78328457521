/**
 * Where OpenMLS 0.9.2 leaves RFC 9420 §12 and extensions §6.3, and ours does not follow. The README has the table.
 */
import { type Extension, ExtensionType, type Proposal, RequiredCapabilities } from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { afterAll, describe, expect, it } from "vitest";
import { mimiRequired, suiteId, text } from "../test/actors.ts";
import { commitOf, forgeCommitOf } from "../test/forge.ts";
import { supported } from "./engine.ts";
import { OpenMls } from "./openmls.ts";
import { removals } from "./operations/operation.ts";
import { OurMember, Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { because, said, verdicts } from "./verdicts.ts";
import { World } from "./world.ts";

const peer = new Peer();
afterAll(() => peer.close());
const options = { cipherSuite: suiteId, wireFormat: "publicMessage" as const };
const openMls = new OpenMls(peer, options);
const engines = { ours: new Ours(options), OpenMLS: openMls };

const replace = (...extensions: Extension[]): Proposal => ({
  proposalType: "groupContextExtensions",
  extensions,
});
const required = (extensionTypes: number[], proposalTypes: number[]): Extension => ({
  extensionType: ExtensionType.requiredCapabilities,
  extensionData: encode(RequiredCapabilities, { extensionTypes, proposalTypes, credentialTypes: [] }),
});
const [dictionary, grease] = supported.extensions as [number, number];
const requires = {
  grease: required([dictionary, grease], [0x0008, 0x000a]),
  appEphemeral: required([dictionary], [0x0008, 0x0009, 0x000a]),
};

describe("SelfRemove (extensions §6.3)", () => {
  // It is treated like a Remove, so its sender may be added again. OpenMLS counts the leaver among the members.
  it("beside an Add of the same client", async () => {
    const world = await World.begin(engines);
    const committer = world.member("ours");
    const leaver = world.member("ours", committer);
    await world.propose(leaver, { proposalType: "selfRemove" });
    const proposals: Proposal[] = [{ proposalType: "add", keyPackage: await leaver.keyPackage() }];
    expect(await verdicts(world, () => world.commit(committer, { proposals }), committer)).toEqual(
      said("accepts", because("DuplicateSignatureKey")),
    );
  });

  it("unlike a Remove, beside which both take an Add of the same client", async () => {
    const world = await World.begin(engines);
    const committer = world.member("OpenMLS");
    const leaver = world.member("ours");
    const proposals = [
      ...(await removals([leaver])),
      { proposalType: "add" as const, keyPackage: await leaver.keyPackage() },
    ];
    expect(await verdicts(world, () => world.commit(committer, { proposals }), committer)).toEqual(
      said("accepts", "accepts"),
    );
  });

  // "The Remove proposal is invalid". OpenMLS leaves it out of its own commits, and takes it from others.
  it("beside a Remove of the same leaf", async () => {
    const world = await World.begin(engines);
    const [committer, , , leaver] = world.members;
    if (!(committer instanceof OurMember)) throw new Error("only ours can be forged");
    await world.propose(leaver!, { proposalType: "selfRemove" });
    const commit = commitOf((await committer.commit({})).commit);
    const [proposal] = await removals([leaver!]);
    const message = forgeCommitOf(committer.group, {
      ...commit,
      proposals: [...commit.proposals, { type: "proposal", proposal: proposal! }],
    });
    expect(await verdicts(world, () => world.deliver("forged", message, committer))).toEqual(
      said(because("invalid-proposal-list"), "accepts", {
        // All that a member has against it is the forged tag.
        "OpenMLS, member": because("ConfirmationTagMismatch"),
      }),
    );
  });
});

describe("GroupContextExtensions (RFC 9420 §12.1.7)", () => {
  // Members have to support every extension; nothing says that required_capabilities has to list it.
  it("with an extension that is not required", async () => {
    const world = await World.begin(engines);
    const committer = world.member("ours");
    const proposals = [replace(mimiRequired, { extensionType: grease, extensionData: text("any") })];
    expect(await verdicts(world, () => world.commit(committer, { proposals }), committer)).toEqual(
      said("accepts", because("ExtensionNotInRequiredCapabilities")),
    );
  });

  // "including those added in the same Commit": OpenMLS judges Adds by the extensions of before.
  it.each([
    ["extension", requires.grease, { extensions: [dictionary] }],
    ["proposal type", requires.appEphemeral, { proposals: [0x0008, 0x000a] }],
  ])("with a required %s that a client added beside it lacks", async (_, extension, lacking) => {
    const world = await World.begin(engines);
    const committer = world.member("OpenMLS");
    const client = await openMls.client("lacks something", lacking);
    const proposals = [
      { proposalType: "add" as const, keyPackage: await client.keyPackage() },
      replace(extension),
    ];
    expect(await verdicts(world, () => world.commit(committer, { proposals }), committer)).toEqual(
      said(because("missing-capability"), "accepts"),
    );
  });

  it("that no longer requires what a client added beside it lacks", async () => {
    const world = await World.begin(engines);
    const committer = world.member("ours");
    const client = await openMls.client("lacks something", { proposals: [0x0008] });
    const proposals = [
      { proposalType: "add" as const, keyPackage: await client.keyPackage() },
      replace(required([dictionary], [0x0008])),
    ];
    expect(await verdicts(world, () => world.commit(committer, { proposals }), committer)).toEqual(
      said("accepts", because("UnsupportedProposals")),
    );
  });

  // "excluding those removed"
  it("with a required extension that only a member removed beside it lacks", async () => {
    const world = await World.begin(engines);
    const committer = world.member("ours");
    const client = await openMls.client("lacks something", { extensions: [dictionary] });
    await world.add(committer, [client]);
    const proposals = [...(await removals([client])), replace(requires.grease)];
    expect(await verdicts(world, () => world.commit(committer, { proposals }), committer)).toEqual(
      said("accepts", because("RequiredExtensionNotSupportedByAllMembers")),
    );
  });

  // OpenMLS looks at the extensions that are required, and not at the proposal types.
  it("with a required proposal type that a member lacks", async () => {
    const world = await World.begin(engines);
    const committer = world.member("OpenMLS");
    await world.add(committer, [await openMls.client("lacks something", { proposals: [0x0008, 0x000a] })]);
    const proposals = [replace(requires.appEphemeral)];
    expect(await verdicts(world, () => world.commit(committer, { proposals }), committer)).toEqual(
      said(because("missing-capability"), "accepts"),
    );
  });
});

// RFC 9420 §12.4.2: the group takes no more messages. OpenMLS goes on.
it("ReInit, which OpenMLS passes over", async () => {
  const world = await World.begin(engines);
  const committer = world.member("ours");
  const reinit = { groupId: text("next"), version: "mls10" as const, cipherSuite: suiteId, extensions: [] };
  const { commit } = await committer.commit({ proposals: [{ proposalType: "reinit", reinit }] });
  await committer.mergePendingCommit();
  const run = () => world.deliver("ReInit", commit, committer);
  expect(await verdicts(world, run, committer)).toEqual(said("accepts", "accepts"));
  await expect(world.member("ours").protect(text("more"))).rejects.toThrow("reinitialized");
  expect(await world.member("OpenMLS").protect(text("more"))).toMatchObject({ wireFormat: "privateMessage" });
});
