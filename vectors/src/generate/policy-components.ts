/**
 * Vectors of the kind `policy-components`: the octets of every component of a room. Policy §3 to §7; protocol §7;
 * readings.
 * @module
 */

import { MimiComponentId as Id } from "@openmimi/protocol";
import { type Case, Draft, type GeneratedFile, hex, makeVectors, type VectorFile } from "./envelope.ts";
import { compactJson } from "./policy/compact-json.ts";
import { evaluateComponent } from "./policy/component-evaluate.ts";
import {
  absent,
  assets,
  base,
  entry,
  limits,
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
} from "./policy/component-octets.ts";
import { moreComponentCases } from "./policy/more-component-cases.ts";
import { roomComponentCases } from "./policy/room-component-cases.ts";

const file = (id: number, section: string, ...cited: string[]) => {
  const input = (octets: string) => ({ componentId: `0x${n16(id)}`, octets });
  return {
    valid: (name: string, octets: string, notes?: string): Case => ({
      id: name,
      section,
      readings: cited,
      input: input(octets),
      ...(notes === undefined ? {} : { notes }),
    }),
    invalid: (name: string, octets: string, notes?: string, reason = "invalid-component"): Case => ({
      id: name,
      section,
      readings: cited,
      input: input(octets),
      reason,
      ...(notes === undefined ? {} : { notes }),
    }),
  };
};

const rolesList = file(Id.rolesList, "3", "R-184", "R-190");
const preauth = file(Id.preauthList, "4", "R-174", "R-175");
const basePolicy = file(Id.baseRoomPolicy, "5", "R-177", "R-178", "R-192");
const status = file(Id.statusNotificationPolicy, "6.1", "R-005", "R-172");
const linkPolicy = file(Id.joinLinkPolicy, "6.2", "R-180");
const joinLinks = file(Id.joinLinks, "6.2", "R-180");
const previews = file(Id.linkPreviewPolicy, "6.3", "R-172", "R-178");
const assetPolicy = file(Id.assetPolicy, "6.4", "R-179", "R-193");
const logging = file(Id.loggingPolicy, "6.5", "R-172", "R-173");
const history = file(Id.chatHistoryPolicy, "6.6", "R-172", "R-173", "R-194");
const bots = file(Id.botPolicy, "6.7");
const expiration = file(Id.messageExpirationPolicy, "6.8", "R-172", "R-173");
const operations = file(Id.operationalPolicy, "7", "R-181", "R-182", "R-183");

const guest = role(2, "guest", [], noLimits);
const ALICE = hex(new TextEncoder().encode("mimi://a.example/u/alice"));
const PROXY = "https://proxy.example";
const bot = (local: number, index: number) =>
  t("poker") + t("deals cards") + t("") + n8(local) + n32(index) + n8(1) + n8(0);
const logger = (kind: number, ...clients: string[]) =>
  n8(kind) + v(...clients.map(t)) + t("") + t("https://a.example/logging");
const durations = (kind: number, least: number, most: number, preferred = absent) =>
  n8(kind) + n32(least) + n32(most) + preferred;

