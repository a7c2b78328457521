/**
 * Where OpenMLS 0.9.2 leaves the extensions draft (§4.7, §4.8), and ours does not follow. The README has the table.
 */
import {
  ComponentId,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  type Proposal,
  RequiredCapabilities,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { afterAll, describe, expect, it } from "vitest";
import { mimiRequired, suiteId, text } from "../test/actors.ts";
import { commitOf, forgeCommitOf } from "../test/forge.ts";
import { OpenMls } from "./openmls.ts";
import { first, knownPsk, remove, update } from "./operations/operation.ts";
import { OurMember, Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { because, said, verdicts } from "./verdicts.ts";
import { type Beginning, World } from "./world.ts";

const peer = new Peer();
afterAll(() => peer.close());
const options = { cipherSuite: suiteId, wireFormat: "publicMessage" as const };
const engines = { ours: new Ours(options), OpenMLS: new OpenMls(peer, options) };
const begin = (extensions?: Beginning["extensions"]) =>
  World.begin(engines, extensions === undefined ? {} : { extensions });

const replace = (...extensions: Extension[]): Proposal => ({
  proposalType: "groupContextExtensions",
  extensions,
});
const appEphemeral: Proposal = {
  proposalType: "appEphemeral",
  appEphemeral: { componentId: ComponentId.appAck, data: text("data") },
};

/** A commit with other proposals than those it was made for; its confirmation tag is wrong. */
async function forged(world: World, honest: readonly Proposal[], proposals: readonly Proposal[]) {
  const member = world.members[0];
  if (!(member instanceof OurMember)) throw new Error("only ours can be forged");
  const { commit } = await member.commit({ proposals: honest });
  const byValue = proposals.map((proposal) => ({ type: "proposal" as const, proposal }));
  const message = forgeCommitOf(member.group, { ...commitOf(commit), proposals: byValue });
  return world.deliver("forged", message, member);
}

// §4.7: an existing dictionary is changed where it stands; only a new one goes to the end. OpenMLS always moves it there.
describe("a dictionary that is not the last extension", () => {
  const dictionaryFirst = (hubSenders: Extension) => [dictionaryExtension([]), mimiRequired, hubSenders];

  it("ours commits: OpenMLS comes to another GroupContext", async () => {
    const world = await begin(dictionaryFirst);
    const committer = world.member("ours");
    const run = () => world.commit(committer, { proposals: [update(first, "a")] });
    expect(await verdicts(world, run, committer)).toEqual(
      said("accepts", because("ConfirmationTagMismatch"), {
        "OpenMLS, public group": because("another groupContext"),
      }),
    );
  });

  it("OpenMLS commits: ours refuses", async () => {
    const world = await begin(dictionaryFirst);
    const committer = world.member("OpenMLS");
    const run = () => world.commit(committer, { proposals: [update(first, "a")] });
    expect(await verdicts(world, run, committer)).toEqual(
      said(because("invalid-confirmation-tag"), "accepts", {
        "ours, public group": because("invalid-group-info"),
      }),
    );
  });
});

// §4.7: AppDataUpdates are processed after the default proposals. OpenMLS applies them to the dictionary of before.
it("a dictionary that is not locked, replaced and updated in one commit", async () => {
  const unlocked: Extension = {
    extensionType: ExtensionType.requiredCapabilities,
    extensionData: encode(RequiredCapabilities, {
      extensionTypes: [ExtensionType.appDataDictionary],
      proposalTypes: [],
      credentialTypes: [],
    }),
  };
  const replaced = dictionaryExtension([{ componentId: first, data: text("replaced") }]);
  const proposals = [replace(unlocked, replaced), update(first, ", then updated")];
  const world = await begin((hubSenders) => [unlocked, hubSenders, dictionaryExtension([])]);
  const committer = world.member("ours");
  expect(await verdicts(world, () => world.commit(committer, { proposals }), committer)).toEqual(
    said("accepts", because("UnableToDecrypt"), { "OpenMLS, public group": because("another groupContext") }),
  );
});

// §4.7: one remove alone, of something that is there. OpenMLS ends its checks at the first remove.
describe("removals that are invalid", () => {
  it.each([
    ["of a component without state", [remove(first)]],
    ["beside an update of the same component", [update(first, "a"), remove(first)]],
  ])("%s", async (_, proposals) => {
    const world = await begin();
    const committer = world.member("OpenMLS");
    expect(await verdicts(world, () => world.commit(committer, { proposals }), committer)).toEqual(
      said(because("invalid-app-data-update"), "accepts"),
    );
  });

  it("of one component twice", async () => {
    const world = await begin();
    await world.commit(world.member("ours"), { proposals: [update(first, "a")] });
    for (const engine of ["ours", "OpenMLS"] as const)
      await world.propose(world.member(engine), remove(first));
    const committer = world.member("OpenMLS");
    expect(await verdicts(world, () => world.commit(committer), committer)).toEqual(
      said(because("invalid-app-data-update"), "accepts"),
    );
  });
});

// §4.7: every update is handed to the component. OpenMLS hands on both of two equal ones, and commits one.
it("two equal AppDataUpdates in a commit of OpenMLS, which nobody can follow", async () => {
  const proposals = [update(first, "a"), update(first, "a")];
  const ours = await begin();
  await ours.commit(ours.member("ours"), { proposals });
  await ours.check();
  expect(ours.failures).toEqual([]);

  const world = await begin();
  const committer = world.member("OpenMLS");
  expect(await verdicts(world, () => world.commit(committer, { proposals }), committer)).toEqual(
    said(because("invalid-confirmation-tag"), because("ConfirmationTagMismatch"), {
      "ours, public group": because("invalid-group-info"),
      "OpenMLS, public group": because("another groupContext"),
    }),
  );
});

// §4.7: when something is processed is said, not where it stands. Ours puts AppDataUpdates at the end for OpenMLS's sake.
it("an AppDataUpdate in front of a GroupContextExtensions", async () => {
  const list = [replace(mimiRequired), update(first, "a")];
  const world = await begin();
  expect(await verdicts(world, () => forged(world, list, list.toReversed()))).toEqual(
    said("accepts", because("IncorrectOrder"), { "ours, member": because("invalid-confirmation-tag") }),
  );
});

describe("the hub, an external sender", () => {
  // §4.7, §4.8, RFC 9420 §17.4: "External: Y". OpenMLS takes Add, Remove and GroupContextExtensions only.
  it.each([
    ["an AppDataUpdate", async () => update(first, "a")],
    ["an AppEphemeral", async () => appEphemeral],
    ["a PreSharedKey", async (world: World) => knownPsk(world.members)],
  ])("proposes %s", async (_, make) => {
    const world = await begin();
    const proposal = await make(world);
    expect(await verdicts(world, () => world.proposeFromHub("ours", proposal))).toEqual(
      said("accepts", because("UnsupportedProposalType")),
    );
  });
});

// §4.8: AppEphemerals may stand in external commits.
it("an AppEphemeral in an external commit", async () => {
  const world = await begin();
  const joiner = await world.client("ours");
  const from = world.member("OpenMLS");
  const run = () => world.joinExternally(joiner, from, { proposals: [appEphemeral] });
  expect(await verdicts(world, run)).toEqual(said("accepts", because("InvalidInlineProposals")));
});

describe("where both agree", () => {
  it("an AppEphemeral by reference, which OpenMLS commits but cannot send", async () => {
    const world = await begin();
    await world.propose(world.member("ours"), appEphemeral);
    await world.commit(world.member("OpenMLS"));
    await world.check();
    expect(world.failures).toEqual([]);
    await expect(world.member("OpenMLS").propose(appEphemeral)).rejects.toThrow("AppEphemeral");
  });

  it("a GroupContextExtensions that touches a locked dictionary", async () => {
    const world = await begin();
    const touching = [replace(mimiRequired, dictionaryExtension([{ componentId: first, data: text("a") }]))];
    expect(await verdicts(world, () => forged(world, [replace(mimiRequired)], touching))).toEqual(
      said(because("invalid-proposal-list"), because("CannotUpdateDictionaryDirectly")),
    );
  });
});
