import { expect, it } from "vitest";
import {
  type AuthenticatedContent,
  Commit,
  type FramedContent,
  type GroupContext,
  MLSMessage,
  Proposal,
} from "../../src/codec/index.ts";
import type { CipherSuite } from "../../src/crypto/provider.ts";
import {
  confirmationTag,
  protectPublic,
  signFramedContent,
  unprotectPublic,
  verifyFramedContent,
} from "../../src/framing/content.ts";
import { protectPrivate, unprotectPrivate } from "../../src/framing/private-message.ts";
import { SecretTree } from "../../src/secret-tree.ts";
import { decodeExactly, hex, privateKey, published, runCases, toHex } from "./published.ts";

interface ProtectionCase {
  cipher_suite: number;
  group_id: string;
  epoch: number;
  tree_hash: string;
  confirmed_transcript_hash: string;
  signature_priv: string;
  signature_pub: string;
  encryption_secret: string;
  sender_data_secret: string;
  membership_key: string;
  proposal: string;
  proposal_pub: string;
  proposal_priv: string;
  commit: string;
  commit_pub: string;
  commit_priv: string;
  application: string;
  application_priv: string;
}

type Body =
  | { contentType: "proposal"; proposal: Proposal }
  | { contentType: "commit"; commit: Commit }
  | { contentType: "application"; applicationData: Uint8Array };

function bodyOf(content: FramedContent): Body {
  switch (content.contentType) {
    case "proposal":
      return { contentType: "proposal", proposal: content.proposal };
    case "commit":
      return { contentType: "commit", commit: content.commit };
    case "application":
      return { contentType: "application", applicationData: content.applicationData };
  }
}

class Harness {
  readonly item: ProtectionCase;
  readonly suite: CipherSuite;
  readonly context: GroupContext;

  constructor(item: ProtectionCase, suite: CipherSuite) {
    this.item = item;
    this.suite = suite;
    this.context = {
      version: "mls10",
      cipherSuite: item.cipher_suite,
      groupId: hex(item.group_id),
      epoch: BigInt(item.epoch),
      treeHash: hex(item.tree_hash),
      confirmedTranscriptHash: hex(item.confirmed_transcript_hash),
      extensions: [],
    };
  }

  secrets() {
    const { suite, item } = this;
    return {
      senderDataSecret: hex(item.sender_data_secret),
      secretTree: SecretTree.ofEpoch(suite, 2, hex(item.encryption_secret)),
    };
  }

  verified(authenticated: AuthenticatedContent): Body {
    const valid = verifyFramedContent(this.suite, hex(this.item.signature_pub), authenticated, this.context);
    expect(valid).toBe(true);
    return bodyOf(authenticated.content);
  }

  openPublic(message: MLSMessage): Body {
    if (message.wireFormat !== "publicMessage") throw new Error("not a PublicMessage");
    const membershipKey = hex(this.item.membership_key);
    return this.verified(unprotectPublic(this.suite, message.publicMessage, this.context, membershipKey));
  }

  openPrivate(message: MLSMessage): Body {
    if (message.wireFormat !== "privateMessage") throw new Error("not a PrivateMessage");
    return this.verified(unprotectPrivate(this.suite, this.secrets(), message.privateMessage).authenticated);
  }

  authenticate(body: Body, wireFormat: "publicMessage" | "privateMessage"): AuthenticatedContent {
    const { groupId, epoch } = this.context;
    const content: FramedContent = {
      groupId,
      epoch,
      sender: { senderType: "member", leafIndex: 1 },
      authenticatedData: new Uint8Array(),
      ...body,
    };
    const signature = signFramedContent(
      this.suite,
      privateKey(this.item, this.item.signature_priv),
      wireFormat,
      content,
      this.context,
    );
    const tag = confirmationTag(this.suite, new Uint8Array(this.suite.hashLength), new Uint8Array());
    return {
      wireFormat,
      content,
      auth: body.contentType === "commit" ? { signature, confirmationTag: tag } : { signature },
    };
  }

  both(body: Body, publicMessage: string, privateMessage: string): void {
    const { suite, context, item } = this;
    expect(this.openPublic(decodeExactly(MLSMessage, publicMessage))).toEqual(body);
    const ours = protectPublic(
      suite,
      this.authenticate(body, "publicMessage"),
      context,
      hex(item.membership_key),
    );
    expect(this.openPublic(ours)).toEqual(body);
    this.onlyPrivate(body, privateMessage);
  }

  onlyPrivate(body: Body, privateMessage: string): void {
    expect(this.openPrivate(decodeExactly(MLSMessage, privateMessage))).toEqual(body);
    const padded = protectPrivate(this.suite, this.secrets(), this.authenticate(body, "privateMessage"), 7);
    expect(this.openPrivate(padded)).toEqual(body);
  }
}

it("message-protection.json", (context) => {
  const cases = published<ProtectionCase>(context, "message-protection.json");
  const count = runCases(cases, (item, { suiteOf }) => {
    const harness = new Harness(item, suiteOf(item));
    const proposal = decodeExactly(Proposal, item.proposal);
    harness.both({ contentType: "proposal", proposal }, item.proposal_pub, item.proposal_priv);
    const commit = decodeExactly(Commit, item.commit);
    harness.both({ contentType: "commit", commit }, item.commit_pub, item.commit_priv);
    const application: Body = { contentType: "application", applicationData: hex(item.application) };
    harness.onlyPrivate(application, item.application_priv);
    const authenticated = harness.authenticate(application, "publicMessage");
    expect(() =>
      protectPublic(harness.suite, authenticated, harness.context, hex(item.membership_key)),
    ).toThrow(expect.objectContaining({ code: "wrong-wire-format" }));
    expect(toHex(hex(item.application))).toBe(item.application);
  });
  expect(count).toBe(7);
});
