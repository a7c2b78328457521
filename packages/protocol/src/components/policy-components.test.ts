import { decode, encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { expectWire, refusal, textHex, unhex } from "../../test/wire.ts";
import {
  AssetPolicy,
  BotPolicy,
  HistoryPolicy,
  JoinLinkPolicy,
  JoinLinksData,
  JoinLinksUpdate,
  LinkPreviewPolicy,
  LoggingPolicy,
  MessageExpiration,
  OperationalParameters,
  PendingProposalPolicy,
  StatusNotificationPolicy,
} from "./index.ts";

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
    const clients = (...loggingClients: string[]) =>
      encode(LoggingPolicy, {
        ...{ logging: "required" as const, loggingClients },
        ...{ machineReadablePolicy: "", humanReadablePolicy: "" },
      });
    const twice = ["mimi://a.example/d/log/1", "mimi://a.example/d/log/2"];
    expect(refusal(() => clients(...twice)).code).toBe("unencodable");
    clients(
      "mimi://a.example/d/log/1",
      "mimi://b.example/d/log/1",
      "https://a.example/",
      "https://a.example/",
    );
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
    expect(refusal(() => decode(PendingProposalPolicy, unhex("03 0001"))).code).toBe("unknown-value");
    expect(decode(PendingProposalPolicy, unhex("01"))).toEqual({
      pendingProposalStrategy: "immediateCommit",
    });
  });
});
