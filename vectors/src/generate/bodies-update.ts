/**
 * Bodies of /update. Protocol §5.3.
 * @module
 */

import { MLSMessage, partialGroupInfo, proposalReference, Welcome } from "@openmimi/mls";
import type { UpdateRequest, UpdateRoomResponse } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { Twin } from "./body-tools.ts";
import { type Case, hex } from "./envelope.ts";
import { type Flow, HUB, STARTED_MS } from "./room.ts";

function withContentType(message: MLSMessage, contentType: "proposal" | "commit"): MLSMessage {
  if (message.wireFormat !== "privateMessage") throw new Error("the flow is broken: no PrivateMessage");
  return { ...message, privateMessage: { ...message.privateMessage, contentType } };
}

function commits(flow: Flow): Case[] {
  const { addBob, addCathy, join, message, treeWithBob } = flow;
  const twin = (id: string, value: UpdateRequest) => new Twin("update", "UpdateRequest", id, value);
  const full = twin("commit-full", {
    proposalOrCommit: addBob.commit,
    welcome: addBob.welcome,
    groupInfoOption: { representation: "full", groupInfo: addBob.groupInfo },
    ratchetTreeOption: { representation: "distributionService" },
  });
  const partial = twin("commit-partial", {
    proposalOrCommit: addCathy.commit,
    welcome: addCathy.welcome,
    groupInfoOption: { representation: "partial", partialGroupInfo: partialGroupInfo(addCathy.groupInfo) },
    ratchetTreeOption: { representation: "distributionService" },
  });
  const external = twin("external-commit", {
    proposalOrCommit: join.commit,
    groupInfoOption: { representation: "partial", partialGroupInfo: partialGroupInfo(join.groupInfo) },
    ratchetTreeOption: { representation: "distributionService" },
  });
  const octetsOf = (value: MLSMessage) => hex(encode(MLSMessage, value));
  const welcome = addCathy.welcome === undefined ? "" : hex(encode(Welcome, addCathy.welcome));
  return [
    full.valid({ notes: "Alice adds Bob's two clients." }),
    twin("commit-full-tree", {
      proposalOrCommit: addBob.commit,
      welcome: addBob.welcome,
      groupInfoOption: { representation: "partial", partialGroupInfo: partialGroupInfo(addBob.groupInfo) },
      ratchetTreeOption: { representation: "full", ratchetTree: treeWithBob },
    }).valid({ readings: ["R-054"] }),
    partial.valid({ notes: "Bob adds Cathy." }),
    external.valid({ notes: "Cathy's new client joins; there is no Welcome." }),
    full.validWith("commit-with-protocol-octet", "01", {
      readings: ["R-048"],
      notes: "Not to be sent, but to be accepted.",
    }),
    full.empty(),
    external.prepend("two-protocol-octets", "0101", "unknown-value", { readings: ["R-048"] }),
    external.prepend("protocol-octet-2", "02", "unknown-value", { readings: ["R-048"] }),
    external.replace("mls-version-2", "proposalOrCommit.version", "0002", "unknown-value"),
    external.replace("semi-private-message", "proposalOrCommit.wireFormat", "0006", "unknown-value", {
      notes: "SemiPrivateMessage is not among the formats that these vectors know.",
    }),
    external.replace(
      "commit-in-private-message",
      "proposalOrCommit",
      octetsOf(withContentType(message.message, "commit")),
      "invalid-value",
    ),
    external.replace(
      "proposal-in-private-message",
      "proposalOrCommit",
      octetsOf(withContentType(message.message, "proposal")),
      "invalid-value",
    ),
    external.replace("application-message", "proposalOrCommit", octetsOf(message.message), "invalid-value", {
      readings: ["R-049"],
    }),
    external.replace("welcome-as-handshake", "proposalOrCommit", `00010003${welcome}`, "invalid-value"),
    external.replace("welcome-presence-2", "welcome", "02", "invalid-presence", { readings: ["R-001"] }),
    partial.replace("welcome-wrapped", "welcome", `0100010003${welcome}`, "unknown-value", {
      readings: ["R-040"],
      notes: "The Welcome is bare, not in an MLSMessage.",
    }),
    external.replace(
      "group-info-representation-reserved",
      "groupInfoOption.representation",
      "00",
      "unknown-value",
    ),
    external.replace(
      "group-info-representation-unknown",
      "groupInfoOption.representation",
      "03",
      "unknown-value",
    ),
    external.cut("no-group-info", "groupInfoOption", { readings: ["R-051"] }),
    external.replace("tree-representation-reserved", "ratchetTreeOption", "00", "unknown-value"),
    external.cut("no-tree-option", "ratchetTreeOption", { readings: ["R-051"] }),
    external.append("list-behind-commit", "00", "trailing-bytes", { readings: ["R-050"] }),
  ];
}

