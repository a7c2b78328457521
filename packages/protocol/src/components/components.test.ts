import { decode, encode, type Schema } from "@openmimi/tls";
import { checkSchema } from "@openmimi/tls/testing";
import { describe, expect, it } from "vitest";
import { componentOverrides } from "../../test/component-values.ts";
import { expectWire, octets, refusal, textHex, unhex } from "../../test/wire.ts";
import * as components from "./index.ts";

const {
  AssetPolicy,
  BaseRoomPolicy,
  BotPolicy,
  FrankAAD,
  FrankingAgentData,
  HistoryPolicy,
  JoinLinkPolicy,
  JoinLinksData,
  JoinLinksUpdate,
  LinkPreviewPolicy,
  LoggingPolicy,
  MessageExpiration,
  OperationalParameters,
  ParticipantListData,
  ParticipantListUpdate,
  PreAuthData,
  RoleData,
  RoomMetaData,
  StatusNotificationPolicy,
  Uri,
} = components;

const all: Record<string, Schema<never>> = {
  AssetPolicy,
  BaseRoomPolicy,
  BotPolicy,
  FrankAAD,
  FrankingAgentData,
  HistoryPolicy,
  JoinLinkPolicy,
  JoinLinksData,
  JoinLinksUpdate,
  LinkPreviewPolicy,
  LoggingPolicy,
  MessageExpiration,
  OperationalParameters,
  ParticipantListData,
  ParticipantListUpdate,
  PreAuthData,
  RoleData,
  RoomMetaData,
  StatusNotificationPolicy,
} as never;

describe("every component", () => {
  it.each(Object.keys(all))("%s has the properties of a schema", (name) => {
    checkSchema(all[name]! as Schema<unknown>, { numRuns: 40, seed: 7, overrides: componentOverrides });
  });
});

describe("protocol §7.5 participant list", () => {
  const alice = "mimi://a.example/u/alice"; // 24 octets, 0x18

  it("has users as vectors and roles as uint32", () => {
    expectWire(
      ParticipantListData,
      { participants: [{ user: alice, roleIndex: 2 }] },
      `1d 18 ${textHex(alice)} 00000002`,
    );
    expectWire(ParticipantListData, { participants: [] }, "00");
  });

  it("has role changes, removals, additions in this order", () => {
    expectWire(
      ParticipantListUpdate,
      {
        changedRoleParticipants: [{ userIndex: 3, roleIndex: 1 }],
        removedIndices: [0, 258],
        addedParticipants: [{ user: alice, roleIndex: 4 }],
      },
      `08 00000003 00000001  08 00000000 00000102  1d 18 ${textHex(alice)} 00000004`,
    );
  });

  it("refuses a participant without a user, and an index cut short", () => {
    expect(refusal(() => decode(ParticipantListData, unhex("05 00 00000002"))).code).toBe("invalid-value");
    const { code, path } = refusal(() => decode(ParticipantListUpdate, unhex("00 03 000001 00")));
    expect(code).toBe("truncated");
    expect(path).toBe("ParticipantListUpdate.removedIndices[0]");
  });
});

describe("protocol §7.6 metadata and §5.4.1 franking", () => {
  it("has every text behind its length; subject and mood may be empty", () => {
    expectWire(
      RoomMetaData,
      {
        roomUri: "mimi://a.example/r/x",
        roomName: "X",
        roomDescriptions: [{ mediaType: "", languageTag: "en", descriptionContent: octets("hi") }],
        roomAvatar: "",
        roomSubject: "",
        roomMood: "ok",
      },
      `14 ${textHex("mimi://a.example/r/x")} 01 58  07 00 02 656e 02 6869  00 00 02 6f6b`,
    );
  });

  it("refuses NUL in text and spaces in URIs", () => {
    expect(refusal(() => decode(Uri, unhex("01 20"))).code).toBe("invalid-value");
    expect(refusal(() => decode(components.UTF8String, unhex("01 00"))).code).toBe("invalid-value");
    expect(decode(Uri, unhex("00"))).toBe("");
  });

  it("has the tag in 32 octets without a length, and a basic credential", () => {
    const tag = new Uint8Array(32).fill(0xab);
    expectWire(FrankAAD, { frankingTag: tag }, "ab".repeat(32));
    expectWire(
      FrankingAgentData,
      {
        frankingSignatureKey: unhex("0102"),
        credential: { credentialType: "basic", identity: octets("mimi://a.example") },
      },
      `02 0102 0001 10 ${textHex("mimi://a.example")}`,
    );
  });
});

