/**
 * Changing a room: make a commit or proposals, ask the hub, and if the room has moved on meanwhile, follow and redo.
 * Protocol §5.3, §7.3.
 * @module
 */

import { type MadeGroupCommit, type MLSMessage, type Proposal, partialGroupInfo } from "@openmimi/mls";
import { UpdateRequest } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import { type HandshakeOutcome, sendHandshake } from "./hub.ts";
import { toHex } from "./octets.ts";
import { judgeCommit, judgeFormat, judgeProposals, refuseUnlessAllowed } from "./policy.ts";
import { mustBeMember, type Room, saved } from "./room.ts";
import type { Session } from "./session.ts";
import { settleCommit, settleProposals } from "./settle.ts";
import type { StoredOutgoing } from "./store.ts";
import { follow, pull } from "./sync.ts";

/** What a commit shall hold beside the pending proposals. */
export interface CommitPlan {
  readonly proposals: readonly Proposal[];
  /** Fresh keys even where the proposals do not ask for them. */
  readonly path?: boolean;
  /** Commits the pending proposals too, in the same commit. Otherwise they are committed before. */
  readonly withPending?: boolean;
}

/** Makes the plan for the room as it is now; `undefined` where nothing is left to do. */
export type Planner = (room: Room) => CommitPlan | undefined;

/** An accepted commit. */
export interface Committed {
  /** The epoch in which the room is now. */
  readonly epoch: bigint;
  /** How many proposals of others or of an earlier time it held. */
  readonly committedProposals: number;
}

/** What one attempt came to. */
type Attempt<T> =
  | { readonly kind: "done"; readonly result: T }
  /** Something else was done first: plan anew. */
  | { readonly kind: "again" }
  /** The room has moved: follow it until this holds, then plan anew. */
  | { readonly kind: "behind"; readonly until: (room: Room) => boolean };

/** How often an operation is redone before it gives up. */
const MAX_ATTEMPTS = 32;

/**
 * Commits in a room.
 *
 * @throws {ClientError} `not-allowed`, `invalid-proposal`, `not-a-member`, `diverged`, `too-many-retries`;
 *   `connection` if there was no answer: the commit is kept, and its fate is known after a later sync
 */
export function commitInRoom(session: Session, roomUri: string, plan: Planner): Promise<Committed> {
  return persist(session, roomUri, () => tryCommit(session, roomUri, plan));
}

/**
 * Sends proposals in one request (reading R-050) and leaves their commit to others.
 *
 * @throws {ClientError} as {@link commitInRoom}
 */
export function proposeInRoom(
  session: Session,
  roomUri: string,
  make: (room: Room) => readonly Proposal[],
): Promise<void> {
  return persist(session, roomUri, () => tryProposals(session, roomUri, make));
}

async function persist<T>(session: Session, roomUri: string, attempt: () => Promise<Attempt<T>>): Promise<T> {
  const deadline = session.deadline();
  for (let count = 0; count < MAX_ATTEMPTS; count++) {
    await pull(session);
    const made = await session.exclusive(attempt);
    if (made.kind === "done") return made.result;
    if (made.kind === "behind") await follow(session, roomUri, made.until, deadline);
  }
  throw new ClientError("too-many-retries", `${roomUri}: given up after ${MAX_ATTEMPTS} attempts`);
}

async function tryCommit(session: Session, roomUri: string, plan: Planner): Promise<Attempt<Committed>> {
  const room = mustBeMember(session.rooms.get(roomUri), roomUri);
  const { group } = room;
  const base = group.epoch;
  await examineOwn(session, room);
  // An earlier commit is unanswered: whether it counts is seen when the epoch ends.
  if (group.pendingCommit !== undefined) return { kind: "behind", until: after(base) };
  const planned = plan(room);
  if (planned === undefined) return { kind: "done", result: { epoch: base, committedProposals: 0 } };
  const pendingFirst = group.public.pending.length > 0 && planned.withPending !== true;
  const { proposals, path = false } = pendingFirst ? { proposals: [] } : planned;
  const made = group.commit({ proposals, path });
  try {
    refuseUnlessAllowed(judgeFormat(room, made.commit, made.staged));
    refuseUnlessAllowed(judgeCommit(room, made.staged, session.claims));
  } catch (error) {
    group.clearPendingCommit();
    throw error;
  }
  const digest = session.digest(made.commit);
  const outgoing: StoredOutgoing = { digest, roomUri, kind: "commit", body: commitBody(made), epoch: base };
  const outcome = await ask(session, room, outgoing);
  await settleCommit(session, room, outgoing, outcome);
  if (outcome.kind !== "accepted") return redo(room, outcome);
  if (pendingFirst) return { kind: "again" };
  const committedProposals = made.staged.proposals.filter(({ reference }) => reference !== undefined).length;
  return { kind: "done", result: { epoch: group.epoch, committedProposals } };
}

