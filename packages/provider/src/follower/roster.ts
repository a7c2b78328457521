/**
 * Which leaf of a room hosted elsewhere is which client. Protocol §5.5, RFC 9420 §7.7, §12.4.2.
 *
 * A follower hands a room's events to its own member clients, so it must notice when one of them is removed. Handshakes
 * name leaves by number only. The tree that comes with a Welcome says who is where (reading R-056), and the commits
 * that follow, which are public, say who comes and goes. No secret and no GroupContext is needed for that.
 * @module
 */

import {
  type CipherSuite,
  type CryptoProvider,
  type LeafNode,
  type MLSMessage,
  MlsError,
  type Proposal,
  type PublicMessage,
  proposalReference,
  type RatchetTreeNodes,
} from "@openmimi/mls";
import { identityOf, ProtocolError } from "@openmimi/protocol";
import {
  decode,
  encode,
  enumeration,
  opaque,
  optional,
  select,
  struct,
  text,
  uint16,
  uint32,
  uint64,
  vector,
} from "@openmimi/tls";
import { toHex } from "../octets.ts";

/** What a proposal does to the leaves. */
type Effect =
  | { readonly kind: "none" }
  | { readonly kind: "add"; readonly name: string }
  | { readonly kind: "remove"; readonly leaf: number };

const Effect = select("Effect", {
  on: ["kind", enumeration("EffectKind", { none: 0, add: 1, remove: 2 })],
  cases: { none: {}, add: { name: text() }, remove: { leaf: uint32 } },
});

const StoredRoster = struct("StoredRoster", {
  version: enumeration("StoredRosterVersion", { version1: 1 }),
  cipherSuite: uint16,
  timestamp: uint64,
  leaves: vector(optional(struct("Name", { name: text() }))),
  pending: vector(struct("PendingEffect", { reference: opaque(), effect: Effect })),
});

/** The members of a followed room, by leaf. Names are client URIs, or user URIs where the credential has no other. */
export interface Roster {
  readonly cipherSuite: number;
  /** The accepted timestamp of the Welcome or commit that it was last made of. */
  readonly timestamp: bigint;
  readonly leaves: readonly (string | undefined)[];
  readonly pending: ReadonlyMap<string, Effect>;
}

/** @throws {TlsError} for what {@link encodeRoster} did not make */
export function decodeRoster(octets: Uint8Array): Roster {
  const { cipherSuite, timestamp, leaves, pending } = decode(StoredRoster, octets);
  return {
    cipherSuite,
    timestamp,
    leaves: leaves.map((leaf) => leaf?.name),
    pending: new Map(pending.map(({ reference, effect }) => [toHex(reference), effect])),
  };
}

export function encodeRoster(roster: Roster): Uint8Array {
  return encode(StoredRoster, {
    version: "version1",
    cipherSuite: roster.cipherSuite,
    timestamp: roster.timestamp,
    leaves: roster.leaves.map((name) => (name === undefined ? undefined : { name })),
    pending: [...roster.pending].map(([reference, effect]) => ({
      reference: new Uint8Array(Buffer.from(reference, "hex")),
      effect,
    })),
  });
}

/** The roster that a Welcome's tree gives. */
export function rosterOfTree(cipherSuite: number, timestamp: bigint, tree: RatchetTreeNodes): Roster {
  const leaves: (string | undefined)[] = [];
  for (let index = 0; index < tree.length; index += 2) {
    const node = tree[index];
    leaves.push(node?.nodeType === "leaf" ? nameOf(node.leafNode) : undefined);
  }
  return { cipherSuite, timestamp, leaves, pending: new Map() };
}

/** A leaf that names nobody we know cannot be a client of ours. */
function nameOf(leaf: LeafNode): string {
  try {
    const { clientUri, userUri } = identityOf(leaf.credential);
    return clientUri ?? userUri;
  } catch (error) {
    if (error instanceof ProtocolError) return "";
    throw error;
  }
}

/** The roster with proposals that wait for a commit. `undefined`: it can no longer be followed. */
export function withProposals(
  crypto: CryptoProvider,
  roster: Roster,
  messages: readonly MLSMessage[],
): Roster | undefined {
  const suite = suiteOf(crypto, roster.cipherSuite);
  if (suite === undefined) return undefined;
  const pending = new Map(roster.pending);
  for (const message of messages) {
    if (message.wireFormat !== "publicMessage") return undefined;
    const { content, auth } = message.publicMessage;
    if (content.contentType !== "proposal") return undefined;
    const reference = proposalReference(suite, { wireFormat: "publicMessage", content, auth });
    pending.set(toHex(reference), effectOf(content.proposal, content.sender));
  }
  return { ...roster, pending };
}

function effectOf(proposal: Proposal, sender: PublicMessage["content"]["sender"]): Effect {
  switch (proposal.proposalType) {
    case "add":
      return { kind: "add", name: nameOf(proposal.keyPackage.leafNode) };
    case "remove":
      return { kind: "remove", leaf: proposal.removed };
    case "selfRemove":
      return sender.senderType === "member" ? { kind: "remove", leaf: sender.leafIndex } : { kind: "none" };
    default:
      return { kind: "none" };
  }
}

/** The roster after a commit: removals first, then additions from the left (RFC 9420 §12.4.2, §12.4.3.2). */
export function afterCommit(roster: Roster, timestamp: bigint, message: MLSMessage): Roster | undefined {
  if (message.wireFormat !== "publicMessage") return undefined;
  const { content } = message.publicMessage;
  if (content.contentType !== "commit") return undefined;
  const effects: Effect[] = [];
  for (const item of content.commit.proposals) {
    const effect =
      item.type === "proposal"
        ? effectOf(item.proposal, content.sender)
        : roster.pending.get(toHex(item.reference));
    if (effect === undefined) return undefined;
    effects.push(effect);
  }
  const leaves = [...roster.leaves];
  for (const effect of effects)
    if (effect.kind === "remove" && effect.leaf < leaves.length) leaves[effect.leaf] = undefined;
  for (const effect of effects) if (effect.kind === "add") addLeaf(leaves, effect.name);
  if (content.sender.senderType === "newMemberCommit" && content.commit.path !== undefined) {
    addLeaf(leaves, nameOf(content.commit.path.leafNode));
  }
  return { cipherSuite: roster.cipherSuite, timestamp, leaves, pending: new Map() };
}

function addLeaf(leaves: (string | undefined)[], name: string): void {
  const blank = leaves.indexOf(undefined);
  if (blank < 0) leaves.push(name);
  else leaves[blank] = name;
}

/** Who was in the one and is not in the other. */
export function departed(before: Roster, after: Roster): readonly string[] {
  const staying = new Set(after.leaves);
  return [...new Set(before.leaves)].filter((name) => name !== undefined && !staying.has(name)) as string[];
}

function suiteOf(crypto: CryptoProvider, id: number): CipherSuite | undefined {
  try {
    return crypto.suite(id);
  } catch (error) {
    if (error instanceof MlsError && error.code === "unsupported-cipher-suite") return undefined;
    throw error;
  }
}
