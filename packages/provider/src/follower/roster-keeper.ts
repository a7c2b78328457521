/**
 * Keeps the roster of a followed room up to date, event by event. See roster.ts.
 * @module
 */

import type { CryptoProvider } from "@openmimi/mls";
import type { FanoutMessage } from "@openmimi/protocol";
import { kindOf } from "@openmimi/protocol";
import {
  afterCommit,
  decodeRoster,
  departed,
  encodeRoster,
  type Roster,
  rosterOfTree,
  withProposals,
} from "./roster.ts";

/** Follows the events of one notification. */
export class RosterKeeper {
  readonly #crypto: CryptoProvider;
  #roster: Roster | undefined;
  /** Who was missing in a Welcome's tree; the commit that removed them may come behind the Welcome (reading R-091). */
  #departing: string[] = [];

  constructor(crypto: CryptoProvider, stored: Uint8Array | undefined) {
    this.#crypto = crypto;
    this.#roster = stored === undefined ? undefined : decodeRoster(stored);
  }

  /** @returns the names of the clients that are not in the room after this event */
  follow(fanout: FanoutMessage): readonly string[] {
    switch (kindOf(fanout.message)) {
      case "welcome":
        this.#welcome(fanout);
        return [];
      case "proposal":
        if (this.#isNew(fanout)) this.#propose([fanout.message, ...(fanout.moreProposals ?? [])]);
        return [];
      case "commit":
        return this.#isNew(fanout) ? this.#commit(fanout) : this.#departing.splice(0);
      default:
        return [];
    }
  }

  /** For the store; `undefined` where the leaves are not known. */
  encoded(): Uint8Array | undefined {
    return this.#roster && encodeRoster(this.#roster);
  }

  /** Reading R-088: events of a room are ordered by their times. Commit and Welcome share one (reading R-091). */
  #isNew({ timestamp }: FanoutMessage): boolean {
    return this.#roster !== undefined && timestamp > this.#roster.timestamp;
  }

  #welcome({ message, ratchetTreeOption, timestamp }: FanoutMessage): void {
    if (message.wireFormat !== "welcome" || ratchetTreeOption?.representation !== "full") return;
    if (this.#roster !== undefined && timestamp < this.#roster.timestamp) return;
    const roster = rosterOfTree(message.welcome.cipherSuite, timestamp, ratchetTreeOption.ratchetTree);
    if (this.#roster !== undefined) this.#departing.push(...departed(this.#roster, roster));
    this.#roster = roster;
  }

  #propose(messages: Parameters<typeof withProposals>[2]): void {
    this.#roster = this.#roster && withProposals(this.#crypto, this.#roster, messages);
  }

  #commit(fanout: FanoutMessage): readonly string[] {
    const before = this.#roster;
    if (before === undefined) return [];
    const after = afterCommit(before, fanout.timestamp, fanout.message);
    this.#roster = after;
    this.#propose(fanout.externalProposals ?? []);
    return after === undefined ? [] : departed(before, after);
  }
}