const cases: readonly Case[] = [
  rolesList.valid("roles-none", v()),
  rolesList.valid("roles-one", v(guest)),
  rolesList.valid(
    "roles-with-everything",
    v(
      role(0, "no_role", [], noLimits),
      role(1, "banned", [], limits(0, absent, 0, present(n32(0)))),
      role(
        7,
        "admin",
        [0, 0x0010, 0x0605],
        limits(1, present(n32(3)), 1, present(n32(2))),
        [0, 1, 7],
        [7, 0],
      ),
    ),
  ),
  rolesList.valid(
    "roles-unknown-capabilities",
    v(role(2, "guest", [0x0e0e, 0xf000, 0xffff], noLimits)),
    "They mean nothing and grant nothing.",
  ),
  rolesList.invalid("roles-index-twice", v(guest, guest), undefined, "invalid-update"),
  rolesList.invalid(
    "roles-open-join-beside-zero",
    v(role(2, "guest", [4], noLimits)),
    undefined,
    "invalid-update",
  ),
  rolesList.invalid(
    "roles-minimum-over-maximum",
    v(role(2, "guest", [], limits(2, present(n32(1)), 0, absent))),
    undefined,
    "invalid-update",
  ),
  rolesList.invalid("roles-cut-off", v(guest.slice(0, -2))),
  rolesList.invalid("roles-optional-two", v(role(2, "guest", [], limits(0, `02${n32(1)}`, 0, absent)))),

  preauth.valid("preauthorization-none", v()),
  preauth.valid("preauthorization-one-claim", v(entry(guest, [1, "", ALICE]))),
  preauth.valid(
    "preauthorization-two-claims",
    v(entry(guest, [2, "0603551d11", "3000"], [2, "06092b06010401868d1f07", "0c026869"])),
  ),
  preauth.invalid("preauthorization-no-claim", v(entry(guest)), "It would match everyone.", "invalid-update"),
  preauth.invalid(
    "preauthorization-role-zero",
    v(entry(role(0, "", [], noLimits), [1, "", ALICE])),
    undefined,
    "invalid-update",
  ),
  preauth.invalid("preauthorization-index-instead-of-role", v(v(n16(1) + v() + v(ALICE)) + n32(2))),

  basePolicy.valid("base-plain", base()),
  basePolicy.valid(
    "base-with-everything",
    base({
      fixed: 1,
      dependent: 1,
      parents: ["mimi://a.example/r/parent"],
      devices: 0,
      clients: present(n32(9)),
      users: present(n32(5)),
      flags: "010101",
      ids: [0x25, 0x26],
    }),
  ),
  basePolicy.valid("base-lists-policy-components", base({ ids: [0x0024, 0x0025, 0x0026, 0x002c] })),
  basePolicy.invalid("base-parent-missing", base({ dependent: 1 })),
  basePolicy.invalid("base-parent-without-flag", base({ parents: ["mimi://a.example/r/parent"] })),
  basePolicy.invalid(
    "base-two-parents",
    base({ dependent: 1, parents: ["mimi://a.example/r/p", "mimi://a.example/r/q"] }),
  ),
  basePolicy.invalid("base-parent-empty", base({ dependent: 1, parents: [""] })),
  basePolicy.invalid("base-flag-two", base({ fixed: 2 })),

  ...[0, 1, 2].flatMap((delivery) =>
    [0, 1, 2].map((read) => status.valid(`status-${delivery}-${read}`, n8(delivery) + n8(read))),
  ),
  status.invalid("status-three", n8(3) + n8(0)),
  status.invalid("status-one-octet", n8(0)),

  linkPolicy.valid("link-policy", n8(1) + t("https://a.example/invite") + n8(0) + n32(3600)),
  linkPolicy.valid("link-policy-without-uri", n8(0) + t("") + n8(1) + n32(0)),
  linkPolicy.invalid("link-policy-no-uri", n8(0) + t("nowhere to go") + n8(1) + n32(0)),
  joinLinks.valid("links-none", v()),
  joinLinks.valid("links-two", v(v("0102"), v("ff"))),
  joinLinks.invalid("links-cut-off", "0302ff"),
  ...linkUpdates(),
  ...replacements(),

  previews.valid("previews-with-proxy", `000102${n8(0)}${v(t(PROXY))}`),
  previews.valid("previews-proxy-required", `000102${n8(1)}${v(t(PROXY))}`),
  previews.valid("previews-proxy-forbidden", `000102${n8(2)}`),
  previews.invalid("previews-autodetection-required", `010000${n8(2)}`),
  previews.invalid("previews-proxy-not-named", `000000${n8(0)}${v()}`),
  previews.invalid("previews-proxy-empty", `000000${n8(1)}${v(t(""))}`),
  previews.invalid("previews-proxy-forbidden-and-named", `000000${n8(2)}${v(t(PROXY))}`),

  assetPolicy.valid("assets-unspecified", assets()),
  assetPolicy.valid(
    "assets-local-provider",
    assets({
      location: 1,
      domains: [["a.example", "files.a.example", "img.a.example"], ["b.example"]],
      allowed: [0, 2],
      fallback: 2,
      sizes: [0, 1, 2n ** 64n - 1n, 4],
    }),
  ),
  assetPolicy.valid("assets-hub", assets({ location: 2, domains: [["a.example", "files.a.example"]] })),
  assetPolicy.valid("assets-default-download-first", assets({ allowed: [0, 1, 2], fallback: 2 })),
  assetPolicy.valid(
    "assets-forbidden-download",
    assets({ allowed: [0, 1, 2], refused: [2, 0], fallback: 2 }),
    "Forbidden wins.",
  ),
  assetPolicy.valid(
    "assets-types",
    assets({
      forbidden: ["image/svg+xml"],
      permitted: [
        present(t("image/png") + v()),
        present(t("text/markdown") + v(t("variant") + t("GFM-MIMI"))),
      ],
    }),
    "A vector of optionals, by the letter.",
  ),
  assetPolicy.invalid(
    "assets-hub-two-domains",
    assets({ location: 2, domains: [["a.example"], ["b.example"]] }),
  ),
  assetPolicy.invalid("assets-hub-no-domain", assets({ location: 2 })),
  assetPolicy.invalid("assets-permitted-absent", assets({ permitted: [absent] })),
  assetPolicy.invalid("assets-location-three", assets({ location: 3 })),

  logging.valid("logging-forbidden", n8(2)),
  logging.valid("logging-optional-nobody", logger(0)),
  logging.valid("logging-required", logger(1, "mimi://a.example/d/log/1", "mimi://b.example/d/log/1")),
  logging.invalid("logging-required-nobody", logger(1)),
  logging.invalid(
    "logging-two-of-one-provider",
    logger(0, "mimi://a.example/d/log/1", "mimi://a.example/d/log/2"),
  ),
  logging.invalid("logging-forbidden-with-fields", logger(2)),

  history.valid("history-forbidden", n8(2)),
  history.valid("history-optional", n8(0) + v(n32(3), n32(4)) + n8(1) + n32(86400)),
  history.valid("history-required-by-nobody", n8(1) + v() + n8(0) + n32(0)),
  history.invalid("history-by-role-zero", n8(0) + v(n32(0)) + n8(0) + n32(9)),
  history.invalid("history-by-the-banned", n8(0) + v(n32(1)) + n8(0) + n32(9)),
  history.invalid("history-forbidden-with-fields", n8(2) + v() + n8(0) + n32(0)),

  bots.valid("bots-none", v()),
  bots.valid("bots-one-with-a-role", v(bot(0, 7))),
  bots.valid("bots-one-inside-a-client", v(bot(1, 0))),
  bots.invalid("bots-inside-a-client-with-a-role", v(bot(1, 7))),

  expiration.valid("expiration-forbidden", n8(2)),
  expiration.valid("expiration-optional", durations(0, 60, 3600)),
  expiration.valid("expiration-required-with-default", durations(1, 60, 3600, present(n32(600)))),
  expiration.invalid("expiration-shortest-over-longest", durations(0, 61, 60)),
  expiration.invalid("expiration-default-outside", durations(0, 60, 3600, present(n32(59)))),
  expiration.invalid("expiration-forbidden-with-fields", durations(2, 0, 0)),

  operations.valid("operational-unspecified", operational(n8(0))),
  operations.valid("operational-immediate-commit", operational(n8(1), [1, 0xf0], "0001")),
  operations.valid("operational-random-delay", operational(n8(2) + n64(100) + n64(5000))),
  operations.invalid("operational-delay-backwards", operational(n8(2) + n64(5000) + n64(100))),
  operations.invalid(
    "operational-extension",
    operational(n8(3) + n16(7)),
    "The case extension is a leftover.",
  ),
  operations.invalid("operational-flag-two", operational(n8(0), [1], "0201")),
];

