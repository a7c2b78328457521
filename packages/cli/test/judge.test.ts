/** The command from end to end: certificates, a provider, its adapter, a verdict, and the same verdict from the record. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ExitCode } from "../src/index.ts";
import { type Ran, run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "openmimi-judge-"));
const pki = join(folder, "pki");
const stops: (() => void)[] = [];
const running: Promise<Ran>[] = [];

/** Starts a command that runs until the end of the tests. @returns what it says with `--json` when it is ready */
async function ready(args: readonly string[]): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const stopped = new Promise<void>((stop) => stops.push(stop));
    const until = (stdout: () => string) => {
      resolve(JSON.parse(stdout()));
      return stopped;
    };
    running.push(run([...args, "--json"], { until }));
    running.at(-1)?.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
}

let target = "";
let adapter = "";

beforeAll(async () => {
  const made = await run(["conformance", "pki", pki, "--domain", "a.example", "--json"]);
  const { ca, certificate, privateKey } = JSON.parse(made.stdout);
  const loopback = { host: "127.0.0.1", port: 0 };
  const config = { domain: "a.example", mimi: loopback, clientApi: loopback, database: ":memory:" };
  writeFileSync(
    join(folder, "config.json"),
    JSON.stringify({ ...config, tls: { ca, certificate, privateKey }, logLevel: "error" }),
  );
  const provider = await ready(["serve", "--config", join(folder, "config.json")]);
  target = provider.mimiUrl ?? "";
  const connectTo = new URL(provider.clientUrl ?? "").host;
  const options = ["--connect-to", connectTo, "--ca", ca, "--port", "0", "--state", join(folder, "state")];
  adapter = (await ready(["reference-adapter", "--provider", "https://a.example", ...options])).url ?? "";
});

afterAll(async () => {
  for (const stop of stops) stop();
  for (const { code } of await Promise.all(running)) expect(code).toBe(ExitCode.ok);
  rmSync(folder, { recursive: true });
});

const anyPorts = ["hub", "follower1", "follower2"].flatMap((peer) => ["--listen", `${peer}=127.0.0.1:0`]);

it("judges a provider, writes the reports, and comes to the same from the record", async () => {
  const output = join(folder, "report");
  const only = ["--only", "directory", "--only", "key-material/claim"];
  const { code, stdout } = await run([
    ...["conformance", "run", "--target", target, "--pki", pki, "--adapter", adapter],
    ...[...anyPorts, ...only, "--output", output],
  ]);
  expect(stdout).toMatch(/^\d+ passed, 0 failed/m);
  expect(code).toBe(ExitCode.ok);
  for (const file of ["index.html", "report.json", "junit.xml", "run.json"])
    expect(existsSync(join(output, file)), file).toBe(true);

  const again = await run(["conformance", "rejudge", join(output, "run.json"), "--json"]);
  const { counts } = JSON.parse(again.stdout);
  expect(counts).toEqual(JSON.parse(readFileSync(join(output, "report.json"), "utf8")).counts);
  expect(again.code).toBe(ExitCode.ok);
});

it("fails a target that nobody listens at", async () => {
  const dead = ["conformance", "run", "--target", "https://127.0.0.1:1", "--pki", pki, ...anyPorts];
  const { code, stdout } = await run([...dead, "--only", "directory", "--output", join(folder, "dead")]);
  expect(stdout).not.toMatch(/, 0 failed/);
  expect(code).toBe(ExitCode.failed);
});

it("checks the adapter", async () => {
  const { code, stdout } = await run(["conformance", "adapter", "check", adapter]);
  expect(stdout).toContain("a.example");
  expect(stdout).toMatch(/^createUser +works$/m);
  expect(code).toBe(ExitCode.ok);
  const nobody = await run(["conformance", "adapter", "check", "http://127.0.0.1:1"]);
  expect(nobody.code).toBe(ExitCode.failed);
});
