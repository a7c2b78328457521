import {
  encode as encodeContent,
  encodeStatusReport,
  message,
  multiPart,
  singlePart,
} from "@openmimi/content";
import {
  AppDataDictionary,
  ApplicationFraming,
  Credential,
  MLSMessage,
  ProposalTypeId,
  type Proposal as ProposalValue,
  SafeAAD,
} from "@openmimi/mls";
import { AbuseReport, FrankAAD, MimiComponentId, ParticipantListData, RoleData } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { unhex, vectorsOf } from "../test/vectors.ts";
import { type InspectedNode, type Inspection, inspect, rows } from "./index.ts";

const utf8 = new TextEncoder();

/** The node of a path below the root: `publicMessage.content.epoch`, `participants[0].user`. */
function at({ root }: Inspection, path: string): InspectedNode {
  let node = root;
  for (const step of path.split(/\.|(?=\[)/)) {
    const next = node.children.find(({ name }) => name === step);
    if (next === undefined)
      throw new Error(`${node.name} has no ${step}: ${node.children.map(({ name }) => name)}`);
    node = next;
  }
  return node;
}

const vector = (file: string, id: string, field = "octets"): Uint8Array => {
  const found = vectorsOf(file).find((one) => one.id === `${file}/${id}`);
  return unhex(found?.input[field] ?? "");
};

/** One element of DER, shorter than 128 octets. X.690 §8.1. */
function der(tag: number, ...content: Uint8Array[]): Uint8Array {
  const octets = content.flatMap((part) => [...part]);
  return Uint8Array.from([tag, octets.length, ...octets]);
}

/** RFC 5280 §4.2.1.6, with one URI. */
function subjectAltName(uri: string): Uint8Array {
  const names = der(0x30, der(0x86, utf8.encode(uri)));
  return der(0x30, der(0x06, Uint8Array.of(0x55, 0x1d, 0x11)), der(0x04, names));
}

describe("names and meanings", () => {
  const update = inspect(vector("endpoint-bodies/update", "commit-full"));
  const keyPackage = "proposalOrCommit.publicMessage.content.commit.proposals[0].proposal.keyPackage";

  it("of code points, with the type of their registry", () => {
    expect(at(update, "proposalOrCommit.wireFormat")).toMatchObject({
      ...{ type: "WireFormat", start: 2, end: 4, value: "0x0001", form: "code point" },
      meaning: "publicMessage",
    });
    expect(at(update, `${keyPackage}.cipherSuite`)).toMatchObject({
      type: "CipherSuite",
      meaning: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
    });
    const { proposals } = { proposals: at(update, `${keyPackage}.leafNode.capabilities.proposals`) };
    expect(proposals.children.map(({ type, value, meaning }) => [type, value, meaning])).toEqual([
      ["ProposalType", "0x0008", "appDataUpdate"],
      ["ProposalType", "0x0009", "appEphemeral"],
      ["ProposalType", "0x000a", "selfRemove"],
    ]);
    expect(at(update, "groupInfoOption.representation")).toMatchObject({ value: 1, meaning: "full" });
  });

  it("of numbers that are GREASE, private or unknown", () => {
    const list = inspect(unhex("060a0af00a0100"), { as: "ComponentsList" });
    const meanings = at(list, "componentIds").children.map(({ value, meaning }) => [value, meaning]);
    expect(meanings).toEqual([
      ["0x0a0a", "GREASE"],
      ["0xf00a", "private use"],
      ["0x0100", "unknown"],
    ]);
  });

  it("of times, URIs, text in octets, ciphertexts, and what is absent or empty", () => {
    const meaning = (path: string) => at(update, path).meaning;
    expect(meaning(`${keyPackage}.leafNode.lifetime.notBefore`)).toBe("2026-01-01T00:00:00Z");
    expect(meaning(`${keyPackage}.leafNode.credential.identity`)).toBe('"mimi://b.example/d/bob/B1", client');
    expect(meaning("welcome.encryptedGroupInfo")).toBe("encrypted");
    expect(meaning("proposalOrCommit.publicMessage.content.commit.path")).toBe("absent");
    expect(meaning(`${keyPackage}.extensions`)).toBe("empty");
    // Keys are never text, whatever they look like.
    const request = vector("endpoint-bodies/key-material", "request");
    expect(at(inspect(request), "requesterSignatureKey").meaning).toBeUndefined();
  });

  it("of roles and capabilities", () => {
    const role = { roleName: "x", roleDescription: "", roleCapabilities: [0x0100, 0x7777] };
    const limits = { minimumParticipantsConstraint: 0, minimumActiveParticipantsConstraint: 0 };
    const roles = encode(RoleData, {
      roles: [{ roleIndex: 1, ...role, ...limits, authorizedRoleChanges: [] }],
    });
    const seen = inspect(roles);
    expect(seen.name).toBe("RoleData");
    expect(at(seen, "roles[0].roleIndex").meaning).toBe("banned");
    expect(at(seen, "roles[0].roleCapabilities[0]").meaning).toBe("canSendMessage");
    expect(at(seen, "roles[0].roleCapabilities[1]").meaning).toBe("unknown");
  });

  it("of roles by the list of roles beside them", () => {
    const limits = { minimumParticipantsConstraint: 0, minimumActiveParticipantsConstraint: 0 };
    const rest = { roleDescription: "", roleCapabilities: [], ...limits };
    const list = encode(ParticipantListData, {
      participants: [
        { user: "mimi://a.example/u/alice", roleIndex: 4 },
        { user: "mimi://a.example/u/bob", roleIndex: 9 },
      ],
    });
    const roles = encode(RoleData, {
      roles: [
        {
          ...{ roleIndex: 4, roleName: "admin", ...rest },
          authorizedRoleChanges: [{ fromRoleIndex: 0, targetRoleIndexes: [4] }],
        },
      ],
    });
    const seen = inspect(
      encode(AppDataDictionary, {
        componentData: [
          { componentId: MimiComponentId.participantList, data: list },
          { componentId: MimiComponentId.rolesList, data: roles },
        ],
      }),
    );
    const meaning = (path: string) => at(seen, `componentData${path}`).meaning;
    expect(meaning("[0].data.participants[0].roleIndex")).toBe('"admin"');
    expect(meaning("[0].data.participants[1].roleIndex")).toBeUndefined();
    expect(meaning("[1].data.roles[0].authorizedRoleChanges[0].targetRoleIndexes[0]")).toBe('"admin"');
  });

  it("of object identifiers and of certificates, whose names are all that is read", () => {
    const [claims] = vectorsOf("policy-components/components").filter(({ id }) => id.endsWith("two-claims"));
    const seen = inspect(unhex(claims?.input.octets ?? ""));
    expect(at(seen, "preauthorizedEntries[0].claimset[0].claimId.id").meaning).toBe("2.5.29.17");
    expect(at(seen, "preauthorizedEntries[0].claimset[1].claimId.id").meaning).toBe("1.3.6.1.4.1.99999.7");
    const certificate = der(
      0x30,
      der(0x30, der(0xa3, der(0x30, subjectAltName("mimi://a.example/u/alice")))),
    );
    const credential = encode(Credential, {
      credentialType: "x509",
      certificates: [{ certData: certificate }],
    });
    const meaning = (octets: Uint8Array) =>
      at(inspect(octets, { as: "Credential" }), "certificates[0].certData").meaning;
    expect(meaning(credential)).toBe("a certificate of mimi://a.example/u/alice");
    expect(meaning(credential.with(4, 0x31))).toBe("no certificate that can be read");
  });

  it("of leaves in a tree", () => {
    const tree = inspect(vector("mls-extensions/partial-group-info", "rebuilt", "ratchetTree"), {
      as: "RatchetTreeNodes",
    });
    expect(at(tree, "[0]").meaning).toBe("leaf 0");
    expect(at(tree, "[2].nodeType").meaning).toBe("leaf");
  });
});

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

describe("what is not by itself", () => {
  it("is a mimi: URI in its parts", () => {
    const seen = inspect(utf8.encode("mimi://a.example/d/al%C3%A9/A1"));
    expect([seen.name, seen.root.meaning, seen.section]).toEqual([
      "MimiUri",
      "a client of a.example",
      "protocol §3",
    ]);
    expect(
      seen.root.children.map(({ name, start, value, meaning }) => [name, start, value, meaning]),
    ).toEqual([
      ["scheme", 0, "mimi", undefined],
      ["domain", 7, "a.example", undefined],
      ["kind", 17, "d", "client"],
      ["segment[0]", 19, "al%C3%A9", '"alé"'],
      ["segment[1]", 28, "A1", undefined],
    ]);
    const wrong = inspect(utf8.encode("mimi://a.example/x/alice"));
    expect(wrong).toMatchObject({ name: "MimiUri", error: { offset: 17, code: "unknown-kind" } });
  });

  it("is every MLS object, bare", () => {
    const [welcome] = [at(inspect(vector("endpoint-bodies/update", "commit-full")), "welcome")];
    const octets = vector("endpoint-bodies/update", "commit-full").subarray(welcome.start + 1, welcome.end);
    expect(inspect(octets).name).toBe("Welcome");
    const names = Object.keys(ProposalTypeId) as ProposalValue["proposalType"][];
    expect(names).toContain("selfRemove");
    expect(inspect(unhex("000a"), { as: "Proposal" }).root.children[0]).toMatchObject({
      meaning: "selfRemove",
    });
  });
});

describe("octets that end too early", () => {
  const found = vectorsOf("endpoint-bodies/key-material").find(
    ({ input, expected }) => input.struct === "KeyMaterialResponse" && expected.valid,
  );
  const whole = unhex(found?.input.octets ?? "");

  it("are shown as far as there are any, and the error is the decoder's", () => {
    const seen = inspect(whole.subarray(0, -40));
    expect(seen).toMatchObject({ name: "KeyMaterialResponse", error: { code: "truncated" } });
    expect(seen.error?.path).toBe("KeyMaterialResponse.clients");
    const read = rows(seen);
    expect(read.at(-1)?.node.end).toBe(whole.length - 40);
    expect(read.some(({ node }) => node.name === "keyPackage")).toBe(true);
  });

  it("are not where only a length is wrong", () => {
    const { root } = inspect(whole, { as: "KeyMaterialResponse" });
    const uri = root.children.find(({ name }) => name === "userUri") as InspectedNode;
    const seen = inspect(whole.with(uri.start, 0x3f), { as: "KeyMaterialResponse" });
    expect(seen.error?.path).toBe("KeyMaterialResponse.userUri");
    expect(rows(seen).at(-1)?.node.name).toBe("userUri");
  });
});
