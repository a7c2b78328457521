import { nobleCrypto, PublicGroup } from "@openmimi/mls";
import {
  authorizeCommit,
  authorizeMessage,
  cooperativeRoom,
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
  if (decision.allowed) group.merge(staged);
  expect(group.epoch).toBe(1n);
});
