/**
 * Committing what others have proposed, when the room wants it. Policy §7, PendingProposalPolicy.
 * @module
 */

import { MimiComponentId, OperationalParameters } from "@openmimi/protocol";
import { decode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import { commitInRoom } from "./handshake.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";

/** The delay that the policy asks for; `undefined` where it leaves the commit to whoever has something to do. */
function delayOf({ group }: Room, random: () => number): number | undefined {
  const data = group.public.component(MimiComponentId.operationalPolicy);
  if (data === undefined) return undefined;
  const { pendingProposalPolicy: policy } = decode(OperationalParameters, data);
  switch (policy.pendingProposalStrategy) {
    case "unspecified":
      return undefined;
    case "immediateCommit":
      return 0;
    case "randomDelay": {
      const [least, most] = [Number(policy.minimumDelayMs), Number(policy.maximumDelayMs)];
      return least + random() * (most - least);
    }
  }
}

/** Looks for rooms in which proposals have begun to wait. */
function notice(session: Session): void {
  const { rooms, dueCommits } = session;
  for (const [roomUri, room] of rooms) {
    const { epoch } = room.group;
    const waits = room.status === "member" && room.group.public.pending.length > 0;
    if (!waits) dueCommits.delete(roomUri);
    else if (dueCommits.get(roomUri)?.epoch !== epoch) {
      const delay = delayOf(room, session.random);
      if (delay === undefined) dueCommits.delete(roomUri);
      else dueCommits.set(roomUri, { epoch, atMs: performance.now() + delay });
    }
  }
}

/** How long until the next commit is due, in milliseconds; `undefined` where none is. */
export function untilDue(session: Session): number | undefined {
  notice(session);
  const next = Math.min(...[...session.dueCommits.values()].map(({ atMs }) => atMs));
  return next === Number.POSITIVE_INFINITY ? undefined : Math.max(0, next - performance.now());
}

/** Makes the commits that are due. What others have committed meanwhile is not committed again. */
export async function commitDue(session: Session): Promise<void> {
  notice(session);
  const due = [...session.dueCommits].filter(([, { atMs }]) => atMs <= performance.now());
  for (const [roomUri, { epoch }] of due) {
    // One attempt in each epoch.
    session.dueCommits.set(roomUri, { epoch, atMs: Number.POSITIVE_INFINITY });
    try {
      await commitInRoom(session, roomUri, ({ group }) =>
        group.public.pending.length === 0 ? undefined : { proposals: [], withPending: true },
      );
    } catch (error) {
      // Somebody else will, or whoever has something to do here: nothing was asked of this client.
      if (!(error instanceof ClientError)) throw error;
    }
  }
}
