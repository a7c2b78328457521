import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consoleSummary, createSuitePki, runConformance } from "@openmimi/conformance";
import { expect, it } from "vitest";
import { claim } from "../cases/claim.ts";
import { adapterDocument } from "../src/adapter/document.ts";
import type { ConformanceCase } from "../src/case.ts";
import { builtInCatalogue, catalogueOf } from "../src/catalogue.ts";
import { startSmallProvider } from "./small-provider.ts";

const example: ConformanceCase = {
  id: "transport/from/display-name-example",
  title: "A From header with a display name is refused",
  requirements: ["PROTO-TR-03"],
  readings: ["R-016"],
  level: "MUST",
  role: "provider",
  needs: { level: "L1", fixtures: ["user"] },
  twin: "key-material/claim",
  async run(context) {
    const { userUri } = await context.fixture("user");
    const { domain } = context.peers.hub;
    await claim(context, "display name", userUri, { headers: { From: `Hub <mimi@${domain}>` } });
    await claim(context, "the same without it", userUri);
  },
  judge: (_, check) => [
    check.refused("display name", { status: ["4xx"] }),
    check.answered("the same without it", { code: ["success"] }),
  ],
};

it("the README's example works, and its case too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-readme-"));
  const pki = join(folder, "pki");
  const files = await createSuitePki({ directory: pki, targetDomain: "a.example" });
  const read = (file: string) => readFileSync(file, "utf8");
  const provider = await startSmallProvider({
    domain: "a.example",
    certificate: read(files.certificate),
    privateKey: read(files.privateKey),
    ca: read(files.ca),
  });
  try {
    const twin = builtInCatalogue().get("key-material/claim");
    if (twin === undefined) throw new Error("the twin is gone");
    const { report } = await runConformance({
      target: provider.url,
      pki,
      adapter: provider.adapterUrl,
      listen: { hub: "127.0.0.1:0", follower1: "127.0.0.1:0", follower2: "127.0.0.1:0" },
      catalogue: catalogueOf([twin, example]),
    });
    expect(consoleSummary(report)).toContain("2 passed, 0 failed");
    expect(report.exitCode).toBe(0);
  } finally {
    await provider.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

it("the adapter's README counts its operations", () => {
  const text = readFileSync(new URL("../adapter/README.md", import.meta.url), "utf8");
  expect(text).toContain(`${adapterDocument().operations.size} operations`);
});
