/**
 * Faults in how a hub carries out what it has judged, and in what it answers. Protocol §5.3.
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { MLSMessage } from "@openmimi/mls";
import {
  FanoutMessage,
  SubmitMessageRequest,
  toPathSegment,
  UpdateRequest,
  UpdateRoomResponse,
} from "@openmimi/protocol";
import { type AcceptedMessage, type ProviderConfig, standardChecks } from "@openmimi/provider";
import { decode, encode, TlsError } from "@openmimi/tls";
import type { Mutant, Parts } from "../mutant.ts";
import { ALLOWED, withChecks } from "../tools/checks.ts";
import { answer, handling, type OpenRequest, octetsOf, targetOf } from "../tools/http.ts";
import { withRooms } from "../tools/store.ts";

const BUSY_MS = 250;

/** The provider that says something else than it means in its UpdateRoomResponses. */
function respondingOther(change: (response: UpdateRoomResponse) => UpdateRoomResponse) {
  return handling(async (open, next) => {
    const response = await next(open);
    if (open.endpoint !== "update" || response.status !== 200) return response;
    const decoded = decode(UpdateRoomResponse, await octetsOf(response));
    return answer(encode(UpdateRoomResponse, change(decoded)));
  });
}

/** The group that a request is about. */
function groupIdOf({ endpoint, body }: OpenRequest): string | undefined {
  try {
    if (endpoint === "update") return idOf(decode(UpdateRequest, body).proposalOrCommit);
    if (endpoint === "submitMessage") return idOf(decode(SubmitMessageRequest, body).appMessage);
    return undefined;
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

function idOf(message: MLSMessage): string | undefined {
  if (message.wireFormat === "publicMessage") return hex(message.publicMessage.content.groupId);
  return message.wireFormat === "privateMessage" ? hex(message.privateMessage.groupId) : undefined;
}

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");

/** Lets everything pass and notes that it should not have. */
function judgingLate(): Parts {
  const request = new AsyncLocalStorage<{ refused: boolean }>();
  const note = (holds: boolean): boolean => {
    const found = request.getStore();
    if (found !== undefined && !holds) found.refused = true;
    return found !== undefined || holds;
  };
  const { policyAllowsCommit, policyAllowsProposals, welcomeMatchesAdds, senderDomain } = standardChecks;
  return {
    ...withChecks({
      policyAllowsCommit(state, facts) {
        const decision = policyAllowsCommit(state, facts);
        return note(decision.allowed) ? ALLOWED : decision;
      },
      policyAllowsProposals(state, facts) {
        const decision = policyAllowsProposals(state, facts);
        return note(decision.allowed) ? ALLOWED : decision;
      },
      welcomeMatchesAdds: (group, added, welcome) => note(welcomeMatchesAdds(group, added, welcome)),
      senderDomain: (source, sender) => note(senderDomain(source, sender)),
    }),
    ...handling((open, next) => {
      const found = { refused: false };
      return request.run(found, async () => {
        const response = await next(open);
        if (!found.refused || open.endpoint !== "update") return response;
        const errorDescription = "too late";
        return answer(encode(UpdateRoomResponse, { responseCode: "notAllowed", errorDescription }));
      });
    }),
  };
}

export const acceptanceFaults: readonly Mutant[] = [
  {
    name: "no-compare-and-swap",
    fault: "Between judging a commit and storing it another one can be stored: the later one wins.",
    section: "protocol §5.3, PROTO-UPD-20",
    parts: (config) =>
      withRooms(config, (rooms) => ({
        async acceptHandshake(acceptance, accept) {
          // The database is slow, as databases are when it matters.
          await delay(BUSY_MS);
          const head = await rooms.head(acceptance.roomUri);
          const expected = { expectedEpoch: head?.epoch ?? 0n, expectedRevision: head?.revision ?? 0 };
          return rooms.acceptHandshake({ ...acceptance, ...expected }, accept);
        },
      })),
    caughtBy: ["hub/update/race"],
  },
  {
    name: "refuses-too-late",
    fault:
      "Who may do what is judged after the change was stored: the answer is a refusal, the change stays.",
    section: "protocol §5.3, reading R-066",
    parts: judgingLate,
    caughtBy: ["hub/update/add-without-welcome", "hub/update/welcome-for-somebody-else"],
  },
  {
    name: "room-by-group-id",
    fault: "The room is found by the group that the message is for; the one in the path is not looked at.",
    section: "protocol §5.3, §5.4, reading R-029",
    parts(config) {
      const rooms = new Map<string, string>();
      return {
        ...withRooms(config, (store) => ({
          create(room) {
            rooms.set(hex(room.groupId), room.roomUri);
            return store.create(room);
          },
        })),
        ...handling((open, next) => {
          const room = rooms.get(groupIdOf(open) ?? "");
          if (room === undefined) return next(open);
          const path = targetOf(open.request, open.connection);
          const target = path.slice(0, path.lastIndexOf("/") + 1) + toPathSegment(room);
          return next({ ...open, connection: { ...open.connection, target } });
        }),
      };
    },
    caughtBy: [
      "hub/update/unknown-room",
      "hub/update/room-of-another-hub",
      "hub/update/group-of-another-room",
      "hub/submit/unknown-room",
    ],
  },
  {
    name: "accepted-in-seconds",
    fault: "Accepted timestamps count seconds.",
    section: "protocol §5.3, reading R-081",
    parts: (config) =>
      withRooms(config, (rooms) => ({
        acceptHandshake: (acceptance, accept) =>
          rooms.acceptHandshake(acceptance, (time) => accept(time / 1000n)),
        acceptMessage: (acceptance, accept) =>
          rooms.acceptMessage(acceptance, (time) => accept(time / 1000n)),
      })),
    caughtBy: ["hub/update/path-only"],
  },
  {
    name: "wrong-epoch-of-the-sender",
    fault: "The current epoch in wrongEpoch is the one that the commit would have made.",
    section: "protocol §5.3",
    parts: () =>
      respondingOther((response) =>
        response.responseCode === "wrongEpoch"
          ? { ...response, currentEpoch: response.currentEpoch - 1n }
          : response,
      ),
    caughtBy: ["hub/update/epoch-passed", "hub/update/proposal-of-epoch-passed", "hub/update/epoch-ahead"],
  },
  {
    name: "invalid-proposals-not-named",
    fault: "The answer invalidProposal names no references where it has some.",
    section: "protocol §5.3, readings R-058, R-059",
    parts: () =>
      respondingOther((response) =>
        response.responseCode === "invalidProposal" ? { ...response, invalidProposals: [] } : response,
      ),
    caughtBy: ["hub/update/unknown-reference"],
  },
  {
    name: "repeats-fan-out",
    fault: "A request that comes again is answered as before, and fanned out once more.",
    section: "protocol §5.3, §5.4, reading R-067",
    parts: (config) => repeating(config),
    caughtBy: ["hub/update/repeated"],
  },
  {
    name: "repetition-refused",
    fault: "A request that comes again, since its answer got lost, is refused as a forgery.",
    section: "protocol §5.3, reading R-067",
    parts: (config) =>
      withRooms(config, (rooms) => ({
        findAnswer: async (key) => {
          const found = await rooms.findAnswer(key);
          if (found === undefined || !key.path.startsWith("update")) return found;
          return encode(UpdateRoomResponse, { responseCode: "notAllowed", errorDescription: "again" });
        },
      })),
    caughtBy: ["hub/update/repeated"],
  },
];

function repeating(config: ProviderConfig): Parts {
  const sent = new Map<string, AcceptedMessage>();
  const keyOf = (key: { readonly path: string; readonly bodyHash: Uint8Array }) =>
    `${key.path} ${hex(key.bodyHash)}`;
  return withRooms(config, (rooms) => ({
    acceptHandshake: (acceptance, accept) =>
      rooms.acceptHandshake(acceptance, (time) => {
        const made = accept(time);
        if (acceptance.answerKey !== undefined) sent.set(keyOf(acceptance.answerKey), made);
        return made;
      }),
    acceptMessage: (acceptance, accept) =>
      rooms.acceptMessage(acceptance, (time) => {
        const made = accept(time);
        if (acceptance.answerKey !== undefined) sent.set(keyOf(acceptance.answerKey), made);
        return made;
      }),
    async findAnswer(key) {
      const found = await rooms.findAnswer(key);
      const before = sent.get(keyOf(key));
      const roomUri = key.path.slice(key.path.indexOf(" ") + 1);
      const head = found && before && (await rooms.head(roomUri));
      if (head === undefined || before === undefined) return found;
      await rooms.acceptMessage(
        { roomUri, expectedEpoch: head.epoch, expectedRevision: head.revision, nowMs: Date.now() },
        (timestamp) => ({
          // At another time: the same octets again would be a delivery that was repeated, which is allowed.
          events: before.events.map(({ fanout, ...event }) => ({
            ...event,
            fanout: encode(FanoutMessage, { ...decode(FanoutMessage, fanout), timestamp }),
          })),
          answer: before.answer,
        }),
      );
      return found;
    },
  }));
}
