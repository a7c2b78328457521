/**
 * What users of a follower do when the hub says no, or not now. Protocol §5.3; readings.
 * @module
 */

import { UpdateRoomResponse } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { observeMessages, observeRoom } from "../src/play/observe-room.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { ACCEPTED, HUB_SAYS } from "../src/play/suite-hub.ts";
import { suiteRoom } from "../src/play/suite-room.ts";
import { needsUser, SHOWN, taken } from "./follower-builders.ts";
import { ROOM, receivedAt, sameRoom } from "./hub-builders.ts";

const UPDATE = "update";
const DONE = "what the adapter was asked for";
const OCTETS = { "content-type": "application/octet-stream" };

export const followerRefusals: readonly ConformanceCase[] = [
  {
    id: "follower/send/refused-commit",
    title: "A commit that the hub does not allow changes nothing for the member who sent it",
    requirements: ["ARCH-03"],
    readings: ["R-012"],
    level: "MUST",
    role: "member-client",
    needs: needsUser("removeUser"),
    twin: "follower/send/remove-user",
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      const { clients, commit } = room.bring("bob");
      await room.tell("bob comes", [commit]);
      room.peer.handle(UPDATE, () => {
        const body = encode(UpdateRoomResponse, { responseCode: "notAllowed", errorDescription: "no" });
        return { status: 200, headers: OCTETS, body };
      });
      const { userUri } = clients[0] as SuiteClient;
      await context.adapter.attempt("removeUser", { clientUri, roomUri, userUri }, DONE);
      const message = room.says("bob is still here", clients[0]);
      await room.notify("a message of bob", [message]);
      await observeMessages(context, SHOWN, room, clientUri, [message]);
      await observeRoom(context, ROOM, room, clientUri);
    },
    judge: (transcript, check) => [
      check.failed(DONE),
      ...taken(check, "a message of bob"),
      sameRoom(transcript, check, SHOWN),
      sameRoom(transcript, check, ROOM),
    ],
  },
  {
    id: "follower/send/wrong-epoch",
    title: "A commit that another one was faster than is made again in the new epoch",
    requirements: ["ARCH-03"],
    readings: ["R-060"],
    // No draft says that a client has to try again; it has to follow the hub.
    level: "MUST",
    role: "member-client",
    needs: needsUser("sendUpdate"),
    twin: "follower/send/update",
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      const faster = room.commit();
      let behind = true;
      room.peer.handle(UPDATE, async (request) => {
        if (!behind) return room.hub.answer(UPDATE, request);
        behind = false;
        await room.notify("the faster commit", [faster]);
        const currentEpoch = room.alice.group.epoch;
        const refusal = { responseCode: "wrongEpoch", errorDescription: "", currentEpoch } as const;
        return { status: 200, headers: OCTETS, body: encode(UpdateRoomResponse, refusal) };
      });
      await context.adapter.attempt("sendUpdate", { clientUri, roomUri }, DONE);
      await observeRoom(context, ROOM, room, clientUri);
    },
    judge(transcript, check) {
      const requests = receivedAt(transcript, PEER_DOMAINS.hub, UPDATE).length;
      return [
        ...taken(check, "the faster commit"),
        sameRoom(transcript, check),
        check.should(check.that(requests === 2, "two commits", `${requests}`)),
        check.should(check.observed(HUB_SAYS, ACCEPTED)),
        check.should(check.succeeded(DONE)),
      ];
    },
  },
];
