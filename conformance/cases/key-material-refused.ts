/**
 * Claims that nobody may make: not signed by who is said to have made them, not about who the path names, or not
 * brought by the hub of the room. Protocol §5.2; readings.
 * @module
 */

import { clientCredential, roomUri } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import { userWithStock } from "../src/play/key-material.ts";
import { withLastBitFlipped } from "../src/play/malformed.ts";
import { SUITE, SuiteClient } from "../src/play/suite-client.ts";
import { claim, nobody, refusedClaim, VALID } from "./claim.ts";
import { NEEDS_STOCK } from "./key-material-answers.ts";

const SIGNATURE = "a signature with one bit flipped";
const ELSEWHERE = "a path that names another user";
const STRANGER = "a provider that is not the hub of the room";

export const keyMaterialRefused: readonly ConformanceCase[] = [
  refusedClaim({
    id: "key-material/refused/signature",
    title: "A claim whose signature does not verify is refused",
    requirements: ["PROTO-KM-05"],
    readings: ["R-032"],
    changes: () => ({ body: withLastBitFlipped }),
  }),
  refusedClaim({
    id: "key-material/refused/signature-by-another-key",
    title: "A claim that is signed with another key than the one it names is refused",
    requirements: ["PROTO-KM-05"],
    readings: ["R-032"],
    changes: () => ({ fields: { requesterSignatureKey: SUITE.generateSignatureKeyPair().publicKey } }),
  }),
  refusedClaim({
    id: "key-material/refused/path-of-another-user",
    title: "A claim in the path of another user is refused",
    requirements: ["PROTO-KM-31"],
    readings: ["R-035"],
    http: (context) => ({ about: nobody(context) }),
  }),
  refusedClaim({
    id: "key-material/refused/body-of-another-user",
    title: "A claim in the path of a user whose body names another one is refused",
    requirements: ["PROTO-KM-31"],
    readings: ["R-035"],
    changes: (context) => ({ fields: { targetUser: nobody(context) } }),
  }),
  refusedClaim({
    id: "key-material/refused/requester-not-in-credential",
    title: "A claim in the name of another user than the one in its credential is refused",
    requirements: ["PROTO-KM-32"],
    readings: ["R-028", "R-035"],
    changes(context) {
      const other = SuiteClient.of(context, "hub", "other");
      return { fields: { requesterCredential: clientCredential(other.clientUri) } };
    },
  }),
  refusedClaim({
    id: "key-material/refused/not-from-the-hub",
    title: "A claim for a room that its requester's provider brings instead of the room's hub is refused",
    requirements: ["PROTO-KM-02"],
    readings: ["R-015"],
    changes: (context) => ({ client: SuiteClient.of(context, "follower1", "requester") }),
  }),
  refusedClaim({
    id: "key-material/refused/without-room-for-others",
    title: "A claim without a room is refused when another provider than the requester's brings it",
    requirements: ["ARCH-07"],
    readings: ["R-033", "R-034"],
    changes: (context) => ({
      client: SuiteClient.of(context, "follower1", "requester"),
      sender: "hub",
      fields: { roomId: "" },
    }),
  }),
  refusedClaim({
    id: "key-material/refused/room-unknown-to-its-hub",
    title: "A claim for a room of the target that does not exist is refused",
    requirements: ["PROTO-KM-29"],
    readings: ["R-033", "R-047"],
    changes: (context) => ({ fields: { roomId: roomUri(context.target.domain, context.name("nowhere")) } }),
  }),
  {
    id: "key-material/refused/costs-nothing",
    title: "Claims that are refused do not use up the last KeyPackage",
    requirements: ["PROTO-KM-05", "PROTO-KM-29"],
    level: "MUST",
    role: "key-publisher",
    needs: NEEDS_STOCK,
    twin: "key-material/two-clients",
    async run(context) {
      const { userUri } = await userWithStock(context, [1]);
      await claim(context, SIGNATURE, userUri, {}, { body: withLastBitFlipped });
      await claim(context, ELSEWHERE, userUri, { about: nobody(context) });
      await claim(context, STRANGER, userUri, {}, { client: SuiteClient.of(context, "follower1") });
      await claim(context, VALID, userUri);
    },
    judge: (_, check) => [
      ...[SIGNATURE, ELSEWHERE, STRANGER].map((label) => check.refused(label, { status: ["4xx"] })),
      check.answered(VALID, { code: ["success"] }),
    ],
  },
];
