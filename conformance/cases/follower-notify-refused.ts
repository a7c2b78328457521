/**
 * Deliveries that a follower has to refuse: not from the hub, for no room, or not to be read. Protocol §5.5; readings
 *
 * @module
 */

import { encodeFanoutMessages, type FanoutMessage, roomUri as makeRoomUri } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import { joined, truncated, withOctet, withTrailingOctet } from "../src/play/malformed.ts";
import { observeMessages, observeRoom } from "../src/play/observe-room.ts";
import { suiteRoom } from "../src/play/suite-room.ts";
import { REFUSED, VALID } from "./claim.ts";
import { needsUser, type RefusedDelivery, refusedDelivery, SHOWN, taken } from "./follower-builders.ts";
import { ROOM, sameRoom } from "./hub-builders.ts";

/** Where the parts of a FanoutMessage stand: its time has eight octets, version and wire format two each. */
const VERSION_AT = 8;
const WIRE_FORMAT_AT = 10;
const GROUP_ID_LENGTH_AT = 12;

/** The octets of a delivery are wrong. */
const malformed = (
  what: string,
  title: string,
  change: (octets: Uint8Array, second: Uint8Array, fanout: FanoutMessage) => Uint8Array,
  more: Partial<Pick<RefusedDelivery, "requirements" | "readings">> = {},
) =>
  refusedDelivery({
    id: `follower/notify/malformed/${what}`,
    title,
    requirements: ["PROTO-TR-08"],
    readings: ["R-096"],
    ...more,
    body(fanout, room) {
      const second = encodeFanoutMessages([room.says("never to be seen")]);
      return change(encodeFanoutMessages([fanout]), second, fanout);
    },
    status: 400,
  });

export const followerNotifyRefused: readonly ConformanceCase[] = [
  refusedDelivery({
    id: "follower/notify/not-from-the-hub",
    title: "A message that another provider than the room's hub brings is refused",
    requirements: ["PROTO-FAN-19", "ARCH-05", "ARCH-07"],
    readings: ["R-093", "R-096"],
    peer: ({ peers }) => peers.follower1,
    status: 403,
  }),
  refusedDelivery({
    id: "follower/notify/unknown-room",
    title: "A message for a room in which the follower has no users is refused",
    requirements: ["PROTO-FAN-19"],
    readings: ["R-096"],
    change: (room, context) => ({ about: makeRoomUri(room.peer.domain, context.name("nowhere")) }),
    status: 404,
  }),
  refusedDelivery({
    id: "follower/notify/room-of-another-provider",
    title: "A message for a room whose URI names another provider is refused",
    requirements: ["PROTO-FAN-19", "ARCH-05"],
    readings: ["R-093", "R-096"],
    change: (_, context) => ({ about: makeRoomUri(context.peers.follower2.domain, context.name("room")) }),
    status: 403,
  }),
  refusedDelivery({
    id: "follower/notify/path-is-no-room",
    title: "A message in the path of a user is refused",
    requirements: ["PROTO-FAN-19", "IDENT-01"],
    readings: ["R-027"],
    change: ({ alice }) => ({ about: alice.userUri }),
  }),
  malformed("truncated", "An event without its last octet is refused", (octets) => truncated(octets)),
  malformed("trailing-octet", "An event with an octet behind it is refused", withTrailingOctet, {
    readings: ["R-010", "R-086", "R-096"],
  }),
  malformed(
    "second-event",
    "When the second event of a body cannot be read, the first is not processed either",
    (octets, second) => joined(octets, truncated(second)),
    { requirements: ["PROTO-FAN-09", "PROTO-TR-08"], readings: ["R-086", "R-096"] },
  ),
  malformed("version", "An event with an MLS version that is not defined is refused", (octets) =>
    withOctet(octets, VERSION_AT + 1, 2),
  ),
  malformed(
    "wire-format",
    "An event with a wire format that is not defined is refused",
    (octets) => withOctet(octets, WIRE_FORMAT_AT, 0xf1),
    { readings: ["R-084", "R-096"] },
  ),
  malformed(
    "presence",
    "An event with a presence octet other than 0 and 1 is refused",
    // Without a frank the octet is the last one.
    (octets, _, { timestamp, message }) =>
      withOctet(octets, encodeFanoutMessages([{ timestamp, message }]).length - 1, 2),
    { requirements: ["PROTO-TR-08", "PROTO-FRM-02"], readings: ["R-001", "R-085"] },
  ),
  malformed(
    "length",
    "An event with a length that begins with the bits 11 is refused",
    (octets) => withOctet(octets, GROUP_ID_LENGTH_AT, 0xc0),
    { requirements: ["PROTO-TR-08", "PROTO-FRM-02"], readings: ["R-001"] },
  ),
  {
    id: "follower/notify/malformed/event-behind-a-commit",
    title: "When what follows a commit cannot be read, the commit is not processed either",
    requirements: ["PROTO-FAN-09", "PROTO-TR-08"],
    readings: ["R-086", "R-096"],
    level: "MUST",
    role: "follower",
    needs: needsUser(),
    twin: "follower/notify/commit",
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const before = room.state();
      const [commit, message] = [room.commit(), room.says("in the new epoch")];
      const broken = truncated(encodeFanoutMessages([message]));
      await room.notify(REFUSED, joined(encodeFanoutMessages([commit]), broken));
      const { clientUri } = carol;
      await context.adapter.call("sync", { clientUri });
      const { epoch } = await context.adapter.call("roomView", { clientUri, roomUri: room.roomUri });
      context.observe("epochs since then", String(BigInt(epoch) - BigInt(before.epoch)));
      await room.notify(VALID, [commit, message]);
      await observeMessages(context, SHOWN, room, clientUri, [message]);
      await observeRoom(context, ROOM, room, clientUri);
    },
    judge: (transcript, check) => [
      check.refused(REFUSED, { status: ["4xx"] }),
      check.should(check.answered(REFUSED, { status: [400] })),
      check.observed("epochs since then", "0"),
      ...taken(check, VALID),
      sameRoom(transcript, check, SHOWN),
      sameRoom(transcript, check, ROOM),
    ],
  },
];
