/**
 * What a claim is answered with when not all is as usual: several clients, none with a KeyPackage left, requirements
 * that nobody meets. Protocol §5.2; readings.
 * @module
 */

import { MediaType } from "@openmimi/content";
import {
  ComponentId,
  componentOf,
  type Extension,
  MediaTypeList,
  MlsError,
  type RequiredCapabilities,
} from "@openmimi/mls";
import { IncompatibleProtocolResponse } from "@openmimi/protocol";
import { decode, TlsError } from "@openmimi/tls";
import type { ConformanceCase, Needs } from "../src/case.ts";
import type { Check, Checks } from "../src/checks.ts";
import { userWithStock } from "../src/play/key-material.ts";
import { withOctet } from "../src/play/malformed.ts";
import { MEMBER_CAPABILITIES, SuiteClient } from "../src/play/suite-client.ts";
import { keyPackagesValid } from "../src/second-opinion/index.ts";
import { claim, clientCodes, fitsClaim, keyPackagesIn } from "./claim.ts";

/** To make users with as many KeyPackages as a case wants. */
export const NEEDS_STOCK = {
  level: "L2",
  operations: ["createUser", "createClient", "publishKeyPackages"],
} as const satisfies Needs;
const shared = { level: "MUST", role: "key-publisher" } as const;
const needs = { level: "L1", fixtures: ["user"] } as const;
const TWIN = "key-material/claim";
const CLAIM = "claim";
const AGAIN = "the claim afterwards";

/** Of the range for private use (RFC 9420 §17.1), and no GREASE value, so that nobody supports it. */
const UNSUPPORTED = 0xf123;
const NOTHING: RequiredCapabilities = { extensionTypes: [], proposalTypes: [], credentialTypes: [] };
const UNMET: Readonly<Record<string, RequiredCapabilities>> = {
  "an extension": { ...NOTHING, extensionTypes: [UNSUPPORTED] },
  "a proposal": { ...NOTHING, proposalTypes: [UNSUPPORTED] },
  "a credential": { ...NOTHING, credentialTypes: [UNSUPPORTED] },
};
/** ChaCha20-Poly1305 with the signatures of the suite's own cipher suite. */
const OTHER_SUITE = 0x0003;

/** No KeyPackage was available: noCompatibleMaterial, and every client that is listed says why (reading R-036). */
function unavailable(check: Checks, label: string, clientCode: string): Check[] {
  const answered = check.answered(label, { code: ["noCompatibleMaterial"] });
  const codes = Object.values(clientCodes(check, label));
  const saw = codes.length === 0 ? "no client" : codes.join(", ");
  return [
    answered,
    check.that(
      codes.every((code) => code === clientCode),
      `clients: ${clientCode}`,
      saw,
      answered.at,
    ),
    check.should(check.that(codes.length > 0, "the clients are listed", saw, answered.at)),
  ];
}

