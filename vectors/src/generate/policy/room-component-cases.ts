/**
 * The octets of the components that the protocol draft gives to a room: franking agent, participant list, metadata.
 * Protocol §5.4.1, §7.5, §7.6; readings.
 * @module
 */

import { MimiComponentId as Id } from "@openmimi/protocol";
import { type Case, hex } from "../envelope.ts";
import { n16, n32, t, v } from "./component-octets.ts";

const INVALID = "invalid-component";
const text = (value: string): string => hex(new TextEncoder().encode(value));

interface Row {
  readonly id: string;
  readonly octets: string;
  readonly updates?: readonly string[];
  readonly reason?: string;
  readonly notes?: string;
}

function of(component: number, section: string, readings: readonly string[], rows: readonly Row[]): Case[] {
  return rows.map(
    ({ id, octets, updates, reason, notes }): Case => ({
      id,
      section,
      readings,
      input: {
        componentId: `0x${n16(component)}`,
        octets,
        ...(updates === undefined ? {} : { updateOctets: updates }),
      },
      ...(reason === undefined ? {} : { reason }),
      ...(notes === undefined ? {} : { notes }),
    }),
  );
}

const key = (digits = "5a", count = 32) => v(digits.repeat(count));
const basic = (identity: string) => `0001${t(identity)}`;
const agent = (signatureKey = key(), credential = basic("mimi://hub.example")) => signatureKey + credential;

const franking = of(
  Id.frankingAgent,
  "5.4.1",
  ["R-030"],
  [
    { id: "franking-agent", octets: agent() },
    { id: "franking-agent-with-a-p256-key", octets: agent(key("04", 65)) },
    {
      id: "franking-agent-x509",
      octets: agent(key(), `0002${v(v("3000"))}`),
      notes: "What is in the certificate is another matter.",
    },
    {
      id: "franking-agent-replaced",
      octets: agent(),
      updates: [agent(key("a5"))],
      notes: "Who may do so is not decided here.",
    },
    { id: "franking-agent-replaced-twice", octets: agent(), updates: [agent(key("a5")), agent(key("a6"))] },
    { id: "franking-agent-nothing", octets: "", reason: INVALID },
    { id: "franking-agent-without-credential", octets: key(), reason: INVALID },
    { id: "franking-agent-credential-unknown", octets: agent(key(), "f0030100"), reason: INVALID },
    { id: "franking-agent-key-cut-off", octets: `205a5a`, reason: INVALID },
    { id: "franking-agent-an-octet-behind-it", octets: `${agent()}00`, reason: INVALID },
    {
      id: "franking-agent-length-not-minimal",
      octets: `4020${"5a".repeat(32)}${basic("mimi://hub.example")}`,
      reason: INVALID,
    },
    {
      id: "franking-agent-update-cut-off",
      octets: agent(),
      updates: [agent().slice(0, -2)],
      reason: INVALID,
    },
  ],
);

const ALICE = "mimi://a.example/u/alice";
const BOB = "mimi://b.example/u/bob";
const pair = (user: string, role: number) => t(user) + n32(role);
const list = (...pairs: readonly string[]) => v(...pairs);
/** ParticipantListUpdate: changes, removals, additions. */
const change = (
  changed: readonly (readonly [number, number])[],
  removed: readonly number[],
  added: readonly string[],
) => v(...changed.map(([index, role]) => n32(index) + n32(role))) + v(...removed.map(n32)) + v(...added);

