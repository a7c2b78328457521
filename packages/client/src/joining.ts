/**
 * Joining by external commit. Protocol §3.6, §5.6; extensions §6.3; policy §8.1.1.
 * @module
 */

import {
  componentOf,
  type GroupInfo,
  MemberGroup,
  type MLSMessage,
  MlsError,
  type Proposal,
  type RatchetTreeNodes,
} from "@openmimi/mls";
import { clientCredential, type GroupInfoRatchetTreeTBE, identityOf } from "@openmimi/protocol";
import { BANNED_ROLE, basicClaims, preauthorizedRole, RoomError, roomStateOf } from "@openmimi/room";
import { participantListUpdate } from "./changes.ts";
import { ClientError } from "./errors.ts";
import { fetchGroupInfo } from "./group-info.ts";
import { joinBody } from "./handshake.ts";
import { sendHandshake } from "./hub.ts";
import { ownLeaf } from "./own-leaf.ts";
import { checkRoom } from "./policy.ts";
import { type Room, saved } from "./room.ts";
import type { Session } from "./session.ts";
import { settleJoin } from "./settle.ts";
import type { StoreChange, StoredOutgoing } from "./store.ts";
import { pull } from "./sync.ts";

/** How to join. */
export interface JoinOptions {
  /** The role to take where the user is no participant yet. Default: the first that the room gives to newcomers. */
  readonly roleIndex?: number;
  /** The octets of a joining code. Protocol §5.6, reading R-105. */
  readonly joiningCode?: Uint8Array;
}

/** How often the GroupInfo is fetched anew because the room has moved on. */
const MAX_ATTEMPTS = 32;

/**
 * Joins a room, or rejoins it with a fresh leaf after this client lost track of it.
 *
 * @returns the epoch that the external commit began
 * @throws {ClientError} `not-allowed`, `not-found`, `malformed-answer`, `too-many-retries`
 */
export async function joinExternally(
  session: Session,
  roomUri: string,
  options: JoinOptions = {},
): Promise<bigint> {
  const before = session.rooms.get(roomUri)?.status;
  await pull(session);
  return session.exclusive(async () => {
    const known = session.rooms.get(roomUri);
    // An earlier attempt that had no answer may turn out to have been accepted.
    if (known?.status === "member" && before === "joining") return known.group.epoch;
    if (known?.status === "member" || known?.status === "leaving") {
      throw new ClientError("usage", `this client is a member of ${roomUri} already`);
    }
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const epoch = await tryJoin(session, roomUri, options);
      if (epoch !== undefined) return epoch;
    }
    throw new ClientError("too-many-retries", `${roomUri}: given up after ${MAX_ATTEMPTS} attempts`);
  });
}

async function tryJoin(session: Session, roomUri: string, options: JoinOptions): Promise<bigint | undefined> {
  const contents = await fetchGroupInfo(session, roomUri, options.joiningCode);
  const { group, commit, groupInfo } = externalCommit(session, roomUri, contents, options);
  const room: Room = { uri: roomUri, status: "joining", joinedEpoch: group.epoch, group };
  checkRoom(room, session.identity.userUri);
  const digest = session.digest(commit);
  const body = joinBody(commit, groupInfo);
  const outgoing: StoredOutgoing = {
    digest,
    roomUri,
    kind: "join",
    body,
    epoch: group.epoch - 1n,
  };
  session.inFlight.add(digest);
  try {
    await session.write([
      ...earlierJoins(session, roomUri),
      saved(room),
      { change: "add-outgoing", outgoing },
    ]);
    session.rooms.set(roomUri, room);
    const outcome = await sendHandshake(session.api, outgoing);
    await settleJoin(session, room, outgoing, outcome);
    if (outcome.kind === "accepted") return group.epoch;
    // Anything newer, or a SelfRemove that came meanwhile, is in the next GroupInfo.
    if (outcome.kind === "wrongEpoch") return undefined;
    if (outcome.kind === "invalidProposal" && outcome.references.length > 0) return undefined;
    throw outcome.error;
  } finally {
    session.inFlight.delete(digest);
  }
}

/** If one of them was accepted after all, its leaf is in the tree and is replaced. */
function earlierJoins(session: Session, roomUri: string): StoreChange[] {
  return [...session.outgoing.values()]
    .filter((outgoing) => outgoing.kind === "join" && outgoing.roomUri === roomUri)
    .map(({ digest }) => ({ change: "delete-outgoing", digest }));
}

function externalCommit(
  session: Session,
  roomUri: string,
  { groupInfo, ratchetTreeOption, pendingProposals }: GroupInfoRatchetTreeTBE,
  options: JoinOptions,
): { group: MemberGroup; commit: MLSMessage; groupInfo: GroupInfo } {
  // Reading R-056: from the hub on it is always the full tree.
  if (ratchetTreeOption.representation !== "full") {
    throw new ClientError(
      "malformed-answer",
      `the GroupInfo comes with a tree as ${ratchetTreeOption.representation}`,
    );
  }
  const { ratchetTree } = ratchetTreeOption;
  try {
    return MemberGroup.joinExternally(
      session.crypto,
      {
        groupInfo,
        ratchetTree,
        own: ownLeaf(session),
        // Extensions §6.3: the SelfRemoves among them are referred to.
        pending: pendingProposals.map(({ proposal }) => proposal),
        proposals: [...replacedLeaf(session, ratchetTree), ...newParticipant(session, groupInfo, options)],
      },
      session.memberOptions(roomUri),
    );
  } catch (error) {
    if (!(error instanceof MlsError) && !(error instanceof RoomError)) throw error;
    throw new ClientError("malformed-answer", `the GroupInfo cannot be joined with: ${error.message}`, {
      cause: error,
    });
  }
}

/** RFC 9420 §12.4.3.2: a client that is in the tree still takes its former leaf out. */
function replacedLeaf(session: Session, tree: RatchetTreeNodes): Proposal[] {
  return tree.flatMap((node, index): Proposal[] => {
    if (node?.nodeType !== "leaf") return [];
    const { clientUri } = identityOf(node.leafNode.credential);
    return clientUri === session.identity.clientUri ? [{ proposalType: "remove", removed: index / 2 }] : [];
  });
}

/** Reading R-201: who is no participant yet adds itself to the list, with a role that the room gives to newcomers. */
function newParticipant(session: Session, groupInfo: GroupInfo, options: JoinOptions): Proposal[] {
  const { userUri: user, clientUri } = session.identity;
  const { extensions } = groupInfo.groupContext;
  const state = roomStateOf((componentId) => componentOf(extensions, componentId));
  if (state.places.has(user)) return [];
  const roleIndex =
    options.roleIndex ??
    preauthorizedRole(state, basicClaims(clientCredential(clientUri))) ??
    [...(state.roles.get(0)?.transitions.get(0) ?? [])].find((index) => index !== BANNED_ROLE);
  if (roleIndex === undefined) {
    throw new ClientError(
      "not-allowed",
      `the room has no role for ${user}, who is no participant (policy §8.1.1)`,
    );
  }
  return [participantListUpdate({ addedParticipants: [{ user, roleIndex }] })];
}
