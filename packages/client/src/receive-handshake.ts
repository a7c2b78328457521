/**
 * Commits and proposals that arrive: checked against MLS and against the room's policy, whatever the hub thought of them.
 * Protocol §5.5, §7.3; policy §8.
 * @module
 */

import { type MLSMessage, MlsError, type PendingProposal, type ProcessedCommit } from "@openmimi/mls";
import { identityOf, providerOf, providerUri } from "@openmimi/protocol";
import { presentedCredentials } from "@openmimi/room";
import { ClientError } from "./errors.ts";
import type { ClientEvent } from "./events.ts";
import { judgeCommit, judgeFormat, judgeProposals, refuseUnlessAllowed } from "./policy.ts";
import { type Arrival, epochOf, handshakeRecords, NOTHING, type Receipt, refused } from "./receipt.ts";
import { type Room, saved } from "./room.ts";
import type { Session } from "./session.ts";
import type { StoreChange } from "./store.ts";

/** A commit, and the proposals that the hub stapled to it (reading R-092). */
export async function receiveCommit(
  session: Session,
  room: Room,
  arrival: Arrival,
  stapled: readonly MLSMessage[],
): Promise<Receipt> {
  const { roomUri, acceptedTimestamp, message, digest } = arrival;
  const outdated = await outOfPlace(session, room, arrival, "commit");
  if (outdated !== undefined) return receiveOwnJoin(session, room, arrival, stapled) ?? outdated;
  let processed: ProcessedCommit;
  await examine(session, room, [message, ...stapled]);
  try {
    const result = room.group.process(message);
    if (result.kind !== "commit") throw new ClientError("invalid-message", `a ${result.kind}, not a commit`);
    processed = result;
    // An own commit was judged before it was sent.
    if (!isOwn(room, processed)) {
      refuseUnlessAllowed(judgeFormat(room, message, processed.staged));
      refuseUnlessAllowed(judgeCommit(room, processed.staged, session.claims));
    }
  } catch (error) {
    const { events } = refused("commit", roomUri, acceptedTimestamp, error);
    // The hub goes on without us now, unless another commit for this epoch follows.
    room.status = "diverged";
    return { events, changes: [saved(room)] };
  }
  const events: ClientEvent[] = [describeCommit(room, processed)];
  processed.merge();
  const changes = handshakeRecords(session, room, digest);
  if (processed.ownRemoved) {
    room.status = "removed";
    events.push({ kind: "removed", roomUri, epoch: processed.staged.groupContext.epoch });
    return { events, changes: [...changes, saved(room)] };
  }
  if (room.status === "diverged") room.status = "member";
  if (stapled.length > 0) events.push(...receiveTogether(session, room, acceptedTimestamp, stapled));
  return { events, changes: [...changes, saved(room)] };
}

/**
 * The own external commit comes back: the group is in its epoch already. If the answer to it got lost, this is the
 * answer. And only now this client learns what the hub stapled to it; nothing else can be pending before that (reading
 *
 */
function receiveOwnJoin(
  session: Session,
  room: Room,
  { acceptedTimestamp, message, digest }: Arrival,
  stapled: readonly MLSMessage[],
): Receipt | undefined {
  const { uri: roomUri, group, joinedEpoch } = room;
  if (group.epoch !== joinedEpoch || epochOf(message) + 1n !== joinedEpoch) return undefined;
  const events: ClientEvent[] = [];
  const changes: StoreChange[] = [];
  if (session.outgoing.get(digest)?.kind === "join") {
    room.status = "member";
    events.push({ kind: "joined", roomUri, epoch: joinedEpoch });
    changes.push(...handshakeRecords(session, room, digest), { change: "delete-outgoing", digest });
  }
  if (stapled.length > 0 && group.public.pending.length === 0) {
    events.push(...receiveTogether(session, room, acceptedTimestamp, stapled));
  }
  return { events, changes: [saved(room), ...changes] };
}

