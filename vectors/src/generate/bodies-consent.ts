/**
 * Bodies of the consent endpoints. Protocol §5.7.
 * @module
 */

import { KeyPackage } from "@openmimi/mls";
import type { ConsentEntry } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { Twin } from "./body-tools.ts";
import { type Case, hex } from "./envelope.ts";
import { ALICE, BOB, CATHY, type Flow, ROOM } from "./room.ts";

const none = { componentData: [] };
const base = { requesterUri: ALICE, targetUri: BOB, consentExtensions: none };
const twin = (endpoint: string, id: string, value: ConsentEntry) =>
  new Twin(endpoint, "ConsentEntry", id, value);
const text = (octets: string): string => hex(new TextEncoder().encode(octets));
const other = (id: string, more: Partial<ConsentEntry> = {}) =>
  twin("requestConsent", id, { ...base, consentOperation: "request", ...more } as ConsentEntry);

/** Bodies of requestConsent: request and cancel. */
function requestBodies(): Case[] {
  const request = other("request");
  const forRoom = other("request-for-room", { roomId: ROOM });
  const cancel = other("cancel", { consentOperation: "cancel" });
  return [
    request.valid(),
    forRoom.valid(),
    cancel.valid(),
    other("cancel-for-room", { consentOperation: "cancel", roomId: ROOM }).valid(),
    other("request-with-extensions", {
      consentExtensions: { componentData: [{ componentId: 0xf0f0, data: Uint8Array.of(1, 2) }] },
    }).valid({ readings: ["R-114"], notes: "Unknown entries are ignored." }),
    other("request-with-two-extensions", {
      consentExtensions: {
        componentData: [
          { componentId: 0x0032, data: new Uint8Array() },
          { componentId: 0xf0f0, data: Uint8Array.of(1) },
        ],
      },
    }).valid({ readings: ["R-114"] }),
    other("request-of-a-pseudonym", { requesterUri: "mimi://a.example/p/5f4b1c7e" }).valid(),
    other("request-of-an-encoded-name", { targetUri: "mimi://b.example/u/zo%C3%AB" }).valid(),
    other("request-for-a-room-elsewhere", { roomId: "mimi://c.example/r/den" }).valid(),
    other("request-within-one-provider", { targetUri: "mimi://a.example/u/anna" }).valid(),
    request.empty(),
    ...request.replaces(
      ["operation-unknown", "consentOperation", "04", "unknown-value"],
      ["operation-255", "consentOperation", "ff", "unknown-value"],
      ["room-presence-2", "roomId", "02", "invalid-presence"],
      ["room-present-but-empty", "roomId", "0100", "invalid-value"],
      [
        "extensions-out-of-order",
        "consentExtensions",
        "06003300003200",
        "invalid-value",
        { readings: ["R-114"] },
      ],
      ["extension-twice", "consentExtensions", "06003200003200", "invalid-value", { readings: ["R-114"] }],
      ["extension-cut", "consentExtensions", "0200", "truncated"],
      ["extensions-length-not-minimal", "consentExtensions", "4000", "non-minimal-length"],
      ["requester-empty", "requesterUri", "00", "invalid-value"],
      ["requester-is-no-mimi-uri", "requesterUri", `0c${text("im:alice@a.e")}`, "invalid-value"],
      ["requester-in-upper-case", "requesterUri", `18${text("mimi://A.example/u/alice")}`, "invalid-value"],
      ["target-empty", "targetUri", "00", "invalid-value"],
      ["target-not-utf8", "targetUri", "02c328", "invalid-value"],
      ["target-with-a-query", "targetUri", `18${text("mimi://b.example/u/bob?x")}`, "invalid-value"],
    ),
    forRoom.replace("room-is-no-uri", "roomId", `0104${text("room")}`, "invalid-value"),
    ...request.cuts(
      ["request-without-requester", "requesterUri"],
      ["request-without-target", "targetUri"],
      ["request-without-presence-octet", "roomId"],
      ["request-without-extensions", "consentExtensions"],
    ),
    request.append("octet-behind-request", "00"),
    cancel.append("key-packages-in-cancel", "00", "trailing-bytes", { readings: ["R-007"] }),
  ];
}

