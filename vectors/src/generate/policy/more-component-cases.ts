/**
 * Further octets of the components of the policy draft, so that each has at least ten vectors. Policy §4 to §7.
 * @module
 */

import { MimiComponentId as Id } from "@openmimi/protocol";
import type { Case } from "../envelope.ts";
import {
  absent,
  entry,
  n8,
  n16,
  n32,
  n64,
  noLimits,
  operational,
  present,
  role,
  t,
  v,
} from "./component-octets.ts";

type Row = readonly [id: string, octets: string, reason?: string | undefined, notes?: string];

const INVALID = "invalid-component";

function of(component: number, section: string, readings: readonly string[], rows: readonly Row[]): Case[] {
  return rows.map(
    ([id, octets, reason, notes]): Case => ({
      id,
      section,
      readings,
      input: { componentId: `0x${n16(component)}`, octets },
      ...(reason === undefined ? {} : { reason }),
      ...(notes === undefined ? {} : { notes }),
    }),
  );
}

const guest = role(2, "guest", [], noLimits);
const bot = (
  fields: Readonly<{
    name?: string;
    homepage?: string;
    local?: string;
    roleIndex?: number;
    flags?: string;
  }> = {},
) =>
  t(fields.name ?? "poker") +
  t("deals cards") +
  t(fields.homepage ?? "") +
  (fields.local ?? "00") +
  n32(fields.roleIndex ?? 7) +
  (fields.flags ?? "0100");

const preauthorization = of(
  Id.preauthList,
  "4",
  ["R-174", "R-175"],
  [
    ["preauthorization-cut-off", v(entry(guest, [1, "", "aa"])).slice(0, -2), INVALID],
    ["preauthorization-an-octet-behind-it", `${v()}00`, INVALID],
  ],
);

const linkPolicy = of(
  Id.joinLinkPolicy,
  "6.2",
  ["R-180"],
  [
    ["link-policy-on-request-only", n8(1) + t("https://a.example/invite") + n8(1) + n32(0)],
    [
      "link-policy-for-ever",
      n8(0) + t("https://a.example/invite") + n8(1) + n32(0xffff_ffff),
      undefined,
      "Seconds, 32 bits.",
    ],
    [
      "link-policy-of-another-scheme",
      n8(0) + t("mimi://a.example/u/alice") + n8(0) + n32(60),
      undefined,
      "Any URI.",
    ],
    ["link-policy-flag-two", n8(2) + t("") + n8(0) + n32(0), INVALID],
    ["link-policy-multiuser-two", n8(0) + t("") + n8(2) + n32(0), INVALID],
    ["link-policy-cut-off", n8(0) + t("") + n8(0) + n16(0), INVALID],
    ["link-policy-an-octet-behind-it", `${n8(0)}${t("")}${n8(0)}${n32(0)}00`, INVALID],
  ],
);

const PROXY = t("https://proxy.example");
const previews = of(
  Id.linkPreviewPolicy,
  "6.3",
  ["R-172", "R-178"],
  [
    ["previews-all-forbidden", "02020202"],
    ["previews-three", `030000${n8(2)}`, INVALID],
    ["previews-two-proxies", `000000${n8(0)}${v(PROXY, PROXY)}`, INVALID],
    ["previews-cut-off", "0000", INVALID],
  ],
);

const logger = (kind: number, clients: readonly string[], machine = "", human = "") =>
  n8(kind) + v(...clients.map(t)) + t(machine) + t(human);
const logging = of(
  Id.loggingPolicy,
  "6.5",
  ["R-172", "R-173"],
  [
    ["logging-optional-somebody", logger(0, ["mimi://a.example/d/log/1"], "https://a.example/policy.json")],
    ["logging-three", n8(3), INVALID],
    ["logging-client-empty", logger(0, [""]), INVALID],
    ["logging-policy-is-no-uri", logger(0, [], "see the notice board"), INVALID],
    ["logging-cut-off", n8(0) + v(), INVALID],
  ],
);

const history = of(
  Id.chatHistoryPolicy,
  "6.6",
  ["R-172", "R-173", "R-194"],
  [
    ["history-by-everybody-else", n8(0) + v(n32(2), n32(3), n32(0xffff_ffff)) + n8(0) + n32(0xffff_ffff)],
    ["history-three", n8(3), INVALID],
    ["history-flag-two", n8(0) + v(n32(3)) + n8(2) + n32(0), INVALID],
    ["history-half-a-role", n8(0) + v("0000") + n8(0) + n32(0), INVALID],
    ["history-cut-off", n8(1) + v(n32(3)) + n8(0), INVALID],
  ],
);

const bots = of(
  Id.botPolicy,
  "6.7",
  [],
  [
    ["bots-two", v(bot(), bot({ name: "weather", flags: "0001" }))],
    ["bots-with-a-homepage", v(bot({ homepage: "https://bots.example/poker" }))],
    ["bots-without-a-role", v(bot({ roleIndex: 0 })), undefined, "A bot in the room without a role in it."],
    ["bots-homepage-is-no-uri", v(bot({ homepage: "the first floor" })), INVALID],
    ["bots-local-two", v(bot({ local: "02", roleIndex: 0 })), INVALID],
    ["bots-name-not-utf8", v(`04ffffffff${bot().slice(t("poker").length)}`), INVALID],
    ["bots-cut-off", v(bot().slice(0, -2)), INVALID],
  ],
);

const durations = (kind: number, least: number, most: number, preferred = absent) =>
  n8(kind) + n32(least) + n32(most) + preferred;
const expiration = of(
  Id.messageExpirationPolicy,
  "6.8",
  ["R-172", "R-173"],
  [
    ["expiration-one-duration", durations(1, 60, 60, present(n32(60)))],
    ["expiration-any", durations(0, 0, 0xffff_ffff)],
    ["expiration-three", durations(3, 0, 0), INVALID],
    ["expiration-default-over-the-longest", durations(0, 60, 3600, present(n32(3601))), INVALID],
    ["expiration-presence-two", durations(0, 60, 3600, "02"), INVALID],
  ],
);

const operations = of(
  Id.operationalPolicy,
  "7",
  ["R-181", "R-182", "R-183"],
  [
    ["operational-no-handshake-formats", operational(n8(0), []), undefined, "An empty list binds nothing."],
    ["operational-one-delay", operational(n8(2) + n64(100) + n64(100))],
    ["operational-strategy-four", operational(n8(4)), INVALID],
    ["operational-cut-off", operational(n8(0)).slice(0, -2), INVALID],
    ["operational-an-octet-behind-it", `${operational(n8(0))}00`, INVALID],
  ],
);

const links = of(
  Id.joinLinks,
  "6.2",
  ["R-180"],
  [
    ["links-empty-link", v(v()), undefined, "A code of no octets; as a joining code it is none."],
    ["links-length-not-minimal", "4000", INVALID],
  ],
);

/** All of them. */
export const moreComponentCases: readonly Case[] = [
  ...preauthorization,
  ...linkPolicy,
  ...links,
  ...previews,
  ...logging,
  ...history,
  ...bots,
  ...expiration,
  ...operations,
];
