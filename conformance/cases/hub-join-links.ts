/**
 * Joining links: who may come in by one, how often, and how long. Policy §6.2, §8.1.1; protocol §5.6; readings R-105,
 *
 * @module
 */

import { JoinLinkPolicy, JoinLinksUpdate, MimiComponentId } from "@openmimi/protocol";
import { Capability } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import type { CaseContext } from "../src/context.ts";
import { bodyCode } from "../src/decode.ts";
import { askGroupInfo, externalJoin, fetchGroupInfo } from "../src/play/group-info.ts";
import {
  commitRequest,
  componentUpdate,
  listUpdate,
  participantsOf,
  rolesUpdate,
} from "../src/play/handshake.ts";
import { SuiteClient } from "../src/play/suite-client.ts";
import { type TargetRoom, targetRoom } from "../src/play/target-room.ts";
import { lastObservation, NOT_ALLOWED, needsRoom } from "./hub-builders.ts";

const level = "MUST";
const needs = needsRoom("changeRole");
const CARL = "carl asks with the code";
const JOIN = "carl's external commit";
const DORA = "dora asks with the code";
const AFTER = "asking with the code when it has expired";
/** The role of an ordinary user in a strictly administered room. Policy appendix A.2. */
const ORDINARY = 2;
const NOT_AUTHORIZED = { code: ["notAuthorized"], status: ["4xx" as const] };

/** A room with a link, made under a policy for links. */
async function withLink(
  context: CaseContext,
  policy: Pick<JoinLinkPolicy, "multiuser" | "expiration">,
): Promise<{ readonly here: TargetRoom; readonly joiningCode: Uint8Array }> {
  const here = await targetRoom(context, { preset: "strictly-administered" });
  await here.promote();
  const { group } = here.bob;
  const own = participantsOf(group.public).find(({ user }) => user === here.bob.userUri)?.roleIndex;
  const more = [Capability.canChangeOtherPolicyAttribute, Capability.canCreateJoinCode];
  const roles = rolesUpdate(group.public, (role) => {
    if (role.roleIndex !== own) return role;
    return { ...role, roleCapabilities: [...new Set([...role.roleCapabilities, ...more])] };
  });
  await here.commit("bob may make links", { proposals: [roles], path: true });
  const update = encode(JoinLinkPolicy, { onRequest: false, joinLink: "", ...policy });
  const terms = componentUpdate(MimiComponentId.joinLinkPolicy, update);
  await here.commit("what links are good for", { proposals: [terms], path: true });
  const joiningCode = context.random.octets(16);
  const links = encode(JoinLinksUpdate, { removedIndices: [], addedLinks: [{ joinLink: joiningCode }] });
  const proposals = [componentUpdate(MimiComponentId.joinLinks, links)];
  await here.commit("a link", { proposals, path: true });
  return { here, joiningCode };
}

/** Somebody from outside asks with the code, and joins. */
async function join(
  context: CaseContext,
  here: TargetRoom,
  joiningCode: Uint8Array,
  labels: readonly [asks: string, joins: string],
  client: SuiteClient,
): Promise<void> {
  const given = await fetchGroupInfo(context, here, labels[0], client, { joiningCode });
  const list = listUpdate({ addedParticipants: [{ user: client.userUri, roleIndex: ORDINARY }] });
  const made = externalJoin(context, client, given, { proposals: [list] });
  await here.update(labels[1], commitRequest(made), {}, client.peer);
}

/** How often and how far apart the hub is asked until the link has expired. */
const ATTEMPTS = 16;
const PAUSE_MS = 250;
const EXPIRATION_SECONDS = 2;

