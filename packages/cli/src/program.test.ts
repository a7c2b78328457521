import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { run } from "../test/run.ts";
import { ExitCode } from "./exit-code.ts";

const COMMANDS = [
  [],
  ["serve"],
  ["demo"],
  ["conformance"],
  ["conformance", "run"],
  ["conformance", "rejudge"],
  ["conformance", "list"],
  ["conformance", "explain"],
  ["conformance", "adapter", "check"],
  ["conformance", "pki"],
  ["reference-adapter"],
  ["room"],
  ["room", "presets"],
  ["room", "preset"],
  ["room", "explain"],
  ["room", "create"],
  ["vectors"],
  ["vectors", "list"],
  ["vectors", "verify"],
  ["vectors", "generate"],
  ["vectors", "fetch"],
  ["inspect"],
];

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it.each(COMMANDS.map((command) => [command.join(" "), command] as const))(
  "openmimi %s --help shows examples and --json, in 100 columns",
  async (_, command) => {
    const { code, stdout, stderr } = await run([...command, "--help"]);
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toBe("");
    expect(stdout).toContain("Examples:");
    expect(stdout).toContain("--json");
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
  },
);

it.each([
  ["an unknown command", ["conform"], "unknown command"],
  ["a missing option", ["serve"], "--config"],
  ["a missing argument", ["conformance", "explain"], "missing required argument"],
  ["an unknown case", ["conformance", "explain", "no/such/case"], "no case is called no/such/case"],
  ["an unknown role", ["conformance", "list", "--role", "king"], "expected one of provider"],
  ["an unknown level", ["conformance", "list", "--level", "L9"], "--level: expected L0, L1 or L2, got L9"],
  ["a file that is not there", ["serve", "--config", "no-such.yaml"], "no-such.yaml: there is no such file"],
  ["a run that is not there", ["conformance", "rejudge", "no-such.json"], "no-such.json"],
  ["text that spells no octets", ["inspect", "hello world!"], "neither a file, nor hexadecimal, nor base64"],
  [
    "an unknown kind of vectors",
    ["vectors", "generate", "tea"],
    "no vectors are of the kind tea; there are identifiers",
  ],
  ["an unknown object", ["inspect", "--as", "Teapot", "00"], "no object called Teapot"],
  [
    "a target that is no URL",
    ["conformance", "run", "--target", "a.example", "--pki", "no-such-folder"],
    "no-such-folder",
  ],
])("says in one line what is wrong with %s", async (_, args, why) => {
  const { code, stdout, stderr } = await run(args);
  expect(code).toBe(ExitCode.cannot);
  expect(stdout).toBe("");
  expect(stderr).toContain(why);
  expect(stderr).not.toMatch(/^\s+at /m);
});

it("shows where an error comes from when asked", async () => {
  const { stderr } = await run(["serve", "--config", "no-such.yaml", "--debug"]);
  expect(stderr).toMatch(/^\s+at /m);
});

it("refuses a configuration, naming the place", async () => {
  const folder = temporaryFolder();
  const broken = join(folder, "broken.yaml");
  writeFileSync(broken, "domain: [a.example\n");
  expect((await run(["serve", "--config", broken])).stderr).toContain(`${broken}: `);
  writeFileSync(broken, "domain: A.example\n");
  const { code, stderr } = await run(["serve", "--config", broken]);
  expect(code).toBe(ExitCode.cannot);
  expect(stderr).toContain("domain");
});

it("lists and explains cases, for people and for programs", async () => {
  const { stdout: list } = await run(["conformance", "list", "--only", "transport"]);
  expect(list.split("\n").filter((line) => line !== "").length).toBeGreaterThan(2);
  const cases = JSON.parse((await run(["conformance", "list", "--json"])).stdout);
  const [{ id, requirements }] = cases;
  const { stdout } = await run(["conformance", "explain", id]);
  expect(stdout).toContain(requirements[0]);
  expect(JSON.parse((await run(["--json", "conformance", "explain", id])).stdout)).toMatchObject({ id });
});

// Twice, all vectors are evaluated.
it("verifies the vectors", async () => {
  const { code, stdout } = await run(["vectors", "verify", "--published", temporaryFolder()]);
  expect(code).toBe(ExitCode.failed);
  expect(stdout).toContain("rfc9420/tree-math.json: is missing");
  expect(stdout).toMatch(/^own +\d+ vectors in \d+ files, version \d+\.\d+\.\d+, 0 problems$/m);
  const { own } = JSON.parse((await run(["vectors", "verify", "--json"])).stdout);
  expect(own.problems).toEqual([]);
}, 120_000);

it("lists the vectors, with their version", async () => {
  const index = JSON.parse((await run(["vectors", "list", "--json"])).stdout);
  const { stdout } = await run(["vectors", "list"]);
  expect(stdout).toContain(`version ${index.version}, ${index.files} files\n`);
  const [identifiers] = index.kinds;
  expect(stdout).toMatch(
    new RegExp(`^identifiers +${identifiers.vectors} +${identifiers.valid} +${identifiers.invalid}$`, "m"),
  );
});

it("documents each exit code in its help", async () => {
  const { stdout } = await run(["--help"]);
  for (const code of Object.values(ExitCode)) expect(stdout).toMatch(new RegExp(`^ {2}${code} {2}`, "m"));
});

it("the example configuration is one that a provider takes", async () => {
  const text = readFileSync(new URL("../../../examples/a.example.yaml", import.meta.url), "utf8");
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.yaml"), text.replaceAll(/port: \d+/g, "port: 0"));
  await run(["conformance", "pki", join(folder, "pki"), "--domain", "a.example"]);
  const { code, stdout } = await run(["serve", "--config", join(folder, "a.yaml")]);
  expect(code).toBe(ExitCode.ok);
  expect(stdout).toMatch(
    /^providers {2}https:\/\/127\.0\.0\.1:\d+\nclients {4}https:\/\/127\.0\.0\.1:\d+\n$/,
  );
});
