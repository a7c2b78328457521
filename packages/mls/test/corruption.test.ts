import {
  type FramedContent,
  type GroupInfo,
  type MemberGroup,
  MLSMessage,
  type Proposal,
  PublicGroup,
  type PublicMessage,
} from "@openmimi/mls";
import { decode, encode, TlsError } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { protectPublic, signFramedContent } from "../src/framing/content.ts";
import { add, addMembers, crypto, keysOf, newGroup, options, suite, text } from "./actors.ts";
import { insideOf, publicMessageOf } from "./forge.ts";

type Path = readonly (string | number)[];

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
function* corruptions(value: unknown, path: Path = []): Generator<[Path, unknown]> {
  for (const other of alternatives(value)) yield [path, other];
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  for (const [key, item] of Object.entries(value)) {
    yield* corruptions(item, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

/** A copy in which one field is different. */
function corrupted<T>(value: T, [key, ...rest]: Path, other: unknown): T {
  if (key === undefined) return other as T;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
  copy[key] = corrupted(copy[key], rest, other);
  return copy as T;
}

/** On its way: tags and signature cover everything. */
const outside: [RegExp, RegExp][] = [
  [/^content\.groupId/, /^wrong-group$/],
  [/^content\.epoch/, /^wrong-epoch$/],
  [/^content\.sender/, /^(unknown-sender|invalid-membership-tag|invalid-signature)$/],
  [/^content/, /^invalid-(membership-tag|signature)$/],
  [/^auth\.signature/, /^invalid-(membership-tag|signature)$/],
  [/^auth\.confirmationTag/, /^invalid-(membership-tag|group-info)$/],
  [/^membershipTag/, /^invalid-membership-tag$/],
];

/** The fields of a commit that is signed again, and why a change in them is refused; the first that fits counts. */
const inside: [RegExp, RegExp][] = [
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

const alice = newGroup();
const [bob, carol, dave] = addMembers(alice, [], ["bob", "carol", "dave"]) as MemberGroup[];
const hub = PublicGroup.fromGroupInfo(crypto, alice.groupInfo(), alice.public.ratchetTree(), options);
const data: Proposal = {
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId: 5, op: "update", update: text("data") },
};
const reference = (() => {
  const { message, reference: made } = carol!.propose(data);
  for (const member of [alice, bob!, dave!]) member.process(message);
  hub.addProposal(hub.stageProposal(message));
  return made;
})();
const made = alice.commit({
  proposals: [add(keysOf("erin")), { proposalType: "remove", removed: 3 }, data],
  references: [reference],
  path: true,
});
const original = publicMessageOf(made.commit);
const secrets = insideOf(alice);

/** Signs and tags what was changed, as only the committer can. */
function signedAgain({ content, auth }: PublicMessage): MLSMessage {
  const { groupContext } = alice.public;
  const { signaturePrivateKey } = secrets.epoch;
  const signature = signFramedContent(suite, signaturePrivateKey, "publicMessage", content, groupContext);
  const authenticated = { wireFormat: "publicMessage" as const, content, auth: { ...auth, signature } };
  return protectPublic(suite, authenticated, groupContext, secrets.epoch.secrets.membershipKey);
}

const stores = new Map([bob!, carol!].map((member) => [member, member.serialize()]));
const hubStore = hub.serialize();

/** Why somebody refuses, undefined if nobody does. Nothing may change. */
function refusal(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof TlsError) return error.code;
    return (error as { code: string }).code;
  }
}

/** What members and server say to a commit. */
function judge(message: MLSMessage, groupInfo: GroupInfo): (string | undefined)[] {
  const octets = encode(MLSMessage, message);
  const arrived = () => decode(MLSMessage, octets);
  const members = [...stores.keys()].map((member) => refusal(() => member.process(arrived())));
  const server = refusal(() => hub.verifyGroupInfo(hub.stage(arrived()), groupInfo));
  return [...members, server];
}

function check(
  path: Path,
  message: () => MLSMessage,
  reasons: typeof inside,
  asServer = true,
): string | undefined {
  const name = path.join(".");
  let codes: (string | undefined)[];
  try {
    codes = judge(message(), made.groupInfo);
  } catch (error) {
    // What cannot be encoded cannot be sent.
    if (error instanceof TlsError) return undefined;
    throw error;
  }
  const expected = reasons.find(([field]) => field.test(name))?.[1] ?? /^$/;
  const decoding = /^(truncated|trailing-bytes|unknown-value|invalid-value|limit-exceeded)$/;
  const judged = asServer ? codes : codes.slice(0, -1);
  const bad = judged.find((code) => code === undefined || !(expected.test(code) || decoding.test(code)));
  const accepted = judged.includes(undefined);
  return bad !== undefined || accepted ? `${name}: ${codes.join(", ")}` : undefined;
}

describe("every change of a single field of a commit is refused, for the reason of that field", () => {
  const all = [...corruptions(original as unknown)];

  it("as it would be on its way", () => {
    const wrong = all.flatMap(([path, other]) => {
      const message = (): MLSMessage => ({
        version: "mls10",
        wireFormat: "publicMessage",
        publicMessage: corrupted(original, path, other),
      });
      // A server cannot see membership tags.
      return check(path, message, outside, path[0] !== "membershipTag") ?? [];
    });
    expect(all.length).toBeGreaterThan(150);
    expect(wrong).toEqual([]);
    expect(hub.serialize()).toEqual(hubStore);
    for (const [member, store] of stores) expect(member.serialize()).toEqual(store);
  });

  it("even if the committer itself signs it again", () => {
    const fields = all.filter(([path]) => path[0] === "content");
    const wrong = fields.flatMap(([path, other]) => {
      const message = () => {
        const changed = corrupted(original, path, other);
        return signedAgain({ ...changed, content: changed.content as FramedContent });
      };
      return check(path, message, inside) ?? [];
    });
    expect(wrong).toEqual([]);
    expect(hub.serialize()).toEqual(hubStore);
    for (const [member, store] of stores) expect(member.serialize()).toEqual(store);
  });

  it("while the commit itself is accepted by all of them", () => {
    expect(judge(made.commit, made.groupInfo)).toEqual([undefined, undefined, undefined]);
  });
});
