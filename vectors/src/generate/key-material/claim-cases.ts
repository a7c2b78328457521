/**
 * Claims that are answered: which KeyPackages are issued, and what is said of users and clients. Protocol §5.2.
 * @module
 */

import { clientCredential } from "@openmimi/protocol";
import type { Case } from "../envelope.ts";
import { ALICE, BOB, CATHY, ROOM } from "../room.ts";
import { B1, B2, B3, claim, OTHER_ROOM, type Scene, type Sketch, sceneOf, stocked } from "./stock.ts";

const DAY = 86_400n;
const EXPIRED: Sketch = { from: -10n * DAY, until: -DAY };
/** A claim that asks for these capabilities. */
const requiring = (extensionTypes: number[], proposalTypes: number[] = [], credentialTypes: number[] = []) =>
  claim({ requiredCapabilities: { extensionTypes, proposalTypes, credentialTypes } });
const byCathy = claim({ requestingUser: CATHY });

type Row = readonly [id: string, scene: Scene, notes?: string | undefined, readings?: readonly string[]];

const users: readonly Row[] = [
  ["one-client", {}],
  ["two-clients", { clients: [stocked(B1, {}), stocked(B2, {})] }, "One KeyPackage of each client."],
  ["clients-in-their-order", { clients: [stocked(B3, {}), stocked(B1, {}), stocked(B2, {})] }],
  [
    "other-users-are-left-out",
    {
      users: [
        {
          user: "mimi://b.example/u/bert",
          status: "active",
          clients: [stocked("mimi://b.example/d/bert/B1", {})],
        },
        { user: BOB, status: "active", clients: [stocked(B1, {})] },
      ],
    },
  ],
  [
    "one-of-two-exhausted",
    { clients: [stocked(B1), stocked(B2, {})] },
    "Every client is listed with a code of its own.",
  ],
  ["one-of-two-nothing-compatible", { clients: [stocked(B1, {}), stocked(B2, { suite: 3 })] }],
  ["one-of-three-served", { clients: [stocked(B1), stocked(B2, { suite: 3 }), stocked(B3, {})] }],
  ["all-exhausted", { clients: [stocked(B1), stocked(B2)] }, undefined, ["R-036"]],
  ["all-nothing-compatible", { clients: [stocked(B1, { suite: 3 }), stocked(B2, { suite: 2 })] }],
  [
    "exhausted-and-nothing-compatible",
    { clients: [stocked(B1), stocked(B2, { suite: 3 })] },
    undefined,
    ["R-036"],
  ],
  ["user-without-clients", { clients: [] }, "Nothing to supply, and nobody to list.", ["R-036"]],
  ["user-unknown", { users: [] }, "A provider may say noConsent instead, to conceal who is there."],
  [
    "user-in-another-case",
    { claims: [claim({ targetUser: "mimi://b.example/u/Bob" })] },
    "Another user, whom nobody knows.",
    ["R-027"],
  ],
  ["user-deleted", { users: [{ user: BOB, status: "deleted", clients: [] }] }],
];

const consent: readonly Row[] = [
  ["consent-for-any-room", { consent: [{ requestingUser: ALICE, targetUser: BOB }] }],
  ["consent-for-this-room", { consent: [{ requestingUser: ALICE, targetUser: BOB, roomId: ROOM }] }],
  [
    "consent-for-another-room",
    { consent: [{ requestingUser: ALICE, targetUser: BOB, roomId: OTHER_ROOM }] },
    "noConsent would do as well.",
  ],
  [
    "consent-for-another-room-and-any",
    {
      consent: [
        { requestingUser: ALICE, targetUser: BOB, roomId: OTHER_ROOM },
        { requestingUser: ALICE, targetUser: BOB },
      ],
    },
  ],
  ["no-consent", { consent: [] }],
  ["consent-to-somebody-else", { consent: [{ requestingUser: CATHY, targetUser: BOB }] }],
  [
    "consent-of-somebody-else",
    { consent: [{ requestingUser: ALICE, targetUser: "mimi://b.example/u/bert" }] },
  ],
  ["no-room-and-consent-for-any", { claims: [claim({ roomId: "" })] }, undefined, ["R-034"]],
  [
    "no-room-and-consent-for-one",
    { consent: [{ requestingUser: ALICE, targetUser: BOB, roomId: ROOM }], claims: [claim({ roomId: "" })] },
    "A claim for no particular room takes consent for any.",
    ["R-034"],
  ],
  [
    "no-consent-and-nothing-in-stock",
    { consent: [], clients: [stocked(B1)] },
    "Without consent nothing is said of clients.",
  ],
];

