/**
 * External commits: a participant's new client, and those who may not come in this way. Protocol §3.6, §5.6; policy §8.1.1;
 * extensions §6.3; readings.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import type { CaseContext } from "../src/context.ts";
import { externalJoin, fetchGroupInfo } from "../src/play/group-info.ts";
import { commitRequest, leaveRequest, participantsOf, removalOf } from "../src/play/handshake.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { type TargetRoom, targetRoom } from "../src/play/target-room.ts";
import {
  lastObservation,
  NOT_ALLOWED,
  needsRoom,
  ROOM,
  refusedHandshake,
  sameRoom,
  UNACCEPTABLE,
} from "./hub-builders.ts";

const level = "MUST";
const twin = "hub/external/own-device";
const JOIN = "the external commit";
const STAPLED = "proposals stapled to it";
const LISTED = "carl is in the participant list";

export const hubExternal: readonly ConformanceCase[] = [
  {
    id: "hub/external/own-device",
    title: "A participant's new client joins by external commit, and everybody is told",
    requirements: ["PROTO-UPD-21", "PROTO-GI-01", "PROTO-FAN-01", "POLICY-CAP-06"],
    readings: ["R-106"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      const tablet = here.bob.sibling("tablet");
      const join = externalJoin(context, tablet, await fetchGroupInfo(context, here, "GroupInfo", tablet));
      (await here.update(JOIN, commitRequest(join))).expect(200);
      tablet.enter(join.group);
      await here.compare(ROOM, tablet);
      await carls.bringing("the external commit at the other follower", join.commit);
      await here.say("a message of the new client", "from the tablet", tablet);
      await carls.message("that message at the other follower");
      context.observe("read by carl", carls.messages.at(-1)?.text ?? null);
    },
    judge: (transcript, check) => [
      check.answered(JOIN, { code: ["success"] }),
      sameRoom(transcript, check),
      check.arrived("the external commit at the other follower"),
      check.answered("a message of the new client", { code: ["accepted"] }),
      check.observed("read by carl", "from the tablet"),
    ],
  },
  {
    id: "hub/external/after-self-remove",
    title: "A joiner refers to the pending SelfRemove, and the rest of the leave is not forgotten",
    requirements: ["EXT-SR-04", "EXT-SR-09", "PROTO-FAN-06", "PROTO-GI-08"],
    readings: ["R-062", "R-092", "R-104"],
    ...{ level, role: "hub", needs: needsRoom(), twin },
    async run(context) {
      const here = await targetRoom(context);
      const { clients } = await here.bring();
      const [carl] = clients as [SuiteClient];
      const hannas = await here.bring({ peer: "hub", base: "hanna" });
      const leave = leaveRequest(carl);
      await here.accepted("carl's leave", leave, carl.peer);
      here.share(leave, carl);
      const tablet = here.bob.sibling("tablet");
      const join = externalJoin(context, tablet, await fetchGroupInfo(context, here, "GroupInfo", tablet));
      (await here.update(JOIN, commitRequest(join))).expect(200);
      tablet.enter(join.group);
      const { fanout } = await hannas.bringing("the external commit at a third provider", join.commit);
      const replaced = fanout.externalProposals ?? [];
      for (const proposal of replaced) tablet.group.process(proposal);
      context.observe(STAPLED, replaced.length);
      const made = tablet.group.commit({ path: true });
      await here.accepted("the next commit", commitRequest(made));
      tablet.group.mergePendingCommit();
      await here.compare(ROOM, tablet);
      const listed = participantsOf(tablet.group.public).some(({ user }) => user === carl.userUri);
      context.observe(LISTED, listed);
    },
    judge: (transcript, check) => [
      check.answered(JOIN, { code: ["success"] }),
      check.arrived("the external commit at a third provider"),
      check.answered("the next commit", { code: ["success"] }),
      sameRoom(transcript, check),
      // Reading R-062: how the entry goes is left to the hub, but the promise of an early removal is not.
      Number(lastObservation(transcript, STAPLED)) > 0
        ? check.reading("R-062", "d", check.should(check.observed(LISTED, false)))
        : check.should(check.observed(LISTED, false)),
    ],
  },
  refusedHandshake({
    id: "hub/external/without-self-remove",
    title: "An external commit that leaves out a pending SelfRemove is refused",
    requirements: ["EXT-SR-04", "PROTO-UPD-18"],
    readings: ["R-059"],
    ...{ level, twin: twin },
    async prepare(here) {
      const { clients } = await here.bring();
      const [carl] = clients as [SuiteClient];
      const leave = leaveRequest(carl);
      await here.accepted("carl's leave", leave, carl.peer);
      here.share(leave, carl);
    },
    async request(here, context) {
      const tablet = here.bob.sibling("tablet");
      const given = await fetchGroupInfo(context, here, "GroupInfo", tablet);
      return { body: commitRequest(externalJoin(context, tablet, given, { pending: [] })) };
    },
    expected: { ...UNACCEPTABLE, status: ["4xx"] },
    valid: ({ bob }) => ({ body: commitRequest(bob.copy().commit()) }),
  }),
  refusedHandshake({
    id: "hub/external/not-asked-for",
    title: "An external commit with another key than the one that asked for the GroupInfo is refused",
    requirements: ["PROTO-GI-12"],
    readings: ["R-106"],
    ...{ level, twin },
    async request(here, context) {
      const tablet = here.bob.sibling("tablet");
      const given = await fetchGroupInfo(context, here, "GroupInfo", tablet);
      const watch = here.bob.sibling("watch");
      return { body: commitRequest(externalJoin(context, watch, given)) };
    },
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/external/removed-user",
    title: "Somebody who was removed cannot come back by external commit",
    requirements: ["PROTO-UPD-21", "PROTO-STATE-01"],
    ...{ level, twin },
    prepare: (here) => here.bring(),
    async request(here, context) {
      const { tablet, given } = await removedAfterAsking(here, context);
      return { body: commitRequest(externalJoin(context, tablet, given)), peer: tablet.peer };
    },
    expected: NOT_ALLOWED,
  }),
  refusedHandshake({
    id: "hub/external/removed-user-who-lists-himself",
    title: "Nobody joins a cooperative room by putting himself in the participant list",
    requirements: ["PROTO-UPD-21", "POLICY-CAP-07"],
    readings: ["R-185", "R-201"],
    ...{ level, twin },
    prepare: (here) => here.bring(),
    async request(here, context) {
      const { tablet, given } = await removedAfterAsking(here, context);
      const proposals = here.addition(tablet.userUri, []);
      return { body: commitRequest(externalJoin(context, tablet, given, { proposals })), peer: tablet.peer };
    },
    expected: NOT_ALLOWED,
  }),
];

/**
 * A new client of carl asks for the GroupInfo while carl is a participant, so that nothing but the policy is against its
 * external commit; then bob removes carl. The GroupInfo is that of the epoch after.
 */
async function removedAfterAsking(here: TargetRoom, context: CaseContext) {
  const carl = here.everybody[1] as SuiteClient;
  const tablet = carl.sibling("tablet");
  await fetchGroupInfo(context, here, "carl asks", tablet);
  const { group } = here.bob;
  const proposals = removalOf(group.public, carl.userUri, [carl.group.ownLeafIndex]);
  here.everybody.pop();
  await here.commit("bob removes carl", { proposals });
  await here.compare("the room without carl");
  const given = await fetchGroupInfo(context, here, "bob asks", here.bob.sibling("tablet"));
  return { tablet, given };
}
