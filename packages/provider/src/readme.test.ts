import { readFileSync } from "node:fs";
import { createAuthority } from "@openmimi/pki";
import { checkConfig, createLogger, startProvider } from "@openmimi/provider";
import { expect, it } from "vitest";

it("the README's example works", async () => {
  const authority = await createAuthority();
  const { chainPem: certificate, privateKeyPem: privateKey } = await authority.issue({ domain: "a.example" });
  const ca = authority.certificatePem;
  const config = checkConfig({
    domain: "a.example",
    mimi: { host: "127.0.0.1", port: 0 },
    clientApi: { host: "127.0.0.1", port: 0 },
    tls: { certificate, privateKey, ca }, // PEM texts; file paths if a directory is given as second argument
    database: ":memory:",
    peers: { "b.example": "127.0.0.1:8444" }, // where to connect instead of asking DNS
  });
  const provider = await startProvider(config, { logger: createLogger("silent") });
  const { mimiUrl, clientUrl } = provider; // https://127.0.0.1:40123, https://127.0.0.1:40124
  await provider.close();
  for (const url of [mimiUrl, clientUrl]) expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  // Closing twice is no mistake.
  await provider.close();

  const broken = { ...config, tls: { ...config.tls, privateKey: config.tls.certificate } };
  await expect(startProvider(broken)).rejects.toThrow(/^tls: certificate, privateKey and ca cannot be used/);
});

it("the example above is the README's", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8").replace(
    ', { logger: createLogger("silent") }',
    "",
  );
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const lines = example.split("\n").filter((line) => line !== "" && !line.startsWith("import "));
  expect(lines).toHaveLength(11);
  for (const line of lines) expect(source).toContain(line.trim());
});
