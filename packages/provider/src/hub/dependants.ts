/**
 * Who leaves a room leaves the rooms that depend on it: by proposals of the hub. Policy §5; reading R-192.
 * @module
 */

import type { Proposal, PublicGroup } from "@openmimi/mls";
import { type ClaimsSource, factsOfProposals } from "@openmimi/room";
import type { ProviderChecks } from "../checks.ts";
import { type Logger, reasonOf } from "../logging.ts";
import { type AcceptParts, acceptJudged } from "./accept.ts";
import { audienceOf, proposalEvent } from "./fanout.ts";
import { HubSender, removalAt } from "./hub-sender.ts";
import type { Judgement } from "./judge-commit.ts";
import type { HubKeys } from "./keys.ts";
import { parentParticipants } from "./parent-room.ts";
import { viewOf } from "./room-view.ts";
import { copyOf, type HubRoom, membersOf } from "./rooms.ts";

/** What {@link Dependants} needs. */
export interface DependantsParts extends AcceptParts {
  readonly domain: string;
  readonly keys: HubKeys;
  readonly checks: ProviderChecks;
  readonly claims: ClaimsSource;
  readonly logger: Logger;
}

/** How often the proposals for a room are made anew because it moved on meanwhile. */
const MAX_ATTEMPTS = 20;

/** Keeps rooms that depend on others in step with them. */
export class Dependants {
  readonly #parts: DependantsParts;
  #work: Promise<void> = Promise.resolve();

  constructor(parts: DependantsParts) {
    this.#parts = parts;
  }

  /** A handshake was accepted in this room: rooms that depend on it are looked at, one after the other. */
  parentChanged(roomUri: string): void {
    this.#look(roomUri);
  }

  /** After a start: what a crash may have left undone. */
  lookAtAll(): void {
    this.#look(undefined);
  }

  /** Resolves when what was begun is done. */
  settled(): Promise<void> {
    return this.#work;
  }

  #look(parentUri: string | undefined): void {
    this.#work = this.#work
      .then(async () => {
        for (const roomUri of await this.#parts.store.rooms.dependants(parentUri)) await this.#expel(roomUri);
      })
      .catch((error: unknown) => {
        // The next change of the parent, or the next start, tries again.
        this.#parts.logger.error("dependants-failed", { room: parentUri ?? "", reason: reasonOf(error) });
      });
  }

  async #expel(roomUri: string): Promise<void> {
    const { rooms, checks, logger } = this.#parts;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const room = await rooms.find(roomUri);
      const ofParent = room && (await parentParticipants(rooms, room));
      if (room === undefined || ofParent === undefined) return;
      const users = checks.strandedUsers(viewOf(room.group), ofParent);
      if (users.length === 0) return;
      const judgement = this.#proposals(room, users, ofParent);
      if (judgement === undefined) {
        logger.info("dependant-not-changed", { room: roomUri, users: users.join(" ") });
        return;
      }
      const answer = () => new Uint8Array();
      if ((await acceptJudged(this.#parts, room, judgement, { answer })).outcome === "accepted") {
        return this.parentChanged(roomUri);
      }
    }
  }

  /** Nothing where the room's policy or group has no place for them. */
  #proposals(room: HubRoom, users: readonly string[], ofParent: ReadonlySet<string>): Judgement | undefined {
    const { keys, checks, claims: claimsOf, domain } = this.#parts;
    const { group, roomUri } = room;
    const hub = new HubSender(keys, group);
    const staged = hub.index < 0 ? undefined : hub.stage(removalsOf(group, users));
    const [first, ...more] = staged?.map(({ message }) => message) ?? [];
    if (staged === undefined || first === undefined) return undefined;
    const facts = { ...factsOfProposals(staged, group, { claimsOf }), roomUri, parentParticipants: ofParent };
    if (!checks.policyAllowsProposals(viewOf(group).state, facts).allowed) return undefined;
    const next = copyOf(group);
    for (const pending of staged) next.addProposal(pending);
    const audience = audienceOf(membersOf(group), domain);
    return {
      group: next,
      ...{ groupInfo: room.groupInfo, removals: room.removals, isCommit: false },
      ...{ newPending: [first, ...more], welcomed: [] },
      events: (timestamp) => [proposalEvent(timestamp, first, more, audience)],
    };
  }
}

/** For each user the entry in the list, and the clients that nobody removes yet. */
function removalsOf(group: PublicGroup, users: readonly string[]): Proposal[] {
  const { state, members, leaving } = viewOf(group);
  const leaves = members.filter(
    ({ userUri, leafIndex }) => users.includes(userUri) && !leaving.has(leafIndex),
  );
  const places = users.flatMap((user) => state.places.get(user) ?? []);
  return [
    ...leaves.map(({ leafIndex }): Proposal => ({ proposalType: "remove", removed: leafIndex })),
    ...places.map(removalAt),
  ];
}
