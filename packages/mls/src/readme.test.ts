import { readFileSync } from "node:fs";
import { createKeyPackage, MemberGroup, nobleCrypto, PublicGroup } from "@openmimi/mls";
import { expect, it } from "vitest";

const utf8 = (value: string) => new TextEncoder().encode(value);

it("the README's example works", () => {
  const cipherSuite = 0x0001;
  const lifetime = { notBefore: 0n, notAfter: 2n ** 63n };
  const clientOf = (name: string) => ({
    credential: { credentialType: "basic" as const, identity: utf8(name) },
    lifetime,
  });
  const aliceKeys = createKeyPackage(nobleCrypto, cipherSuite, clientOf("alice"));
  const bobKeys = createKeyPackage(nobleCrypto, cipherSuite, clientOf("bob"));
  const alice = MemberGroup.create(nobleCrypto, { cipherSuite, groupId: utf8("room"), own: aliceKeys });
  const hub = PublicGroup.fromGroupInfo(nobleCrypto, alice.groupInfo(), alice.public.ratchetTree());
  const made = alice.commit({ proposals: [{ proposalType: "add", keyPackage: bobKeys.keyPackage }] });
  const staged = hub.stage(made.commit);
  hub.verifyGroupInfo(staged, made.groupInfo);
  expect([staged.added.length, staged.removed.length, staged.components.size]).toEqual([1, 0, 0]);
  hub.merge(staged);
  alice.mergePendingCommit();
  const init = { welcome: made.welcome!, keyPackages: [bobKeys], ratchetTree: hub.ratchetTree() };
  const bob = MemberGroup.join(nobleCrypto, init);
  const received = bob.process(alice.protect(utf8("Hi Bob")));
  expect(received).toMatchObject({ kind: "application", sender: 0, applicationData: utf8("Hi Bob") });
});

it("the example above is the README's", () => {
  const flat = (text: string) => text.replace(/\s+/g, "").replace(/,(?=[})])/g, "");
  const source = flat(readFileSync(new URL(import.meta.url), "utf8"));
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)![1]!;
  const statements = flat(example.replace(/^\/\/.*$/gm, ""))
    .split(";")
    .filter((statement) => statement !== "" && !statement.includes("console.log"));
  expect(statements).toHaveLength(16);
  for (const statement of statements) expect(source).toContain(statement);
});
