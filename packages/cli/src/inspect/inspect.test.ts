import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode as encodeContent, markdown } from "@openmimi/content";
import { inspect } from "@openmimi/inspect";
import { VECTORS_FOLDER } from "@openmimi/vectors";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../../test/run.ts";
import { ExitCode } from "../exit-code.ts";
import { runOpenmimi } from "../index.ts";

const uris = { senderUri: "mimi://a.example/u/alice", roomUri: "mimi://a.example/r/club" };
const message = encodeContent(markdown("Hi", uris));
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

/** What a terminal of some width shows. */
async function onTerminal(columns: number, args: readonly string[]): Promise<string[]> {
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  await runOpenmimi(["inspect", ...args], {
    stdout: { write, isTTY: true, columns },
    stderr: { write },
    readStdin: async () => new Uint8Array(),
    stopped: async () => {},
  });
  return text.split("\n");
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
  expect(expected).toContain(`MimiContent (content §4.1), ${message.length} octets\n`);
  for (const input of inputs) expect((await run(["inspect", input])).stdout).toBe(expected);
  expect((await run(["inspect"], { stdin: message })).stdout).toBe(expected);
  expect((await run(["inspect", "-"], { stdin: Buffer.from(base64) })).stdout).toBe(expected);
});

describe("the tree", () => {
  it("shows every field of content with its octets, under its parent", async () => {
    const { stdout } = await run(["inspect", hex]);
    expect(stdout).toMatch(/^ +1\.\.18 +salt +[0-9a-f]{32}$/m);
    expect(stdout).toMatch(/^ {2}0\.\.\d+ +MimiContent +array\(7\)$/m);
    expect(stdout).toMatch(/"mimi:\/\/a\.example\/u\/alice" {2}senderUri, user$/m);
    expect(stdout).toMatch(/^111\.\.114 +content +"Hi" {2}\(2 octets\)$/m);
  });

  it("names code points, in one line where they are a list, unless in full", async () => {
    const { input } = bodyVector("update", true);
    const { stdout } = await run(["inspect", input.octets]);
    expect(stdout).toMatch(/wireFormat +0x0001 {2}publicMessage$/m);
    expect(stdout).toMatch(/proposals +\[3\] appDataUpdate, appEphemeral, selfRemove$/m);
    expect(stdout).toMatch(/ciphertext +51 octets, encrypted$/m);
    const full = await run(["inspect", "--full", input.octets]);
    expect(full.stdout).toMatch(
      /proposals +uint16<V>\n.*\[0\] {2}0x0008 {2}appDataUpdate\n.*\[1\] {2}0x0009/m,
    );
  });

  it.each([60, 80, 120])("fits %i columns", async (columns) => {
    for (const file of ["key-material", "update", "notify", "report-abuse"]) {
      for (const valid of [true, false]) {
        const lines = await onTerminal(columns, [bodyVector(file, valid).input.octets]);
        const long = lines.filter((line) => line.length > columns && !/^(SHA-256|KeyPackageRef) /.test(line));
        // An excerpt of octets has its width.
        expect(long.filter((line) => columns > 76 || !/^ +\d+ {2}([0-9a-f]{2} )/.test(line))).toEqual([]);
      }
    }
  });

  it("says what an object inside of another is, and what is wrong with it alone", async () => {
    const { stdout, code } = await run(["inspect", "--as", "app_data_dictionary", "0800220504017800 00"]);
    expect(stdout).toMatch(/data +→ ParticipantListData$/m);
    expect(stdout).toMatch(/^ +! at octet 5: ParticipantListData\.participants\[0\]\.user: expected "mimi:/m);
    expect(stdout).toMatch(/^error in data at octet 5: /m);
    expect(code).toBe(ExitCode.ok);
  });
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

it("gives programs what the library says", async () => {
  const { stdout } = await run(["inspect", "--json", hex]);
  expect(JSON.parse(stdout)).toEqual(inspect(message));
  expect(Object.keys(JSON.parse(stdout))).toEqual([
    ...["name", "section", "octets", "root", "facts", "whole", "others"],
  ]);
});

describe("facts", () => {
  const bare = Buffer.from(encodeContent(markdown("Hi"))).toString("hex");

  it("are the message ID and the franking tag, with the URIs that the message does not say", async () => {
    const { stdout } = await run(["inspect", bare]);
    expect(stdout).toMatch(/^message ID +not known {2}.*senderUri and roomUri: give --sender and --room/m);
    const given = await run(["inspect", bare, "--sender", uris.senderUri, "--room", uris.roomUri]);
    expect(given.stdout).toMatch(/^message ID +01[0-9a-f]{62} {2}of mimi:\/\/a\.example\/u\/alice in /m);
    expect(given.stdout).toMatch(/^franking tag +[0-9a-f]{64} /m);
    const keyed = await run(["inspect", bare, "--franking-key", "00".repeat(16)]);
    const tagIn = (text: string) => /^franking tag +([0-9a-f]+)/m.exec(text)?.[1];
    expect(tagIn(keyed.stdout)).not.toBe(tagIn(stdout));
    expect((await run(["inspect", bare, "--franking-key", "?"])).code).toBe(ExitCode.cannot);
  });

  it("are told of each object inside", async () => {
    const { stdout } = await run(["inspect", bodyVector("update", true).input.octets]);
    expect(stdout).toMatch(
      /^of proposalOrCommit\..*\.proposals\[0\]\.proposal\.keyPackage:\nKeyPackageRef +[0-9a-f]{64} /m,
    );
    expect(stdout).toMatch(/^KeyPackage signature {2}verifies/m);
  });
});

describe("octets that are wrong", () => {
  it("are shown up to the error, with a mark under the octet", async () => {
    const { input } = bodyVector("update", true);
    // The wire format of the message in front.
    const wrong = `0001ffff${input.octets.slice(8)}`;
    const { code, stdout } = await run(["inspect", "--as", "updaterequest", wrong]);
    expect(code).toBe(ExitCode.failed);
    expect(stdout).toContain("no UpdateRequest (protocol §5.3), 2352 octets");
    expect(stdout).toMatch(/wireFormat {2}WireFormat {2}<- here$|wireFormat {2}<- here$/m);
    expect(stdout).toContain(
      "error at octet 2: UpdateRequest.proposalOrCommit.wireFormat: WireFormat 65535 is not defined",
    );
    expect(stdout).toContain("  expected 1 (publicMessage), 2 (privateMessage), 3 (welcome)");
    const lines = stdout.split("\n");
    const at = lines.findIndex((line) => /^ +0 {2}00 01 ff ff/.test(line));
    expect(lines[at + 1]?.indexOf("^^")).toBe(lines[at]?.indexOf("ff ff"));
    const { error } = JSON.parse((await run(["inspect", "--json", "--as", "UpdateRequest", wrong])).stdout);
    expect(error).toMatchObject({ offset: 2, code: "unknown-value", message: expect.any(String) });
  });

  it("that end too early are shown to their end", async () => {
    const { stdout } = await run([
      "inspect",
      "--as",
      "UpdateRequest",
      bodyVector("update", true).input.octets.slice(0, 400),
    ]);
    expect(stdout).toMatch(/^error at octet 53: .*announces 819 octets, 145 are left/m);
    expect(stdout).toMatch(/^95\.\.|^ *95\.\.200 +leafNode$/m);
    const empty = await run(["inspect", "--as", "Proposal", "0003"]);
    expect(empty.stdout).toContain("^^ the octets end here");
  });

  it("are said to be so, whether nothing fits or only parts do", async () => {
    const nothing = await run(["inspect", "ff".repeat(40)]);
    expect(nothing.code).toBe(ExitCode.failed);
    expect(nothing.stdout).toContain("no object that is known; nearest is");
    const parts = await run(["inspect", "03c0ffee"]);
    expect(parts.code).toBe(ExitCode.ok);
    expect(parts.stdout).toMatch(/^only parts of objects fit; the likeliest is /);
    expect((await run(["inspect", ""])).code).toBe(ExitCode.cannot);
  });

  it("cannot hide behind control characters", async () => {
    const spoof = encodeContent(markdown("a\u202eb", uris));
    const { stdout } = await run(["inspect", Buffer.from(spoof).toString("hex")]);
    expect(stdout).not.toContain("\u202e");
    expect(stdout).toContain("a?b");
  });
});

it("says which objects there are, and asks for another name", async () => {
  const names = JSON.parse((await run(["inspect", "--names", "--json"])).stdout);
  expect(names).toEqual(expect.arrayContaining(["KeyPackage", "MimiContent", "ParticipantListData"]));
  expect((await run(["inspect", "--names"])).stdout).toMatch(/^KeyPackage +RFC 9420 §10$/m);
  const { code, stderr } = await run(["inspect", "--as", "keypack", "00"]);
  expect(code).toBe(ExitCode.cannot);
  expect(stderr).toContain("did you mean");
});
