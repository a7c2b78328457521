/**
 * What users of a follower change in a room, and how it comes to the hub. Protocol §3.3, §3.5, §5.2, §5.3, §7.5;
 * extensions §6.3; readings.
 * @module
 */

import { nobleCrypto } from "@openmimi/mls";
import { KeyMaterialRequest, verifyKeyMaterialRequest } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import type { Check, Checks } from "../src/checks.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { GROUP_INFO, observeGroupInfo, observeWelcome, WELCOME } from "../src/play/accepted-commit.ts";
import { indexOf, leavesOf } from "../src/play/handshake.ts";
import { publishKeyMaterial } from "../src/play/key-material.ts";
import { observeRoom } from "../src/play/observe-room.ts";
import { SuiteClient } from "../src/play/suite-client.ts";
import { ACCEPTED, HUB_SAYS } from "../src/play/suite-hub.ts";
import { SuiteRoom, suiteRoom } from "../src/play/suite-room.ts";
import { targetUser } from "../src/play/target-user.ts";
import { needsUser } from "./follower-builders.ts";
import { type Effects, effectsOf, framedAs } from "./handshake-of-target.ts";
import { ROOM, receivedAt, sameRoom } from "./hub-builders.ts";
import { sentAsTheDraftsWant } from "./sent-by-target.ts";

const shared = { level: "MUST", role: "member-client" } as const;
const UPDATE = "update";
const SENT = "the request to the hub";
const DONE = "what the adapter was asked for";
const CLAIM = "the claim";
const WANTED = "what has to change";
const AFTERWARDS = "the room after the commit";

/** Whether the request does what {@link WANTED} says. */
function does(check: Checks, names: readonly (keyof Effects)[]): Check {
  const effects = effectsOf(check, SENT);
  const found = effects === undefined ? {} : Object.fromEntries(names.map((name) => [name, effects[name]]));
  return check.equals(WANTED, found, check.observation(WANTED) ?? null, check.exchange(SENT)?.n);
}

/** The leave of a user with as many clients. */
function leaves(devices: readonly string[]): ConformanceCase {
  return {
    ...shared,
    id: devices.length === 1 ? "follower/send/leave" : "follower/send/leave-with-two-clients",
    title: `A user with ${devices.length === 1 ? "one client" : "two clients"} leaves by proposals, and never by a commit`,
    requirements: ["PROTO-UPD-24", "PROTO-UPD-09", "ARCH-03"],
    readings: ["R-050", "R-062"],
    needs: needsUser("leave"),
    async run(context) {
      const room = new SuiteRoom(context);
      room.hub.serve();
      const carol = await targetUser(context, "carol", devices);
      await room.tell("welcome", [(await room.addition(carol)).welcome]);
      const { roomUri } = room;
      for (const clientUri of carol.clientUris) await context.adapter.call("sync", { clientUri });
      const group = room.alice.group.public;
      context.observe(WANTED, {
        removedLeaves: leavesOf(group, carol.userUri),
        removedPlaces: [indexOf(group, carol.userUri)],
      });
      await context.adapter.attempt("leave", { clientUri: carol.clientUri, roomUri }, DONE);
      await room.peer.waitFor({ label: SENT, endpoint: UPDATE, about: roomUri });
      await room.notify("the commit", [room.commit()]);
      context.observe(
        AFTERWARDS,
        room.state().participants.map(({ userUri }) => userUri),
      );
      context.observe("those who stay", [room.alice.userUri]);
    },
    judge: (_, check) => [
      check.arrived(SENT),
      ...sentAsTheDraftsWant(check, SENT, PEER_DOMAINS.hub),
      ...framedAs(check, SENT, "proposal"),
      check.reading(
        "R-062",
        effectsOf(check, SENT)?.selfRemove === true ? "d" : "b",
        does(check, ["removedLeaves", "removedPlaces"]),
      ),
      check.observed(HUB_SAYS, ACCEPTED),
      check.succeeded(DONE),
      check.observed(AFTERWARDS, check.observation("those who stay") ?? null),
    ],
  };
}

