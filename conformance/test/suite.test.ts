import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adapterClient } from "../src/adapter/client.ts";
import { type ConformanceOptions, rejudge, runConformance } from "../src/index.ts";
import { createSuitePki } from "../src/pki.ts";
import { type Faults, startSmallProvider } from "./small-provider.ts";

const DOMAIN = "a.example";
const ANY_PORT = { hub: "127.0.0.1:0", follower1: "127.0.0.1:0", follower2: "127.0.0.1:0" };
let folder: string;
let parts: Parameters<typeof startSmallProvider>[0];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "openmimi-suite-"));
  const files = await createSuitePki({ directory: join(folder, "pki"), targetDomain: DOMAIN });
  const read = (file: string) => readFileSync(file, "utf8");
  parts = {
    domain: DOMAIN,
    certificate: read(files.certificate),
    privateKey: read(files.privateKey),
    ca: read(files.ca),
  };
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the cases that the small provider can stand. */
async function run(faults: Faults, name: string) {
  const provider = await startSmallProvider(parts, faults);
  try {
    return await runConformance({
      target: provider.url,
      adapter: provider.adapterUrl,
      pki: join(folder, "pki"),
      listen: ANY_PORT,
      only: [
        "directory/published",
        "directory/templates",
        "key-material/claim",
        "transport/from/missing",
        "transport/certificate/self-signed",
      ],
      seed: "7",
      output: join(folder, name),
      caseTimeoutMs: 20_000,
    });
  } finally {
    await provider.close();
  }
}

const results = ({ report }: Awaited<ReturnType<typeof run>>) =>
  Object.fromEntries(report.cases.map(({ id, verdict }) => [id, verdict.result]));

describe("the suite against a small provider", () => {
  it("passes one that is right", async () => {
    const result = await run({}, "right");
    expect(result.report.cases.filter(({ verdict }) => verdict.result !== "pass")).toEqual([]);
    expect(result.report.exitCode).toBe(0);
  });

  it("fails one that ignores From, with the exchange that shows it", async () => {
    const result = await run({ ignoresFrom: true }, "from");
    expect(results(result)).toEqual({
      "directory/published": "pass",
      "directory/templates": "pass",
      "key-material/claim": "pass",
      "transport/from/missing": "fail",
      "transport/certificate/self-signed": "pass",
    });
    const verdict = result.report.cases.find(({ id }) => id === "transport/from/missing")?.verdict;
    expect(verdict?.saw).toBe("status 200 with the code success");
    expect(verdict?.at).toBeTypeOf("number");
    expect(result.report.exitCode).toBe(1);
  });

  it("never takes a closed connection for a refusal", async () => {
    const result = await run({ closesOnEverything: true }, "closed");
    expect(results(result)).toEqual({
      "directory/published": "fail",
      "directory/templates": "fail",
      "key-material/claim": "inconclusive",
      "transport/from/missing": "inconclusive",
      "transport/certificate/self-signed": "inconclusive",
    });
  });

  it("fails one that lets anybody in and one that forgets an endpoint", async () => {
    const result = await run({ acceptsAnyCertificate: true, directoryLacks: "notify" }, "both");
    expect(results(result)["transport/certificate/self-signed"]).toBe("fail");
    expect(results(result)["directory/templates"]).toBe("fail");
    expect(result.report.counts.pass).toBe(3);
  });

  it("fails KeyPackages that both engines refuse", async () => {
    const result = await run({ breaksKeyPackages: true }, "key-packages");
    const { verdict } = result.report.cases.find(({ id }) => id === "key-material/claim") ?? {};
    expect(verdict?.result).toBe("fail");
    expect(verdict?.saw).toMatch(/OpenMIMI: invalid .*ts-mls: invalid/);
    expect(results(result)["transport/from/missing"]).toBe("inconclusive");
  });

  it("judges a recorded run again, offline, with the same result", async () => {
    const result = await run({ ignoresFrom: true }, "again");
    const again = await rejudge(result.files.run ?? "", { output: join(folder, "again2") });
    expect(again.report).toEqual(result.report);
    for (const kind of ["html", "json", "junit", "badge", "implementationStatus"] as const) {
      const [first, second] = [result.files[kind], again.files[kind]];
      expect(readFileSync(second ?? "", "utf8")).toBe(readFileSync(first ?? "", "utf8"));
    }
  });

  it("keeps what a hostile server says out of the markup", async () => {
    const { files } = await run({ hostileText: true }, "hostile");
    for (const file of [files.html, files.junit]) {
      const text = readFileSync(file ?? "", "utf8");
      expect(text).not.toContain("<script>alert");
      expect(text).not.toContain("\u0007");
    }
  });

  it("runs at each level what that level allows, and says why not the rest", async () => {
    const provider = await startSmallProvider(parts);
    const fixtures = join(folder, "fixtures.yaml");
    try {
      const { call } = adapterClient(provider.adapterUrl);
      const { userUri } = await call("createUser", { name: "by-hand" });
      const { clientUri } = await call("createClient", { userUri, device: "phone" });
      await call("publishKeyPackages", { clientUri, count: 5 });
      writeFileSync(fixtures, `user:\n  - { userUri: "${userUri}", clientUris: ["${clientUri}"] }\n`);
      const at = async (options: Partial<ConformanceOptions>) => {
        const { report } = await runConformance({
          target: provider.url,
          pki: join(folder, "pki"),
          listen: ANY_PORT,
          only: ["directory/published", "key-material/claim"],
          ...options,
        });
        return [report.run.level, ...report.cases.map(({ verdict }) => verdict.reason ?? verdict.result)];
      };
      expect(await at({})).toEqual(["L0", "pass", "it needs level L1, this run has L0"]);
      expect(await at({ fixtures })).toEqual(["L1", "pass", "pass"]);
      expect(await at({ adapter: provider.adapterUrl })).toEqual(["L2", "pass", "pass"]);
      expect(await at({ adapter: provider.adapterUrl, level: "L0" })).toEqual([
        "L0",
        "pass",
        "it needs level L1, this run has L0",
      ]);
      const broken = "the adapter's createUser does not work (see the adapter check)";
      expect(await at({ adapter: "http://127.0.0.1:1" })).toEqual(["L2", "pass", broken]);
    } finally {
      await provider.close();
    }
  });

  it("stops at once when an option is wrong", async () => {
    const options = { pki: join(folder, "pki"), listen: ANY_PORT };
    await expect(runConformance({ ...options, target: "ftp://x" })).rejects.toMatchObject({
      code: "bad-option",
    });
    const unknown = runConformance({ ...options, target: "https://127.0.0.1:1", only: ["nothing"] });
    await expect(unknown).rejects.toMatchObject({ code: "unknown-case" });
  });
});