export const hubJoinLinks: readonly ConformanceCase[] = [
  {
    id: "hub/join-links/several-users",
    title: "With a link for several users one after the other joins",
    requirements: ["POLICY-JL-04", "POLICY-CAP-12"],
    readings: ["R-105", "R-185"],
    ...{ level, role: "hub", needs },
    async run(context) {
      const { here, joiningCode } = await withLink(context, { multiuser: true, expiration: 3600 });
      await join(context, here, joiningCode, [CARL, JOIN], SuiteClient.of(context, "follower2", "carl"));
      await join(
        context,
        here,
        joiningCode,
        [DORA, "dora's external commit"],
        SuiteClient.of(context, "hub", "dora"),
      );
    },
    judge: (_, check) => [
      check.answered(CARL, { code: ["success"] }),
      check.answered(JOIN, { code: ["success"] }),
      check.answered(DORA, { code: ["success"] }),
      check.answered("dora's external commit", { code: ["success"] }),
    ],
  },
  {
    id: "hub/join-links/one-user",
    title: "With a link that is not for several users one joins, and nobody else",
    requirements: ["POLICY-JL-04"],
    readings: ["R-105"],
    ...{ level, role: "hub", needs, twin: "hub/join-links/several-users" },
    async run(context) {
      const { here, joiningCode } = await withLink(context, { multiuser: false, expiration: 3600 });
      await join(context, here, joiningCode, [CARL, JOIN], SuiteClient.of(context, "follower2", "carl"));
      const dora = SuiteClient.of(context, "hub", "dora");
      await here.groupInfo(DORA, askGroupInfo(dora, { joiningCode }).body, {}, dora.peer);
    },
    judge: (_, check) => [check.answered(JOIN, { code: ["success"] }), check.refused(DORA, NOT_AUTHORIZED)],
  },
  {
    id: "hub/join-links/raced",
    title: "Of two users who were given the group information for a link for one, the second does not join",
    requirements: ["POLICY-JL-04"],
    readings: ["R-105"],
    ...{ level, role: "hub", needs, twin: "hub/join-links/several-users" },
    async run(context) {
      const { here, joiningCode } = await withLink(context, { multiuser: false, expiration: 3600 });
      const [carl, dora] = [
        SuiteClient.of(context, "follower2", "carl"),
        SuiteClient.of(context, "hub", "dora"),
      ];
      await fetchGroupInfo(context, here, DORA, dora, { joiningCode });
      await join(context, here, joiningCode, [CARL, JOIN], carl);
      // The epoch in which carl is: what dora was given is too old for an external commit, the rest of it is not.
      const given = await fetchGroupInfo(context, here, "bob asks", here.bob.sibling("tablet"));
      const list = listUpdate({ addedParticipants: [{ user: dora.userUri, roleIndex: ORDINARY }] });
      const made = externalJoin(context, dora, given, { proposals: [list] });
      await here.update("dora's external commit", commitRequest(made), {}, dora.peer);
    },
    judge: (_, check) => [
      check.answered(JOIN, { code: ["success"] }),
      check.refused("dora's external commit", NOT_ALLOWED),
    ],
  },
  {
    id: "hub/join-links/expired",
    title: "A link expires so many seconds after it was made as the policy says",
    requirements: ["POLICY-JL-03"],
    readings: ["R-105", "R-180"],
    ...{ level, role: "hub", needs, twin: "hub/join-links/several-users" },
    async run(context) {
      const { here, joiningCode } = await withLink(context, {
        multiuser: true,
        expiration: EXPIRATION_SECONDS,
      });
      const dora = SuiteClient.of(context, "follower2", "dora");
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const made = Date.now();
        const label = `${AFTER} (${attempt})`;
        const { body } = await here.groupInfo(label, askGroupInfo(dora, { joiningCode }).body, {}, dora.peer);
        const last = { label, success: bodyCode("groupInfo", body)?.success === true };
        context.observe(AFTER, last);
        if (!last.success) return;
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, made + PAUSE_MS - Date.now())));
      }
    },
    judge(transcript, check) {
      const last = lastObservation(transcript, AFTER) as { readonly label: string } | undefined;
      return [check.refused(last?.label ?? AFTER, NOT_AUTHORIZED)];
    },
  },
];
