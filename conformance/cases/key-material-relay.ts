/**
 * Claims that a hub passes on for a participant of its room. Protocol §3.3, §5.2; readings.
 * @module
 */

import { KeyMaterialResponse, roomUri as makeRoomUri } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import type { Checks } from "../src/checks.ts";
import type { CaseContext, Identity } from "../src/context.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { publishKeyMaterial } from "../src/play/key-material.ts";
import { SuiteClient } from "../src/play/suite-client.ts";
import { type TargetRoom, targetRoom } from "../src/play/target-room.ts";
import type { CaseTranscript } from "../src/transcript.ts";
import { type ClaimChanges, claim, fitsClaim, REFUSED, VALID } from "./claim.ts";
import { fannedTo, needsRoom, receivedAt } from "./hub-builders.ts";
import { sentAsTheDraftsWant } from "./sent-by-target.ts";

const shared = { level: "MUST", role: "hub", needs: needsRoom() } as const;
const TWIN = "key-material/relay/passed-on";
const CLAIM = "claim";
const RELAYED = "the claim at the user's provider";
const SERVICE = "keyMaterial";

/** A user of another follower than bob's, whose provider hands out KeyPackages. */
function carlAt(context: CaseContext): SuiteClient {
  const carl = SuiteClient.of(context, "follower2", "carl");
  publishKeyMaterial([carl]);
  return carl;
}

/** bob claims carl's KeyPackages through the hub of the room. */
function claimsFor(
  context: CaseContext,
  label: string,
  { bob, roomUri }: TargetRoom,
  carl: SuiteClient,
  changes: ClaimChanges = {},
) {
  const fields = { roomId: roomUri, ...changes.fields };
  return claim(context, label, carl.userUri, {}, { client: bob, ...changes, fields });
}

/** Sent and received octets of a claim that was passed on, request and answer. */
function unchangedOnTheWay(check: Checks) {
  const [sent, relayed] = [check.exchange(CLAIM), check.exchange(RELAYED)];
  const same = (a: string | undefined, b: string | undefined) => a !== undefined && a === b;
  const answerOf = (exchange: typeof sent) =>
    exchange?.outcome.kind === "answer" ? exchange.outcome.body : undefined;
  const request = same(sent?.request.body, relayed?.request.body);
  const answer = same(answerOf(sent), answerOf(relayed));
  return [
    check.that(
      request,
      "the request is passed on octet for octet",
      request ? "it is" : "it differs",
      relayed?.n,
    ),
    check.that(answer, "the answer is handed back octet for octet", answer ? "it is" : "it differs", sent?.n),
  ];
}

/** How often the provider of carl was asked. */
const asked = (transcript: CaseTranscript) => receivedAt(transcript, PEER_DOMAINS.follower2, SERVICE).length;

/** A claim that the hub must not pass on; the one that follows is right, and comes alone. */
function notRelayed(
  one: Pick<ConformanceCase, "id" | "title" | "requirements" | "readings"> & {
    readonly changes: (context: CaseContext, here: TargetRoom, carl: SuiteClient) => ClaimChanges;
  },
): ConformanceCase {
  const { changes, ...parts } = one;
  return {
    ...parts,
    ...shared,
    twin: TWIN,
    async run(context) {
      const here = await targetRoom(context);
      const carl = carlAt(context);
      await claimsFor(context, REFUSED, here, carl, changes(context, here, carl));
      await claimsFor(context, VALID, here, carl);
    },
    judge: (transcript, check) => [
      check.refused(REFUSED, { status: ["4xx"] }),
      check.answered(VALID, { code: ["success"] }),
      check.equals("claims at the user's provider", asked(transcript), 1),
    ],
  };
}

/** The provider of carl shows a certificate that is not good, until the claim was answered. */
const wrongCertificate = (identity: Exclude<Identity, "none">, title: string): ConformanceCase => ({
  ...shared,
  id: `transport/server-certificate/${identity === "hub" ? "other-provider" : identity}`,
  title,
  requirements: ["PROTO-TR-05", "PROTO-TR-06"],
  readings: ["R-014"],
  twin: TWIN,
  async run(context) {
    const here = await targetRoom(context);
    const carl = carlAt(context);
    carl.peer.present(identity);
    await claimsFor(context, REFUSED, here, carl);
    carl.peer.present("follower2");
    await claimsFor(context, VALID, here, carl);
  },
  judge: (transcript, check) => [
    check.that(
      check.answered(REFUSED, { code: ["success"] }).holds !== "yes",
      "no KeyPackages come from there",
      check.answered(REFUSED, { code: ["success"] }).saw,
      check.exchange(REFUSED)?.n,
    ),
    check.answered(VALID, { code: ["success"] }),
    check.equals("claims at the user's provider", asked(transcript), 1),
  ],
});