export const followerHandshakes: readonly ConformanceCase[] = [
  leaves(["phone"]),
  leaves(["phone", "tablet"]),
  {
    ...shared,
    id: "follower/send/update",
    title: "A member's commit comes with a GroupInfo of the new epoch, and without the ratchet tree",
    requirements: ["PROTO-UPD-08", "PROTO-UPD-11", "RTO-05", "RTO-07"],
    readings: ["R-051", "R-052"],
    needs: needsUser("sendUpdate"),
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      await context.adapter.attempt("sendUpdate", { clientUri, roomUri }, DONE);
      await room.peer.waitFor({ label: SENT, endpoint: UPDATE, about: roomUri });
      await observeGroupInfo(context, room);
      await observeRoom(context, ROOM, room, clientUri);
    },
    judge: (transcript, check) => [
      check.arrived(SENT),
      ...sentAsTheDraftsWant(check, SENT, PEER_DOMAINS.hub),
      ...framedAs(check, SENT, "commit"),
      check.observed(HUB_SAYS, ACCEPTED),
      check.agreed(GROUP_INFO),
      check.succeeded(DONE),
      sameRoom(transcript, check),
    ],
  },
  {
    ...shared,
    id: "follower/send/add-user",
    title: "A member adds a user: KeyPackages through the hub, for this room, then list, clients and Welcome",
    requirements: ["PROTO-KM-02", "PROTO-KM-03", "PROTO-KM-06", "PROTO-UPD-11", "ARCH-03"],
    readings: ["R-032", "R-043", "R-047"],
    needs: needsUser("addUser"),
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      const bob = SuiteClient.of(context, "follower1", "bob");
      publishKeyMaterial([bob], room.peer);
      context.observe("what has to be claimed", {
        requestingUser: carol.userUri,
        targetUser: bob.userUri,
        roomId: roomUri,
        acceptableCiphersuites: [1],
      });
      context.observe(WANTED, { adds: 1, addedUsers: [bob.userUri] });
      await context.adapter.attempt("addUser", { clientUri, roomUri, userUri: bob.userUri }, DONE);
      await room.peer.waitFor({ label: CLAIM, endpoint: "keyMaterial", about: bob.userUri });
      await room.peer.waitFor({ label: SENT, endpoint: UPDATE, about: roomUri });
      const [own] = bob.keyPackages;
      if (own !== undefined) await observeWelcome(context, room, own);
      await observeGroupInfo(context, room);
      await observeRoom(context, ROOM, room, clientUri);
    },
    judge(transcript, check) {
      const claim = check.decoded(CLAIM, KeyMaterialRequest);
      const arrived = check.arrived(CLAIM);
      if (claim === undefined)
        return [arrived, check.that(false, "a KeyMaterialRequest", "none", arrived.at)];
      const { requestingUser, targetUser, roomId, acceptableCiphersuites } = claim;
      const claimed = { requestingUser, targetUser, roomId, acceptableCiphersuites };
      const verifies = verifyKeyMaterialRequest(nobleCrypto, claim);
      return [
        arrived,
        ...sentAsTheDraftsWant(check, CLAIM, PEER_DOMAINS.hub),
        check.observed("what has to be claimed", claimed),
        check.that(
          verifies,
          "a signature of the requester",
          verifies ? "one" : "it does not verify",
          arrived.at,
        ),
        check.arrived(SENT),
        ...framedAs(check, SENT, "commit"),
        does(check, ["adds", "addedUsers"]),
        check.observed(HUB_SAYS, ACCEPTED),
        check.agreed(WELCOME),
        check.agreed(GROUP_INFO),
        check.succeeded(DONE),
        sameRoom(transcript, check),
      ];
    },
  },
  {
    ...shared,
    id: "follower/send/remove-user",
    title: "A member removes a user with all clients and the list entry in one commit",
    requirements: ["PROTO-UPD-23", "ARCH-03"],
    needs: needsUser("removeUser"),
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      const { clients, commit } = room.bring("bob", 2);
      const { userUri } = clients[0] as SuiteClient;
      await room.tell("bob comes", [commit]);
      const group = room.alice.group.public;
      context.observe(WANTED, {
        removedLeaves: leavesOf(group, userUri),
        removedPlaces: [indexOf(group, userUri)],
      });
      await context.adapter.attempt("removeUser", { clientUri, roomUri, userUri }, DONE);
      await room.peer.waitFor({ label: SENT, endpoint: UPDATE, about: roomUri });
      await observeRoom(context, ROOM, room, clientUri);
    },
    judge: (transcript, check) => [
      check.arrived(SENT),
      ...framedAs(check, SENT, "commit"),
      does(check, ["removedLeaves", "removedPlaces"]),
      check.observed(HUB_SAYS, ACCEPTED),
      check.succeeded(DONE),
      sameRoom(transcript, check),
    ],
  },
  {
    ...shared,
    id: "follower/send/commit-pending",
    title: "A member commits all proposals that the hub has delivered, SelfRemove among them",
    requirements: ["PROTO-UPD-25", "EXT-SR-03"],
    readings: ["R-062"],
    needs: needsUser("commitPending"),
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      const { clients, commit } = room.bring("bob", 2);
      const [phone, tablet] = clients as [SuiteClient, SuiteClient];
      const leaving = room.leaves(phone, [tablet.group.ownLeafIndex]);
      await room.tell("bob comes and goes", [commit, leaving]);
      await context.adapter.call("sync", { clientUri });
      context.observe(WANTED, { references: room.alice.group.public.pending.length });
      await context.adapter.attempt("commitPending", { clientUri, roomUri }, DONE);
      await room.peer.waitFor({ label: SENT, endpoint: UPDATE, about: roomUri });
      await observeGroupInfo(context, room);
      await observeRoom(context, ROOM, room, clientUri);
    },
    judge: (transcript, check) => [
      check.arrived(SENT),
      ...framedAs(check, SENT, "commit"),
      does(check, ["references"]),
      check.observed(HUB_SAYS, ACCEPTED),
      check.agreed(GROUP_INFO),
      check.succeeded(DONE),
      sameRoom(transcript, check),
    ],
  },
  {
    ...shared,
    id: "follower/send/add-user-who-cannot-receive",
    title: "A client that cannot receive the media type that the room requires is not added",
    requirements: ["EXT-CA-03"],
    level: "SHOULD",
    needs: needsUser("addUser"),
    twin: "follower/send/add-user",
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      const bob = SuiteClient.of(context, "follower1", "bob");
      publishKeyMaterial([bob], room.peer, { mediaTypes: ["text/plain"] });
      await context.adapter.attempt("addUser", { clientUri, roomUri, userUri: bob.userUri }, DONE);
      await room.peer.waitFor({ label: CLAIM, endpoint: "keyMaterial", about: bob.userUri });
      context.observe("members", room.state().participants.length);
    },
    judge: (_, check) => [check.arrived(CLAIM), check.silent(UPDATE), check.observed("members", 2)],
  },
  {
    ...shared,
    id: "follower/send/leave-twice",
    title: "A client sends one SelfRemove in an epoch, however often its user leaves",
    requirements: ["EXT-SR-07"],
    readings: ["R-062"],
    needs: needsUser("leave"),
    twin: "follower/send/leave",
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      for (const label of [DONE, "leaving again"]) {
        await context.adapter.attempt("leave", { clientUri, roomUri }, label);
      }
      await room.peer.waitFor({ label: SENT, endpoint: UPDATE, about: roomUri });
    },
    judge(transcript, check) {
      const requests = receivedAt(transcript, PEER_DOMAINS.hub, UPDATE);
      const bodies = new Set(requests.map(({ request }) => request.body));
      return [
        check.arrived(SENT),
        check.succeeded(DONE),
        check.equals("different requests to the hub", bodies.size, 1, requests.at(-1)?.n),
      ];
    },
  },
];
