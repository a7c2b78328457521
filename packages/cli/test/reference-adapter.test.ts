/** The reference adapter in front of a real provider, judged by the suite's own check of adapters. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkAdapter } from "@openmimi/conformance";
import { startReferenceAdapter } from "@openmimi/conformance/reference-adapter";
import { createAuthority } from "@openmimi/pki";
import { startProvider } from "@openmimi/provider";
import { expect, it } from "vitest";

it("the reference adapter does what the suite asks of an adapter, and so after a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-adapter-"));
  const authority = await createAuthority();
  const { chainPem, privateKeyPem } = await authority.issue({ domain: "a.example" });
  const loopback = { host: "127.0.0.1", port: 0 };
  const ca = authority.certificatePem;
  const provider = await startProvider({
    domain: "a.example",
    ...{ mimi: loopback, clientApi: loopback, database: ":memory:", logLevel: "error" },
    tls: { certificate: chainPem, privateKey: privateKeyPem, ca },
  });
  const options = {
    clientApiUrl: "https://a.example",
    connectTo: new URL(provider.clientUrl).host,
    ...{ ca, port: 0, stateDir: join(folder, "state") },
  };
  try {
    for (const run of ["first", "second"]) {
      const adapter = await startReferenceAdapter(options);
      const report = await checkAdapter(adapter.url);
      await adapter.close();
      const wrong = report.operations.filter(({ status }) => status !== "works");
      expect(wrong, run).toMatchObject([{ operation: "reset", status: "missing" }]);
      expect(report.info?.domain).toBe("a.example");
    }
  } finally {
    await provider.close();
    rmSync(folder, { recursive: true });
  }
});
