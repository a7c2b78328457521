import { encode as encodeContent, text } from "@openmimi/content";
import { ConsentEntry } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { hex, unhex, type Vector, vectorsOf } from "../test/vectors.ts";
import { type Fact, type InspectOptions, inspect } from "./index.ts";

function factsOf(octets: Uint8Array, options?: InspectOptions): ReadonlyMap<string, Fact> {
  return new Map(inspect(octets, options).facts.map((fact) => [fact.name, fact]));
}

const valid = (file: string): Vector[] => vectorsOf(file).filter(({ expected }) => expected.valid);

describe("messages", () => {
  it.each(
    [...valid("message-ids/examples"), ...valid("message-ids/uris")].map((vector) => [vector.id, vector]),
  )("%s", (_, { input, expected }) => {
    const derived = (input.derived ?? {}) as InspectOptions;
    const facts = factsOf(unhex(input.octets ?? ""), { as: "MimiContent", ...derived });
    expect(facts.get("message ID")?.value).toBe(expected.messageId);
  });

  it("have no ID while their URIs are not known, or where they say another", () => {
    const octets = encodeContent(text("Hi", { senderUri: "mimi://a.example/u/alice" }));
    const id = (options?: InspectOptions) => factsOf(octets, options).get("message ID");
    expect(id()).toMatchObject({ value: "not known", note: "the message does not say its roomUri" });
    const roomUri = "mimi://a.example/r/club";
    expect(id({ roomUri })?.value).toMatch(/^01[0-9a-f]{62}$/);
    expect(id({ roomUri, senderUri: "mimi://a.example/u/mallory" })).toMatchObject({
      value: "not known",
      note: "the message says mimi://a.example/u/alice, MLS says mimi://a.example/u/mallory",
    });
  });

  it.each(valid("franking/tags").map((vector) => [vector.id, vector]))("%s", (_, { expected }) => {
    const { applicationData = "", frankingTag } = expected as Record<string, string>;
    const tags = inspect(unhex(applicationData)).facts.filter(({ name }) => name.endsWith("franking tag"));
    expect(tags.map(({ value }) => value)).toEqual([frankingTag]);
  });

  it("have a tag under another key, if it is said", () => {
    const octets = encodeContent(text("Hi"));
    const tag = (options?: InspectOptions) => factsOf(octets, options).get("franking tag")?.value;
    expect(tag({ frankingKey: octets.subarray(2, 18) })).toBe(tag());
    expect(tag({ frankingKey: new Uint8Array(16) })).not.toBe(tag());
  });
});

describe("signatures whose key is inside", () => {
  const signed = [...valid("endpoint-bodies/key-material"), ...valid("endpoint-bodies/group-info")].filter(
    ({ expected }) => "signatureVerifies" in expected,
  );

  it.each(signed.map((vector) => [vector.id, vector]))("%s", (_, { input, expected }) => {
    const fact = factsOf(unhex(input.octets ?? "")).get("signature");
    const known = expected.signatureVerifies ? ["verifies"] : ["does not verify", "not checked"];
    expect(known).toContain(fact?.value);
  });

  it("are those of a GroupInfoResponse", () => {
    const responses = valid("endpoint-bodies/group-info").filter(({ input }) => input.groupInfoPrivateKey);
    const octets = unhex(responses[0]?.input.octets ?? "");
    expect(factsOf(octets).get("signature")?.value).toBe("verifies");
    const last = octets.length - 1;
    expect(factsOf(octets.with(last, (octets[last] as number) ^ 1)).get("signature")?.value).toBe(
      "does not verify",
    );
  });

  it("are those of a KeyPackage and its leaf, wherever it stands", () => {
    const octets = unhex(valid("endpoint-bodies/update")[0]?.input.octets ?? "");
    const path = "proposalOrCommit.publicMessage.content.commit.proposals[0].proposal.keyPackage";
    const facts = factsOf(octets);
    const value = (name: string) => facts.get(`${path}: ${name}`)?.value;
    expect([value("LeafNode signature"), value("KeyPackage signature")]).toEqual(["verifies", "verifies"]);
    expect(value("user")).toBe("mimi://b.example/u/bob");
    expect(value("lifetime")).toBe("2026-01-01T00:00:00Z to 2100-01-01T00:00:00Z");
    // RFC 9420 §12.4.3.1: the Welcome of the commit names its new members by their KeyPackageRefs.
    expect(hex(octets)).toContain(`20${value("KeyPackageRef")}20`);
    expect(facts.get(`${path}: user`)?.path).toBe(path);
  });
});