export const keyMaterialAnswers: readonly ConformanceCase[] = [
  {
    ...shared,
    id: "key-material/two-clients",
    title: "A user with two clients is answered with a KeyPackage of each",
    requirements: ["PROTO-KM-09", "PROTO-KM-11"],
    readings: ["R-039"],
    needs: NEEDS_STOCK,
    async run(context) {
      const { userUri, clientUris } = await userWithStock(context, [1, 1]);
      context.observe("codes", Object.fromEntries(clientUris.map((uri) => [uri, "success"])));
      await claim(context, CLAIM, userUri);
    },
    judge: async ({ startedAt }, check) => {
      const answered = check.answered(CLAIM, { code: ["success"] });
      return [
        answered,
        check.observed("codes", clientCodes(check, CLAIM)),
        fitsClaim(check, CLAIM),
        await keyPackagesValid(keyPackagesIn(check, CLAIM), Date.parse(startedAt), answered.at),
      ];
    },
  },
  {
    ...shared,
    id: "key-material/partial-success",
    title: "When only one of two clients has a KeyPackage the answer says so, for each client",
    requirements: ["PROTO-KM-10", "PROTO-KM-11", "PROTO-KM-24"],
    needs: NEEDS_STOCK,
    async run(context) {
      const { userUri, clientUris } = await userWithStock(context, [1, 0]);
      const [served = "", exhausted = ""] = clientUris;
      context.observe("codes", { [served]: "success", [exhausted]: "keyMaterialExhausted" });
      await claim(context, CLAIM, userUri);
    },
    judge: (_, check) => [
      check.answered(CLAIM, { code: ["partialSuccess"] }),
      check.observed("codes", clientCodes(check, CLAIM)),
      fitsClaim(check, CLAIM),
    ],
  },
  {
    ...shared,
    id: "key-material/exhausted",
    title: "A user whose clients have no KeyPackage left",
    requirements: ["PROTO-KM-24"],
    readings: ["R-036"],
    needs: { level: "L1", fixtures: ["exhaustedUser"] },
    async run(context) {
      const { userUri } = await context.fixture("exhaustedUser");
      await claim(context, CLAIM, userUri);
    },
    judge: (_, check) => unavailable(check, CLAIM, "keyMaterialExhausted"),
  },
  {
    ...shared,
    id: "key-material/capabilities-unmet",
    title: "KeyPackages that lack what the claim requires are not handed out, and stay where they are",
    requirements: ["PROTO-KM-08", "PROTO-KM-18"],
    readings: ["R-036"],
    needs,
    twin: TWIN,
    async run(context) {
      const { userUri } = await context.fixture("user");
      for (const [label, requiredCapabilities] of Object.entries(UNMET)) {
        await claim(context, label, userUri, {}, { fields: { requiredCapabilities } });
      }
      await claim(context, AGAIN, userUri);
    },
    judge: (_, check) => [
      ...Object.keys(UNMET).flatMap((label) => unavailable(check, label, "nothingCompatible")),
      check.answered(AGAIN, { code: ["success"] }),
    ],
  },
  {
    ...shared,
    id: "key-material/capabilities-met",
    title: "KeyPackages are handed out that support all that a room requires",
    requirements: ["PROTO-KM-08"],
    readings: ["R-137"],
    needs,
    async run(context) {
      const { userUri } = await context.fixture("user");
      const { extensions: extensionTypes, proposals: proposalTypes } = MEMBER_CAPABILITIES;
      const requiredCapabilities = { extensionTypes, proposalTypes, credentialTypes: [] };
      await claim(context, CLAIM, userUri, {}, { fields: { requiredCapabilities } });
    },
    judge(_, check) {
      const answered = check.answered(CLAIM, { code: ["success"] });
      const lacking = keyPackagesIn(check, CLAIM).filter(({ leafNode: { capabilities } }) => {
        const { extensions, proposals } = MEMBER_CAPABILITIES;
        const supported = new Set([...capabilities.extensions, ...capabilities.proposals]);
        return ![...extensions, ...proposals].every((type) => supported.has(type));
      });
      const expected = "KeyPackages that support what is required";
      return [
        answered,
        check.that(lacking.length === 0, expected, `${lacking.length} that do not`, answered.at),
      ];
    },
  },
  {
    ...shared,
    id: "key-material/cipher-suites",
    title: "Only KeyPackages of cipher suites that the claim lists are handed out",
    requirements: ["PROTO-KM-07"],
    readings: ["R-032", "R-043"],
    needs,
    twin: TWIN,
    async run(context) {
      const { userUri } = await context.fixture("user");
      const only = { acceptableCiphersuites: [OTHER_SUITE] };
      await claim(context, "another suite", userUri, {}, { fields: only });
      const both = { acceptableCiphersuites: [OTHER_SUITE, 0x0001] };
      await claim(context, "two suites", userUri, {}, { fields: both });
      await claim(context, AGAIN, userUri);
    },
    judge(_, check) {
      const suites = keyPackagesIn(check, "another suite").map(({ cipherSuite }) => cipherSuite);
      const other = suites.every((suite) => suite === OTHER_SUITE);
      const at = check.exchange("another suite")?.n;
      const refusal = { code: ["noCompatibleMaterial"], status: ["4xx"] as const };
      return [
        suites.length === 0
          ? check.refused("another suite", refusal)
          : check.that(other, `KeyPackages of cipher suite ${OTHER_SUITE}`, suites.join(", "), at),
        check.answered("two suites", { code: ["success", "partialSuccess"] }),
        fitsClaim(check, "two suites"),
        check.answered(AGAIN, { code: ["success"] }),
      ];
    },
  },
  ...[9, 0].map(
    (protocol): ConformanceCase => ({
      ...shared,
      id: protocol === 0 ? "key-material/reserved-protocol" : "key-material/unknown-protocol",
      title: `A claim of the protocol ${protocol}, which nobody knows, is answered incompatibleProtocol`,
      requirements: ["PROTO-KM-14", "PROTO-KM-17", "PROTO-FRM-01"],
      readings: ["R-037"],
      needs,
      twin: TWIN,
      async run(context) {
        const { userUri } = await context.fixture("user");
        await claim(context, CLAIM, userUri, {}, { body: (octets) => withOctet(octets, 0, protocol) });
        await claim(context, AGAIN, userUri);
      },
      judge(_, check) {
        const answered = check.answered(CLAIM, { code: ["incompatibleProtocol"] });
        const echo = check.decoded(CLAIM, IncompatibleProtocolResponse);
        const observed = echo?.protocol === protocol ? "a" : "b";
        return [
          check.reading("R-037", observed, answered),
          check.equals("clients that are listed", echo?.clients.length ?? null, 0, answered.at),
          check.answered(AGAIN, { code: ["success"] }),
        ];
      },
    }),
  ),
  {
    ...shared,
    id: "key-material/without-room",
    title: "A claim for no particular room is served where the user agrees to all",
    requirements: ["PROTO-KM-01"],
    readings: ["R-034", "R-047"],
    level: "SHOULD",
    needs,
    async run(context) {
      const { userUri } = await context.fixture("user");
      await claim(context, CLAIM, userUri, {}, { fields: { roomId: "" } });
    },
    judge: (_, check) => [check.answered(CLAIM, { code: ["success"] })],
  },
  {
    ...shared,
    id: "key-material/relayed",
    title: "The hub of a room claims for a user of a third provider, as whom it does not speak",
    requirements: ["PROTO-KM-01", "PROTO-KM-02"],
    readings: ["R-015", "R-033"],
    needs,
    async run(context) {
      const { userUri } = await context.fixture("user");
      const client = SuiteClient.of(context, "follower1", "requester");
      await claim(context, CLAIM, userUri, {}, { client, sender: "hub" });
    },
    judge: (_, check) => [check.answered(CLAIM, { code: ["success"] }), fitsClaim(check, CLAIM)],
  },
  {
    ...shared,
    id: "key-material/media-types",
    title:
      "The leaf of a KeyPackage lists the media types that the client can receive, MIMI content among them",
    requirements: ["EXT-CA-01"],
    level: "SHOULD",
    needs,
    async run(context) {
      const { userUri } = await context.fixture("user");
      await claim(context, CLAIM, userUri);
    },
    judge(_, check) {
      const answered = check.answered(CLAIM, { code: ["success"] });
      const listed = keyPackagesIn(check, CLAIM).map(({ leafNode }) => mediaTypesOf(leafNode.extensions));
      const saw = listed.map((types) => (types.length === 0 ? "none" : types.join(", "))).join("; ");
      const all = listed.every((types) => types.includes(MediaType.mimiContent));
      return [answered, check.that(all, `leaves that list ${MediaType.mimiContent}`, saw, answered.at)];
    },
  },
];

/** The media types in a leaf; none where they cannot be read. Extensions §6.2. */
function mediaTypesOf(extensions: readonly Extension[]): string[] {
  try {
    const data = componentOf(extensions, ComponentId.contentMediaTypes);
    return data === undefined
      ? []
      : decode(MediaTypeList, data).mediaTypeList.map(({ type }) => type.toLowerCase());
  } catch (error) {
    if (error instanceof MlsError || error instanceof TlsError) return [];
    throw error;
  }
}
