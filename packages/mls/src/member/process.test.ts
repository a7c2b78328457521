import { TlsError } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import {
  addMembers,
  crypto,
  keysOf,
  mergeCommit,
  mimiRequired,
  newGroup,
  options,
  suite,
  text,
} from "../../test/actors.ts";
import { expectRefused, flipped, forgeProposal, insideOf, publicMessageOf } from "../../test/forge.ts";
import {
  ComponentId,
  type FramedContent,
  type MLSMessage,
  type PrivateMessage,
  type Proposal,
} from "../codec/index.ts";
import { dictionaryExtension } from "../extensions.ts";
import { signFramedContent } from "../framing/content.ts";
import { protectPrivate } from "../framing/private-message.ts";
import { SecretTree } from "../secret-tree.ts";
import { MemberGroup } from "./group.ts";

let alice: MemberGroup;
let bob: MemberGroup;
let carol: MemberGroup;

beforeEach(() => {
  alice = newGroup();
  [bob, carol] = addMembers(alice, [], ["bob", "carol"]) as [MemberGroup, MemberGroup];
});

const privateOf = (message: MLSMessage): PrivateMessage => {
  if (message.wireFormat !== "privateMessage") throw new Error(`a ${message.wireFormat}`);
  return message.privateMessage;
};
const changedPrivate = (message: MLSMessage, changes: Partial<PrivateMessage>): MLSMessage => ({
  version: "mls10",
  wireFormat: "privateMessage",
  privateMessage: { ...privateOf(message), ...changes },
});
/** Everybody but the committer merges. */
function commitBy(
  committer: MemberGroup,
  others: readonly MemberGroup[],
  proposals: Proposal[] = [],
): MLSMessage {
  const { commit } = committer.commit({ proposals });
  committer.mergePendingCommit();
  for (const other of others) mergeCommit(other.process(commit));
  return commit;
}

describe("RFC 9420 §6.3, §15: application messages", () => {
  it("say who sent them, when, and what", () => {
    const message = alice.protect(text("hello"), { authenticatedData: text("seen by all") });
    expect(bob.process(message)).toEqual({
      kind: "application",
      sender: 0,
      credential: { credentialType: "basic", identity: text("alice") },
      applicationData: text("hello"),
      authenticatedData: text("seen by all"),
      epoch: 1n,
      generation: 0,
    });
  });

  it("are read out of order, each once", () => {
    const messages = [0, 1, 2, 3].map((n) => alice.protect(text(`${n}`)));
    for (const n of [2, 0, 3, 1]) {
      expect(bob.process(messages[n]!)).toMatchObject({ applicationData: text(`${n}`), generation: n });
    }
    for (const message of messages) expectRefused(bob, "generation-consumed", () => bob.process(message));
  });

  it("are refused if one octet differs, and the real one can be read after that", () => {
    const message = alice.protect(text("hello"));
    const real = privateOf(message);
    const cases: [string, Partial<PrivateMessage>][] = [
      ["decryption-failed", { ciphertext: flipped(real.ciphertext, 100) }],
      ["decryption-failed", { ciphertext: flipped(real.ciphertext) }],
      ["decryption-failed", { ciphertext: new Uint8Array() }],
      ["decryption-failed", { encryptedSenderData: flipped(real.encryptedSenderData) }],
      ["decryption-failed", { authenticatedData: text("changed") }],
      ["decryption-failed", { contentType: "commit" }],
      ["wrong-group", { groupId: text("other") }],
      ["wrong-epoch", { epoch: 2n }],
      ["wrong-epoch", { epoch: 0n }],
    ];
    for (const [code, changes] of cases) {
      expectRefused(bob, code, () => bob.process(changedPrivate(message, changes)));
    }
    expect(bob.process(message)).toMatchObject({ applicationData: text("hello") });
  });

  it("come back to their sender as such", () => {
    const message = alice.protect(text("hello"));
    expectRefused(alice, "own-message", () => alice.process(message));
    commitBy(bob, [alice, carol]);
    expectRefused(alice, "own-message", () => alice.process(message));
  });

  it("of another member in one's own name are refused", () => {
    // Carol knows every key of the group but alice's signature key.
    const { epoch } = insideOf(carol);
    const content: FramedContent = {
      groupId: carol.groupId,
      epoch: carol.epoch,
      sender: { senderType: "member", leafIndex: 0 },
      authenticatedData: new Uint8Array(),
      contentType: "application",
      applicationData: text("forged"),
    };
    const signature = signFramedContent(
      suite,
      epoch.signaturePrivateKey,
      "privateMessage",
      content,
      carol.public.groupContext,
    );
    const authenticated = { wireFormat: "privateMessage" as const, content, auth: { signature } };
    const secrets = { senderDataSecret: epoch.secrets.senderDataSecret, secretTree: epoch.secretTree };
    const forged = protectPrivate(suite, secrets, authenticated);
    expectRefused(bob, "invalid-signature", () => bob.process(forged));
    const padded = protectPrivate(suite, secrets, authenticated, 3);
    expectRefused(bob, "invalid-signature", () => bob.process(padded));
    expect(bob.process(alice.protect(text("real")))).toMatchObject({ applicationData: text("real") });
  });

  it("in the name of a blank leaf are refused", () => {
    const { epoch } = insideOf(carol);
    const secretTree = SecretTree.restore(suite, epoch.secretTree.serialize());
    const content: FramedContent = {
      groupId: carol.groupId,
      epoch: carol.epoch,
      sender: { senderType: "member", leafIndex: 3 },
      authenticatedData: new Uint8Array(),
      contentType: "application",
      applicationData: text("nobody"),
    };
    const forged = protectPrivate(
      suite,
      { senderDataSecret: epoch.secrets.senderDataSecret, secretTree },
      { wireFormat: "privateMessage", content, auth: { signature: new Uint8Array(64) } },
    );
    expectRefused(bob, "unknown-sender", () => bob.process(forged));
  });

  it("are not sent as PublicMessage", () => {
    const inner = publicMessageOf(alice.propose({ proposalType: "remove", removed: 1 }).message);
    const { groupId, epoch, sender, authenticatedData } = inner.content;
    const content = {
      groupId,
      epoch,
      sender,
      authenticatedData,
      contentType: "application" as const,
      applicationData: text("x"),
    };
    const message: MLSMessage = {
      version: "mls10",
      wireFormat: "publicMessage",
      publicMessage: { ...inner, content },
    };
    expectRefused(bob, "wrong-wire-format", () => bob.process(message));
  });

  it("can be padded", () => {
    const padded = MemberGroup.deserialize(crypto, alice.serialize(), {
      ...options,
      padding: (length) => 64 - length,
    });
    const lengths = ["", "hello", "a longer message"].map((content) => {
      const message = padded.protect(text(content));
      expect(bob.process(message)).toMatchObject({ applicationData: text(content) });
      return privateOf(message).ciphertext.length;
    });
    expect(new Set(lengths).size).toBe(1);
  });

  it("are not sent where they cannot be, and use up no key then", () => {
    for (const padding of [-1, 0.5, Number.NaN, 2 ** 40]) {
      const wrong = MemberGroup.deserialize(crypto, alice.serialize(), {
        ...options,
        padding: () => padding,
      });
      expectRefused(wrong, "usage", () => wrong.protect(text("x")));
    }
    const before = alice.serialize();
    expect(() => alice.protect(new Uint8Array(2 ** 24 + 1))).toThrow(TlsError);
    expect(alice.serialize()).toEqual(before);
  });
});

