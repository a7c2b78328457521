import {
  encode as encodeContent,
  encodeStatusReport,
  message,
  multiPart,
  singlePart,
} from "@openmimi/content";
import { AppDataDictionary, ApplicationFraming, MLSMessage, SafeAAD } from "@openmimi/mls";
import { AbuseReport, FrankAAD, MimiComponentId, ParticipantListData } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { at } from "../test/at.ts";
import { unhex } from "../test/vectors.ts";
import { inspect } from "./index.ts";

const utf8 = new TextEncoder();

describe("objects inside of fields", () => {
  it("are components in a dictionary in an extension, at their offsets in the whole", () => {
    const list = encode(ParticipantListData, {
      participants: [{ user: "mimi://a.example/u/alice", roleIndex: 2 }],
    });
    const dictionary = encode(AppDataDictionary, {
      componentData: [
        { componentId: MimiComponentId.participantList, data: list },
        { componentId: 0xf001, data: Uint8Array.of(1, 2) },
      ],
    });
    const seen = inspect(dictionary);
    expect(seen.name).toBe("AppDataDictionary");
    const data = at(seen, "componentData[0].data");
    expect([data.embedded, data.value]).toEqual(["ParticipantListData", undefined]);
    const user = at(seen, "componentData[0].data.participants[0].user");
    expect(user).toMatchObject({ value: "mimi://a.example/u/alice", meaning: "user", form: "text" });
    expect(new TextDecoder().decode(dictionary.subarray(user.end - 24, user.end))).toBe(user.value);
    expect(at(seen, "componentData[1].data")).toMatchObject({ value: "0102", form: "octets", children: [] });
    expect(at(seen, "componentData[1].data").embedded).toBeUndefined();
  });

  it("are SafeAAD items, and application data with or without framing, where they can be read", () => {
    const content = encodeContent(
      message(
        multiPart("chooseOne", [
          singlePart("text/plain", utf8.encode("Hi")),
          singlePart("application/mimi-message-status", encodeStatusReport([])),
        ]),
      ),
    );
    const framed = encode(ApplicationFraming, {
      mediaType: { type: "application/mimi-content", parameters: [] },
      innerApplicationContent: content,
    });
    const frankAad = encode(FrankAAD, { frankingTag: new Uint8Array(32) });
    const authenticatedData = encode(SafeAAD, {
      aadItems: [{ componentId: MimiComponentId.frankAad, aadItemData: frankAad }],
    });
    for (const applicationData of [content, framed]) {
      const octets = encode(MLSMessage, {
        version: "mls10",
        wireFormat: "publicMessage",
        publicMessage: {
          content: {
            ...{ groupId: utf8.encode("group"), epoch: 1n, authenticatedData, applicationData },
            ...{ sender: { senderType: "member", leafIndex: 0 }, contentType: "application" },
          },
          auth: { signature: new Uint8Array(64) },
          membershipTag: new Uint8Array(32),
        },
      });
      const seen = inspect(octets);
      const inner = applicationData === framed ? ".innerApplicationContent" : "";
      const data = `publicMessage.content.applicationData${inner}`;
      expect(at(seen, data).embedded).toBe("MimiContent");
      expect(at(seen, `${data}.nestedPart.parts[0].content`).meaning).toBe('"Hi"');
      expect(at(seen, `${data}.nestedPart.parts[1].content`).embedded).toBe("MessageStatusReport");
      expect(at(seen, "publicMessage.content.authenticatedData.aadItems[0].aadItemData").embedded).toBe(
        "FrankAAD",
      );
    }
  });

  it("are octets with a note where they are something else", () => {
    const report = encode(AbuseReport, {
      ...{ reportingUser: "", allegedAbuserUri: "mimi://a.example/u/alice", reasonCode: 0, note: "" },
      messages: [
        {
          messageContent: Uint8Array.of(0xff, 0xfe),
          frank: {
            serverFrank: new Uint8Array(32),
            frankingSignatureCiphersuite: 1,
            frankingIntegritySignature: new Uint8Array(64),
          },
          acceptedTimestamp: 1_777_075_203_000n,
        },
      ],
      abuseExtensions: { componentData: [] },
    });
    const node = at(inspect(report), "messages[0].messageContent");
    expect(node).toMatchObject({ value: "fffe", children: [] });
    expect(node.meaning).toBe("no MimiContent, no ApplicationFraming, no MessageStatusReport");
    expect([node.embedded, node.error]).toEqual([undefined, undefined]);
  });

  it("are shown up to their error, and the object around is right", () => {
    const dictionary = encode(AppDataDictionary, {
      componentData: [{ componentId: MimiComponentId.participantList, data: unhex("0401780000") }],
    });
    const seen = inspect(dictionary, { as: "AppDataDictionary" });
    expect(seen.error).toBeUndefined();
    const data = at(seen, "componentData[0].data");
    expect(data).toMatchObject({ embedded: "ParticipantListData", value: "0401780000" });
    expect(data.error).toMatchObject({
      path: "ParticipantListData.participants[0].user",
      offset: 5,
      code: "invalid-value",
    });
    expect(data.children[0]?.name).toBe("participants");
  });
});
