/**
 * Updates that cannot be read, or that are something else. Protocol §5, §5.3; readings.
 * @module
 */

import { MLSMessage } from "@openmimi/mls";
import { UpdateRequest } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import type { CaseContext } from "../src/context.ts";
import { commitRequest } from "../src/play/handshake.ts";
import { joined, truncated, withLongLength, withOctet, withTrailingOctet } from "../src/play/malformed.ts";
import { textMessage } from "../src/play/message.ts";
import type { TargetRoom } from "../src/play/target-room.ts";
import { MALFORMED, refusedHandshake, UNACCEPTABLE } from "./hub-builders.ts";

/** ProtocolVersion and WireFormat. RFC 9420 §6. */
const GROUP_ID_AT = 4;

/** A valid commit, its octets, and where the parts behind the MLSMessage begin. */
function validCommit({ bob }: TargetRoom) {
  const made = bob.copy().commit({ path: true });
  const octets = encode(UpdateRequest, commitRequest(made));
  const welcomeAt = encode(MLSMessage, made.commit).length;
  return { made, octets, welcomeAt, rest: octets.slice(welcomeAt) };
}

interface Malformed extends Pick<ConformanceCase, "id" | "title"> {
  readonly requirements?: readonly string[];
  readonly readings: readonly string[];
  spoil(octets: Uint8Array, welcomeAt: number, context: CaseContext): Uint8Array;
}

/** A case in which one thing about the octets of a valid commit is wrong. */
function malformed({ id, title, requirements = [], readings, spoil }: Malformed): ConformanceCase {
  return refusedHandshake({
    id,
    title,
    requirements: ["PROTO-TR-08", ...requirements],
    readings,
    level: "MUST",
    twin: "hub/update/path-only",
    request(here, context) {
      const { octets, welcomeAt } = validCommit(here);
      return { body: spoil(octets, welcomeAt, context) };
    },
    expected: MALFORMED,
  });
}

export const hubUpdateMalformed: readonly ConformanceCase[] = [
  malformed({
    id: "hub/update/truncated",
    title: "A commit bundle without its last octet is refused",
    readings: ["R-010"],
    spoil: (octets) => truncated(octets),
  }),
  malformed({
    id: "hub/update/trailing-octet",
    title: "A commit bundle with an octet behind it is refused",
    readings: ["R-010"],
    spoil: (octets) => withTrailingOctet(octets),
  }),
  malformed({
    id: "hub/update/empty-body",
    title: "An update without a body is refused",
    readings: ["R-010"],
    spoil: () => new Uint8Array(),
  }),
  malformed({
    id: "hub/update/random-octets",
    title: "An update of random octets is refused",
    readings: ["R-010"],
    spoil: (octets, _, context) => context.random.octets(octets.length),
  }),
  malformed({
    id: "hub/update/long-length",
    title: "A vector length in more octets than it needs is refused",
    requirements: ["PROTO-FRM-02"],
    readings: ["R-001"],
    spoil: (octets) => withLongLength(octets, GROUP_ID_AT),
  }),
  malformed({
    id: "hub/update/presence-octet",
    title: "A presence octet other than 0 and 1 is refused",
    requirements: ["PROTO-FRM-02"],
    readings: ["R-001", "R-002"],
    spoil: (octets, welcomeAt) => withOctet(octets, welcomeAt, 2),
  }),
  malformed({
    id: "hub/update/reserved-group-info-representation",
    title: "A GroupInfoRepresentation of the reserved value 0 is refused",
    readings: ["R-007", "R-051"],
    spoil: (octets, welcomeAt) => withOctet(octets, welcomeAt + 1, 0),
  }),
  malformed({
    id: "hub/update/undefined-ratchet-tree-representation",
    title: "A RatchetTreeRepresentation that is not defined is refused",
    readings: ["R-007"],
    spoil: (octets) => withOctet(octets, octets.length - 1, 9),
  }),
  malformed({
    id: "hub/update/commit-without-group-info",
    title: "A commit without GroupInfo and ratchet tree is refused",
    requirements: ["PROTO-UPD-12"],
    readings: ["R-051"],
    spoil: (octets, welcomeAt) => octets.slice(0, welcomeAt),
  }),
  refusedHandshake({
    id: "hub/update/private-commit",
    title: "A commit in a PrivateMessage, which the hub cannot read, is refused",
    requirements: ["PROTO-UPD-10", "RTO-04"],
    readings: ["R-049"],
    level: "MUST",
    twin: "hub/update/path-only",
    request(here) {
      const { rest } = validCommit(here);
      const { commit } = here.bob.copy().commit({ path: true, wireFormat: "privateMessage" });
      return { body: joined(encode(MLSMessage, commit), rest) };
    },
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/application-message",
    title: "An application message is refused as an update",
    requirements: ["PROTO-UPD-10"],
    readings: ["R-049"],
    level: "MUST",
    twin: "hub/update/path-only",
    request: ({ bob, roomUri }) => ({ body: encode(MLSMessage, textMessage(bob, roomUri, "not here")) }),
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/unknown-proposal-type",
    title: "A commit with a proposal of a type that nobody knows is refused",
    requirements: ["PROTO-TR-08"],
    level: "MUST",
    twin: "hub/update/path-only",
    request(here) {
      const made = here.bob
        .copy()
        .commit({ path: true, proposals: here.addition(`${here.bob.userUri}-2`, []) });
      const octets = encode(UpdateRequest, commitRequest(made));
      // group_id<V>, epoch, sender type and leaf, authenticated_data<V>, content type, length of proposals, ProposalOrRefType.
      return { body: withOctet(octets, proposalTypeAt(made.commit), 0xf0) };
    },
    expected: UNACCEPTABLE,
  }),
];

/** Where the type of the first proposal stands, counted from the end of what is known to stand before it. RFC 9420 §6, §12.4. */
function proposalTypeAt(commit: MLSMessage): number {
  if (commit.wireFormat !== "publicMessage") throw new Error("not public: a defect of the case");
  const octets = encode(MLSMessage, commit);
  // ProposalOrRefType proposal(1), ProposalType app_data_update(8), ComponentID participant_list(0x22), update(1).
  const at = Buffer.from(octets).indexOf(Uint8Array.of(1, 0, 8, 0, 0x22, 1));
  if (at < 0) throw new Error("no AppDataUpdate found: a defect of the case");
  return at + 1;
}
