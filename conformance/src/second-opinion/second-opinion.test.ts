import {
  createKeyPackage,
  defaultCapabilities,
  ExtensionType,
  type KeyPackage,
  MemberGroup,
  nobleCrypto,
  type OwnKeyPackage,
} from "@openmimi/mls";
import { clientCredential } from "@openmimi/protocol";
import { describe, expect, it } from "vitest";
import { groupInfoOpinions, keyPackageOpinions, opinionsToJson, welcomeOpinions } from "./index.ts";
import { ask, opinionsCheck, opinionsFromJson } from "./opinion.ts";

const NOW_MS = Date.now();
const now = BigInt(Math.floor(NOW_MS / 1000));

function client(name: string, lifetime = { notBefore: now - 60n, notAfter: now + 86_400n }): OwnKeyPackage {
  const capabilities = { ...defaultCapabilities(1), extensions: [ExtensionType.appDataDictionary] };
  const credential = clientCredential(`mimi://a.example/d/${name}/phone`);
  return createKeyPackage(nobleCrypto, 1, { credential, capabilities, lifetime });
}

const answers = async (keyPackage: KeyPackage) => {
  const { ours, tsMls } = await keyPackageOpinions(keyPackage, NOW_MS);
  return [ours.answer, tsMls.answer];
};

describe("KeyPackages", () => {
  it("both engines accept what is valid and refuse what is not", async () => {
    const { keyPackage } = client("alice");
    expect(await answers(keyPackage)).toEqual(["valid", "valid"]);
    const expired = client("alice", { notBefore: now - 100n, notAfter: now - 50n });
    expect(await answers(expired.keyPackage)).toEqual(["invalid", "invalid"]);
    const forged = { ...keyPackage, signature: keyPackage.signature.map((octet) => octet ^ 1) };
    expect(await answers(forged)).toEqual(["invalid", "invalid"]);
  });

  it("says whose it is", async () => {
    const { subject } = await keyPackageOpinions(client("alice").keyPackage, NOW_MS);
    expect(subject).toBe("the KeyPackage of mimi://a.example/d/alice/phone");
  });
});

describe("groups", () => {
  const [alice, bob] = [client("alice"), client("bob")];
  const group = MemberGroup.create(nobleCrypto, {
    cipherSuite: 1,
    groupId: new TextEncoder().encode("mimi://a.example/g/x"),
    own: alice,
  });
  const made = group.commit({ proposals: [{ proposalType: "add", keyPackage: bob.keyPackage }] });
  group.mergePendingCommit();
  const { welcome } = made;
  if (welcome === undefined) throw new Error("a commit with an Add makes a Welcome");
  const ratchetTree = group.public.ratchetTree();

  it("both engines join by a Welcome and come to the same epoch", async () => {
    const { opinions, member } = await welcomeOpinions({ welcome, own: bob, ratchetTree });
    expect([opinions.ours.answer, opinions.tsMls.answer]).toEqual(["valid", "valid"]);
    expect(opinions.ours.detail).toBe(opinions.tsMls.detail);

    const ours = MemberGroup.join(nobleCrypto, { welcome, keyPackages: [bob], ratchetTree });
    const message = group.protect(new TextEncoder().encode("hello"));
    const read = await member?.open(message, () => {
      const processed = ours.process(message);
      if (processed.kind !== "application") throw new Error(processed.kind);
      return processed.applicationData;
    });
    expect(read?.tsMls).toEqual({ answer: "valid", detail: "plaintext 68656c6c6f" });
    expect(read?.ours).toEqual(read?.tsMls);
  });

  it("both engines refuse a Welcome for somebody else", async () => {
    const { opinions, member } = await welcomeOpinions({ welcome, own: client("carol"), ratchetTree });
    expect([opinions.ours.answer, opinions.tsMls.answer]).toEqual(["invalid", "invalid"]);
    expect(member).toBeUndefined();
  });

  it("both engines check a GroupInfo", async () => {
    const good = await groupInfoOpinions(made.groupInfo, ratchetTree);
    expect([good.ours.answer, good.tsMls.answer]).toEqual(["valid", "valid"]);
    const signature = made.groupInfo.signature.map((octet) => octet ^ 1);
    const bad = await groupInfoOpinions({ ...made.groupInfo, signature }, ratchetTree);
    expect([bad.ours.answer, bad.tsMls.answer]).toEqual(["invalid", "invalid"]);
  });
});

describe("two answers", () => {
  const opinions = (ours: "valid" | "invalid" | "abstains", tsMls: "valid" | "invalid" | "abstains") => ({
    subject: "it",
    ours: { answer: ours, detail: "" },
    tsMls: { answer: tsMls, detail: "" },
  });

  it.each([
    ["valid", "valid", "yes", undefined],
    ["invalid", "invalid", "no", undefined],
    ["valid", "invalid", "no", true],
    ["invalid", "valid", "no", true],
    ["valid", "abstains", "yes", undefined],
    ["invalid", "abstains", "no", undefined],
    ["abstains", "valid", "yes", undefined],
    ["abstains", "abstains", "unknown", undefined],
  ] as const)("%s and %s: %s", (ours, tsMls, holds, disputed) => {
    const check = opinionsCheck(opinions(ours, tsMls), 3);
    expect(check).toMatchObject({ holds, at: 3 });
    expect(check.disputed).toBe(disputed);
  });

  it("survive JSON", () => {
    const one = opinions("valid", "abstains");
    expect(opinionsFromJson(JSON.parse(JSON.stringify(opinionsToJson(one))))).toEqual(one);
    expect(opinionsFromJson({ subject: "it", ours: 1, tsMls: null })).toBeUndefined();
    expect(opinionsFromJson(null)).toBeUndefined();
  });

  it("a known defect of ts-mls is no objection", async () => {
    const opinion = await ask(() => {
      throw new Error("non-blank intermediate node must list leaf node in its unmerged_leaves");
    });
    expect(opinion.answer).toBe("abstains");
  });
});
