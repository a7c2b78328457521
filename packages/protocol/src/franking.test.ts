import { createHmac } from "node:crypto";
import { encode as encodeContent, markdown } from "@openmimi/content";
import { verifyWithLabel } from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { suite } from "../test/crypto.ts";
import { hex, octets, ROOM, uint, uri, v } from "../test/handmade.ts";
import { expectWire } from "../test/wire.ts";
import { providerCredential } from "./credentials.ts";
import { ProtocolError } from "./errors.ts";
import {
  FrankingIntegrityTBS,
  frankAadOf,
  frankedAuthenticatedData,
  frankingTag,
  makeFrank,
  ServerFrankingContext,
  serverFrank,
  verifyFrank,
  verifyFrankingTag,
  verifyServerFrank,
} from "./franking.ts";

const CATHY = "mimi://c.example/u/cathy";
const content = markdown("Hi", { senderUri: CATHY, roomUri: ROOM });
const applicationData = encodeContent(content);
const tag = frankingTag(content.salt, applicationData);
const context = { senderUri: CATHY, roomUri: ROOM, acceptedTimestamp: 1_777_000_000_123n };
const hubKey = octets("2b".repeat(32));
const agent = suite.generateSignatureKeyPair();
const frankingAgent = { frankingSignatureKey: agent.publicKey, credential: providerCredential("a.example") };
const frank = makeFrank({ suite, hubKey, frankingPrivateKey: agent.privateKey, frankingTag: tag, context });

const hmac = (key: Uint8Array, ...data: Uint8Array[]) => {
  const mac = createHmac("sha256", key);
  for (const part of data) mac.update(part);
  return mac.digest("hex");
};
const wireContext = [uri(CATHY), uri(ROOM), uint(8, 1_777_000_000_123)].join("");

describe("franking (protocol §5.4.1)", () => {
  it("tags the application data with the salt", () => {
    expect(hex(tag)).toBe(hmac(content.salt, applicationData));
    expect(verifyFrankingTag(tag, content.salt, applicationData)).toBe(true);
    expect(verifyFrankingTag(tag, content.salt, applicationData.subarray(1))).toBe(false);
    expect(verifyFrankingTag(tag.subarray(1), content.salt, applicationData)).toBe(false);
  });

  it("stamps tag and encoded context (reading R-075)", () => {
    expectWire(ServerFrankingContext, context, wireContext);
    expect(hex(frank.serverFrank)).toBe(hmac(hubKey, tag, octets(wireContext)));
    expect(hex(serverFrank(hubKey, tag, context))).toBe(hex(frank.serverFrank));
    expect(() => serverFrank(hubKey, tag.subarray(1), context)).toThrow(ProtocolError);
  });

  it("signs stamp, suite and context, plainly (readings R-074, R-079)", () => {
    const tbs = octets(hex(frank.serverFrank), "0001", wireContext);
    expect(hex(encode(FrankingIntegrityTBS, { ...frank, context }))).toBe(hex(tbs));
    expect(
      verifyWithLabel(suite, agent.publicKey, "FrankingIntegrityTBS", tbs, frank.frankingIntegritySignature),
    ).toBe(true);
  });

  it("is verified by receivers over all of it", () => {
    const verification = { suite, frankingAgent, frank, context };
    expect(verifyFrank(verification)).toBe(true);
    for (const change of [
      { context: { ...context, senderUri: "mimi://c.example/u/carl" } },
      { context: { ...context, roomUri: "mimi://a.example/r/other" } },
      { context: { ...context, acceptedTimestamp: context.acceptedTimestamp + 1n } },
      { frank: { ...frank, serverFrank: new Uint8Array(32) } },
      { frank: { ...frank, frankingSignatureCiphersuite: 3 } },
      { frank: { ...frank, frankingIntegritySignature: new Uint8Array(64) } },
      { frankingAgent: { ...frankingAgent, credential: providerCredential("b.example") } },
      {
        frankingAgent: {
          ...frankingAgent,
          credential: { credentialType: "x509" as const, certificates: [] },
        },
      },
      { frankingAgent: { ...frankingAgent, frankingSignatureKey: new Uint8Array(32) } },
    ]) {
      expect(verifyFrank({ ...verification, ...change })).toBe(false);
    }
  });

  it("is recognized by the hub with whichever key made it (reading R-078)", () => {
    const other = octets("3c".repeat(32));
    expect(verifyServerFrank([other, hubKey], frank, tag, context)).toBe(true);
    expect(verifyServerFrank([other], frank, tag, context)).toBe(false);
    expect(
      verifyServerFrank([hubKey], frank, tag, { ...context, senderUri: "mimi://c.example/u/carl" }),
    ).toBe(false);
  });
});

describe("the tag in authenticated_data (extensions §4.9)", () => {
  it("is an item of 32 octets (reading R-074)", () => {
    const data = frankedAuthenticatedData(tag);
    expect(hex(data)).toBe(v("0020", v(hex(tag))));
    expect(frankAadOf(data)).toEqual(tag);
  });

  it("stands among others in order", () => {
    const others = [
      { componentId: 0x0040, aadItemData: octets("aa") },
      { componentId: 0x0005, aadItemData: octets("bb") },
    ];
    expect(hex(frankedAuthenticatedData(tag, others))).toBe(
      v("0005", v("bb"), "0020", v(hex(tag)), "0040", v("aa")),
    );
  });

  it("may be missing", () => {
    expect(frankAadOf(octets("00"))).toBeUndefined();
    expect(frankAadOf(octets(v("0005", v("bb"))))).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["octets behind it (reading R-197)", `${v("0020", v("aa".repeat(32)))}00`],
    ["31 octets", v("0020", v("aa".repeat(31)))],
    ["33 octets", v("0020", v("aa".repeat(33)))],
    ["the item twice (reading R-198)", v("0020", v("aa".repeat(32)), "0020", v("aa".repeat(32)))],
    ["items out of order", v("0021 00", "0020", v("aa".repeat(32)))],
  ])("is refused with %s", (_, wire) => {
    expect(() => frankAadOf(octets(wire))).toThrow(ProtocolError);
  });
});