function linkUpdates(): Case[] {
  const before = v(v("0a"), v("0b"), v("0c"));
  const update = (removed: number[], ...added: string[]) =>
    v(...removed.map(n32)) + v(...added.map((link) => v(link)));
  const change = (id: string, updates: string[], reason?: string): Case => ({
    id,
    section: "6.2",
    readings: ["R-180"],
    input: { componentId: `0x${n16(Id.joinLinks)}`, octets: before, updateOctets: updates },
    ...(reason === undefined ? {} : { reason }),
  });
  return [
    change("links-removed-and-added", [update([0, 2], "0d")]),
    change("links-appended-in-order", [update([], "0d", "0e"), update([], "0f")]),
    change("links-nothing", [update([])]),
    change("links-index-out-of-range", [update([3])], "invalid-update"),
    change("links-index-twice", [update([1, 1])], "invalid-update"),
    change("links-index-twice-in-two-updates", [update([1]), update([1])], "invalid-update"),
    change("links-update-cut-off", ["04000000"], "invalid-component"),
  ];
}

/** Policy §3, §4: the value of a valid update replaces the value of the data completely. */
function replacements(): Case[] {
  const change = (
    id: string,
    component: number,
    section: string,
    before: string,
    ...updates: string[]
  ): Case => ({
    id,
    section,
    readings: [],
    input: { componentId: `0x${n16(component)}`, octets: before, updateOctets: updates },
  });
  const admin = role(3, "admin", [1], noLimits, [2, 0]);
  return [
    change("roles-replaced", Id.rolesList, "3", v(guest, admin), v(admin)),
    change(
      "preauthorization-replaced",
      Id.preauthList,
      "4",
      v(entry(guest, [1, "", ALICE])),
      v(entry(admin, [1, "", ALICE])),
    ),
    change("preauthorization-emptied", Id.preauthList, "4", v(entry(guest, [1, "", ALICE])), v()),
    change("base-replaced", Id.baseRoomPolicy, "5", base({ users: present(n32(5)) }), base({ devices: 0 })),
    change("base-replaced-twice", Id.baseRoomPolicy, "5", base(), base({ devices: 0 }), base({ fixed: 1 })),
  ];
}

function fileOf(name: string, title: string, draft: string, all: readonly Case[]): GeneratedFile {
  const prefix = `policy-components/${name}`;
  const vectors = makeVectors(prefix, { draft, section: "3", readings: [] }, all, evaluateComponent);
  const content: VectorFile = {
    $schema: "../schema/policy-components.json",
    kind: "policy-components",
    title,
    vectors,
  };
  return { path: `${prefix}.json`, text: `${compactJson(content)}\n` };
}

/** The files of this kind. */
export function policyComponentFiles(): GeneratedFile[] {
  const title = "Octets of the components of the policy draft";
  return [
    fileOf("components", title, Draft.policy, [...cases, ...moreComponentCases]),
    fileOf("room", "Octets of the components of the protocol draft", Draft.protocol, roomComponentCases),
  ];
}
