import { beforeEach, describe, expect, it } from "vitest";
import {
  addMembers,
  appending,
  crypto,
  mergeCommit,
  mimiRequired,
  newGroup,
  options,
  text,
} from "../../test/actors.ts";
import { commitOf, expectRefused, forgeCommit } from "../../test/forge.ts";
import { type Extension, ExtensionType, type Proposal } from "../codec/index.ts";
import { dictionaryExtension } from "../extensions.ts";
import type { MemberGroup } from "../member/group.ts";
import { PublicGroup } from "../public-group.ts";

let alice: MemberGroup;
let bob: MemberGroup;
let hub: PublicGroup;

const follow = (member: MemberGroup) =>
  PublicGroup.fromGroupInfo(crypto, member.groupInfo(), member.public.ratchetTree(), options);

beforeEach(() => {
  alice = newGroup();
  [bob] = addMembers(alice, [], ["bob"]) as [MemberGroup];
  hub = follow(alice);
});

/** Refused by the server and by a member, and neither changes. */
function refused(code: string, message: ReturnType<typeof forgeCommit>, receiver = bob): void {
  expectRefused(hub, code, () => hub.stage(message));
  expectRefused(receiver, code, () => receiver.process(message));
}

const data = (componentId: number, update: string): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "update", update: text(update) },
});
const erase = (componentId: number): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "remove" },
});
const replace = (...extensions: Extension[]): Proposal => ({
  proposalType: "groupContextExtensions",
  extensions,
});

describe("extensions §4.7: AppDataUpdate in commits", () => {
  it("is put behind everything else, also by reference", () => {
    const proposed = bob.propose(data(1, "by reference"));
    alice.process(proposed.message);
    const { commit } = alice.commit({ proposals: [data(1, "inline"), replace(mimiRequired)] });
    const kinds = commitOf(commit).proposals.map((item) =>
      item.type === "reference" ? "by reference" : item.proposal.proposalType,
    );
    expect(kinds).toEqual(["groupContextExtensions", "by reference", "appDataUpdate"]);
  });

  it("follows the default proposals, in the order of the commit, and needs no path", () => {
    const made = alice.commit({ proposals: [data(2, "a"), data(1, "x"), data(2, "b")] });
    const staged = hub.stage(made.commit);
    expect(staged.hasPath).toBe(false);
    expect([...staged.components]).toEqual([
      [2, { after: text("ab") }],
      [1, { after: text("x") }],
    ]);
    hub.merge(staged);
    mergeCommit(bob.process(made.commit));
    expect(bob.public.groupContext).toEqual(hub.groupContext);
    // A group without a dictionary gets one behind its other extensions.
    expect(hub.groupContext.extensions.at(-1)?.extensionType).toBe(ExtensionType.appDataDictionary);
  });

  it("is refused where the list or the component refuses", () => {
    refused("invalid-app-data-update", forgeCommit(alice, [erase(7)]));
    refused("invalid-app-data-update", forgeCommit(alice, [data(7, "x"), erase(7)]));
    const strict = PublicGroup.deserialize(crypto, hub.serialize(), {
      components: (id, current, updates) => {
        if (id !== 1) throw new Error("not a component of this application");
        return appending(id, current, updates);
      },
    });
    expectRefused(strict, "invalid-app-data-update", () => strict.stage(forgeCommit(alice, [data(2, "x")])));
    const nobody = PublicGroup.deserialize(crypto, hub.serialize());
    expectRefused(nobody, "invalid-app-data-update", () => nobody.stage(forgeCommit(alice, [data(1, "x")])));
  });

  it("locks the dictionary against GroupContextExtensions, before and after", () => {
    const dictionary = dictionaryExtension([{ componentId: 1, data: text("x") }]);
    expectRefused(alice, "invalid-proposal-list", () =>
      alice.commit({ proposals: [replace(mimiRequired, dictionary)] }),
    );
    // Lifting the lock and changing what it locks in one proposal
    expectRefused(alice, "invalid-proposal-list", () => alice.commit({ proposals: [replace(dictionary)] }));
    const made = alice.commit({ proposals: [data(1, "x")] });
    alice.mergePendingCommit();
    hub.merge(hub.stage(made.commit));
    expectRefused(alice, "invalid-proposal-list", () => alice.commit({ proposals: [replace(mimiRequired)] }));
    const both = alice.commit({ proposals: [replace(dictionary, mimiRequired), data(1, "y")] });
    hub.merge(hub.stage(both.commit));
    expect(hub.component(1)).toEqual(text("xy"));
    expect(hub.groupContext.extensions[0]?.extensionType).toBe(ExtensionType.appDataDictionary);
  });

  it("does not lock it where AppDataUpdate is not required", () => {
    alice = newGroup("alice", []);
    hub = follow(alice);
    const dictionary = dictionaryExtension([{ componentId: 1, data: text("x") }]);
    hub.merge(hub.stage(alice.commit({ proposals: [replace(dictionary)] }).commit));
    expect(hub.component(1)).toEqual(text("x"));
  });

  it("a GroupContextExtensions replaces the whole list", () => {
    const bad = { extensionType: ExtensionType.externalSenders, extensionData: text("no") };
    refused("invalid-extension", forgeCommit(alice, [replace(mimiRequired, bad)]));
    refused("invalid-extension", forgeCommit(alice, [replace(mimiRequired, mimiRequired)]));
  });
});
