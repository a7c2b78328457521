/**
 * Adding users to a room of a hub: key material through the hub, commit, Welcome. Protocol §3.2, §3.3, §5.5.
 * @module
 */

import type { Proposal } from "@openmimi/mls";
import { KeyMaterialResponse } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { additionOf } from "../src/play/handshake.ts";
import { claimKeyPackages, publishKeyMaterial } from "../src/play/key-material.ts";
import { SuiteClient } from "../src/play/suite-client.ts";
import { targetRoom } from "../src/play/target-room.ts";
import { keyPackagesValid } from "../src/second-opinion/index.ts";
import { fannedTo, lastObservation, needsRoom, ROOM, sameRoom } from "./hub-builders.ts";
import { sentAsTheDraftsWant } from "./sent-by-target.ts";

const valid = { level: "MUST", role: "hub", needs: needsRoom() } as const;

export const hubAdd: readonly ConformanceCase[] = [
  {
    ...valid,
    id: "hub/update/creator-adds-user",
    title: "A user of the hub adds a user of another provider, which gets the claim and then the Welcome",
    requirements: ["PROTO-DIR-03", "PROTO-FAN-03", "PROTO-TR-01"],
    readings: ["R-015", "R-066"],
    async run(context) {
      const { adapter } = context;
      const bob = SuiteClient.of(context, "follower1");
      publishKeyMaterial([bob]);
      const { userUri } = await adapter.call("createUser", { name: context.name("alice") });
      const { clientUri } = await adapter.call("createClient", { userUri, device: "phone" });
      const room = { creator: clientUri, name: context.name("room"), preset: "cooperative" } as const;
      const { roomUri } = await adapter.call("createRoom", room);
      await adapter.attempt("addUser", { clientUri, roomUri, userUri: bob.userUri }, "adding bob");
      await bob.peer.waitFor({ label: "the claim", endpoint: "keyMaterial", about: bob.userUri });
      await bob.peer.waitFor({ label: "Welcome for bob", endpoint: "notify", about: roomUri });
    },
    judge: (_, check) => [
      check.arrived("the claim"),
      ...sentAsTheDraftsWant(check, "the claim", PEER_DOMAINS.follower1),
      check.succeeded("adding bob"),
      check.arrived("Welcome for bob"),
    ],
  },
  {
    ...valid,
    id: "hub/update/add-user",
    title: "A participant adds a user of a third provider, and the Welcome lets that user in",
    requirements: [
      "PROTO-UPD-01",
      "PROTO-UPD-02",
      "PROTO-FAN-03",
      "PROTO-STATE-01",
      "POLICY-CAP-02",
      "POLICY-CAP-05",
    ],
    readings: ["R-066", "R-109"],
    async run(context) {
      const here = await targetRoom(context);
      const { clients } = await here.bring();
      await here.compare(ROOM, clients[0]);
    },
    judge: (transcript, check) => [
      check.answered("add carl", { code: ["success"] }),
      check.arrived("Welcome for carl"),
      sameRoom(transcript, check),
    ],
  },
  {
    ...valid,
    id: "hub/update/add-user-of-unknown-key-package",
    title:
      "The Welcome for a KeyPackage that never passed the hub goes to the provider of the client that it names",
    requirements: ["PROTO-FAN-03"],
    readings: ["R-066", "R-109"],
    async run(context) {
      const here = await targetRoom(context);
      const carl = SuiteClient.of(context, "follower2", "carl");
      const proposals = additionOf(here.bob.group.public, here.bob.userUri, [carl]);
      await here.commit("add carl", { proposals });
      const { peer } = carl;
      const { roomUri: about } = here;
      await peer.waitFor({ label: "Welcome for carl", endpoint: "notify", about });
    },
    judge: (_, check) => [
      check.answered("add carl", { code: ["success"] }),
      check.arrived("Welcome for carl"),
    ],
  },
  {
    ...valid,
    id: "hub/update/add-local-user",
    title: "A participant of a follower adds a user of the hub, with KeyPackages that the hub hands out",
    requirements: ["PROTO-FAN-02", "PROTO-FAN-03", "PROTO-KM-01"],
    readings: ["R-033", "R-066"],
    needs: needsRoom("publishKeyPackages"),
    async run(context) {
      const here = await targetRoom(context);
      const { userUri } = await context.adapter.call("createUser", { name: context.name("dora") });
      const { clientUri } = await context.adapter.call("createClient", { userUri, device: "phone" });
      await context.adapter.call("publishKeyPackages", { clientUri, count: 1 });
      const keyPackages = await claimKeyPackages(context, here.bob, userUri, here.roomUri);
      context.observe("dora", userUri);
      await here.commit("add dora", { proposals: here.addition(userUri, keyPackages) });
      await here.compare("dora's view", here.bob, clientUri);
    },
    judge: async (transcript, check) => {
      const claim = `claim ${lastObservation(transcript, "dora")}`;
      const packages = (check.decoded(claim, KeyMaterialResponse)?.clients ?? []).flatMap((one) =>
        one.clientStatus === "success" ? [one.keyPackage] : [],
      );
      return [
        check.answered("add dora", { code: ["success"] }),
        await keyPackagesValid(packages, Date.parse(transcript.startedAt), check.exchange(claim)?.n),
        sameRoom(transcript, check, "dora's view"),
      ];
    },
  },
  {
    ...valid,
    id: "hub/update/add-users-of-two-providers",
    title: "One commit adds users of two providers, and each provider gets the Welcome",
    requirements: ["PROTO-FAN-03"],
    readings: ["R-090"],
    async run(context) {
      const here = await targetRoom(context, { peer: "follower1" });
      const [carl, hanna] = [
        SuiteClient.of(context, "follower2", "carl"),
        SuiteClient.of(context, "hub", "hanna"),
      ];
      publishKeyMaterial([carl]);
      publishKeyMaterial([hanna]);
      const { bob, roomUri: about } = here;
      const proposals: Proposal[] = [];
      for (const { userUri } of [carl, hanna]) {
        proposals.push(...here.addition(userUri, await claimKeyPackages(context, bob, userUri, about)));
      }
      await here.commit("add both", { proposals });
      for (const { peer } of [carl, hanna]) {
        await peer.waitFor({ label: `Welcome at ${peer.name}`, endpoint: "notify", about });
      }
    },
    judge: (transcript, check) => {
      const [welcome] = fannedTo(transcript, PEER_DOMAINS.follower2);
      const message = welcome?.fanout.message;
      const secrets = message?.wireFormat === "welcome" ? message.welcome.secrets.length : 0;
      return [
        check.answered("add both", { code: ["success"] }),
        check.reading("R-090", secrets > 1 ? "a" : "b", check.arrived("Welcome at follower2")),
        check.arrived("Welcome at hub"),
      ];
    },
  },
];