/** A proposal, and those that came with it (reading R-050). */
export async function receiveProposals(
  session: Session,
  room: Room,
  arrival: Arrival,
  more: readonly MLSMessage[],
): Promise<Receipt> {
  const { roomUri, acceptedTimestamp, message, digest } = arrival;
  const outdated = await outOfPlace(session, room, arrival, "proposal");
  if (outdated !== undefined) return outdated;
  await examine(session, room, [message, ...more]);
  const events = receiveTogether(session, room, acceptedTimestamp, [message, ...more]);
  const { epoch } = room.group;
  const handshake: StoreChange = { change: "add-handshake", handshake: { roomUri, digest, epoch } };
  return { events, changes: [saved(room), handshake] };
}

/** Policy §4: whoever decides about claims has a look at those who make these handshakes. */
async function examine({ claims }: Session, room: Room, messages: readonly MLSMessage[]): Promise<void> {
  await claims.examine?.(presentedCredentials(messages, room.group.public));
}

/** Policy judges what was sent together as a whole: leaving the list and the group, for example. */
function receiveTogether(
  { claims }: Session,
  room: Room,
  acceptedTimestamp: bigint,
  messages: readonly MLSMessage[],
): ClientEvent[] {
  const pending: PendingProposal[] = [];
  try {
    for (const message of messages) {
      const result = room.group.process(message);
      if (result.kind !== "proposal")
        throw new ClientError("invalid-message", `a ${result.kind}, not a proposal`);
      pending.push(result.pending);
      refuseUnlessAllowed(judgeFormat(room, message, result.pending));
    }
    refuseUnlessAllowed(judgeProposals(room, pending, claims));
    return pending.map((item): ClientEvent => {
      const { proposalType } = item.proposal;
      return { kind: "proposal", roomUri: room.uri, proposalType, by: proposerOf(room, item) };
    });
  } catch (error) {
    for (const { reference } of pending) room.group.public.dropProposal(reference);
    return [...refused("proposal", room.uri, acceptedTimestamp, error).events];
  }
}

/** Handshakes that are known, of the past, or of a future that this client has missed the way to. */
async function outOfPlace(
  session: Session,
  room: Room,
  { roomUri, acceptedTimestamp, message, digest }: Arrival,
  what: "commit" | "proposal",
): Promise<Receipt | undefined> {
  const epoch = epochOf(message);
  const current = room.group.epoch;
  if (await session.store.hasHandshake(roomUri, digest)) return NOTHING;
  if (epoch === current) return undefined;
  if (epoch < room.joinedEpoch) return NOTHING;
  const late = `a ${what} for epoch ${epoch} in epoch ${current}`;
  const report = refused(what, roomUri, acceptedTimestamp, new ClientError("invalid-message", late));
  if (epoch < current) return report;
  room.status = "diverged";
  return { ...report, changes: [saved(room)] };
}

function isOwn(room: Room, { staged }: ProcessedCommit): boolean {
  return !staged.external && staged.committer === room.group.ownLeafIndex;
}

function describeCommit(room: Room, { staged }: ProcessedCommit): ClientEvent {
  const clientOf = (leaf: { credential: Parameters<typeof identityOf>[0] }): string => {
    const { userUri, clientUri = userUri } = identityOf(leaf.credential);
    return clientUri;
  };
  const committer = staged.tree.leaf(staged.committer);
  const joined = staged.joined === undefined ? [] : [clientOf(staged.joined.leafNode)];
  return {
    kind: "epochChanged",
    roomUri: room.uri,
    epoch: staged.groupContext.epoch,
    by: committer === undefined ? "" : identityOf(committer.credential).userUri,
    addedClients: [...staged.added.map(({ keyPackage }) => clientOf(keyPackage.leafNode)), ...joined],
    removedClients: staged.removed.map(({ leafNode }) => clientOf(leafNode)),
  };
}

function proposerOf(room: Room, { sender }: PendingProposal): string {
  const group = room.group.public;
  if (sender.senderType === "member") {
    const leaf = group.tree.leaf(sender.leafIndex);
    if (leaf !== undefined) return identityOf(leaf.credential).userUri;
  }
  if (sender.senderType === "external") {
    const entry = group.externalSenders()[sender.senderIndex];
    if (entry !== undefined) return providerUri(providerOf(entry.credential));
  }
  throw new MlsError("unknown-sender", `a proposal of a ${sender.senderType}`, "RFC 9420 §12.1.8");
}
