/**
 * Faults with application messages and their franks. Protocol §5.4.
 * @module
 */

import { kindOf, SubmitMessageResponse } from "@openmimi/protocol";
import { type ProviderConfig, standardChecks } from "@openmimi/provider";
import { decode, encode } from "@openmimi/tls";
import type { Mutant, Parts } from "../mutant.ts";
import { ALLOWED, signingWithoutLabel, withChecks, yes } from "../tools/checks.ts";
import { answer, handling, octetsOf } from "../tools/http.ts";
import { fanningOutOther, withRooms } from "../tools/store.ts";

const { frankableTag, sendingUriDomain } = standardChecks;

/** The provider that says something else than it means in its SubmitMessageResponses. */
function respondingOther(change: (response: SubmitMessageResponse) => SubmitMessageResponse) {
  return handling(async (open, next) => {
    const response = await next(open);
    if (open.endpoint !== "submitMessage" || response.status !== 200) return response;
    const decoded = decode(SubmitMessageResponse, await octetsOf(response));
    return answer(encode(SubmitMessageResponse, change(decoded)));
  });
}

/** The sender is only in the request, and the request is only here while it is judged. */
function namingTheSender(config: ProviderConfig): Parts {
  let sender = "";
  const { sendingUriActive } = standardChecks;
  return {
    ...withChecks({
      sendingUriActive(view, user) {
        sender = user;
        return sendingUriActive(view, user);
      },
    }),
    ...fanningOutOther(config, (event) => {
      const { frank } = event.fanout;
      if (frank === undefined) return [event];
      const note = Buffer.from(sender);
      const signature = new Uint8Array(Buffer.concat([frank.frankingIntegritySignature, note]));
      return [
        {
          ...event,
          fanout: { ...event.fanout, frank: { ...frank, frankingIntegritySignature: signature } },
        },
      ];
    }),
  };
}

export const messageFaults: readonly Mutant[] = [
  {
    name: "sender-of-another-provider",
    fault: "The sending URI need not be of the provider that brings the message.",
    section: "protocol §5.4, reading R-072",
    parts: () => withChecks({ sendingUriDomain: yes }),
    caughtBy: ["hub/submit/sender-of-another-provider", "hub/submit/relayed-by-another-provider"],
  },
  {
    name: "sender-not-looked-up",
    fault: "Whether the sending URI is a participant, and may send, is left to the clients.",
    section: "protocol §5.4, PROTO-SUB-03",
    parts: () => withChecks({ sendingUriActive: yes, policyAllowsMessage: () => ALLOWED }),
    caughtBy: ["hub/submit/sender-not-listed", "hub/submit/sender-without-clients"],
  },
  {
    name: "leavers-may-speak",
    fault: "Until their leave is committed users send messages as before.",
    section: "protocol §5.3, reading R-061",
    parts: () =>
      withChecks({
        sendingUriActive: ({ members }, user) => members.some(({ userUri }) => userUri === user),
        policyAllowsMessage: () => ALLOWED,
      }),
    caughtBy: ["hub/submit/leave-pending"],
  },
  {
    name: "sender-may-be-a-client",
    fault: "A client's URI is taken for its user's.",
    section: "protocol §5.4, reading R-072",
    parts: () =>
      withChecks({
        sendingUriDomain: (source, uri) =>
          sendingUriDomain(source, uri) || uri.startsWith(`mimi://${source.domain}/d/`),
        sendingUriActive: ({ members }, uri) =>
          members.some(({ userUri, clientUri }) => userUri === uri || clientUri === uri),
        policyAllowsMessage: () => ALLOWED,
      }),
    caughtBy: ["hub/submit/client-as-sender"],
  },
  {
    name: "capability-to-send-ignored",
    fault: "Every participant can send messages, whatever the role allows.",
    section: "policy §8.3, POLICY-CAP-33",
    parts: () => withChecks({ policyAllowsMessage: () => ALLOWED }),
    caughtBy: ["hub/submit/role-without-voice"],
  },
  {
    name: "messages-of-any-epoch",
    fault: "The epoch of a message is the receivers' business.",
    section: "protocol §5.4, readings R-060, R-071",
    parts: () => withChecks({ messageEpoch: () => "accepted", sentSinceRemoval: yes }),
    caughtBy: ["hub/submit/epoch-ahead"],
  },
  {
    name: "messages-of-any-group",
    fault: "The group of a message is not compared with the room's.",
    section: "protocol §5.4, reading R-029",
    parts: () => withChecks({ messageIsForRoom: yes }),
    caughtBy: ["hub/submit/group-of-another-room"],
  },
  {
    name: "too-old-without-epoch",
    fault: "The answer epochTooOld says epoch 0 instead of the current one.",
    section: "protocol §5.4",
    parts: () =>
      respondingOther((response) =>
        response.statusCode === "epochTooOld" ? { ...response, currentEpoch: 0n } : response,
      ),
    caughtBy: ["hub/submit/epoch-passed"],
  },
  {
    name: "two-times-for-one-message",
    fault: "The answer has a time of its own: it is later than the one in fan-out and frank.",
    section: "protocol §5.4, reading R-081",
    parts: () =>
      respondingOther((response) =>
        response.statusCode === "accepted"
          ? { ...response, acceptedTimestamp: response.acceptedTimestamp + 1n }
          : response,
      ),
    caughtBy: ["hub/submit/accepted", "hub/submit/local-members"],
  },
  {
    name: "timestamps-repeat",
    fault: "Messages of the same minute get the same time.",
    section: "protocol §5.4, reading R-081",
    parts: (config) =>
      withRooms(config, (rooms) => ({
        acceptMessage: (acceptance, accept) =>
          rooms.acceptMessage(acceptance, (time) => accept(time - (time % 60_000n))),
      })),
    caughtBy: ["hub/submit/order"],
  },
  {
    name: "messages-refused",
    fault: "The epoch of a message has to be one less than the hub's: none is accepted.",
    section: "protocol §5.4",
    parts: () => withChecks({ messageEpoch: () => "ahead" }),
    caughtBy: ["hub/submit/sender-provider", "hub/submit/repeated"],
  },
  {
    name: "frank-signed-without-label",
    fault: "The frank is signed over the plain struct, without SignWithLabel.",
    section: "protocol §5.4.1.2, reading R-079",
    parts: () => signingWithoutLabel("FrankingIntegrityTBS"),
    caughtBy: ["hub/franking/verifies"],
  },
  {
    name: "frank-not-fanned-out",
    fault: "The frank is in the answer, but not in the fan-out.",
    section: "protocol §5.4.1.2, PROTO-FRANK-15",
    parts: (config) =>
      fanningOutOther(config, (event) => [
        kindOf(event.fanout.message) === "application"
          ? { ...event, fanout: { ...event.fanout, frank: undefined } }
          : event,
      ]),
    caughtBy: ["hub/franking/fanned-out"],
  },
  {
    name: "sender-named-in-fan-out",
    fault: "A note about the sender is appended to the frank, where receivers will not look.",
    section: "protocol §5.4.1.2, PROTO-FRANK-16",
    parts: (config) => namingTheSender(config),
    caughtBy: ["hub/franking/sender-concealed"],
  },
  {
    name: "franks-what-has-no-tag",
    fault: "A message without a franking tag is franked as if its tag were zeros.",
    section: "protocol §5.4.1.2, PROTO-FRANK-14",
    parts: () =>
      withChecks({
        frankableTag: (group, agent, own, authenticatedData) =>
          frankableTag(group, agent, own, authenticatedData) ?? (agent && new Uint8Array(32)),
      }),
    caughtBy: ["hub/franking/without-tag"],
  },
];