export const keyMaterialRelay: readonly ConformanceCase[] = [
  {
    ...shared,
    id: TWIN,
    title:
      "A hub passes a participant's claim on, in its own name, and hands the answer back, both unchanged",
    requirements: [
      "PROTO-KM-28",
      "PROTO-DIR-03",
      "PROTO-DIR-04",
      "PROTO-TR-01",
      "PROTO-TR-03",
      "PROTO-TR-04",
      "PROTO-TR-06",
    ],
    readings: ["R-015", "R-021", "R-033"],
    async run(context) {
      const here = await targetRoom(context);
      const carl = carlAt(context);
      await claimsFor(context, CLAIM, here, carl);
      await carl.peer.waitFor({ label: RELAYED, endpoint: SERVICE, about: carl.userUri });
    },
    judge: (_, check) => [
      check.answered(CLAIM, { code: ["success"] }),
      fitsClaim(check, CLAIM),
      check.arrived(RELAYED),
      ...unchangedOnTheWay(check),
      ...sentAsTheDraftsWant(check, RELAYED, PEER_DOMAINS.follower2),
    ],
  },
  {
    ...shared,
    id: "key-material/relay/refusal-passed-on",
    title: "What the user's provider says when it hands out nothing is handed back unchanged",
    requirements: ["PROTO-KM-28"],
    readings: ["R-033", "R-038"],
    async run(context) {
      const here = await targetRoom(context);
      const carl = SuiteClient.of(context, "follower2", "carl");
      carl.peer.handle(SERVICE, () => ({
        status: 200,
        headers: { "content-type": "application/octet-stream" },
        body: encode(KeyMaterialResponse, {
          protocol: "mls10",
          userStatus: "noConsentForThisRoom",
          userUri: carl.userUri,
          clients: [],
        }),
      }));
      await claimsFor(context, CLAIM, here, carl);
      await carl.peer.waitFor({ label: RELAYED, endpoint: SERVICE, about: carl.userUri });
    },
    judge: (_, check) => [
      check.answered(CLAIM, { code: ["noConsentForThisRoom"] }),
      check.arrived(RELAYED),
      ...unchangedOnTheWay(check),
    ],
  },
  {
    ...shared,
    id: "key-material/relay/welcome",
    title:
      "The Welcome for KeyPackages that were passed on goes to the provider that they came from, and to no other",
    requirements: ["PROTO-KM-26", "PROTO-FAN-03"],
    readings: ["R-066", "R-090"],
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      const { commit } = await here.commit("the next commit");
      await carls.bringing("the next commit at carl's provider", commit);
      await here.room.bringing("the next commit at bob's provider", commit);
    },
    judge(transcript, check) {
      const welcomes = Object.values(PEER_DOMAINS).map((domain) => {
        const events = fannedTo(transcript, domain);
        return events.filter(({ fanout }) => fanout.message.wireFormat === "welcome").length;
      });
      return [
        check.arrived("Welcome for carl"),
        check.arrived("the next commit at bob's provider"),
        // bob's own Welcome, and carl's.
        check.equals("Welcomes at the hub, follower1 and follower2 of the suite", welcomes, [0, 1, 1]),
      ];
    },
  },
  notRelayed({
    id: "key-material/relay/room-of-another-hub",
    title: "A claim for a room that another provider hosts is not passed on",
    requirements: ["PROTO-KM-02", "PROTO-KM-28"],
    readings: ["R-033"],
    changes: (context, { bob }) => ({
      fields: { roomId: makeRoomUri(bob.peer.domain, context.name("room")) },
    }),
  }),
  notRelayed({
    id: "key-material/relay/unknown-room",
    title: "A claim for a room that does not exist is not passed on",
    requirements: ["PROTO-KM-28"],
    readings: ["R-033"],
    changes: (context) => ({
      fields: { roomId: makeRoomUri(context.target.domain, context.name("nowhere")) },
    }),
  }),
  notRelayed({
    id: "key-material/relay/without-room",
    title: "A claim of another provider without a room is not passed on",
    requirements: ["PROTO-KM-28"],
    readings: ["R-033", "R-034"],
    changes: () => ({ fields: { roomId: "" } }),
  }),
  notRelayed({
    id: "key-material/relay/requester-of-another-provider",
    title: "A claim in the name of another provider's participant is not passed on",
    requirements: ["ARCH-07"],
    readings: ["R-068"],
    changes: () => ({ sender: "hub" }),
  }),
  notRelayed({
    id: "key-material/relay/bad-signature",
    title: "A claim whose signature does not verify is not passed on",
    requirements: ["PROTO-KM-05"],
    readings: ["R-032"],
    changes: () => ({ body: (octets) => octets.with(-1, (octets.at(-1) ?? 0) ^ 1) }),
  }),
  wrongCertificate("self-signed", "Nothing is sent to a provider whose certificate nobody vouches for"),
  wrongCertificate("expired", "Nothing is sent to a provider whose certificate has expired"),
  wrongCertificate(
    "foreign-authority",
    "Nothing is sent to a provider with a certificate of an unknown authority",
  ),
  wrongCertificate("hub", "Nothing is sent to a provider that shows the certificate of another one"),
];
