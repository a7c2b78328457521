/**
 * Bodies of /submitMessage. Protocol §5.4.
 * @module
 */

import { MLSMessage } from "@openmimi/mls";
import type { SubmitMessageRequest, SubmitMessageResponse } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { Twin } from "./body-tools.ts";
import { type Case, hex } from "./envelope.ts";
import { CATHY, type Flow } from "./room.ts";

function withoutTag(message: MLSMessage): MLSMessage {
  if (message.wireFormat !== "privateMessage") throw new Error("the flow is broken: no PrivateMessage");
  return { ...message, privateMessage: { ...message.privateMessage, authenticatedData: new Uint8Array() } };
}

function requests({ message, leave }: Flow): Case[] {
  const value: SubmitMessageRequest = { protocol: "mls10", appMessage: message.message, sendingUri: CATHY };
  const twin = (id: string, fields: Partial<SubmitMessageRequest> = {}) =>
    new Twin("submitMessage", "SubmitMessageRequest", id, { ...value, ...fields });
  const request = twin("request");
  return [
    request.valid({ notes: "The frank_aad item is in the PrivateMessage's authenticated_data." }),
    twin("request-of-an-encoded-name", { sendingUri: "mimi://c.example/u/zo%C3%AB" }).valid(),
    twin("request-without-authenticated-data", { appMessage: withoutTag(message.message) }).valid({
      notes: "Well-formed; whether the room needs a frank is another matter.",
    }),
    twin("request-of-a-pseudonym", { sendingUri: "mimi://c.example/p/5f4b1c7e" }).valid(),
    request.empty(),
    request.replace("no-protocol-octet", "protocol", "", "unknown-value", {
      notes: "Unlike /update and /notify this body has a protocol octet.",
    }),
    request.replace("protocol-reserved", "protocol", "00", "unknown-value"),
    request.replace("private-proposal", "appMessage.privateMessage.contentType", "02", "invalid-value"),
    request.replace("private-commit", "appMessage.privateMessage.contentType", "03", "invalid-value"),
    request.replace("content-type-reserved", "appMessage.privateMessage.contentType", "00", "unknown-value"),
    request.replace("public-proposal", "appMessage", hex(encode(MLSMessage, leave[0])), "invalid-value"),
    request.replace("wire-format-unknown", "appMessage.wireFormat", "0006", "unknown-value"),
    request.replace("sender-empty", "sendingUri", "00", "invalid-value"),
    request.replace("sender-is-no-mimi-uri", "sendingUri", "03736970", "invalid-value"),
    request.cut("no-sender", "sendingUri"),
    request.cut("no-message", "appMessage"),
    request.replace("mls-version-2", "appMessage.version", "0002", "unknown-value"),
    request.append("octet-behind-request", "00"),
  ];
}

function responses({ message }: Flow): Case[] {
  const { acceptedTimestamp, frank } = message;
  const twin = (id: string, value: SubmitMessageResponse) =>
    new Twin("submitMessage", "SubmitMessageResponse", id, value);
  const protocol = "mls10" as const;
  const franked = twin("response-accepted-franked", {
    protocol,
    statusCode: "accepted",
    acceptedTimestamp,
    frank,
  });
  const accepted = twin("response-accepted", { protocol, statusCode: "accepted", acceptedTimestamp });
  const tooOld = twin("response-epoch-too-old-in-the-last-epoch", {
    protocol,
    statusCode: "epochTooOld",
    currentEpoch: 0xffff_ffff_ffff_ffffn,
  });
  const notAllowed = twin("response-not-allowed", { protocol, statusCode: "notAllowed" });
  return [
    franked.valid({ readings: ["R-069", "R-074", "R-075", "R-081"] }),
    accepted.valid({ readings: ["R-002", "R-069"] }),
    notAllowed.valid({ readings: ["R-007"] }),
    twin("response-epoch-too-old-in-epoch-0", {
      protocol,
      statusCode: "epochTooOld",
      currentEpoch: 0n,
    }).valid(),
    twin("response-accepted-at-the-last-millisecond", {
      protocol,
      statusCode: "accepted",
      acceptedTimestamp: 0xffff_ffff_ffff_ffffn,
    }).valid(),
    tooOld.valid(),
    tooOld.cut("response-without-epoch", "currentEpoch"),
    accepted.cut("response-without-time", "acceptedTimestamp"),
    accepted.empty(),
    accepted.replace("response-protocol-reserved", "protocol", "00", "unknown-value"),
    franked.cut("frank-cut", "frank.value.frankingIntegritySignature"),
    twin("response-epoch-too-old", { protocol, statusCode: "epochTooOld", currentEpoch: 4n }).valid(),
    franked.replace("status-code-unknown", "statusCode", "03", "unknown-value"),
    accepted.cut("no-presence-octet", "frank", { readings: ["R-002"] }),
    accepted.replace("frank-presence-2", "frank", "02", "invalid-presence", { readings: ["R-002"] }),
    franked.replace(
      "server-frank-with-length",
      "frank.value.serverFrank",
      `20${hex(frank.serverFrank)}`,
      "trailing-bytes",
      {
        readings: ["R-074"],
        notes: "The server frank has no length in front; the field behind it is now misread.",
      },
    ),
    notAllowed.append("time-behind-not-allowed", "0000019dc1e9f000"),
  ];
}

/** All bodies of this endpoint. */
export function submitMessageBodies(flow: Flow): Case[] {
  return [...requests(flow), ...responses(flow)];
}
