/**
 * Faults of the clients of a provider's users, which other members and hubs suffer from. Protocol §3, §5.4, §5.6.
 *
 * This file holds data only: it is read before anything of the provider is loaded.
 * @module
 */

import type { Mutant } from "../mutant.ts";
import type { Edit } from "../tools/edited-sources.ts";

type ClientMutant = Mutant & { readonly edits: readonly Edit[] };

const asItIs = () => ({});
const CLIENT = "packages/client/src";

export const clientFaults: readonly ClientMutant[] = [
  {
    name: "client-franks-nothing",
    fault: "Messages in rooms with a franking agent are sent without a franking tag.",
    section: "protocol §5.4.1.1",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/message.ts`,
        text: "if (!franksMessages(group)) return composed;",
        by: "if (composed !== undefined) return composed;",
      },
    ],
    caughtBy: ["follower/send/franking"],
  },
  {
    name: "client-sends-before-committing",
    fault: "Messages are sent while proposals wait that this client has seen.",
    section: "RFC 9420 §12.4, extensions §6.3",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/sending.ts`,
        text: "if (group.public.pending.length > 0) return undefined;",
        by: "",
      },
    ],
    caughtBy: ["follower/send/pending-proposals-first"],
  },
  {
    name: "client-gives-up-when-too-old",
    fault: "A message that the hub finds too old is lost.",
    section: "protocol §5.4, reading R-071",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/sending.ts`,
        text: 'if (outcome.statusCode === "epochTooOld") {',
        by: 'if (outcome.statusCode === "epochTooOld") {\nthrow new ClientError("not-allowed", "too old");',
      },
    ],
    caughtBy: ["follower/send/epoch-too-old"],
  },
  {
    name: "client-leaves-alone",
    fault: "Who leaves with one client leaves the others of the same user in the group.",
    section: "protocol §3.5, reading R-062",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/changes.ts`,
        text: 'return [{ proposalType: "selfRemove" }, ...others, ...list];',
        by: 'return [{ proposalType: "selfRemove" }, ...list];',
      },
    ],
    caughtBy: ["follower/send/leave-with-two-clients"],
  },
  {
    name: "client-removes-one-client",
    fault: "Of a user who is removed one client is removed.",
    section: "protocol §7.5, PROTO-UPD-23",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/changes.ts`,
        text: "const proposals = [...list, ...removes];",
        by: "const proposals = [...list, ...removes.slice(0, 1)];",
      },
      {
        file: `${CLIENT}/handshake.ts`,
        text: "judgeCommit(room, made.staged, session.claims)",
        by: "({ ...judgeCommit(room, made.staged, session.claims), allowed: true })",
      },
    ],
    caughtBy: ["follower/send/remove-user"],
  },
  {
    name: "client-adds-the-deaf",
    fault: "Clients are added that cannot receive what the room requires.",
    section: "extensions §6.2.3, EXT-CA-03",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/key-material.ts`,
        text: "return unknown === undefined ?",
        by: "return unknown === undefined || unknown !== undefined ?",
      },
    ],
    caughtBy: ["follower/send/add-user-who-cannot-receive"],
  },
  {
    name: "client-claims-for-no-room",
    fault: "KeyPackages are claimed without the room that they are for.",
    section: "protocol §5.2, reading R-047",
    parts: asItIs,
    edits: [{ file: `${CLIENT}/key-material.ts`, text: "roomId: room.uri,", by: 'roomId: "",' }],
    caughtBy: ["follower/send/add-user"],
  },
  {
    name: "client-merges-what-was-refused",
    fault: "A commit counts as soon as it was sent, whatever the hub answers.",
    section: "protocol §5.3",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/settle.ts`,
        text: "else room.group.clearPendingCommit();",
        by: "else room.group.mergePendingCommit();",
      },
    ],
    caughtBy: ["follower/send/refused-commit", "follower/send/wrong-epoch"],
  },
  {
    name: "client-ignores-pending-leave",
    fault: "An external commit does not refer to the SelfRemove that is pending.",
    section: "extensions §6.3, reading R-104",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/joining.ts`,
        text: "pending: pendingProposals.map(({ proposal }) => proposal),",
        by: "pending: pendingProposals.map(({ proposal }) => proposal).slice(0, 0),",
      },
    ],
    caughtBy: ["follower/join/pending-self-remove"],
  },
  {
    name: "client-believes-any-hub",
    fault: "Group information is used whoever has signed it, and for whichever room.",
    section: "protocol §5.6, readings R-100, R-101, R-103",
    parts: asItIs,
    edits: [
      {
        file: "packages/protocol/src/group-info.ts",
        text: "if (response.roomId === roomId) return;",
        by: "if (response !== undefined) return;",
      },
      {
        file: "packages/protocol/src/group-info.ts",
        text: "if (providerNamed(hubSender) !== domainOf(roomId)) {",
        by: "if (providerNamed(hubSender) !== domainOf(roomId) && response === undefined) {",
      },
      {
        file: "packages/protocol/src/group-info.ts",
        text: "if (!verifyWithLabel(suite, hubSender.signatureKey, RESPONSE_LABEL, tbs, signature)) {",
        by: "if (tbs === undefined) {",
      },
      {
        file: "packages/protocol/src/group-info.ts",
        text: "const { groupInfoPrivateKey, roomId, response } = opening;",
        by: "const { groupInfoPrivateKey, response } = opening;\n  const { roomId } = response;",
      },
      {
        file: "packages/protocol/src/group-info.ts",
        text: "checkExternalSender(contents.groupInfo, response);\n  return contents;",
        by: "return contents;",
      },
    ],
    caughtBy: [
      "follower/join/answer-signed-by-another-key",
      "follower/join/answer-of-a-stranger",
      "follower/join/answer-of-another-provider",
      "follower/join/answer-about-another-room",
    ],
  },
  {
    name: "client-speaks-as-a-device",
    fault: "The sending URI of a message is the client's, not the user's.",
    section: "protocol §5.4, reading R-072",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/sending.ts`,
        text: "sendingUri: userUri }",
        // At home it is found out at once, and nothing could be prepared.
        by: 'sendingUri: roomUri.split("/")[2] === userUri.split("/")[2] ? userUri : session.identity.clientUri }',
      },
    ],
    caughtBy: ["follower/send/message"],
  },
  {
    name: "client-leaves-again",
    fault: "A user who leaves twice sends further proposals in the same epoch.",
    section: "extensions §6.3, EXT-SR-07",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/room.ts`,
        text: 'if (room.status !== "member")\n    throw',
        by: 'if (room.status !== "member" && room.status !== "leaving")\n    throw',
      },
      {
        file: `${CLIENT}/changes.ts`,
        text: 'return [{ proposalType: "selfRemove" }, ...others, ...list];',
        by: `if (room.status === "leaving") return [{ proposalType: "remove", removed: room.group.ownLeafIndex }];
  return [{ proposalType: "selfRemove" }, ...others, ...list];`,
      },
      {
        file: `${CLIENT}/handshake.ts`,
        text: "judgeProposals(room, pending, session.claims)",
        by: "(sent.length > 1 ? judgeProposals(room, pending, session.claims) : { allowed: true })",
      },
    ],
    caughtBy: ["follower/send/leave-twice"],
  },
  {
    name: "client-lists-no-media-types",
    fault: "KeyPackages do not say that their client can receive MIMI content.",
    section: "extensions §6.2, EXT-CA-01",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/identity.ts`,
        text: "mediaTypeList: [...SUPPORTED_MEDIA_TYPES]",
        by: "mediaTypeList: [...SUPPORTED_MEDIA_TYPES].slice(1)",
      },
    ],
    caughtBy: ["key-material/media-types"],
  },
  {
    name: "client-lists-no-components",
    fault: "Leaves support app_data_dictionary and do not say which components their client understands.",
    section: "extensions §4.6, EXT-ADD-03",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/identity.ts`,
        text: "{ componentId: ComponentId.appComponents, data: list(SUPPORTED_COMPONENTS) },",
        by: "",
      },
    ],
    caughtBy: ["key-material/app-components"],
  },
  {
    name: "client-without-grease",
    fault: "No component of a leaf stands for nothing.",
    section: "extensions §5.1, EXT-GREASE-02",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/identity.ts`,
        text: "componentIds: withGreaseListed(suite, componentIds)",
        by: "componentIds: [...componentIds]",
      },
    ],
    caughtBy: ["key-material/grease"],
  },
];
