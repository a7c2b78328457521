/**
 * Transcripts once more: replayed with the other provider of cryptography, and their franks, hashes and delivery by the second decoder.
 */

import * as nodeModule from "node:crypto";
import { nobleCrypto } from "@openmimi/mls";
import type { Vector } from "@openmimi/vectors";
import { expect, it } from "vitest";
import { replay } from "../src/generate/room-transcripts/replay.ts";
import type { Transcript } from "../src/generate/room-transcripts/transcript.ts";
import { ascii, opaque, verifies } from "./second-crypto.ts";
import { type Fields, type Read, readAll } from "./second-decoder.ts";
import { BODIES } from "./second-structs.ts";
import { vectorsOfKinds } from "./vector-files.ts";

const each = vectorsOfKinds("room-transcripts").map((vector): [string, Vector] => [vector.id, vector]);
const body = (name: string, digits: unknown): Fields => {
  const value = readAll(BODIES[name] as Read, String(digits));
  if (value === "refused") throw new Error(`no ${name}`);
  return value as Fields;
};
const hmac = (key: string, data: string): string =>
  nodeModule.createHmac("sha256", Buffer.from(key, "hex")).update(Buffer.from(data, "hex")).digest("hex");
const u64 = (value: unknown): string => BigInt(String(value)).toString(16).padStart(16, "0");

it.each(each)("%s is the same with the portable provider", (_, { input, expected }) => {
  expect({
    valid: true,
    states: replay(input as unknown as Transcript, nobleCrypto),
  }).toEqual(expected);
});

it.each(each)("%s: all clients of an epoch agree, and nobody who is not in the group", (_, { expected }) => {
  const { states } = expected as unknown as { states: Fields[] };
  const byEpoch = new Map<string, string>();
  for (const { clients } of states)
    for (const { epoch, epochAuthenticator } of Object.values(clients as Record<string, Fields>)) {
      const known = byEpoch.get(String(epoch)) ?? epochAuthenticator;
      expect(epochAuthenticator).toBe(known);
      byEpoch.set(String(epoch), String(known));
    }
  const last = states.at(-1) as Fields;
  const inside = (last.members as (string | null)[]).filter((client) => client !== null);
  expect(Object.keys(last.clients as Fields).sort()).toEqual(inside.sort());
  for (const { epoch } of Object.values(last.clients as Record<string, Fields>))
    expect(epoch).toBe(last.epoch);
});

it.each(each)("%s: franks are the hub's, over what was delivered", (_, { input, expected }) => {
  const { roomUri, steps, providers, clients } = input as unknown as Record<string, Fields[]> & {
    roomUri: string;
  };
  const { hubKey } = (providers as Fields[])[0] as Fields;
  const agentKey = franker(String((steps as Fields[])[0]?.groupInfo));
  const { states } = expected as unknown as { states: Fields[] };
  for (const [index, step] of (steps as Fields[]).entries()) {
    if (!String(step.url).includes("/submitMessage/")) continue;
    const request = body("SubmitMessageRequest", step.request);
    const { authenticatedData } = (request.appMessage as Fields).privateMessage as Fields;
    const data = String(step.applicationData);
    // ApplicationFraming without a media type is 00 00 and the message, of which the salt is octets 2 to 17.
    const message = data.slice(4).replace(/^(?:4...|..)(?=8750)/, "");
    expect(message.slice(0, 4)).toBe("8750");
    const tag = hmac(message.slice(4, 36), data);
    expect(authenticatedData).toBe(`230020${opaque(tag)}`);
    const answer = body("SubmitMessageResponse", step.answer);
    const { serverFrank, frankingIntegritySignature } = answer.frank as Fields;
    const sender = (clients as Fields[]).find(({ client }) => client === step.client)?.user;
    const context = opaque(ascii(String(sender))) + opaque(ascii(roomUri)) + u64(step.clockMs);
    expect(serverFrank).toBe(hmac(String(hubKey), tag + context));
    const signed = `${String(serverFrank)}0001${context}`;
    expect(verifies(agentKey, "FrankingIntegrityTBS", signed, String(frankingIntegritySignature))).toBe(true);
    const delivered = states.slice(index).flatMap((state) => state.delivered as Fields[]);
    const readers = delivered.filter(({ applicationData }) => applicationData === data);
    expect(new Set(readers.map(({ sender: by }) => by))).toEqual(new Set([step.client]));
    const inside = ((states[index] as Fields).members as (string | null)[]).filter(
      (client) => client !== null && client !== step.client,
    );
    expect(readers.map(({ client }) => client).sort()).toEqual(inside.sort());
  }
});

/** The key of component 0x0021: in the GroupContext it stands behind its number and two lengths. */
function franker(groupInfo: string): string {
  const at = groupInfo.search(/0021(?:..|4...)20[0-9a-f]{64}0001/);
  const found = /0021(?:..|4...)20([0-9a-f]{64})0001/.exec(groupInfo.slice(at));
  if (found?.[1] === undefined) throw new Error("there is no franking agent");
  return found[1];
}
