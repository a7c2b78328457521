import type { Proposal } from "@openmimi/mls";
import { MimiComponentId, OperationalParameters } from "@openmimi/protocol";
import { operational } from "@openmimi/room/testing";
import { encode } from "@openmimi/tls";
import { expect, it } from "vitest";
import { A, HubScene } from "../../test/hub-scene.ts";
import { commitBody, Member, proposalBody } from "../../test/member.ts";

const PUBLIC_MESSAGE = 1;
const PRIVATE_MESSAGE = 2;

/** A room whose members' handshakes have to come in one of these formats. */
function taking(...handshakeFormats: number[]): Promise<HubScene> {
  const data = encode(OperationalParameters, operational({ handshakeFormats }));
  return HubScene.withRoom({ components: new Map([[MimiComponentId.operationalPolicy, data]]) });
}

const denied = { responseCode: "notAllowed", errorDescription: expect.stringContaining("wire-format") };

it("takes members' commits and proposals in the room's formats only (policy §7, R-063)", async () => {
  const scene = await taking(PRIVATE_MESSAGE);
  const { group } = scene.alice;
  const { commit, groupInfo } = group.commit({ path: true });
  group.clearPendingCommit();
  expect(await scene.update(A, commitBody(commit, groupInfo))).toMatchObject(denied);
  const { message } = group.proposeUpdate();
  expect(await scene.update(A, proposalBody(message))).toMatchObject(denied);

  const other = await taking(PRIVATE_MESSAGE, PUBLIC_MESSAGE);
  const allowed = other.alice.group.commit({ path: true });
  const body = commitBody(allowed.commit, allowed.groupInfo);
  expect(await other.update(A, body)).toMatchObject({ responseCode: "success" });
});

it("does not hold SelfRemoves and external commits to them (extensions §6.3)", async () => {
  const scene = await taking(PRIVATE_MESSAGE);
  const second = new Member("a.example", "alice", "ClientA2");
  const contents = await scene.groupInfo(A, second);
  const { body } = HubScene.externalCommit(second, contents);
  expect(await scene.update(A, body)).toMatchObject({ responseCode: "success" });
  const selfRemove: Proposal = { proposalType: "selfRemove" };
  const { message } = second.group.propose(selfRemove);
  expect(await scene.update(A, proposalBody(message))).toMatchObject({ responseCode: "success" });
});
