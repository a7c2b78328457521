import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import { checkSchema } from "@openmimi/tls/testing";
import { describe, expect, it } from "vitest";
import { componentOverrides } from "../../test/component-values.ts";
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

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const unhex = (digits: string) => new Uint8Array(Buffer.from(digits.replaceAll(/\s/g, ""), "hex"));
const octets = (text: string) => new TextEncoder().encode(text);
const textHex = (text: string) => hex(octets(text));

function refusal(run: () => unknown): TlsError {
  try {
    run();
  } catch (error) {
    if (error instanceof TlsError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** Both ways: the value gives these octets, which were put together by hand from the draft's struct. */
function expectWire<T>(schema: Schema<T>, value: T, parts: string): void {
  const digits = parts.replaceAll(/\s/g, "");
  expect(hex(encode(schema, value))).toBe(digits);
  expect(decode(schema, unhex(digits))).toEqual(value);
}

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

describe("policy §6", () => {
  it("has one octet per option; mandatory is required is 1 (reading R-172)", () => {
    expectWire(
      StatusNotificationPolicy,
      { deliveryNotifications: "forbidden", readReceipts: "required" },
      "02 01",
    );
    expect(refusal(() => decode(StatusNotificationPolicy, unhex("0003"))).code).toBe("unknown-value");
  });

  it("has links as vectors (reading R-180)", () => {
    expectWire(
      JoinLinkPolicy,
      { onRequest: true, joinLink: "", multiuser: false, expiration: 60 },
      "01 00 00 0000003c",
    );
    expectWire(JoinLinksData, [{ joinLink: unhex("aabb") }], "03 02 aabb");
    expectWire(
      JoinLinksUpdate,
      { removedIndices: [1], addedLinks: [{ joinLink: unhex("cc") }] },
      "04 00000001 02 01 cc",
    );
  });

  it("names a preview proxy exactly where one may be used (reading R-178)", () => {
    expectWire(
      LinkPreviewPolicy,
      {
        autodetectHyperlinksInText: "optional",
        sendLinkPreviews: "required",
        automaticLinkPreviews: "forbidden",
        linkPreviewProxyUse: "optional",
        linkPreviewProxy: ["https://p.example"],
      },
      `00 01 02 00 12 11 ${textHex("https://p.example")}`,
    );
    expect(decode(LinkPreviewPolicy, unhex("00 00 00 02"))).toMatchObject({
      linkPreviewProxyUse: "forbidden",
    });
    expect(refusal(() => decode(LinkPreviewPolicy, unhex("00 00 00 00 00"))).code).toBe("invalid-value");
    expect(refusal(() => decode(LinkPreviewPolicy, unhex("01 00 00 02"))).code).toBe("invalid-value");
  });

  it("has a presence octet before each permitted media type (reading R-179)", () => {
    const policy = {
      assetUploadLocation: "localProvider" as const,
      uploadDomains: [
        { provider: { domain: "a.example" }, assetUploadDestinations: [{ domain: "cdn.example" }] },
      ],
      downloadPrivacy: {
        allowedDownloadTypes: ["hubProxy" as const, "ohttp" as const],
        forbiddenDownloadTypes: ["direct" as const],
        defaultDownloadType: "ohttp" as const,
      },
      maxImage: 1n,
      maxAudio: 2n,
      maxVideo: 3n,
      maxAttachment: 0xffff_ffff_ffff_ffffn,
      forbiddenMediaTypes: [],
      permittedMediaTypes: [{ type: "image/png", parameters: [] }],
    };
    expectWire(
      AssetPolicy,
      policy,
      `01 17 09 ${textHex("a.example")} 0c 0b ${textHex("cdn.example")} 02 01 02 01 00 02
       0000000000000001 0000000000000002 0000000000000003 ffffffffffffffff 00 0c 01 09 ${textHex("image/png")} 00`,
    );
    expect(refusal(() => encode(AssetPolicy, { ...policy, permittedMediaTypes: [undefined] })).code).toBe(
      "unencodable",
    );
    expect(
      refusal(() => encode(AssetPolicy, { ...policy, assetUploadLocation: "hub", uploadDomains: [] })).code,
    ).toBe("unencodable");
  });

  it("has nothing after forbidden (reading R-173)", () => {
    expectWire(LoggingPolicy, { logging: "forbidden" }, "02");
    expectWire(HistoryPolicy, { historySharing: "forbidden" }, "02");
    expectWire(MessageExpiration, { expiringMessages: "forbidden" }, "02");
    for (const schema of [LoggingPolicy, HistoryPolicy, MessageExpiration]) {
      expect(refusal(() => decode<unknown>(schema, unhex("02 00"))).code).toBe("trailing-bytes");
    }
  });

  it("checks what the prose asks of logging, history, bots and expiration", () => {
    expectWire(
      LoggingPolicy,
      {
        logging: "optional",
        loggingClients: [],
        machineReadablePolicy: "",
        humanReadablePolicy: "https://a.example",
      },
      `00 00 00 11 ${textHex("https://a.example")}`,
    );
    expect(refusal(() => decode(LoggingPolicy, unhex("01 00 00 00"))).code).toBe("invalid-value");
    expectWire(
      HistoryPolicy,
      { historySharing: "required", rolesThatCanShare: [3], automaticallyShare: true, maxTimePeriod: 3600 },
      "01 04 00000003 01 00000e10",
    );
    expect(refusal(() => decode(HistoryPolicy, unhex("00 04 00000001 00 00000000"))).code).toBe(
      "invalid-value",
    );
    const bot = {
      name: "b",
      description: "",
      homepage: "",
      localClientBot: false,
      botRoleIndex: 2,
      canTargetMessageInGroup: false,
      perUserContent: true,
    };
    expectWire(BotPolicy, { allowedBots: [bot] }, "0b 01 62 00 00 00 00000002 00 01");
    expect(refusal(() => encode(BotPolicy, { allowedBots: [{ ...bot, localClientBot: true }] })).code).toBe(
      "unencodable",
    );
    expectWire(
      MessageExpiration,
      {
        expiringMessages: "optional",
        minExpirationDuration: 1,
        maxExpirationDuration: 9,
        defaultExpirationDuration: 9,
      },
      "00 00000001 00000009 01 00000009",
    );
    expect(refusal(() => decode(MessageExpiration, unhex("01 00000002 00000001 00"))).code).toBe(
      "invalid-value",
    );
    expect(refusal(() => decode(MessageExpiration, unhex("00 00000001 00000002 01 00000003"))).code).toBe(
      "invalid-value",
    );
  });
});

describe("policy §7", () => {
  const none = {
    versions: [],
    cipherSuites: [],
    extensions: [],
    proposals: [],
    credentials: [],
    wireFormats: [],
    componentIds: [],
    safeAadTypes: [],
    mediaTypes: [],
    contentTypes: [],
  };
  const time = { minimumTime: 0n, defaultTime: 1n, maximumTime: 2n };

  it("has numbers of wire formats in plain vectors (reading R-182) and a delay only for randomDelay (R-181)", () => {
    const timeHex = "0000000000000000 0000000000000001 0000000000000002";
    expectWire(
      OperationalParameters,
      {
        mandatoryCapabilities: { ...none, versions: [1], wireFormats: [1], contentTypes: [1, 2] },
        defaultCapabilities: none,
        forbiddenCapabilities: none,
        handshakeFormats: [1, 2],
        externalProposalAllowed: true,
        externalCommitAllowed: false,
        pendingProposalPolicy: {
          pendingProposalStrategy: "randomDelay",
          minimumDelayMs: 5n,
          maximumDelayMs: 6n,
        },
        leafNodeUpdateTime: time,
        appMessagePolicy: { epochTolerance: 3, padToSize: 256, maxGenerationsSkipahead: 1000 },
        maxKpLifetime: 1n,
        maxCredentialLifetime: 2n,
        resumptionPskLifetime: 3n,
        senderNonceKeypairLifetime: time,
        maxKeypairs: 4,
        bufferIncomingMessageTime: time,
        maxBufferedMessages: 5,
      },
      `02 0001 00 00 00 00 02 0001 00 00 00 02 0102  ${"00".repeat(10)} ${"00".repeat(10)}
       04 0001 0002 01 00 02 0000000000000005 0000000000000006 ${timeHex} 03 0100 000003e8
       0000000000000001 0000000000000002 0000000000000003 ${timeHex} 00000004 ${timeHex} 00000005`,
    );
  });

  it("refuses the draft's leftover strategy 3", () => {
    const { PendingProposalPolicy } = components;
    expect(refusal(() => decode(PendingProposalPolicy, unhex("03 0001"))).code).toBe("unknown-value");
    expect(decode(PendingProposalPolicy, unhex("01"))).toEqual({
      pendingProposalStrategy: "immediateCommit",
    });
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
