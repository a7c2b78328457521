/**
 * What the cases about followers share: a room of the suite's hub with a user of the target in it, deliveries that are
 * taken or refused, and what the target's clients then show.
 * @module
 */

import type { FanoutMessage } from "@openmimi/protocol";
import type { AdapterOperation, ConformanceCase, Needs } from "../src/case.ts";
import type { Check, Checks, ExpectedAnswer } from "../src/checks.ts";
import type { CaseContext, Peer, PeerRequest } from "../src/context.ts";
import { observeMessages, observeRoom } from "../src/play/observe-room.ts";
import { type SuiteRoom, suiteRoom } from "../src/play/suite-room.ts";
import { type TargetUser, USER_OPERATIONS } from "../src/play/target-user.ts";
import { REFUSED, VALID } from "./claim.ts";
import { ROOM, sameRoom } from "./hub-builders.ts";

/** A user of the target has to be made and looked at, and perhaps more. */
export function needsUser(...more: readonly AdapterOperation[]): Needs {
  return { level: "L2", operations: [...USER_OPERATIONS, ...more] };
}

/** The label under which messages are observed. */
export const SHOWN = "the messages that are shown";

/** A delivery was taken: 201 without a body (protocol §5.5), or the status that the words beside the number name. */
export function taken(check: Checks, label: string): Check[] {
  const accepted = check.answered(label, { status: [202] });
  const octets = check.octets(label)?.length ?? 0;
  return [
    accepted.holds === "yes"
      ? check.reading("R-017", "b", accepted)
      : check.reading("R-017", "a", check.answered(label, { status: [201] })),
    check.equals(`${label}: octets in the body of the answer`, octets, 0, accepted.at),
  ];
}

/** A case in which events are delivered to a follower and have to arrive at its clients. */
export interface Delivered extends Pick<ConformanceCase, "id" | "title" | "requirements" | "readings"> {
  readonly level?: ConformanceCase["level"];
  readonly operations?: readonly AdapterOperation[];
  /**
   * Delivers, and gives what has to be shown in the end, in order. Both the room and the messages of carol's client are
   * then compared with alice's.
   */
  readonly deliver: (
    room: SuiteRoom,
    carol: TargetUser,
    context: CaseContext,
  ) => Promise<readonly FanoutMessage[]>;
  /** Labels of the deliveries that have to be taken. */
  readonly labels: readonly string[];
  readonly judge?: (check: Checks) => readonly Check[];
}

/** Makes the case. */
export function delivered(one: Delivered): ConformanceCase {
  const { id, title, requirements, readings, level = "MUST", operations = [], labels } = one;
  return {
    ...{ id, title, requirements, ...(readings === undefined ? {} : { readings }) },
    ...{ level, role: "follower", needs: needsUser(...operations) },
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const shown = await one.deliver(room, carol, context);
      await observeMessages(context, SHOWN, room, carol.clientUri, shown);
      await observeRoom(context, ROOM, room, carol.clientUri);
    },
    judge: (transcript, check) => [
      ...labels.flatMap((label) => taken(check, label)),
      ...(one.judge?.(check) ?? []),
      sameRoom(transcript, check, SHOWN),
      sameRoom(transcript, check, ROOM),
    ],
  };
}

/** A delivery that has to be refused. */
export interface RefusedDelivery extends Pick<ConformanceCase, "id" | "title" | "requirements" | "readings"> {
  /** What is delivered; `fanout` holds a message of alice. */
  readonly body?: (fanout: FanoutMessage, room: SuiteRoom) => readonly FanoutMessage[] | Uint8Array;
  readonly change?: (room: SuiteRoom, context: CaseContext) => Partial<PeerRequest>;
  readonly peer?: (context: CaseContext) => Peer;
  /** Default: any status 4xx. */
  readonly expected?: ExpectedAnswer;
  /** The status that says best what is wrong (reading R-096). */
  readonly status?: number;
  readonly twin?: string;
}

/** Makes the case: the delivery is refused and shows nothing, and the same message is then delivered as it should be. */
export function refusedDelivery(one: RefusedDelivery): ConformanceCase {
  const { id, title, requirements, readings, expected = { status: ["4xx"] }, status } = one;
  const { twin = "follower/notify/message" } = one;
  const unshown = "the messages shown after the refusal";
  return {
    ...{ id, title, requirements, ...(readings === undefined ? {} : { readings }) },
    ...{ level: "MUST", role: "follower", needs: needsUser(), twin },
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const fanout = room.says("once and no more");
      const body = one.body?.(fanout, room) ?? [fanout];
      const change = one.change?.(room, context);
      await room.notify(REFUSED, body, change, one.peer?.(context));
      await observeMessages(context, unshown, room, carol.clientUri, []);
      await room.notify(VALID, [fanout]);
      await observeMessages(context, SHOWN, room, carol.clientUri, [fanout]);
      await observeRoom(context, ROOM, room, carol.clientUri);
    },
    judge: (transcript, check) => [
      check.refused(REFUSED, expected),
      ...(status === undefined ? [] : [check.should(check.answered(REFUSED, { status: [status] }))]),
      check.observed(unshown, []),
      ...taken(check, VALID),
      sameRoom(transcript, check, SHOWN),
      sameRoom(transcript, check, ROOM),
    ],
  };
}
