import { decode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import {
  ALICE,
  BOB,
  basic,
  capabilities,
  keyPackage,
  octets,
  ROOM,
  refusal,
  uint,
  uri,
  v,
} from "../../test/handmade.ts";
import { expectWire } from "../../test/wire.ts";
import {
  IncompatibleProtocolResponse,
  KeyMaterialClientCode,
  KeyMaterialRequest,
  KeyMaterialRequestTBS,
  KeyMaterialResponse,
  KeyMaterialUserCode,
} from "./index.ts";

const REQUEST = {
  protocol: "01",
  requestingUser: uri(ALICE),
  targetUser: uri(BOB),
  roomId: uri(ROOM),
  acceptableCiphersuites: v("0001", "0003"),
  // extension types, proposal types, credential types
  requiredCapabilities: `${v("0006")} ${v("0008", "000a")} ${v()}`,
  requesterSignatureKey: v("50 51"),
  requesterCredential: basic("mimi://a.example/d/alice/A1"),
  signature: v("51 52 53"),
};
const requestWith = (fields: Partial<typeof REQUEST>) => Object.values({ ...REQUEST, ...fields });
const request = {
  protocol: "mls10" as const,
  requestingUser: ALICE,
  targetUser: BOB,
  roomId: ROOM,
  acceptableCiphersuites: [1, 3],
  requiredCapabilities: { extensionTypes: [6], proposalTypes: [8, 10], credentialTypes: [] },
  requesterSignatureKey: octets("50 51"),
  requesterCredential: {
    credentialType: "basic" as const,
    identity: octets(Buffer.from("mimi://a.example/d/alice/A1").toString("hex")),
  },
};

describe("KeyMaterialRequest (protocol §5.2)", () => {
  it("is what the draft says, octet by octet", () => {
    const wire = requestWith({}).join("");
    expectWire(KeyMaterialRequest, { ...request, keyMaterialRequestSignature: octets("51 52 53") }, wire);
    expectWire(KeyMaterialRequestTBS, request, requestWith({ signature: "" }).join(""));
  });

  it("has an empty roomId where there is no room (reading R-034)", () => {
    expect(decode(KeyMaterialRequest, octets(...requestWith({ roomId: "00" }))).roomId).toBe("");
  });

  const path = "KeyMaterialRequest";
  it.each([
    ["reserved protocol", { protocol: "00" }, `unknown-value ${path}.protocol @0`],
    ["unknown protocol", { protocol: "02" }, `unknown-value ${path}.protocol @0`],
    ["empty requester", { requestingUser: "00" }, `invalid-value ${path}.requestingUser @1`],
    ["empty target", { targetUser: "00" }, `invalid-value ${path}.targetUser @26`],
    [
      "target in upper case",
      { targetUser: uri("mimi://B.example/u/bob") },
      `invalid-value ${path}.targetUser @26`,
    ],
    ["room that is no mimi URI", { roomId: uri("https://a.example/") }, `invalid-value ${path}.roomId @49`],
    ["URI that is not UTF-8", { roomId: v("ff") }, `invalid-value ${path}.roomId @49`],
    ["URI with NUL", { roomId: v("00") }, `invalid-value ${path}.roomId @49`],
    [
      "no cipher suites",
      { acceptableCiphersuites: "00" },
      `invalid-value ${path}.acceptableCiphersuites @78`,
    ],
    [
      "half a cipher suite",
      { acceptableCiphersuites: v("0001 00") },
      `truncated ${path}.acceptableCiphersuites[1] @81`,
    ],
    [
      "non-minimal length",
      { acceptableCiphersuites: "4002 0001" },
      `non-minimal-length ${path}.acceptableCiphersuites @78`,
    ],
    [
      "length prefix 11",
      { acceptableCiphersuites: "c2 0001" },
      `invalid-length-prefix ${path}.acceptableCiphersuites @78`,
    ],
    [
      "unknown credential",
      { requesterCredential: `f003 ${v("aa")}` },
      `unknown-value ${path}.requesterCredential.credentialType @95`,
    ],
    ["no signature", { signature: "" }, `truncated ${path}.keyMaterialRequestSignature @`],
    ["more behind it", { signature: `${v("51")} 00` }, `trailing-bytes ${path} @`],
    [
      "a signature longer than the body",
      { signature: "7fff 51" },
      `truncated ${path}.keyMaterialRequestSignature @`,
    ],
  ])("is refused with %s", (_, fields, expected) => {
    expect(refusal(KeyMaterialRequest, ...requestWith(fields))).toContain(expected);
  });

  it("is limited", () => {
    const suites = v(...Array.from({ length: 257 }, (_, index) => uint(2, index)));
    expect(refusal(KeyMaterialRequest, ...requestWith({ acceptableCiphersuites: suites }))).toMatch(
      /^limit-exceeded KeyMaterialRequest.acceptableCiphersuites/,
    );
    const long = uri(`mimi://a.example/r/${"x".repeat(4080)}`);
    expect(refusal(KeyMaterialRequest, ...requestWith({ roomId: long }))).toMatch(
      /^limit-exceeded KeyMaterialRequest.roomId @49/,
    );
  });
});

describe("KeyMaterialResponse (protocol §5.2)", () => {
  const B1 = "mimi://b.example/d/bob/B1";
  const B2 = "mimi://b.example/d/bob/B2";
  const B3 = "mimi://b.example/d/bob/B3";

  it("lists clients, each as its status says", () => {
    const clients = [
      ["00", uri(B1), keyPackage(B1)],
      ["01", uri(B2)],
      ["02", uri(B3), "01", capabilities],
      ["02", uri("mimi://b.example/d/bob/B4"), "00"],
    ].flat();
    const wire = ["01", "01", uri(BOB), v(...clients)].join("");
    const response = decode(KeyMaterialResponse, octets(wire));
    expect(response).toMatchObject({ protocol: "mls10", userStatus: "partialSuccess", userUri: BOB });
    expect(response.clients.map(({ clientStatus }) => clientStatus)).toEqual([
      "success",
      "keyMaterialExhausted",
      "nothingCompatible",
      "nothingCompatible",
    ]);
    expect(response.clients[0]).toMatchObject({ clientUri: B1, keyPackage: { initKey: octets("1a1b") } });
    expect(response.clients[2]).toMatchObject({ clientCapabilities: { proposals: [8, 10] } });
    expect(response.clients[3]).not.toHaveProperty("clientCapabilities");
    expectWire(KeyMaterialResponse, response, wire);
  });

  it("keeps the empty list when it fails (reading R-038)", () => {
    expectWire(
      KeyMaterialResponse,
      { protocol: "mls10", userStatus: "noConsent", userUri: BOB, clients: [] },
      ["01", "05", uri(BOB), "00"].join(""),
    );
  });

  it("repeats a protocol octet that is not known (reading R-037)", () => {
    expectWire(
      IncompatibleProtocolResponse,
      { protocol: 9, userStatus: "incompatibleProtocol", userUri: BOB, clients: [] },
      ["09", "02", uri(BOB), "00"].join(""),
    );
  });

  it.each([
    ["user code 8", ["01", "08", uri(BOB), "00"], "unknown-value KeyMaterialResponse.userStatus @1"],
    [
      "client code 3",
      ["01", "00", uri(BOB), v("03", uri(B1))],
      "unknown-value KeyMaterialResponse.clients[0].clientStatus @26",
    ],
    ["no list of clients", ["01", "05", uri(BOB)], "truncated KeyMaterialResponse.clients @25"],
    [
      "a status without its KeyPackage",
      ["01", "00", uri(BOB), v("00", uri(B1))],
      "truncated KeyMaterialResponse.clients[0].keyPackage",
    ],
    [
      "presence octet 2",
      ["01", "03", uri(BOB), v("02", uri(B1), "02")],
      "invalid-presence KeyMaterialResponse.clients[0].clientCapabilities @53",
    ],
    [
      "a wrapped KeyPackage (reading R-040)",
      ["01", "00", uri(BOB), v("00", uri(B1), "0001 0005", keyPackage(B1))],
      "KeyMaterialResponse.clients[0].keyPackage",
    ],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(KeyMaterialResponse, ...wire)).toContain(expected);
  });

  it("has the draft's numbers", () => {
    const numbers = (schema: { shape: unknown }) =>
      (schema.shape as { values: Record<string, number> }).values;
    expect(Object.values(numbers(KeyMaterialUserCode))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(Object.values(numbers(KeyMaterialClientCode))).toEqual([0, 1, 2]);
  });
});