function proposals({ leave, addBob, message }: Flow): Case[] {
  const [selfRemove, remove, listUpdate] = leave;
  const twin = (id: string, value: UpdateRequest) => new Twin("update", "UpdateRequest", id, value);
  const one = twin("proposal", { proposalOrCommit: selfRemove, moreProposals: [] });
  const withList = (value: MLSMessage): string => {
    const octets = hex(encode(MLSMessage, value));
    return (0x4000 | (octets.length / 2)).toString(16) + octets;
  };
  return [
    twin("proposals", { proposalOrCommit: selfRemove, moreProposals: [remove, listUpdate] }).valid({
      notes:
        "Bob leaves: SelfRemove of the sending client, Remove of the other one, AppDataUpdate of the list.",
    }),
    one.valid({ readings: ["R-050"], notes: "The list of further proposals is there and empty." }),
    one.cut("no-list-behind-proposal", "moreProposals", { readings: ["R-050"] }),
    one.replace("commit-in-list", "moreProposals", withList(addBob.commit), "invalid-value", {
      readings: ["R-050"],
    }),
    one.replace("application-message-in-list", "moreProposals", withList(message.message), "invalid-value", {
      readings: ["R-050"],
    }),
    one.replace(
      "proposal-type-unknown",
      "proposalOrCommit.publicMessage.content.proposal.proposalType",
      "00ff",
      "unknown-value",
    ),
    one.replace(
      "sender-type-reserved",
      "proposalOrCommit.publicMessage.content.sender.senderType",
      "00",
      "unknown-value",
    ),
    one.append("octet-behind-proposals", "00"),
  ];
}

function responses({ leave }: Flow): Case[] {
  const twin = (id: string, value: UpdateRoomResponse) => new Twin("update", "UpdateRoomResponse", id, value);
  const [selfRemove] = leave;
  if (selfRemove.wireFormat !== "publicMessage") throw new Error("the flow is broken: no PublicMessage");
  const { content, auth } = selfRemove.publicMessage;
  const reference = proposalReference(HUB.crypto.suite(1), { wireFormat: "publicMessage", content, auth });
  const success = twin("response-success", {
    responseCode: "success",
    errorDescription: "",
    acceptedTimestamp: STARTED_MS + 1000n,
  });
  const notAllowed = twin("response-not-allowed", {
    responseCode: "notAllowed",
    errorDescription: "canAddParticipant fehlt für Bob",
  });
  return [
    success.valid(),
    twin("response-wrong-epoch", {
      responseCode: "wrongEpoch",
      errorDescription: "the room is in epoch 3",
      currentEpoch: 3n,
    }).valid(),
    notAllowed.valid({ readings: ["R-003", "R-007"] }),
    twin("response-invalid-proposal", {
      responseCode: "invalidProposal",
      errorDescription: "a pending proposal is missing",
      invalidProposals: [reference],
    }).valid({ readings: ["R-058", "R-059"] }),
    twin("response-invalid-proposal-by-value", {
      responseCode: "invalidProposal",
      errorDescription: "the second Add is invalid",
      invalidProposals: [],
    }).valid({ readings: ["R-058"] }),
    success.replace("response-code-unknown", "responseCode", "04", "unknown-value"),
    success.cut("response-without-time", "acceptedTimestamp"),
    notAllowed.append("response-time-behind-not-allowed", "0000019dc1e9f000", "trailing-bytes", {
      readings: ["R-007"],
    }),
    success.replace("response-description-not-utf8", "errorDescription", "02c328", "invalid-value", {
      readings: ["R-003"],
    }),
    success.replace("response-description-with-nul", "errorDescription", "026100", "invalid-value", {
      readings: ["R-003"],
    }),
  ];
}

/** All bodies of this endpoint. */
export function updateBodies(flow: Flow): Case[] {
  return [...commits(flow), ...proposals(flow), ...responses(flow)];
}