const suites: readonly Row[] = [
  ["suite-p256", { clients: [stocked(B1, { suite: 2 })], claims: [claim({ acceptableCiphersuites: [2] })] }],
  [
    "suite-preferred",
    {
      clients: [stocked(B1, { suite: 1 }, { suite: 3 })],
      claims: [claim({ acceptableCiphersuites: [3, 1] })],
    },
    "The first that is listed.",
    ["R-043"],
  ],
  [
    "suite-second-choice",
    { clients: [stocked(B1, { suite: 1 })], claims: [claim({ acceptableCiphersuites: [3, 1] })] },
    undefined,
    ["R-043"],
  ],
  [
    "suite-that-most-share",
    {
      clients: [stocked(B1, { suite: 3 }, { suite: 1 }), stocked(B2, { suite: 1 })],
      claims: [claim({ acceptableCiphersuites: [3, 1] })],
    },
    "One suite for all, so that they can be added to one group.",
    ["R-043"],
  ],
  [
    "suite-where-none-is-shared",
    {
      clients: [stocked(B1, { suite: 1 }), stocked(B2, { suite: 3 })],
      claims: [claim({ acceptableCiphersuites: [3, 1] })],
    },
    undefined,
    ["R-043"],
  ],
  [
    "suite-shared-by-as-many",
    {
      clients: [stocked(B1, { suite: 2 }, { suite: 3 }), stocked(B2, { suite: 3 }, { suite: 2 })],
      claims: [claim({ acceptableCiphersuites: [2, 3] })],
    },
    "Both have both: the one that is listed first.",
    ["R-043"],
  ],
  ["suite-listed-twice", { claims: [claim({ acceptableCiphersuites: [1, 1] })] }],
  [
    "suite-unknown-to-everybody",
    { claims: [claim({ acceptableCiphersuites: [1, 0x2a2a] })] },
    "GREASE (RFC 9420 section 13.5).",
  ],
  [
    "suite-not-listed",
    { clients: [stocked(B1, { suite: 3 })] },
    "There is something, but nothing that fits.",
  ],
  [
    "suite-not-listed-and-expired",
    { clients: [stocked(B1, { suite: 1, ...EXPIRED }, { suite: 3 })] },
    "What has expired is not there; what is there does not fit.",
  ],
];

const capabilities: readonly Row[] = [
  ["requires-nothing", { claims: [requiring([])] }],
  [
    "requires-an-extension",
    { clients: [stocked(B1, { extensions: [6, 0xf0a0] })], claims: [requiring([0xf0a0])] },
  ],
  ["lacks-an-extension", { claims: [requiring([0xf0a0])] }],
  ["requires-a-proposal", { claims: [requiring([], [0x0009])] }],
  ["lacks-a-proposal", { clients: [stocked(B1, { proposals: [8] })] }],
  [
    "requires-a-credential",
    { clients: [stocked(B1, { credentials: [1, 2] })], claims: [requiring([], [], [2])] },
  ],
  ["lacks-a-credential", { claims: [requiring([], [], [2])] }],
  [
    "requires-what-everybody-has",
    { claims: [requiring([0x0001, 0x0003], [0x0001, 0x0003])] },
    "Default extensions and proposals need not be listed (RFC 9420 section 7.2).",
  ],
  [
    "one-of-two-keypackages-fits",
    {
      clients: [stocked(B1, { extensions: [6] }, { extensions: [6, 0xf0a0] })],
      claims: [requiring([0xf0a0])],
    },
  ],
  [
    "each-lacks-something",
    {
      clients: [stocked(B1, { extensions: [0xf0a0], proposals: [] }, { extensions: [], proposals: [8] })],
      claims: [requiring([0xf0a0], [8])],
    },
    "One KeyPackage has to have all.",
  ],
  [
    "one-of-two-clients-lacks-something",
    {
      clients: [stocked(B1, { extensions: [6, 0xf0a0] }), stocked(B2, {})],
      claims: [requiring([0xf0a0])],
    },
  ],
];

const lifetimes: readonly Row[] = [
  ["expired", { clients: [stocked(B1, EXPIRED)] }, "What must not be provided is not there."],
  ["expired-and-live", { clients: [stocked(B1, EXPIRED, {})] }],
  ["expired-a-second-ago", { clients: [stocked(B1, { until: -1n })] }],
  ["not-valid-yet", { clients: [stocked(B1, { from: 3600n })] }, "Others would refuse it.", ["R-042"]],
  ["not-valid-yet-and-live", { clients: [stocked(B1, { from: 3600n }, {})] }, undefined, ["R-042"]],
  [
    "expires-within-a-minute",
    { clients: [stocked(B1, { until: 59n })] },
    "Too little time to be used.",
    ["R-042"],
  ],
  ["expires-in-a-minute", { clients: [stocked(B1, { until: 60n })] }, undefined, ["R-042"]],
  [
    "expires-first",
    { clients: [stocked(B1, { until: 20n * DAY }, { until: 5n * DAY }, { until: 10n * DAY })] },
    "The one that expires first; the draft allows any.",
  ],
];

