/**
 * Random changes of a room, most of them as they belong together.
 * @module
 */

import {
  BaseRoomPolicy,
  BotPolicy,
  FrankingAgentData,
  HistoryPolicy,
  MimiComponentId as Id,
  JoinLinkPolicy,
  JoinLinksUpdate,
  ParticipantListUpdate,
  PreAuthData,
  providerCredential,
  RoomMetaData,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import { encode, struct, text, uint8, vector } from "@openmimi/tls";
import type { ChangeBody } from "../../src/facts.ts";
import { added, HUB, list, removed, roles, update, uri } from "../kit.ts";
import type { Chooser } from "./chooser.ts";
import {
  basePolicy,
  definition,
  FOLLOWER,
  names,
  PARENT,
  preauthorizations,
  someMetadata,
  type World,
} from "./rooms.ts";

const PSEUDONYM = "mimi://p.example/p/px";

/** The clients of a user go: all of them, as a rule. */
export function going(chooser: Chooser, { clients }: World, who: string, selfRemove = false): ChangeBody[] {
  const has = clients.get(uri(who)) ?? 0;
  const count = chooser.rarely(5) ? Math.max(0, has - 1) : has;
  return chooser.times(count, () => removed(who, { selfRemove }));
}

/** Somebody of the list, seldom of none; the hub may stand there too. */
export function place(chooser: Chooser, { room }: World): number {
  return chooser.nat(room.participants.length + Number(chooser.rarely(20)));
}

/** Who is no user, or none by name, is added. */
function strangers(chooser: Chooser): ChangeBody {
  const user = chooser.one([PSEUDONYM, someMetadata.roomUri, "mimi://a.example/d/ax/1", "mimi://z.example"]);
  const addedParticipants = [{ user, roleIndex: 2 }];
  const data = { changedRoleParticipants: [], removedIndices: [], addedParticipants };
  return update(Id.participantList, encode(ParticipantListUpdate, data));
}

/** Changes of the list and of clients. */
export function membership(chooser: Chooser, world: World): ChangeBody[] {
  const at = place(chooser, world);
  const there = names[at] ?? names[0]!;
  const newcomer = names[Math.min(world.room.participants.length + chooser.nat(2), 5)]!;
  const to = chooser.one([2, 3, 4, 2, 3, 4, 2, 3, 4, 1, 0, 5]);
  const who = chooser.one(names);
  switch (chooser.nat(14)) {
    case 0:
    case 1:
      return [list({ change: { [at]: to } })];
    case 2:
      return [list({ change: { [at]: to } }), ...going(chooser, world, there)];
    case 3:
    case 4:
      return [list({ change: { [at]: 1 } }), ...going(chooser, world, there)];
    case 5:
    case 6:
      return [list({ remove: [at] }), ...going(chooser, world, there)];
    case 7:
    case 8:
      return [list({ add: { [newcomer]: to } }), ...chooser.times(chooser.nat(3), () => added(newcomer))];
    case 9:
      return chooser.times(1 + chooser.nat(2), () => added(chooser.one([there, who])));
    case 10:
      return going(chooser, world, there, chooser.rarely(3));
    case 11:
      return [list({ change: { [at]: to }, add: { [who]: 2 } }), added(who)];
    case 12: {
      const after = uri(chooser.rarely(3) ? who : there);
      return [{ kind: "clientUpdated", before: uri(there), after }];
    }
    default:
      return chooser.one([
        [list({})],
        [strangers(chooser)],
        [{ kind: "clientAdded" as const, user: PSEUDONYM }],
        [list({ remove: [at], add: { [there]: to } })],
        [list({ remove: [at], change: { [place(chooser, world)]: to } })],
      ]);
  }
}

function metadata(chooser: Chooser, { room }: World): ChangeBody {
  const before = room.metadata ?? someMetadata;
  const other = chooser.rarely(3);
  const data = {
    roomUri: chooser.rarely(10) ? "mimi://hub.example/r/other" : before.roomUri,
    roomName: chooser.one([before.roomName, "Lair"]),
    roomAvatar: other ? "https://a.example/avatar" : before.roomAvatar,
    roomSubject: chooser.rarely(3) ? "tea" : before.roomSubject,
    roomMood: chooser.rarely(3) ? "calm" : before.roomMood,
    roomDescriptions: chooser.rarely(3) ? [] : [...before.roomDescriptions],
  };
  return update(Id.roomMetadata, encode(RoomMetaData, data));
}

function redefinition(chooser: Chooser, { room }: World): ChangeBody {
  const all = room.roles.roles;
  const which = chooser.one(all);
  switch (chooser.nat(5)) {
    case 0:
      return roles(...all);
    case 1:
      return roles(...all.filter((each) => each !== which));
    case 2:
      return roles(...all, { ...which, roleIndex: chooser.one([5, which.roleIndex]) });
    case 3:
      return roles(...all.map((each) => (each === which ? definition(chooser, each.roleIndex) : each)));
    default: {
      const { maximumActiveParticipantsConstraint: _, ...open } = which;
      const least = chooser.one([
        { minimumParticipantsConstraint: 1 },
        { minimumActiveParticipantsConstraint: 2 },
      ]);
      return roles(...all.map((each) => (each === which ? { ...open, ...least } : each)));
    }
  }
}

function policy(chooser: Chooser): ChangeBody {
  const next = basePolicy(chooser);
  const parent = chooser.one([PARENT, PARENT, PARENT, someMetadata.roomUri, "mimi://b.example/r/parent"]);
  const data = { ...next, parentRoom: next.parentDependant ? [parent] : [] };
  return update(Id.baseRoomPolicy, encode(BaseRoomPolicy, data));
}

function history(chooser: Chooser): ChangeBody {
  const sharing = {
    rolesThatCanShare: chooser.some([2, 3, 4, 5]),
    automaticallyShare: false,
    maxTimePeriod: 9,
  };
  return update(Id.chatHistoryPolicy, encode(HistoryPolicy, { historySharing: "optional", ...sharing }));
}

function bots(chooser: Chooser): ChangeBody {
  const texts = { name: "bot", description: "", homepage: "" };
  const flags = { localClientBot: false, canTargetMessageInGroup: false, perUserContent: false };
  const bot = { ...texts, ...flags, botRoleIndex: chooser.one([0, 2, 5]) };
  return update(Id.botPolicy, encode(BotPolicy, { allowedBots: [bot] }));
}

function links(chooser: Chooser): ChangeBody {
  const addedLinks = chooser.times(chooser.nat(2), () => ({ joinLink: new Uint8Array([99]) }));
  const removedIndices = chooser.some([0, 1, 2], 3);
  return update(Id.joinLinks, encode(JoinLinksUpdate, { removedIndices, addedLinks }));
}

function linkPolicy(chooser: Chooser): ChangeBody {
  const data = { onRequest: chooser.rarely(2), joinLink: "", multiuser: false, expiration: 60 };
  return update(Id.joinLinkPolicy, encode(JoinLinkPolicy, data));
}

/** Valid or not: two clients of one provider are one too many (policy §6.5). */
const AnyLoggingPolicy = struct("AnyLoggingPolicy", {
  logging: uint8,
  loggingClients: vector(text(99)),
  machineReadablePolicy: text(99),
  humanReadablePolicy: text(99),
});

function logging(chooser: Chooser): ChangeBody {
  const uris = ["mimi://a.example/d/x/log", "mimi://b.example/d/y/log", "mimi://a.example/d/z/log"];
  const loggingClients = chooser.some([...uris, "https://log.example"]);
  const pointers = { machineReadablePolicy: "", humanReadablePolicy: "" };
  return update(Id.loggingPolicy, encode(AnyLoggingPolicy, { logging: 0, loggingClients, ...pointers }));
}

function agent(chooser: Chooser): ChangeBody {
  const credential = providerCredential(chooser.one(["hub.example", "b.example"]));
  return update(
    Id.frankingAgent,
    encode(FrankingAgentData, { frankingSignatureKey: new Uint8Array(32), credential }),
  );
}

const status = encode(StatusNotificationPolicy, {
  deliveryNotifications: "optional",
  readReceipts: "forbidden",
});
const ids = Object.values(Id).filter((id) => id !== Id.frankAad);

/** Changes of everything else. */
export function government(chooser: Chooser, world: World): ChangeBody {
  const { room } = world;
  switch (chooser.nat(20)) {
    case 0:
    case 1:
    case 2:
      return metadata(chooser, world);
    case 3:
    case 4:
    case 5:
      return redefinition(chooser, world);
    case 6:
    case 7: {
      const known = chooser.rarely(5)
        ? [...room.roles.roles, { ...room.roles.roles[0]!, roleIndex: 5 }]
        : room.roles.roles;
      const preauthorizedEntries = preauthorizations(chooser, known);
      return update(Id.preauthList, encode(PreAuthData, { preauthorizedEntries }));
    }
    case 8:
    case 9:
    case 10:
      return policy(chooser);
    case 11:
      return links(chooser);
    case 12:
      return agent(chooser);
    case 13:
      return history(chooser);
    case 14:
      return bots(chooser);
    case 15:
      return { kind: "componentRemoval", componentId: chooser.one([...ids, 7]) };
    case 16: {
      const changedTypes = chooser.one([[5], [5], [1, 5], [6], [3]]);
      return {
        kind: "groupContextExtensions",
        changedTypes,
        externalSenders: chooser.some([HUB, FOLLOWER], 8),
      };
    }
    case 17:
      return chooser.one([
        linkPolicy(chooser),
        logging(chooser),
        update(Id.statusNotificationPolicy, status),
      ]);
    case 18:
      return update(chooser.one([...ids, 9]), new Uint8Array([7]));
    default:
      return chooser.one<ChangeBody>([
        { kind: "reInit" },
        { kind: "preSharedKey" },
        { kind: "appEphemeral", componentId: 3 },
      ]);
  }
}