async function tryProposals(
  session: Session,
  roomUri: string,
  make: (room: Room) => readonly Proposal[],
): Promise<Attempt<void>> {
  const room = mustBeMember(session.rooms.get(roomUri), roomUri);
  const { group } = room;
  await examineOwn(session, room);
  const sent = make(room).map((proposal) => group.propose(proposal));
  const [first, ...more] = sent.map(({ message }) => message);
  if (first === undefined) throw new ClientError("usage", "there is nothing to propose");
  const own = sent.map(({ reference }) => toHex(reference));
  const pending = group.public.pending.filter(({ reference }) => own.includes(toHex(reference)));
  try {
    for (const { message, reference } of sent) {
      const made = group.public.pendingProposal(reference);
      if (made !== undefined) refuseUnlessAllowed(judgeFormat(room, message, made));
    }
    refuseUnlessAllowed(judgeProposals(room, pending, session.claims));
  } catch (error) {
    for (const { reference } of sent) group.public.dropProposal(reference);
    throw error;
  }
  const body = encode(UpdateRequest, { proposalOrCommit: first, moreProposals: more });
  const digest = session.digest(first);
  const outgoing: StoredOutgoing = { digest, roomUri, kind: "proposals", body, epoch: group.epoch };
  const outcome = await ask(session, room, outgoing);
  await settleProposals(session, room, outgoing, outcome);
  return outcome.kind === "accepted" ? { kind: "done", result: undefined } : redo(room, outcome);
}

/** Policy §4: what this client claims itself. */
async function examineOwn({ claims }: Session, { group }: Room): Promise<void> {
  const own = group.public.tree.leaf(group.ownLeafIndex);
  if (own !== undefined) await claims.examine?.([own]);
}

/** Stores what is sent before it is sent, so that nothing is sent that a crash would make forget. */
async function ask(session: Session, room: Room, outgoing: StoredOutgoing): Promise<HandshakeOutcome> {
  session.inFlight.add(outgoing.digest);
  try {
    await session.write([saved(room), { change: "add-outgoing", outgoing }]);
    return await sendHandshake(session.api, outgoing);
  } finally {
    session.inFlight.delete(outgoing.digest);
  }
}

/** Whether following the room can help. @throws the hub's refusal if not */
function redo(room: Room, outcome: Exclude<HandshakeOutcome, { kind: "accepted" }>): Attempt<never> {
  const base = room.group.epoch;
  switch (outcome.kind) {
    case "refused":
      throw outcome.error;
    case "wrongEpoch": {
      const { currentEpoch } = outcome;
      if (currentEpoch <= base) {
        throw new ClientError(
          "malformed-answer",
          `${room.uri}: the hub is in epoch ${currentEpoch}, before ${base}`,
        );
      }
      return { kind: "behind", until: after(currentEpoch - 1n) };
    }
    case "invalidProposal": {
      // Reading R-059: the hub names what a commit must hold; what is missing here is on its way.
      const missing = outcome.references.filter((reference) => !isPending(room, reference));
      if (missing.length === 0) throw outcome.error;
      const arrived = (now: Room) => missing.every((reference) => isPending(now, reference));
      return { kind: "behind", until: (now) => now.group.epoch > base || arrived(now) };
    }
  }
}

function after(epoch: bigint): (room: Room) => boolean {
  return ({ group }) => group.epoch > epoch;
}

function isPending({ group }: Room, reference: string): boolean {
  return group.public.pending.some((pending) => toHex(pending.reference) === reference);
}

/** Protocol §5.3: commit, Welcome, partial GroupInfo; the hub keeps the tree itself (readings ). */
function commitBody({ commit, welcome, groupInfo }: MadeGroupCommit): Uint8Array {
  return encode(UpdateRequest, {
    proposalOrCommit: commit,
    welcome,
    groupInfoOption: { representation: "partial", partialGroupInfo: partialGroupInfo(groupInfo) },
    ratchetTreeOption: { representation: "distributionService" },
  });
}

/** The body of an external commit. */
export function joinBody(commit: MLSMessage, groupInfo: MadeGroupCommit["groupInfo"]): Uint8Array {
  return encode(UpdateRequest, {
    proposalOrCommit: commit,
    groupInfoOption: { representation: "partial", partialGroupInfo: partialGroupInfo(groupInfo) },
    ratchetTreeOption: { representation: "distributionService" },
  });
}
