import { AppDataDictionary, Credential, ProposalTypeId, type Proposal as ProposalValue } from "@openmimi/mls";
import { MimiComponentId, ParticipantListData, RoleData } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { at } from "../test/at.ts";
import { unhex, vectorsOf } from "../test/vectors.ts";
import { type InspectedNode, inspect, rows } from "./index.ts";

const utf8 = new TextEncoder();

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
