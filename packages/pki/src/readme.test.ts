import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createAuthority } from "@openmimi/pki";
import { expect, it } from "vitest";

it("the README's example works", async () => {
  const authority = await createAuthority();
  const a = await authority.issue({ domain: "a.example" });
  const server = createServer({
    key: a.privateKeyPem,
    cert: a.chainPem,
    ca: authority.certificatePem, // trusts what this authority issues, and nothing else
    requestCert: true,
  });
  expect(server.listening).toBe(false);

  const yesterday = new Date(Date.now() - 86_400_000);
  const lastWeek = new Date(Date.now() - 7 * 86_400_000);
  const expired = await authority.issue({ domain: "a.example", notBefore: lastWeek, notAfter: yesterday });
  expect(new X509Certificate(expired.certificatePem).validToDate.getTime()).toBeLessThan(Date.now());
  expect(new X509Certificate(a.certificatePem).checkHost("a.example")).toBe("a.example");
});

it("the example above is the README's", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const lines = /```ts\n(.*?)```/s
    .exec(readme)![1]!
    .split("\n")
    .filter((line) => line.startsWith("const "));
  expect(lines).toHaveLength(6);
  for (const line of lines) expect(source).toContain(line);
});
