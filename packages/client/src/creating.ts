/**
 * Creating a room. Protocol §3.1, §7; policy §3 to §5; reading R-137.
 * @module
 */

import {
  type ComponentData,
  ComponentId,
  ComponentsList,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  ExternalSenders,
  GroupInfo,
  MediaTypeList,
  MemberGroup,
  ProposalTypeId,
  RequiredCapabilities,
} from "@openmimi/mls";
import { domainOf, groupUri, MimiComponentId, roomUri as roomUriOf } from "@openmimi/protocol";
import { type PresetName, presetComponents } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import { sendRoom } from "./hub-room.ts";
import { MIMI_CONTENT } from "./identity.ts";
import { toHex } from "./octets.ts";
import { ownLeaf } from "./own-leaf.ts";
import type { ProviderDescription } from "./provider-api.ts";
import { type Room, saved } from "./room.ts";
import type { Session } from "./session.ts";
import { settleRoom } from "./settle.ts";
import type { StoredOutgoing } from "./store.ts";

/** Which of the policy draft's examples (Appendix A) a new room follows. */
export type RoomPreset = PresetName;

/** What a new room is to be. */
export interface RoomInit {
  /** The last segment of the room's URI, not yet percent-encoded. */
  readonly name: string;
  /** What people see. Default: `name`. */
  readonly title?: string;
  /** Default: `cooperative`. */
  readonly preset?: RoomPreset;
}

/**
 * Creates a room at this client's own provider, with this client as its only member.
 *
 * @returns the room's URI
 * @throws {ClientError} `conflict` if there is such a room
 */
export async function createRoom(session: Session, init: RoomInit): Promise<string> {
  const { identity } = session;
  const domain = domainOf(identity.userUri);
  const roomUri = roomUriOf(domain, init.name);
  const provider = await session.api.provider();
  if (provider.domain !== domain) {
    throw new ClientError(
      "malformed-answer",
      `the provider of ${identity.userUri} calls itself ${provider.domain}`,
    );
  }
  return session.exclusive(async () => {
    if (session.rooms.has(roomUri)) throw new ClientError("conflict", `${roomUri} is known already`);
    const group = MemberGroup.create(
      session.crypto,
      {
        cipherSuite: identity.cipherSuite,
        // Protocol §3, Table 1; nobody reads it but to compare it (reading R-029).
        groupId: new TextEncoder().encode(groupUri(domain, init.name)),
        own: ownLeaf(session),
        extensions: groupExtensions(provider, init, roomUri, identity.userUri),
      },
      session.memberOptions(roomUri),
    );
    const room: Room = { uri: roomUri, status: "creating", joinedEpoch: 0n, group };
    await announce(session, room);
    return roomUri;
  });
}

/**
 * Founds the next group of a persistent room that has no clients any more, with the policy that it had. Policy §5.
 *
 * @throws {ClientError} `not-found` if there is no such room, it has clients, or the user may not; `conflict` if another
 *   client was faster
 */
export async function renewRoom(session: Session, roomUri: string): Promise<void> {
  const { identity, crypto } = session;
  const mustBeOutside = () => {
    if (session.rooms.get(roomUri)?.status !== "member") return;
    throw new ClientError("conflict", `this client is a member of ${roomUri}`);
  };
  mustBeOutside();
  const kept = await session.api.keptRoom(roomUri);
  const provider = await session.api.provider();
  const salt = toHex(crypto.suite(identity.cipherSuite).random(16));
  await session.exclusive(async () => {
    mustBeOutside();
    const group = MemberGroup.create(
      crypto,
      {
        cipherSuite: identity.cipherSuite,
        // Reading R-029: any octets, and other ones than before.
        groupId: new TextEncoder().encode(`${roomUri} ${salt}`),
        own: ownLeaf(session),
        extensions: [...commonExtensions(provider), dictionaryExtension(kept)],
      },
      session.memberOptions(roomUri),
    );
    await announce(session, { uri: roomUri, status: "creating", joinedEpoch: 0n, group });
  });
}

/** Stores the room before the provider hears of it, and asks the provider to host it. */
async function announce(session: Session, room: Room): Promise<void> {
  const { uri: roomUri, group } = room;
  const groupInfo = group.groupInfo();
  const digest = session.digest({ version: "mls10", wireFormat: "groupInfo", groupInfo });
  const body = encode(GroupInfo, groupInfo);
  const outgoing: StoredOutgoing = { digest, roomUri, kind: "room", body, epoch: 0n };
  session.inFlight.add(digest);
  try {
    await session.write([saved(room), { change: "add-outgoing", outgoing }]);
    session.rooms.set(roomUri, room);
    const refusal = await sendRoom(session, room, outgoing);
    await settleRoom(session, room, outgoing, refusal === undefined);
    if (refusal !== undefined) throw refusal;
  } finally {
    session.inFlight.delete(digest);
  }
}

/** Reading R-137: what the GroupContext of a MIMI room holds from the start. */
export function groupExtensions(
  provider: ProviderDescription,
  init: RoomInit,
  roomUri: string,
  creator: string,
): Extension[] {
  const { name, title = name, preset = "cooperative" } = init;
  const { frankingAgent } = provider;
  const room = presetComponents(preset, { roomUri, creator, name: title, frankingAgent });
  const own = [...room].map(([componentId, data]) => component(componentId, data));
  const componentIds = own.map(({ componentId }) => componentId).sort((a, b) => a - b);
  return [
    ...commonExtensions(provider),
    dictionaryExtension([
      component(ComponentId.appComponents, encode(ComponentsList, { componentIds })),
      component(ComponentId.safeAad, encode(ComponentsList, { componentIds: [MimiComponentId.frankAad] })),
      component(ComponentId.contentMediaTypes, encode(MediaTypeList, { mediaTypeList: [MIMI_CONTENT] })),
      ...own,
    ]),
  ];
}

function commonExtensions({ hubSender }: ProviderDescription): Extension[] {
  const required = {
    extensionTypes: [ExtensionType.appDataDictionary],
    proposalTypes: [ProposalTypeId.appDataUpdate, ProposalTypeId.selfRemove],
    credentialTypes: [],
  };
  return [
    extension(ExtensionType.requiredCapabilities, encode(RequiredCapabilities, required)),
    // Protocol §7.4: at least the hub.
    extension(ExtensionType.externalSenders, encode(ExternalSenders, [hubSender])),
  ];
}

function component(componentId: number, data: Uint8Array): ComponentData {
  return { componentId, data };
}

function extension(extensionType: number, extensionData: Uint8Array): Extension {
  return { extensionType, extensionData };
}
