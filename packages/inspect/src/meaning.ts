/**
 * What the values of fields mean: times, durations, URIs, roles, text in octets, octets that are encrypted.
 * @module
 */

import { isMimiUri, parseMimiUri } from "@openmimi/protocol";
import { BANNED_ROLE } from "@openmimi/room";
import { textOf } from "./octet-text.ts";

/** Seconds or milliseconds since the UNIX epoch. */
const TIMES: Readonly<Record<string, 1 | 1000>> = {
  acceptedTimestamp: 1,
  hubAcceptedTime: 1,
  timestamp: 1,
  notBefore: 1000,
  notAfter: 1000,
};

/** Lengths of time, in milliseconds. */
const DURATIONS: Readonly<Record<string, 1 | 1000>> = {
  minimumDelayMs: 1,
  maximumDelayMs: 1,
  defaultExpirationDuration: 1000,
  defaultTime: 1000,
  expiration: 1000,
  maxCredentialLifetime: 1000,
  maxExpirationDuration: 1000,
  maxKpLifetime: 1000,
  maxTimePeriod: 1000,
  maximumTime: 1000,
  minExpirationDuration: 1000,
  minimumTime: 1000,
  resumptionPskLifetime: 1000,
};

/** Indexes of roles. */
const ROLES = new Set([
  "roleIndex",
  "fromRoleIndex",
  "targetRoleIndexes",
  "botRoleIndex",
  "rolesThatCanShare",
]);

/** What only holders of keys can read. */
const ENCRYPTED = new Set([
  "ciphertext",
  "encryptedGroupInfo",
  "encryptedSenderData",
  "identityLinkCiphertext",
]);

/** Policy §6.4, reading R-193. */
const SIZES = new Set(["maxImage", "maxAudio", "maxVideo", "maxAttachment"]);

/** An ISO 8601 date, to the second or millisecond; undefined beyond the calendar. */
export function dateOf(milliseconds: number): string | undefined {
  if (Math.abs(milliseconds) > 8.64e15) return undefined;
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}

const UNITS: readonly (readonly [milliseconds: number, name: string])[] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1000, "second"],
  [1, "millisecond"],
];

/** In the largest unit that divides it. */
function durationOf(milliseconds: number): string {
  const [size, name] = UNITS.find(([unit]) => milliseconds >= unit && milliseconds % unit === 0) ?? [
    1000,
    "second",
  ];
  const count = milliseconds / size;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** What an integer means. */
export function integerMeaning(field: string, value: bigint | number): string | undefined {
  const number = Number(value);
  const time = TIMES[field];
  if (time !== undefined) return dateOf(number * time) ?? "beyond all calendars";
  const duration = DURATIONS[field];
  if (duration !== undefined) return number > 1e12 ? "for ever" : durationOf(number * duration);
  if (ROLES.has(field))
    return number === 0 ? "not a participant" : number === BANNED_ROLE ? "banned" : undefined;
  if (SIZES.has(field)) return number === 0 ? "none" : number === 2 ** 64 ? "any size" : "octets";
  return undefined;
}

/** Whether an integer is a time that is near enough to be one: from 2015 to 2105, or not set. */
export function isPlausibleTime(field: string, value: bigint | number): boolean | undefined {
  const unit = TIMES[field];
  if (unit === undefined) return undefined;
  const milliseconds = Number(value) * unit;
  return milliseconds > 1_420_000_000_000 && milliseconds < 4_260_000_000_000;
}

/** What a text means: of `mimi:` URIs, what they name. */
export function textMeaning(text: string): string | undefined {
  if (!text.startsWith("mimi:")) return undefined;
  return isMimiUri(text) ? parseMimiUri(text).kind : undefined;
}

/** What octets mean: that they are encrypted, or the text that they spell. */
export function octetsMeaning(field: string, octets: Uint8Array): string | undefined {
  if (octets.length === 0) return "empty";
  if (ENCRYPTED.has(field)) return "encrypted";
  if (KEYS.test(field)) return undefined;
  const text = textOf(octets);
  // Few octets are text by chance more often than on purpose.
  if (text === undefined || (octets.length < 4 && !TEXTS.has(field))) return undefined;
  const kind = textMeaning(text);
  return kind === undefined ? JSON.stringify(text) : `${JSON.stringify(text)}, ${kind}`;
}

/** Never text, whatever the octets look like. */
const KEYS = /key|signature|hash|tag|secret|nonce|salt|kemOutput|reference|newMember|frank/i;

/** Text even where it is very short. */
const TEXTS = new Set([
  "content",
  "fieldValue",
  "descriptionContent",
  "identity",
  "parameterName",
  "parameterValue",
]);
