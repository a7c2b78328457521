import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode as encodeContent, markdown } from "@openmimi/content";
import { VECTORS_FOLDER } from "@openmimi/vectors";
import { expect, it, onTestFinished } from "vitest";
import { run } from "../../test/run.ts";
import { ExitCode } from "../exit-code.ts";

const message = encodeContent(
  markdown("Hi", { senderUri: "mimi://a.example/u/alice", roomUri: "mimi://a.example/r/club" }),
);
const hex = Buffer.from(message).toString("hex");

interface BodyVector {
  readonly id: string;
  readonly input: { readonly struct: string; readonly octets: string };
  readonly expected: { readonly valid: boolean; readonly offset?: number };
}

/** The first vector of a file that is (or is not) valid. */
function bodyVector(file: string, valid: boolean): BodyVector {
  const text = readFileSync(join(VECTORS_FOLDER, "endpoint-bodies", `${file}.json`), "utf8");
  const { vectors } = JSON.parse(text) as { vectors: BodyVector[] };
  return vectors.find(({ expected }) => expected.valid === valid) as BodyVector;
}

it("takes hexadecimal, base64, files of either or of the octets, and standard input", async () => {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-inspect-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const base64 = Buffer.from(message).toString("base64");
  const spaced = hex.replaceAll(/../g, "$& ");
  const inputs = [hex, `0x${hex}`, spaced, base64, file("hex", `${hex}\n`), file("raw", message)];
  const { stdout: expected } = await run(["inspect", hex]);
  expect(expected).toContain(`MimiContent, ${message.length} octets`);
  for (const input of inputs) expect((await run(["inspect", input])).stdout).toBe(expected);
  expect((await run(["inspect"], { stdin: message })).stdout).toBe(expected);
  expect((await run(["inspect", "-"], { stdin: Buffer.from(base64) })).stdout).toBe(expected);
});

it("shows every field of content with its octets, under its parent", async () => {
  const { stdout } = await run(["inspect", hex]);
  expect(stdout).toMatch(/^ +1\.\.18 +salt +h'[0-9a-f]{32}'$/m);
  expect(stdout).toMatch(/^ {2}0\.\.\d+ +MimiContent +array\(7\)$/m);
  expect(stdout).toMatch(/"mimi:\/\/a\.example\/u\/alice" {2}senderUri$/m);
});

it.each(["key-material", "update", "submit-message", "notify", "group-info"])(
  "recognizes the bodies of %s",
  async (file) => {
    const { input } = bodyVector(file, true);
    const { code, stdout } = await run(["inspect", "--json", input.octets]);
    const { name, root, others, octets } = JSON.parse(stdout);
    expect([name, ...others]).toContain(input.struct);
    expect(code).toBe(ExitCode.ok);
    expect(root).toMatchObject({ start: 0, end: octets });
  },
);

it("shows where a body is wrong, and what was read until there", async () => {
  const { input } = bodyVector("update", true);
  const cut = input.octets.slice(0, -40);
  const { code, stdout } = await run(["inspect", "--as", "updaterequest", cut]);
  expect(code).toBe(ExitCode.failed);
  expect(stdout).toMatch(/^error at octet \d+: UpdateRequest\./m);
  expect(stdout).toContain("publicMessage");
  const { error } = JSON.parse((await run(["inspect", "--json", "--as", "UpdateRequest", cut])).stdout);
  expect(error).toMatchObject({ offset: expect.any(Number), message: expect.any(String) });
});

it("says so when nothing fits, or only parts do", async () => {
  const nothing = await run(["inspect", "ff".repeat(40)]);
  expect(nothing.code).toBe(ExitCode.failed);
  expect(nothing.stdout).toContain("no object that is known; nearest to");
  expect((await run(["inspect", "00".repeat(12)])).stdout).toContain("only parts of objects fit");
  expect((await run(["inspect", ""])).code).toBe(ExitCode.cannot);
});

it("lists what --as takes", async () => {
  const names = JSON.parse((await run(["inspect", "--names", "--json"])).stdout);
  expect(names).toEqual(expect.arrayContaining(["KeyPackage", "MimiContent", "ParticipantListData"]));
});
