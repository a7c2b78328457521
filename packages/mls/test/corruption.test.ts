import {
  type FramedContent,
  type GroupInfo,
  type MemberGroup,
  MLSMessage,
  type Proposal,
  PublicGroup,
} from "@openmimi/mls";
import { decode, encode, TlsError } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { add, addMembers, crypto, keysOf, newGroup, options, text } from "./actors.ts";
import {
  corrupted,
  corruptions,
  inside,
  isExpected,
  outside,
  type Path,
  refusal,
  signedAgain,
} from "./corrupt.ts";
import { publicMessageOf } from "./forge.ts";

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

const stores = new Map([bob!, carol!].map((member) => [member, member.serialize()]));
const hubStore = hub.serialize();

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
  const judged = asServer ? codes : codes.slice(0, -1);
  const isRight = judged.every((code) => code !== undefined && isExpected(reasons, path, code));
  return isRight ? undefined : `${name}: ${codes.join(", ")}`;
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
        return signedAgain(alice, { ...changed, content: changed.content as FramedContent });
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
