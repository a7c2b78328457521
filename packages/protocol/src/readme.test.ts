import { readFileSync } from "node:fs";
import { nobleCrypto } from "@openmimi/mls";
import {
  clientCredential,
  expandTemplate,
  identityOf,
  KeyMaterialRequest,
  parseDirectory,
  signKeyMaterialRequest,
  verifyKeyMaterialRequest,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { expect, it } from "vitest";

it("the README's example works", () => {
  const suite = nobleCrypto.suite(1);
  const keys = suite.generateSignatureKeyPair();
  const request = signKeyMaterialRequest(
    suite,
    {
      protocol: "mls10",
      requestingUser: "mimi://a.example/u/alice",
      targetUser: "mimi://b.example/u/bob",
      roomId: "mimi://a.example/r/clubhouse",
      acceptableCiphersuites: [suite.id],
      requiredCapabilities: { extensionTypes: [6], proposalTypes: [8, 10], credentialTypes: [] },
      requesterSignatureKey: keys.publicKey,
      requesterCredential: clientCredential("mimi://a.example/d/alice/ClientA1"),
    },
    keys.privateKey,
  );
  const directory = parseDirectory('{"keyMaterial": "https://b.example/v1/keyMaterial/{targetUser}"}');
  const url = expandTemplate(directory.keyMaterial ?? "", { targetUser: request.targetUser });
  const body = encode(KeyMaterialRequest, request);
  const received = decode(KeyMaterialRequest, body); // TlsError: path and byte offset of what is malformed
  const identity = identityOf(received.requesterCredential); // ProtocolError: no MIMI identity
  const genuine = verifyKeyMaterialRequest(nobleCrypto, received);
  expect(url).toBe("https://b.example/v1/keyMaterial/mimi%3A%2F%2Fb.example%2Fu%2Fbob");
  expect(identity.userUri).toBe(received.requestingUser);
  expect(genuine).toBe(true);
});

it("the example above is the README's", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8").replaceAll(/\s+/g, " ");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = (/```ts\n(.*?)```/s.exec(readme)?.[1] ?? "").split("\n\n").slice(1).join("\n\n");
  const statements = example
    .split(/;[^\n]*\n/)
    .map((statement) =>
      statement
        .replaceAll(/^\s*\/\/.*$/gm, "")
        .replaceAll(/\s+/g, " ")
        .trim(),
    )
    .filter((statement) => statement !== "");
  expect(statements).toHaveLength(9);
  for (const statement of statements) expect(source).toContain(statement);
});
