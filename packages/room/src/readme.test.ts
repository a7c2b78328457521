import { readFileSync } from "node:fs";
import { nobleCrypto, PublicGroup } from "@openmimi/mls";
import {
  authorizeCommit,
  authorizeMessage,
  Capability,
  cooperativeRoom,
  explain,
  factsOfCommit,
  roomComponents,
  roomStateOf,
} from "@openmimi/room";
import { expect, it } from "vitest";
import { adding, createRoom, keyPackage } from "../test/mls-room.ts";

it("the README's example works", () => {
  const components = cooperativeRoom({
    roomUri: "mimi://a.example/r/clubhouse",
    creator: "mimi://a.example/u/alice",
    name: "Clubhouse",
  });
  const state = roomStateOf((componentId) => components.get(componentId));
  expect(authorizeMessage(state, "mimi://a.example/u/alice")).toMatchObject({
    allowed: true,
    rule: "canSendMessage",
  });
  expect(authorizeMessage(state, "mimi://b.example/u/bob")).toMatchObject({
    allowed: false,
    reason: "not-a-participant",
  });

  const alice = createRoom();
  const groupInfo = alice.groupInfo();
  const ratchetTree = alice.public.ratchetTree();
  const { commit } = alice.commit({ proposals: adding("bob", [keyPackage("bob")]) });
  const group = PublicGroup.fromGroupInfo(nobleCrypto, groupInfo, ratchetTree, {
    components: roomComponents,
  });
  const staged = group.stage(commit);
  const decision = authorizeCommit(
    roomStateOf((componentId) => group.component(componentId)),
    factsOfCommit(staged, group),
  );
  expect(decision).toMatchObject({ allowed: true, rule: "canAddParticipant" });
  expect(explain(decision)).toMatch(/^allowed\n {2}canAddParticipant for mimi:/);
  if (decision.allowed) group.merge(staged);
  expect(group.epoch).toBe(1n);
});

it("the README says of every capability, once, by whom it is kept", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, kept = ""] = readme.split("## Which capability is kept by whom");
  const [table = ""] = kept.split("`authorizeCapability`");
  const named = table.match(/can[A-Z]\w+/g) ?? [];
  expect([...named].sort()).toEqual(Object.keys(Capability).sort());
});

it("the README names every reason for a denial", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const source = readFileSync(new URL("decision.ts", import.meta.url), "utf8");
  const [, union = ""] = source.split("export type DenialReason =");
  const [reasons = ""] = union.split(";");
  const named = [...reasons.matchAll(/"([a-z-]+)"/g)].map((match) => match[1] ?? "");
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((reason) => !readme.includes(`\`${reason}\``))).toEqual([]);
});