describe("RFC 9420 §15.3: epochs that have ended", () => {
  it("stay readable for some time, with the credential that the sender had", () => {
    const late = bob.protect(text("late"));
    const later = bob.protect(text("later"));
    commitBy(alice, [bob, carol]);
    commitBy(alice, [carol], [{ proposalType: "remove", removed: bob.ownLeafIndex }]);
    const restored = MemberGroup.deserialize(crypto, carol.serialize(), options);
    for (const reader of [alice, carol, restored]) {
      expect(reader.process(late)).toMatchObject({
        applicationData: text("late"),
        epoch: 1n,
        sender: 1,
        credential: { identity: text("bob") },
      });
      expectRefused(reader, "generation-consumed", () => reader.process(late));
    }
    commitBy(alice, [carol]);
    commitBy(alice, [carol]);
    expectRefused(carol, "wrong-epoch", () => carol.process(later));
  });

  it("are refused like present ones where they are wrong", () => {
    const message = bob.protect(text("late"));
    const handshake = bob.commit({ wireFormat: "privateMessage" }).commit;
    bob.clearPendingCommit();
    commitBy(alice, [bob, carol]);
    const ciphertext = flipped(privateOf(message).ciphertext);
    expectRefused(carol, "decryption-failed", () => carol.process(changedPrivate(message, { ciphertext })));
    expectRefused(carol, "wrong-group", () =>
      carol.process(changedPrivate(message, { groupId: text("other") })),
    );
    expectRefused(carol, "wrong-epoch", () => carol.process(handshake));
  });

  it("are forgotten at once if the application says so", () => {
    const brief = MemberGroup.deserialize(crypto, carol.serialize(), { ...options, pastEpochs: 0 });
    const message = bob.protect(text("late"));
    mergeCommit(brief.process(commitBy(alice, [])));
    expectRefused(brief, "wrong-epoch", () => brief.process(message));
  });
});

it("other messages are not for groups", () => {
  const { keyPackage } = keysOf("x");
  expectRefused(alice, "wrong-wire-format", () =>
    alice.process({ version: "mls10", wireFormat: "keyPackage", keyPackage }),
  );
});

describe("extensions §4.9: a group with safe_aad", () => {
  beforeEach(() => {
    const dictionary = dictionaryExtension([{ componentId: ComponentId.safeAad, data: Uint8Array.of(0) }]);
    alice = newGroup("alice", [mimiRequired, dictionary]);
    [bob] = addMembers(alice, [], ["bob"]) as [MemberGroup];
  });

  it("frames the authenticated_data of every message", () => {
    expect(bob.process(alice.protect(text("x")))).toMatchObject({ authenticatedData: Uint8Array.of(0) });
    const { message } = alice.propose({ proposalType: "selfRemove" });
    expect(publicMessageOf(message).content.authenticatedData).toEqual(Uint8Array.of(0));
    bob.process(message);
    for (const action of [
      () => alice.protect(text("x"), { authenticatedData: text("not framed"), despitePending: true }),
      () => alice.commit({ authenticatedData: new Uint8Array() }),
    ]) {
      expectRefused(alice, "invalid-authenticated-data", action);
    }
    const forged = forgeProposal(
      alice,
      { proposalType: "remove", removed: 1 },
      { authenticatedData: text("not framed") },
    );
    expectRefused(bob, "invalid-authenticated-data", () => bob.process(forged));
    expectRefused(bob.public, "invalid-authenticated-data", () => bob.public.stageProposal(forged));
  });
});
