/**
 * Changing one field of a commit, and why everybody refuses it then.
 * @module
 */

import {
  type GroupInfo,
  type MemberGroup,
  MLSMessage,
  MlsError,
  type PublicGroup,
  type PublicMessage,
} from "@openmimi/mls";
import { decode, encode, TlsError } from "@openmimi/tls";
import { expect } from "vitest";
import { protectPublic, signFramedContent } from "../src/framing/content.ts";
import { suite } from "./actors.ts";
import { insideOf, publicMessageOf } from "./forge.ts";
import type { Choices } from "./random.ts";

/** Where a field is. */
export type Path = readonly (string | number)[];

/** What another value in the place of a field can be: same type, next to it, shorter, longer, gone. */
function alternatives(value: unknown): unknown[] {
  if (value instanceof Uint8Array) {
    const flip = (at: number) => value.map((octet, index) => (index === at ? octet ^ 1 : octet));
    const longer = Uint8Array.of(...value, 0);
    if (value.length === 0) return [longer];
    return [flip(0), flip(value.length - 1), value.subarray(1), longer, new Uint8Array()];
  }
  if (typeof value === "number") return [value + 1, value === 0 ? 7 : value - 1];
  if (typeof value === "bigint") return [value + 1n];
  if (Array.isArray(value)) return value.length === 0 ? [] : [value.slice(1), [...value, value[0]], []];
  return [];
}

/** Every field below a value, with everything that could stand there instead. */
export function* corruptions(value: unknown, path: Path = []): Generator<[Path, unknown]> {
  for (const other of alternatives(value)) yield [path, other];
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  for (const [key, item] of Object.entries(value)) {
    yield* corruptions(item, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

/** A copy in which one field is different. */
export function corrupted<T>(value: T, [key, ...rest]: Path, other: unknown): T {
  if (key === undefined) return other as T;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
  copy[key] = corrupted(copy[key], rest, other);
  return copy as T;
}

/** On its way: tags and signature cover everything. */
export const outside: [RegExp, RegExp][] = [
  [/^content\.groupId/, /^wrong-group$/],
  [/^content\.epoch/, /^wrong-epoch$/],
  [/^content\.sender/, /^(unknown-sender|invalid-membership-tag|invalid-signature)$/],
  [/^content/, /^invalid-(membership-tag|signature)$/],
  [/^auth\.signature/, /^invalid-(membership-tag|signature)$/],
  [/^auth\.confirmationTag/, /^invalid-(membership-tag|group-info)$/],
  [/^membershipTag/, /^invalid-membership-tag$/],
];

/** The fields of a commit that is signed again, and why a change in them is refused; the first that fits counts. */
export const inside: [RegExp, RegExp][] = [
  [/^content\.groupId/, /^wrong-group$/],
  [/^content\.epoch/, /^wrong-epoch$/],
  [/^content\.authenticatedData/, /^invalid-(signature|confirmation-tag|group-info)$/],
  [/^content\.sender/, /^(unknown-sender|own-message|wrong-|invalid-)/],
  [/^content\.commit\.proposals/, /^(invalid|missing|unknown|own|decryption)-/],
  [
    /^content\.commit\.path\.nodes\.\d+\.encryptedPathSecret/,
    /^(decryption-failed|invalid-(key|update-path|signature|confirmation-tag|group-info|membership-tag))$/,
  ],
  [
    /^content\.commit\.path\.nodes/,
    /^invalid-(parent-hash|update-path|signature|confirmation-tag|group-info)$/,
  ],
  [
    /^content\.commit\.path\.leafNode/,
    /^(invalid-(signature|leaf-node|parent-hash|update-path|extension|credential)|missing-capability)$/,
  ],
];

/** What a decoder says to octets that are no message. */
const undecodable = /^(truncated|trailing-bytes|unknown-value|invalid-value|limit-exceeded)$/;

/** Whether a field that was changed may be refused for this reason. */
export function isExpected(reasons: typeof inside, path: Path, code: string): boolean {
  const name = path.join(".");
  const expected = reasons.find(([field]) => field.test(name))?.[1];
  return expected?.test(code) === true || undecodable.test(code);
}

/** Signs and tags what was changed, as only the committer can: a member of the epoch that the commit ends. */
export function signedAgain(committer: MemberGroup, { content, auth }: PublicMessage): MLSMessage {
  const { epoch, public: group } = insideOf(committer);
  const { groupContext } = group;
  const { signaturePrivateKey } = epoch;
  const signature = signFramedContent(suite, signaturePrivateKey, "publicMessage", content, groupContext);
  const authenticated = { wireFormat: "publicMessage" as const, content, auth: { ...auth, signature } };
  return protectPublic(suite, authenticated, groupContext, epoch.secrets.membershipKey);
}

/** Why something is refused, `undefined` if it is not. */
export function refusal(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof TlsError || error instanceof MlsError) return error.code;
    throw error;
  }
}

/** The fields of an external commit as it would be on its way: no tag covers it, and its signature is its own leaf's. */
const outsideExternal: typeof outside = [
  [/^content\.groupId/, /^wrong-group$/],
  [/^content\.epoch/, /^wrong-epoch$/],
  [/^content\.commit\.path/, /^(invalid|missing)-/],
  [/^content/, /^(invalid-signature|invalid-authenticated-data)$/],
  [/^auth\.signature/, /^invalid-signature$/],
  [/^auth\.confirmationTag/, /^invalid-(confirmation-tag|group-info)$/],
];

/** A commit before it is accepted. */
interface Underway {
  readonly commit: MLSMessage;
  readonly groupInfo: GroupInfo;
  /** Absent for an external commit. */
  readonly committer?: MemberGroup;
}

/**
 * Changes some fields of a commit, as somebody could on its way and as the committer itself could, and asserts that
 * server and members refuse each for the reason of its field and stay as they were.
 *
 * @returns how many were refused
 */
export function expectAllRefuse(
  choices: Choices,
  { commit, groupInfo, committer }: Underway,
  { hub, members }: { readonly hub: PublicGroup; readonly members: readonly MemberGroup[] },
): number {
  const original = publicMessageOf(commit);
  const all = [...corruptions(original)];
  const before = [hub, ...members].map((group) => group.serialize());
  let refused = 0;
  for (let count = 0; count < 6; count++) {
    const isInside = committer !== undefined && choices.once(2);
    const fields = isInside ? all.filter(([path]) => path[0] === "content") : all;
    const [path, other] = choices.pick(fields);
    const changed = corrupted(original, path, other);
    let octets: Uint8Array;
    try {
      const message: MLSMessage = isInside
        ? signedAgain(committer, changed)
        : { version: "mls10", wireFormat: "publicMessage", publicMessage: changed };
      octets = encode(MLSMessage, message);
    } catch (error) {
      // What cannot be encoded cannot be sent.
      if (error instanceof TlsError) continue;
      throw error;
    }
    const reasons = isInside ? inside : committer === undefined ? outsideExternal : outside;
    const arrived = () => decode(MLSMessage, octets);
    const codes = members.map((member) => refusal(() => member.process(arrived())));
    // A server cannot see membership tags.
    if (path[0] !== "membershipTag")
      codes.push(refusal(() => hub.verifyGroupInfo(hub.stage(arrived()), groupInfo)));
    for (const code of codes) {
      expect(code, path.join(".")).toBeDefined();
      expect(isExpected(reasons, path, code!), `${path.join(".")}: ${code}`).toBe(true);
    }
    refused++;
  }
  expect([hub, ...members].map((group) => group.serialize())).toEqual(before);
  return refused;
}