const participants = of(
  Id.participantList,
  "7.5",
  ["R-004", "R-132", "R-133"],
  [
    { id: "participants-none", octets: list() },
    { id: "participants-one", octets: list(pair(ALICE, 4)) },
    { id: "participants-two", octets: list(pair(BOB, 2), pair(ALICE, 4)), notes: "In any order." },
    { id: "participants-pseudonym", octets: list(pair("mimi://a.example/p/5f4b1c7e", 2)) },
    { id: "participants-encoded-name", octets: list(pair("mimi://z.example/u/zo%C3%AB", 2)) },
    { id: "participants-largest-role", octets: list(pair(ALICE, 0xffff_ffff)) },
    { id: "participants-added", octets: list(pair(ALICE, 4)), updates: [change([], [], [pair(BOB, 2)])] },
    {
      id: "participants-changed-and-removed",
      octets: list(pair(ALICE, 4), pair(BOB, 2)),
      updates: [change([[0, 3]], [1], [])],
      notes: "More of this in participant-list-updates.",
    },
    { id: "participants-nothing", octets: "", reason: INVALID },
    { id: "participants-user-empty", octets: list(pair("", 2)), reason: INVALID },
    { id: "participants-user-not-utf8", octets: list(`02c328${n32(2)}`), reason: INVALID },
    {
      id: "participants-user-of-another-scheme",
      octets: list(pair("im:alice@a.example", 2)),
      reason: INVALID,
    },
    {
      id: "participants-user-in-upper-case",
      octets: list(pair("mimi://A.example/u/alice", 2)),
      reason: INVALID,
    },
    { id: "participants-half-a-role", octets: list(`${t(ALICE)}0000`), reason: INVALID },
    { id: "participants-an-octet-behind-it", octets: `${list(pair(ALICE, 4))}00`, reason: INVALID },
    { id: "participants-length-not-minimal", octets: "4000", reason: INVALID },
    {
      id: "participants-update-out-of-range",
      octets: list(pair(ALICE, 4)),
      updates: [change([], [1], [])],
      reason: "invalid-update",
    },
  ],
);

interface Meta {
  readonly room?: string;
  readonly name?: string;
  readonly descriptions?: string;
  readonly avatar?: string;
  readonly subject?: string;
  readonly mood?: string;
}
const ROOM = "mimi://hub.example/r/den";
const metadata = (fields: Meta = {}) =>
  (fields.room ?? t(ROOM)) +
  (fields.name ?? t("Den")) +
  (fields.descriptions ?? v()) +
  (fields.avatar ?? t("")) +
  (fields.subject ?? t("")) +
  (fields.mood ?? t(""));
const description = (type: string, language: string, content: string) =>
  t(type) + t(language) + v(text(content));

const meta = of(
  Id.roomMetadata,
  "7.6",
  ["R-004", "R-135", "R-136"],
  [
    { id: "metadata-plain", octets: metadata() },
    {
      id: "metadata-with-everything",
      octets: metadata({
        name: t("Höhle"),
        descriptions: v(
          description("text/plain", "en", "a den"),
          description("text/markdown", "", "_a den_"),
        ),
        avatar: t("https://hub.example/den.png"),
        subject: t("winter"),
        mood: t("drowsy"),
      }),
    },
    { id: "metadata-without-a-name", octets: metadata({ name: t("") }) },
    {
      id: "metadata-description-of-octets",
      octets: metadata({ descriptions: v(t("image/png") + t("") + v("89504e47")) }),
    },
    { id: "metadata-renamed", octets: metadata(), updates: [metadata({ name: t("Lair") })] },
    {
      id: "metadata-emptied",
      octets: metadata({ subject: t("winter"), mood: t("drowsy") }),
      updates: [metadata({ name: t("") })],
      notes: "The update is the whole new value.",
    },
    { id: "metadata-room-empty", octets: metadata({ room: t("") }), reason: INVALID },
    { id: "metadata-room-is-no-uri", octets: metadata({ room: t("den") }), reason: INVALID },
    { id: "metadata-name-not-utf8", octets: metadata({ name: "02c328" }), reason: INVALID },
    { id: "metadata-name-with-nul", octets: metadata({ name: "026100" }), reason: INVALID },
    { id: "metadata-avatar-is-no-uri", octets: metadata({ avatar: t("a bear") }), reason: INVALID },
    { id: "metadata-without-mood", octets: metadata({ mood: "" }), reason: INVALID },
    { id: "metadata-an-octet-behind-it", octets: `${metadata()}00`, reason: INVALID },
    {
      id: "metadata-of-another-room",
      octets: metadata(),
      updates: [metadata({ room: t("mimi://hub.example/r/lair") })],
      reason: "invalid-update",
      notes: "A room keeps its URI.",
    },
    {
      id: "metadata-twice-in-one-commit",
      octets: metadata(),
      updates: [metadata({ name: t("Lair") }), metadata({ name: t("Cave") })],
      reason: "invalid-update",
      notes: "Two authors would not know of each other.",
    },
  ],
);

/** All of them. */
export const roomComponentCases: readonly Case[] = [...franking, ...participants, ...meta];
