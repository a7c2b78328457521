/**
 * What the cases about hubs share: the shape of a case in which a handshake is refused, and what members agree on.
 * @module
 */

import type { FanoutMessage, UpdateRequest } from "@openmimi/protocol";
import type { AdapterOperation, ConformanceCase, Needs } from "../src/case.ts";
import type { Check, Checks, ExpectedAnswer } from "../src/checks.ts";
import { fromBase64 } from "../src/checks-of.ts";
import type { CaseContext, Peer, PeerRequest } from "../src/context.ts";
import { eventsIn } from "../src/play/followed-room.ts";
import { commitRequest } from "../src/play/handshake.ts";
import {
  ofSuite,
  ROOM_OPERATIONS,
  type TargetRoom,
  type TargetRoomOptions,
  targetRoom,
} from "../src/play/target-room.ts";
import type { CaseTranscript, ExchangeEntry, Json, ObservationEntry } from "../src/transcript.ts";

/** A room of the target has to be made, and perhaps more. */
export function needsRoom(...more: readonly AdapterOperation[]): Needs {
  return { level: "L2", operations: [...ROOM_OPERATIONS, ...more] };
}

/** What is sent and has to be refused. */
interface Refusable {
  readonly body: UpdateRequest | Uint8Array;
  readonly change?: Partial<PeerRequest>;
  /** Who sends it. Default: bob's provider. */
  readonly peer?: Peer;
}

/** A case in which the hub has to refuse one handshake and to leave the room as it is. */
export interface RefusedHandshake
  extends Pick<ConformanceCase, "id" | "title" | "requirements" | "readings" | "level"> {
  readonly twin: string;
  readonly room?: TargetRoomOptions;
  readonly operations?: readonly AdapterOperation[];
  /** What the request needs in the room before. */
  readonly prepare?: (here: TargetRoom, context: CaseContext) => Promise<unknown>;
  readonly request: (here: TargetRoom, context: CaseContext) => Refusable | Promise<Refusable>;
  readonly expected: ExpectedAnswer;
  /** Further checks. */
  readonly judge?: (check: Checks, transcript: CaseTranscript) => readonly Check[];
  /** The valid request of the same epoch that has to be accepted at the end. Default: a commit of bob with nothing but a path. */
  readonly valid?: (here: TargetRoom, context: CaseContext) => Refusable | Promise<Refusable>;
}

/** Labels of the exchanges and observations of a {@link RefusedHandshake}. */
export const REFUSED = "the request to refuse";
export const VALID = "a valid request afterwards";
export const ROOM = "the room";

/** Policy or a proposal is at fault (readings ). */
export const UNACCEPTABLE: ExpectedAnswer = { code: ["notAllowed", "invalidProposal"], status: ["4xx"] };
/** Policy forbids it. */
export const NOT_ALLOWED: ExpectedAnswer = { code: ["notAllowed"] };
/** It cannot be read (readings ). */
export const MALFORMED: ExpectedAnswer = { status: ["4xx"] };

/**
 * Makes the case: the request is refused, the creator's client sees nothing new, and a valid request of the same epoch
 * is then accepted, so that neither the refusal nor the silence can come from a broken room.
 */
export function refusedHandshake(one: RefusedHandshake): ConformanceCase {
  const { id, title, requirements, readings, level, twin, operations = [], expected } = one;
  const valid: NonNullable<RefusedHandshake["valid"]> =
    one.valid ?? ((here) => ({ body: commitRequest(here.bob.copy().commit({ path: true })) }));
  return {
    ...{ id, title, requirements, level, twin },
    ...(readings === undefined ? {} : { readings }),
    role: "hub",
    needs: needsRoom(...operations),
    async run(context) {
      const here = await targetRoom(context, one.room);
      await one.prepare?.(here, context);
      const refused = await one.request(here, context);
      const follows = await valid(here, context);
      await here.observe(ROOM);
      await here.update(REFUSED, refused.body, refused.change, refused.peer);
      await here.observe(ROOM);
      await here.update(VALID, follows.body, follows.change, follows.peer);
    },
    judge: (transcript, check) => [
      check.refused(REFUSED, expected),
      ...(one.judge?.(check, transcript) ?? []),
      check.unchanged(ROOM),
      check.answered(VALID, { code: ["success"] }),
    ],
  };
}

/** The creator's client and the suite's member came to the same epoch with the same tree and list; see `TargetRoom.compare`. */
export function sameRoom(transcript: CaseTranscript, check: Checks, label: string = ROOM): Check {
  const ours = lastObservation(transcript, ofSuite(label));
  if (ours === undefined)
    return check.unknown(`${label} is the same for all members`, "it was not looked at");
  const { expected, ...rest } = check.observed(label, ours);
  return { ...rest, expected: `the target's client agrees with the suite's: ${expected}` };
}

/** The value observed last under a label. */
export function lastObservation(transcript: CaseTranscript, label: string): Json | undefined {
  return transcript.entries.findLast(
    (entry): entry is ObservationEntry => entry.kind === "observation" && entry.label === label,
  )?.value;
}

/** What the target sent to one of the suite's providers at one endpoint, oldest first. */
export function receivedAt(transcript: CaseTranscript, domain: string, endpoint: string): ExchangeEntry[] {
  return transcript.entries.filter(
    (entry): entry is ExchangeEntry =>
      entry.kind === "exchange" &&
      entry.direction === "received" &&
      entry.to === domain &&
      entry.endpoint === endpoint,
  );
}

/** One event that the target fanned out to a provider, and the exchange that brought it. */
export interface Fanned {
  readonly n: number;
  readonly fanout: FanoutMessage;
}

/** The events that a provider got, oldest first. A repeated body counts once; what does not decode is left out. */
export function fannedTo(transcript: CaseTranscript, domain: string): Fanned[] {
  const bodies = new Map(
    receivedAt(transcript, domain, "notify")
      .toReversed()
      .map(({ n, request }) => [request.body, n]),
  );
  return [...bodies]
    .toSorted(([, a], [, b]) => a - b)
    .flatMap(([body, n]) => eventsIn(fromBase64(body)).map((fanout) => ({ n, fanout })));
}

/** The events of deliveries that the provider accepted, in order, repeated ones included. */
export function acceptedBy(transcript: CaseTranscript, domain: string): Fanned[] {
  return receivedAt(transcript, domain, "notify")
    .filter(({ outcome }) => outcome.kind === "answer" && outcome.status < 300)
    .flatMap(({ n, request }) => eventsIn(fromBase64(request.body)).map((fanout) => ({ n, fanout })));
}