const admin = {
  roleIndex: 3,
  roleName: "admin",
  roleDescription: "",
  roleCapabilities: [0x0000, 0x0503],
  minimumParticipantsConstraint: 1,
  minimumActiveParticipantsConstraint: 0,
  maximumActiveParticipantsConstraint: 5,
  authorizedRoleChanges: [{ fromRoleIndex: 0, targetRoleIndexes: [2, 3] }],
};
const adminHex = `00000003 05 ${textHex("admin")} 00 04 0000 0503 00000001 00 00000000 01 00000005
  0d 00000000 08 00000002 00000003`;

describe("policy §3 to §5", () => {
  it("has optional maxima behind a presence octet (reading R-002)", () => {
    const octetCount = adminHex.replaceAll(/\s/g, "").length / 2;
    expect(octetCount).toBe(44);
    expectWire(RoleData, { roles: [admin] }, `2c ${adminHex}`);
  });

  it("embeds the whole role in a preauthorization (reading R-174)", () => {
    expectWire(
      PreAuthData,
      {
        preauthorizedEntries: [
          {
            claimset: [
              {
                claimId: { credentialType: 1, id: new Uint8Array() },
                claimValue: octets("mimi://a.example"),
              },
            ],
            targetRole: admin,
          },
        ],
      },
      `4041 14 0001 00 10 ${textHex("mimi://a.example")} ${adminHex}`,
    );
  });

  const base = {
    fixedMembership: false,
    parentDependant: false,
    parentRoom: [],
    multiDevice: true,
    maxUsers: 500,
    pseudonymsAllowed: false,
    persistentRoom: true,
    discoverable: false,
    policyComponentIds: [0x0025, 0x0026],
  };

  it("has flags in one octet and the parent in a vector (readings R-005, R-177, R-178)", () => {
    expectWire(BaseRoomPolicy, base, "00 00 00 01 00 01 000001f4 00 01 00 04 0025 0026");
    const parent = "mimi://a.example/r/p";
    expectWire(
      BaseRoomPolicy,
      { ...base, parentDependant: true, parentRoom: [parent] },
      `00 01 15 14 ${textHex(parent)} 01 00 01 000001f4 00 01 00 04 0025 0026`,
    );
  });

  it("refuses a parent where none may be, none where one must be, two, and a flag of 2", () => {
    expect(refusal(() => encode(BaseRoomPolicy, { ...base, parentDependant: true })).code).toBe(
      "unencodable",
    );
    expect(
      refusal(() => encode(BaseRoomPolicy, { ...base, parentRoom: ["mimi://a.example/r/p"] })).code,
    ).toBe("unencodable");
    const two = ["mimi://a.example/r/p", "mimi://a.example/r/q"];
    expect(
      refusal(() => encode(BaseRoomPolicy, { ...base, parentDependant: true, parentRoom: two })).code,
    ).toBe("unencodable");
    expect(refusal(() => decode(BaseRoomPolicy, unhex("02"))).code).toBe("unknown-value");
  });
});

describe("hostile input", () => {
  it("is refused by limits before it is built", () => {
    const { code } = refusal(() =>
      decode(
        RoleData,
        encode(RoleData, { roles: Array.from({ length: 1024 }, () => admin) }).subarray(0, 100),
      ),
    );
    expect(code).toBe("truncated");
    const one = unhex(adminHex);
    const many = new Uint8Array(one.length * 10_000 + 4);
    // RFC 9420 §2.1.2: four octets of length
    new DataView(many.buffer).setUint32(0, 0x8000_0000 + one.length * 10_000);
    for (let index = 0; index < 10_000; index++) many.set(one, 4 + index * one.length);
    expect(refusal(() => decode(RoleData, many)).code).toBe("limit-exceeded");
  });

  it("numbers the components as the drafts do", () => {
    const { MimiComponentId } = components;
    expect(Object.values(MimiComponentId)).toEqual(Array.from({ length: 17 }, (_, index) => 0x20 + index));
  });
});