/** Bodies of updateConsent: grant and revoke. */
function updateBodies({ clients: { b1, b2 } }: Flow): Case[] {
  const keyPackages = [b1.own.keyPackage, b2.own.keyPackage];
  const granting = (id: string, more: Partial<ConsentEntry> = {}) =>
    twin("updateConsent", id, {
      ...base,
      consentOperation: "grant",
      clientKeyPackages: [b1.own.keyPackage],
      ...more,
    } as ConsentEntry);
  const revoking = (id: string, more: Partial<ConsentEntry> = {}) =>
    twin("updateConsent", id, { ...base, consentOperation: "revoke", ...more } as ConsentEntry);
  const grant = granting("grant");
  const empty = granting("grant-empty", { clientKeyPackages: [] });
  const revoke = revoking("revoke", { roomId: ROOM });
  const digits = hex(encode(KeyPackage, b1.own.keyPackage));
  const listOf = (octets: string) => (0x4000 | (octets.length / 2)).toString(16) + octets;
  return [
    grant.valid({ readings: ["R-040"] }),
    empty.valid(),
    revoke.valid(),
    granting("grant-for-room", { roomId: ROOM }).valid(),
    granting("grant-of-two-clients", { clientKeyPackages: keyPackages }).valid({ readings: ["R-110"] }),
    granting("grant-empty-for-room", { clientKeyPackages: [], roomId: ROOM }).valid(),
    granting("grant-with-extensions", {
      clientKeyPackages: [],
      consentExtensions: { componentData: [{ componentId: 0xf0f0, data: Uint8Array.of(1, 2) }] },
    }).valid({ readings: ["R-114"] }),
    revoking("revoke-everything").valid({ notes: "Without a room: for all." }),
    revoking("revoke-unasked", { requesterUri: CATHY }).valid(),
    revoking("revoke-with-extensions", {
      consentExtensions: { componentData: [{ componentId: 0x0032, data: Uint8Array.of(7) }] },
    }).valid({ readings: ["R-114"] }),
    ...grant.cuts(
      ["grant-without-key-packages", "clientKeyPackages"],
      ["grant-without-requester", "requesterUri"],
      ["grant-without-target", "targetUri"],
      ["grant-without-presence-octet", "roomId"],
      ["grant-without-extensions", "consentExtensions"],
      ["grant-cut-in-a-key-package", "clientKeyPackages.[0].leafNode"],
    ),
    ...grant.replaces(
      ["grant-operation-unknown", "consentOperation", "04", "unknown-value"],
      ["grant-room-presence-ff", "roomId", "ff", "invalid-presence"],
      ["grant-room-is-empty", "roomId", "0100", "invalid-value"],
      ["grant-requester-empty", "requesterUri", "00", "invalid-value"],
      ["grant-target-is-no-uri", "targetUri", `03${text("bob")}`, "invalid-value"],
      [
        "grant-key-package-wrapped",
        "clientKeyPackages",
        listOf(`00010005${digits}`),
        "unknown-value",
        { readings: ["R-040"], notes: "The KeyPackage is bare, not in an MLSMessage." },
      ],
      ["grant-key-package-of-mls-2", "clientKeyPackages.[0].version", "0002", "unknown-value"],
      [
        "grant-credential-unknown",
        "clientKeyPackages.[0].leafNode.credential.credentialType",
        "f003",
        "unknown-value",
      ],
      [
        "grant-extensions-out-of-order",
        "consentExtensions",
        "06003300003200",
        "invalid-value",
        { readings: ["R-114"] },
      ],
      [
        "grant-extension-twice",
        "consentExtensions",
        "06003200003200",
        "invalid-value",
        { readings: ["R-114"] },
      ],
    ),
    grant.append("octet-behind-grant", "00"),
    revoke.append("key-packages-in-revoke", "00", "trailing-bytes", { readings: ["R-007"] }),
    revoke.replace("revoke-room-presence-2", "roomId", "02", "invalid-presence"),
    revoke.cut("revoke-without-extensions", "consentExtensions"),
    empty.replace("grant-list-length-not-minimal", "clientKeyPackages", "4000", "non-minimal-length"),
  ];
}

/** Bodies of requestConsent and updateConsent. */
export function consentBodies(flow: Flow): Case[] {
  return [...requestBodies(), ...updateBodies(flow)];
}