describe("references", () => {
  const proposals = valid("extension-proposals/public-messages").filter(
    ({ expected }) => "reference" in expected,
  );

  it.each(proposals.map((vector) => [vector.id, vector]))("%s", (_, { input, expected }) => {
    const fact = factsOf(unhex(input.octets ?? "")).get("publicMessage: ProposalRef");
    expect(fact?.value).toBe(expected.reference);
  });
});

describe("a GroupInfo", () => {
  const [vector] = valid("mls-extensions/partial-group-info");
  const groupInfo = unhex(vector?.input.groupInfo ?? "");
  const ratchetTree = unhex(vector?.input.ratchetTree ?? "");

  /** GroupInfoRatchetTreeTBE: the two beside each other (protocol §5.6), and no pending proposals. */
  const together = (tree: Uint8Array) => Uint8Array.from([...groupInfo, 1, ...tree, 0]);

  it("cannot be verified alone", () => {
    expect(factsOf(groupInfo).get("GroupInfo signature")).toMatchObject({ value: "not checked" });
  });

  it("verifies with the tree beside it, and the tree with it", () => {
    const facts = factsOf(together(ratchetTree), { as: "GroupInfoRatchetTreeTBE" });
    expect(facts.get("groupInfo: GroupInfo signature")?.value).toBe("verifies");
    expect(facts.get("groupInfo: ratchet tree")?.value).toBe("valid");
  });

  it("does not fit another tree", () => {
    const other = ratchetTree.with(20, (ratchetTree[20] as number) ^ 1);
    const facts = factsOf(together(other), { as: "GroupInfoRatchetTreeTBE" });
    expect(facts.get("groupInfo: ratchet tree")).toMatchObject({
      value: "not valid",
      note: "the tree is not the one of the GroupContext",
      section: "RFC 9420 §12.4.3.1",
    });
  });
});

it("has the SHA-256 of everything, also of what is nothing", () => {
  expect(factsOf(new Uint8Array()).get("SHA-256")?.value).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

it("says what octets without structure can be, by their number", () => {
  const or = (octets: Uint8Array, options?: InspectOptions) => factsOf(octets, options).get("or")?.value;
  const key = Uint8Array.from({ length: 32 }, (_, index) => 0xf0 ^ (index * 37));
  expect(or(key)).toBe("a key of Ed25519 or X25519, a SHA-256 hash, a reference, a franking tag");
  expect(or(key.with(0, 1))).toMatch(/^a message ID, /);
  expect(or(key.subarray(1))).toBeUndefined();
  // Who says what it is needs no guess.
  expect(or(key, { as: "FrankAAD" })).toBeUndefined();
});

it("tells nothing of objects that an error is in, and does not stumble over them", () => {
  const octets = unhex(valid("endpoint-bodies/update")[0]?.input.octets ?? "");
  for (let length = 0; length < octets.length; length += 97) {
    const { facts } = inspect(octets.subarray(0, length), { as: "UpdateRequest" });
    for (const { value } of facts) expect(value).not.toBe("does not verify");
  }
});

it("verifies some signatures, and not all of a body with hundreds", () => {
  const [vector] = valid("endpoint-bodies/consent").filter(({ id }) => id.includes("grant"));
  const entry = decode(ConsentEntry, unhex(vector?.input.octets ?? ""));
  const [keyPackage] = entry.clientKeyPackages ?? [];
  if (keyPackage === undefined) throw new Error("the grant holds no KeyPackage");
  const { facts } = inspect(
    encode(ConsentEntry, { ...entry, clientKeyPackages: Array(100).fill(keyPackage) }),
  );
  const count = (value: string) => facts.filter((fact) => fact.value === value).length;
  expect(count("verifies")).toBeGreaterThan(10);
  expect(count("verifies")).toBeLessThanOrEqual(32);
  expect(count("not checked")).toBeGreaterThan(10);
  expect(facts.length).toBeLessThan(300);
  expect(facts.at(-1)).toMatchObject({ name: "more", value: "68 objects" });
});
