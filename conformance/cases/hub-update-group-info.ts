/**
 * What comes with a commit: GroupInfo, ratchet tree, Welcome. Protocol §5.3; tree options §3, §4; policy §7; readings R-051 to
 *
 * @module
 */

import {
  ExtensionType,
  type GroupInfo,
  partialGroupInfo,
  RatchetTreeNodes,
  signGroupInfo,
} from "@openmimi/mls";
import type { UpdateRequest } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import { additionOf, commitRequest } from "../src/play/handshake.ts";
import { withLastBitFlipped } from "../src/play/malformed.ts";
import { SUITE, SuiteClient } from "../src/play/suite-client.ts";
import { type TargetRoom, targetRoom } from "../src/play/target-room.ts";
import { needsRoom, ROOM, refusedHandshake, UNACCEPTABLE } from "./hub-builders.ts";

const level = "MUST";
const twin = "hub/update/path-only";
const fullTwin = "hub/update/full-group-info";

const full = (groupInfo: GroupInfo): Partial<UpdateRequest> => ({
  groupInfoOption: { representation: "full", groupInfo },
});

/** A commit of bob with a path, sent with something changed about its GroupInfo or tree. */
function pathOnly({ bob }: TargetRoom, change: (groupInfo: GroupInfo) => Partial<UpdateRequest>) {
  const made = bob.copy().commit({ path: true });
  return { body: commitRequest(made, change(made.groupInfo)) };
}

export const hubUpdateGroupInfo: readonly ConformanceCase[] = [
  refusedHandshake({
    id: "hub/update/partial-group-info-with-bad-signature",
    title: "A commit is refused when the GroupInfo rebuilt from its parts does not verify",
    requirements: ["RTO-07", "PROTO-UPD-12", "POLICY-OP-02"],
    readings: ["R-053", "R-065"],
    ...{ level, twin },
    request: (here) =>
      pathOnly(here, (groupInfo) => ({
        groupInfoOption: {
          representation: "partial",
          partialGroupInfo: partialGroupInfo({
            ...groupInfo,
            signature: withLastBitFlipped(groupInfo.signature),
          }),
        },
      })),
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/full-group-info-with-bad-signature",
    title: "A commit is refused when its GroupInfo does not verify",
    requirements: ["RTO-07", "POLICY-OP-02"],
    readings: ["R-065"],
    ...{ level, twin: fullTwin },
    request: (here) =>
      pathOnly(here, (groupInfo) =>
        full({ ...groupInfo, signature: withLastBitFlipped(groupInfo.signature) }),
      ),
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/group-info-of-epoch-before",
    title: "A commit is refused when its GroupInfo describes the epoch that it ends",
    requirements: ["POLICY-OP-02"],
    readings: ["R-065"],
    ...{ level, twin: fullTwin },
    request: (here) => pathOnly(here, () => full(here.bob.group.groupInfo())),
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/group-info-signed-by-another",
    title: "A commit is refused when its GroupInfo is signed by somebody else than the committer",
    requirements: ["POLICY-OP-02"],
    readings: ["R-065"],
    ...{ level, twin: fullTwin },
    request: (here) =>
      pathOnly(here, ({ signature: _, ...body }) =>
        full(signGroupInfo(SUITE, body, SUITE.generateSignatureKeyPair().privateKey)),
      ),
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/group-info-with-tree",
    title: "A commit is refused when its GroupInfo embeds the ratchet tree",
    requirements: ["PROTO-UPD-12", "RTO-06"],
    readings: ["R-052"],
    ...{ level, twin: fullTwin },
    request({ bob }) {
      const made = bob.copy().commit({ path: true });
      const { signature: _, ...body } = made.groupInfo;
      const extensionData = encode(RatchetTreeNodes, made.staged.tree.toNodes());
      const extensions = [...body.extensions, { extensionType: ExtensionType.ratchetTree, extensionData }];
      const groupInfo = signGroupInfo(SUITE, { ...body, extensions }, bob.signatureKeys.privateKey);
      return { body: commitRequest(made, full(groupInfo)) };
    },
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/partial-group-info-with-tree-added",
    title: "A commit is refused when its PartialGroupInfo says that the ratchet tree was added",
    requirements: ["RTO-06"],
    readings: ["R-052"],
    ...{ level, twin },
    request: (here) =>
      pathOnly(here, (groupInfo) => ({
        groupInfoOption: {
          representation: "partial",
          partialGroupInfo: { ...partialGroupInfo(groupInfo), ratchetTreePresence: "added" },
        },
      })),
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/tree-of-epoch-before",
    title: "A commit is refused when the ratchet tree sent along is not the one that it makes",
    requirements: ["RTO-02"],
    readings: ["R-056"],
    ...{ level, twin: fullTwin },
    request: (here) =>
      pathOnly(here, () => ({
        ratchetTreeOption: { representation: "full", ratchetTree: here.bob.group.public.ratchetTree() },
      })),
    expected: UNACCEPTABLE,
  }),
  welcomeMismatch(
    "hub/update/add-without-welcome",
    "A commit that adds a client without a Welcome for it: refused, or taken as it is",
    ({ bob }, [carl]) => {
      const made = bob.copy().commit({ proposals: additionOf(bob.group.public, bob.userUri, [carl]) });
      const { commit, groupInfo } = made;
      return commitRequest({ commit, groupInfo });
    },
  ),
  welcomeMismatch(
    "hub/update/welcome-for-somebody-else",
    "A commit whose Welcome has an entry for a client that it does not add: refused, or taken as it is",
    ({ bob }, [carl, dave]) => {
      const add = (clients: readonly SuiteClient[]) =>
        bob.copy().commit({ proposals: additionOf(bob.group.public, bob.userUri, clients) });
      const made = add([carl]);
      const stray = add([dave]).welcome?.secrets ?? [];
      if (made.welcome === undefined) throw new Error("no Welcome: a defect of the case");
      const welcome = { ...made.welcome, secrets: [...made.welcome.secrets, ...stray] };
      return commitRequest({ ...made, welcome });
    },
  ),
];

/** Reading R-066: a hub may cross-check Adds and Welcome, or trust the bundle; it does one of the two. */
function welcomeMismatch(
  id: string,
  title: string,
  request: (here: TargetRoom, others: readonly [SuiteClient, SuiteClient]) => UpdateRequest,
): ConformanceCase {
  const label = "the mismatched commit";
  return {
    ...{
      id,
      title,
      level,
      role: "hub",
      needs: needsRoom(),
      twin: "hub/update/add-user-of-unknown-key-package",
    },
    requirements: ["PROTO-FAN-03"],
    readings: ["R-066"],
    async run(context) {
      const here = await targetRoom(context);
      const carl = SuiteClient.of(context, "follower2", "carl");
      const dave = SuiteClient.of(context, "follower2", "dave");
      await here.observe(ROOM);
      await here.update(label, request(here, [carl, dave]));
      await here.observe(ROOM);
    },
    judge: (_, check) => {
      const refused = check.refused(label, UNACCEPTABLE);
      if (refused.holds === "yes") return [check.reading("R-066", "b", refused), check.unchanged(ROOM)];
      return [check.reading("R-066", "a", check.answered(label, { code: ["success"] }))];
    },
  };
}
