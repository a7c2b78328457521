/**
 * Who may change metadata, policy components and the group. Policy §8.2, §8.6, §8.7; readings.
 * @module
 */

import {
  AssetPolicy,
  BotPolicy,
  HistoryPolicy,
  MimiComponentId as Id,
  JoinLinkPolicy,
  JoinLinksData,
  LinkPreviewPolicy,
  LoggingPolicy,
  MessageExpiration,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import type { CapabilityName, ChangeBody } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import { allows, both, denies } from "./cases.ts";
import {
  assets,
  bot,
  changes,
  franking,
  from,
  guest,
  house,
  onRequest,
  operations,
  removal,
  ruler,
  senders,
  sharing,
} from "./policy-tools.ts";
import {
  banned,
  component,
  described,
  FOLLOWER,
  HUB,
  links,
  octets,
  policy,
  preauthorization,
  preauthorize,
  preauthorized,
  provider,
  role,
  roles,
  update,
  uri,
} from "./sketch.ts";

const fields: readonly (readonly [CapabilityName, Parameters<typeof described>[0]])[] = [
  ["canChangeRoomName", { roomName: "Lair" }],
  [
    "canChangeRoomDescription",
    { roomDescriptions: [{ mediaType: "", languageTag: "en", descriptionContent: Uint8Array.of(0x41) }] },
  ],
  ["canChangeRoomAvatar", { roomAvatar: "https://a.example/avatar.png" }],
  ["canChangeRoomSubject", { roomSubject: "tea" }],
  ["canChangeRoomMood", { roomMood: "calm" }],
];

export const metadataCases: readonly Case[] = [
  ...fields.flatMap(([capability, change]) =>
    both(`metadata-${capability}`, "8.2", capability, (held) => changes(house(held), described(change)), {
      readings: ["R-135"],
    }),
  ),
  allows(
    "metadata-all-fields",
    "8.2",
    changes(
      house(fields.map(([name]) => name)),
      described(Object.assign({}, ...fields.map(([, change]) => change))),
    ),
    { readings: ["R-135"] },
  ),
  denies(
    "metadata-one-of-two",
    "8.2",
    "missing-capability",
    changes(house(["canChangeRoomName"]), described({ roomName: "Lair", roomMood: "calm" })),
    { readings: ["R-135"] },
  ),
  allows("metadata-as-they-were", "8.2", changes(house([]), described({})), { readings: ["R-135"] }),
  denies(
    "metadata-other-room",
    "8.2",
    "room-uri-changed",
    changes(house(["canChangeRoomName"]), described({ roomUri: "mimi://hub.example/r/other" })),
    { readings: ["R-135"] },
  ),
  denies("metadata-twice", "8.2", "repeated-update", changes(house([]), described({}), described({}))),
  denies(
    "metadata-removed",
    "8.2",
    "component-not-removable",
    changes(house(["canChangeRoomName"]), { kind: "componentRemoval", componentId: Id.roomMetadata }),
    { readings: ["R-135", "R-200"] },
  ),
];

const others: readonly (readonly [string, ChangeBody])[] = [
  [
    "status",
    update(Id.statusNotificationPolicy, StatusNotificationPolicy, {
      deliveryNotifications: "optional",
      readReceipts: "forbidden",
    }),
  ],
  ["join-link-policy", update(Id.joinLinkPolicy, JoinLinkPolicy, onRequest(false))],
  [
    "link-previews",
    update(Id.linkPreviewPolicy, LinkPreviewPolicy, {
      autodetectHyperlinksInText: "optional",
      sendLinkPreviews: "optional",
      automaticLinkPreviews: "optional",
      linkPreviewProxyUse: "forbidden",
    }),
  ],
  ["assets", update(Id.assetPolicy, AssetPolicy, assets)],
  ["logging", update(Id.loggingPolicy, LoggingPolicy, { logging: "forbidden" })],
  ["history", update(Id.chatHistoryPolicy, HistoryPolicy, sharing(2))],
  ["bots", update(Id.botPolicy, BotPolicy, { allowedBots: [{ ...bot, botRoleIndex: 2 }] })],
  ["expiration", update(Id.messageExpirationPolicy, MessageExpiration, { expiringMessages: "forbidden" })],
];
export const componentCases: readonly Case[] = [
  ...both(
    "base-policy",
    "8.6",
    "canChangeRoomMembershipStyle",
    (held) => changes(house(held), policy({ discoverable: true })),
    { readings: ["R-189"] },
  ),
  ...both("role-definitions", "8.6", "canChangeRoleDefinitions", (held) =>
    changes(house(held), roles(banned, guest, ruler(held), role(7, []))),
  ),
  ...both("preauthorization", "8.6", "canChangePreauthorizedUserList", (held) =>
    changes(house(held), preauthorize(preauthorized(guest, uri("cathy")))),
  ),
  ...both(
    "operational-policy",
    "8.7",
    "canChangeMlsOperationalPolicies",
    (held) =>
      changes(house(held), {
        kind: "componentUpdate",
        componentId: Id.operationalPolicy,
        update: operations,
      }),
    { readings: ["R-188"] },
  ),
  ...others.flatMap(([name, body]) =>
    both(name, "8.7", "canChangeOtherPolicyAttribute", (held) => changes(house(held), body), {
      readings: ["R-188"],
    }),
  ),
  ...both("join-link-added", "8.7", "canCreateJoinCode", (held) => changes(house(held), links(1)), {
    readings: ["R-188"],
  }),
  ...both(
    "join-link-removed",
    "8.7",
    "canDeleteJoinCode",
    (held) =>
      changes(
        house(held, new Map([component(Id.joinLinks, JoinLinksData, [{ joinLink: Uint8Array.of(7) }])])),
        links(0, 0),
      ),
    { readings: ["R-188"] },
  ),
  denies(
    "join-link-index-out-of-range",
    "6.2",
    "malformed-update",
    changes(house(["canDeleteJoinCode"]), links(0, 0)),
    { readings: ["R-188"] },
  ),
  ...both("reinit", "8.6", "canSendMLSReinitProposal", (held) => changes(house(held), { kind: "reInit" })),
  ...both(
    "pre-shared-key",
    "8.7",
    "canSendMLSPSKProposal",
    (held) => changes(house(held), { kind: "preSharedKey" }),
    { readings: ["R-188"] },
  ),
  denies(
    "app-ephemeral",
    "8.7",
    "not-permitted",
    changes(house([]), { kind: "appEphemeral", componentId: 0x20 }),
    { readings: ["R-188"] },
  ),
  denies(
    "component-of-nobody",
    "8.7",
    "not-permitted",
    changes(house(["canChangeOtherPolicyAttribute"]), octets(0x7000, 0)),
    { readings: ["R-188"] },
  ),
  denies(
    "component-octets-malformed",
    "3",
    "invalid-component",
    changes(house(["canChangeRoleDefinitions"]), octets(Id.rolesList, 0x07)),
    { readings: ["R-133"] },
  ),
  denies(
    "list-octets-malformed",
    "3",
    "invalid-component",
    changes(house(["canAddParticipant"]), octets(Id.participantList, 0x07)),
    { readings: ["R-133"] },
  ),
  ...[Id.participantList, Id.rolesList, Id.baseRoomPolicy].map((id) =>
    denies(
      `removed-${id.toString(16)}`,
      "3",
      "component-not-removable",
      changes(house(["canChangeRoleDefinitions", "canChangeRoomMembershipStyle"]), removal(id)),
      { readings: ["R-137", "R-200"] },
    ),
  ),
  ...both(
    "removed-assets",
    "8.7",
    "canChangeOtherPolicyAttribute",
    (held) =>
      changes(
        house(held, new Map([component(Id.assetPolicy, AssetPolicy, assets)])),
        removal(Id.assetPolicy),
      ),
    { readings: ["R-188"] },
  ),
  ...both("removed-preauthorization", "8.6", "canChangePreauthorizedUserList", (held) =>
    changes(house(held, new Map([preauthorization()])), removal(Id.preauthList)),
  ),
  allows("franking-agent-by-the-hub", "8.7", from(provider(HUB), franking("hub.example")), {
    readings: ["R-188"],
  }),
  denies(
    "franking-agent-by-a-follower",
    "8.7",
    "not-the-hub",
    from(provider(FOLLOWER), franking("hub.example")),
    { readings: ["R-188"] },
  ),
  denies(
    "franking-agent-by-a-member",
    "8.7",
    "not-the-hub",
    changes(house(["canChangeOtherPolicyAttribute"]), franking("hub.example")),
    { readings: ["R-188"] },
  ),
  denies(
    "franking-agent-of-another",
    "8.7",
    "invalid-component",
    from(provider(HUB), franking("b.example")),
    { readings: ["R-188", "R-030"] },
  ),
  allows("external-senders-by-the-hub", "8.7", from(provider(HUB), senders([5], HUB, FOLLOWER)), {
    readings: ["R-131"],
  }),
  denies("external-senders-by-a-member", "8.7", "not-the-hub", changes(house([]), senders([5], HUB)), {
    readings: ["R-131"],
  }),
  denies(
    "external-senders-without-the-hub",
    "8.7",
    "not-permitted",
    from(provider(HUB), senders([5], FOLLOWER)),
    { readings: ["R-131"] },
  ),
  denies("other-extensions", "8.7", "not-permitted", from(provider(HUB), senders([3], HUB)), {
    readings: ["R-188"],
  }),
];