const lastResorts: readonly Row[] = [
  [
    "last-resort-behind-others",
    { clients: [stocked(B1, { lastResort: "component", until: DAY }, {})] },
    "Only when there is nothing else (extensions section 6.4).",
    ["R-041"],
  ],
  [
    "last-resort-by-the-former-mark",
    { clients: [stocked(B1, { lastResort: "extension", until: DAY }, {})] },
    "Extension 0x000a, as earlier drafts had it.",
    ["R-041"],
  ],
  ["last-resort-alone", { clients: [stocked(B1, { lastResort: "component" })] }, undefined, ["R-041"]],
  [
    "last-resort-where-others-do-not-fit",
    {
      clients: [stocked(B1, {}, { lastResort: "component", extensions: [6, 0xf0a0] })],
      claims: [requiring([0xf0a0])],
    },
    undefined,
    ["R-041"],
  ],
  [
    "last-resort-once",
    { clients: [stocked(B1, { lastResort: "component" })], claims: [claim(), byCathy] },
    "MIMI issues it once, like every other; MLS alone would allow more.",
    ["R-041"],
  ],
  [
    "last-resort-last",
    {
      clients: [stocked(B1, { lastResort: "component" }, {}, {})],
      claims: [claim(), claim(), claim(), claim()],
    },
    undefined,
    ["R-041", "R-044"],
  ],
];

const again: readonly Row[] = [
  [
    "two-claims",
    { clients: [stocked(B1, {}, {})], claims: [claim(), byCathy] },
    "Never the same KeyPackage twice.",
  ],
  ["two-claims-for-one", { clients: [stocked(B1, {})], claims: [claim(), byCathy] }],
  [
    "the-same-claim-again",
    { clients: [stocked(B1, {}, {})], claims: [claim(), claim()] },
    "Octet for octet the same request: nothing in it is fresh, and it is a further claim.",
    ["R-044"],
  ],
  ["for-another-room", { clients: [stocked(B1, {}, {})], claims: [claim(), claim({ roomId: OTHER_ROOM })] }],
  [
    "stocks-run-out-one-after-another",
    { clients: [stocked(B1, {}), stocked(B2, {}, {})], claims: [claim(), claim(), claim()] },
    undefined,
    ["R-036", "R-044"],
  ],
  [
    "a-refused-claim-takes-nothing",
    { consent: [{ requestingUser: CATHY, targetUser: BOB }], claims: [claim(), byCathy] },
    "Alice has no consent; the stock is untouched.",
  ],
  [
    "a-claim-without-success-takes-nothing",
    { clients: [stocked(B1, {})], claims: [requiring([0xf0a0]), claim()] },
  ],
  [
    "one-claim-takes-one",
    {
      clients: [stocked(B1, { suite: 1 }, { suite: 3 })],
      claims: [claim({ acceptableCiphersuites: [1, 3] }), claim({ acceptableCiphersuites: [3] })],
    },
    "The KeyPackage of the other suite stays.",
    ["R-043"],
  ],
];

const requests: readonly Row[] = [
  [
    "credential-of-a-client",
    { claims: [claim({ requesterCredential: clientCredential("mimi://a.example/d/alice/A1") })] },
    undefined,
    ["R-028"],
  ],
  [
    "signed-with-the-second-suite",
    { claims: [claim({ acceptableCiphersuites: [2, 1], signedWith: 1 })] },
    "The key is of the scheme of the second suite.",
    ["R-032"],
  ],
];

const rows = [
  ...users,
  ...consent,
  ...suites,
  ...capabilities,
  ...lifetimes,
  ...lastResorts,
  ...again,
  ...requests,
];

/** A request of another protocol: only its octet and the URIs can be read. */
function otherProtocol(): Case {
  const { request, ...rest } = claim();
  const scene = sceneOf({ claims: [{ ...rest, request: `09${String(request).slice(2)}` }] });
  return {
    id: "another-protocol",
    input: scene,
    readings: ["R-037"],
    notes: "The answer repeats the octet of the protocol.",
  };
}

/** The claims that are answered. */
export function claimCases(): Case[] {
  return [
    ...rows.map(
      ([id, scene, notes, readings]): Case => ({
        id,
        input: sceneOf(scene),
        ...(notes === undefined ? {} : { notes }),
        ...(readings === undefined ? {} : { readings }),
      }),
    ),
    otherProtocol(),
  ];
}
