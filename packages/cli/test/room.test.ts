import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority } from "@openmimi/pki";
import { startProvider } from "@openmimi/provider";
import { presetNames, roomStateOf } from "@openmimi/room";
import { describe, expect, it, onTestFinished } from "vitest";
import { ExitCode } from "../src/index.ts";
import { run } from "./run.ts";

const ALICE = "mimi://a.example/u/alice";
const BOB = "mimi://b.example/u/bob";
const VECTORS = new URL("../../../vectors/policy-decisions/", import.meta.url).pathname;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "openmimi-room-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

describe("openmimi room presets", () => {
  it("lists the example rooms, for people and for programs", async () => {
    const { code, stdout } = await run(["room", "presets"]);
    expect(code).toBe(ExitCode.ok);
    for (const name of presetNames) expect(stdout).toMatch(new RegExp(`^${name}$`, "m"));
    expect(stdout).toMatch(
      /^ {3}4 {2}super_admin +\d+ capabilities, \d+ role changes {2}\(the creator's\)$/m,
    );
    const all = JSON.parse((await run(["room", "presets", "--json"])).stdout);
    expect(all.map(({ name }: { name: string }) => name)).toEqual(presetNames);
    expect(all[0].roles[2].capabilities).toContain("canAddParticipant");
  });
});

describe("openmimi room preset", () => {
  it.each(presetNames)("%s prints components that are a room", async (name) => {
    const { stdout } = await run(["room", "preset", name, "--json", "--creator", ALICE]);
    const { components, room } = JSON.parse(stdout) as Record<string, Record<string, never>>;
    const octets = new Map(
      Object.entries(components!).map(([id, hex]) => [Number(id), new Uint8Array(Buffer.from(hex, "hex"))]),
    );
    const state = roomStateOf((id) => octets.get(id));
    expect(state.participants).toMatchObject([{ user: ALICE }]);
    expect(Object.keys(room!)).toEqual(Object.keys(components!).toSorted());
  });

  it("shows names of capabilities, and the octets", async () => {
    const { stdout } = await run(["room", "preset", "moderated", "--title", "Lecture"]);
    expect(stdout).toMatch(/^0x0025 rolesList, \d+ octets$/m);
    expect(stdout).toContain('"roleCapabilities": ["canUseJoinCode"]');
    expect(stdout).toContain('"roomName": "Lecture"');
    const { stdout: hex } = await run(["room", "preset", "moderated", "--title", "Lecture", "--hex"]);
    for (const line of hex.trimEnd().split("\n")) {
      expect(line).toMatch(/^0x[0-9a-f]{4} [0-9a-f]+$/);
      expect(stdout).toContain(line.split(" ")[1]);
    }
  });

  it.each([
    [["room", "preset", "anarchy"], "there is no preset anarchy: expected one of cooperative,"],
    [["room", "preset", "moderated", "--room", "clubhouse"], "--room: clubhouse: expected"],
    [["room", "preset", "moderated", "--room", ALICE], "--room: mimi://a.example/u/alice: a user is no room"],
    [["room", "preset", "moderated", "--creator", "alice"], "--creator: alice: expected"],
  ])("says what is wrong with %j", async (args, why) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([ExitCode.cannot, ""]);
    expect(stderr).toContain(why);
  });
});

describe("openmimi room explain", () => {
  it("derives what is allowed and what is denied, from a file of vectors", async () => {
    const ask = (id: string) => run(["room", "explain", join(VECTORS, "adding.json"), "--id", id]);
    const held = await ask("add-participant-held");
    expect(held.code).toBe(ExitCode.ok);
    expect(held.stdout).toMatch(
      /^allowed\n {2}canAddParticipant for mimi:.*about mimi:.*\(policy §8\.1\.1\)\n/,
    );
    const missing = await ask("policy-decisions/adding/add-participant-missing");
    expect(missing.code).toBe(ExitCode.failed);
    expect(missing.stdout).toMatch(/^denied: missing-capability\n(.*\n)* {2}see policy §8\.1\.1\n$/);
  });

  /** A cooperative room of alice with bob, and what somebody does. */
  async function asked(change: unknown, actor = ALICE, more: readonly string[] = []) {
    const place = folder();
    const [state, file] = [join(place, "state.json"), join(place, "change.json")];
    writeFileSync(state, (await run(["room", "preset", "cooperative", "--json", "--creator", ALICE])).stdout);
    writeFileSync(file, typeof change === "string" ? change : JSON.stringify(change));
    return run(["room", "explain", "--state", state, "--actor", actor, "--change", file, ...more]);
  }

  it("answers for a state, an actor and a change, with URIs in the place of octets", async () => {
    const add = { kind: "participants", add: { [BOB]: 2 } };
    expect((await asked(add)).stdout).toBe(
      `allowed\n  canAddParticipant for ${ALICE}, about ${BOB} (policy §8.1.1)\n`,
    );
    const denied = await asked([add, { kind: "clientAdded", user: BOB }], BOB);
    expect(denied.code).toBe(ExitCode.failed);
    expect(denied.stdout).toContain("denied: not-a-participant");
    const decision = JSON.parse((await asked(add, ALICE, ["--json"])).stdout);
    expect(decision).toMatchObject({ allowed: true, grounds: [{ rule: "canAddParticipant" }] });
  });

  it("knows joiners and providers as well", async () => {
    const joins = [
      { kind: "participants", add: { [BOB]: 2 } },
      { kind: "clientJoined", user: BOB },
    ];
    expect((await asked(joins, BOB, ["--kind", "joiner"])).stdout).toContain("denied:");
    const ban = { kind: "participants", add: { [BOB]: 1 } };
    const hub = await asked(ban, "mimi://a.example", ["--kind", "externalSender"]);
    expect(hub.stdout).toContain("canBan for mimi://a.example");
  });

  it.each([
    ["no question", ["room", "explain"], "expected a file with a question, or --state"],
    ["a file that is not there", ["room", "explain", "no-such.json"], "no-such.json: there is no such file"],
    ["a file of vectors", ["room", "explain", join(VECTORS, "adding.json")], "choose one with --id"],
    [
      "an unknown vector",
      ["room", "explain", join(VECTORS, "adding.json"), "--id", "x"],
      "holds no vector x",
    ],
    ["a file and an actor", ["room", "explain", "a.json", "--actor", ALICE], "leave out --state"],
    ["an unknown kind of actor", ["room", "explain", "a.json", "--kind", "king"], "expected one of member"],
  ])("says what is wrong with %s", async (_, args, why) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([ExitCode.cannot, ""]);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain("defect");
  });

  it.each([
    ["no JSON", "{", "is no JSON"],
    ["a change of no kind", { kind: "teapot" }, "/changes/0"],
    ["nothing", null, "/changes/0"],
    ["a role that is no number", { kind: "participants", add: { [BOB]: "admin" } }, "expected a role index"],
    ["a removal of a stranger", { kind: "participants", remove: [BOB] }, "is not in the participant list"],
  ])("says what is wrong with a change that is %s", async (_, change, why) => {
    const { code, stderr } = await asked(change);
    expect(code).toBe(ExitCode.cannot);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain("defect");
  });
});

it("openmimi room create makes each of the example rooms at a provider", async () => {
  const place = folder();
  const authority = await createAuthority();
  const { chainPem, privateKeyPem } = await authority.issue({ domain: "a.example" });
  const loopback = { host: "127.0.0.1", port: 0 };
  const provider = await startProvider({
    domain: "a.example",
    ...{ mimi: loopback, clientApi: loopback, database: ":memory:", logLevel: "error" },
    tls: { certificate: chainPem, privateKey: privateKeyPem, ca: authority.certificatePem },
  });
  onTestFinished(() => provider.close());
  const ca = join(place, "ca.pem");
  writeFileSync(ca, authority.certificatePem);
  const client = join(place, "alice.db");
  const create = (...args: string[]) =>
    run([
      ...["room", "create", ...args, "--provider", "https://a.example", "--ca", ca, "--client", client],
      ...["--connect-to", new URL(provider.clientUrl).host],
    ]);
  const unnamed = await create("clubhouse");
  expect([unnamed.code, unnamed.stderr]).toEqual([ExitCode.cannot, expect.stringContaining("--user")]);
  const first = await create("clubhouse", "--user", "alice");
  expect(first.stdout).toBe(
    `room     mimi://a.example/r/clubhouse\npreset   cooperative\nlisted   ${ALICE} as role 4\n`,
  );
  for (const preset of presetNames) {
    const { stdout } = await create(preset, "--preset", preset, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ roomUri: `mimi://a.example/r/${preset}`, preset, epoch: "0" });
  }
  const again = await create("clubhouse");
  expect([again.code, again.stderr]).toEqual([ExitCode.cannot, expect.stringContaining("is known already")]);
  const other = await create("den", "--user", "bob");
  expect([other.code, other.stderr]).toEqual([ExitCode.cannot, expect.stringContaining("not of bob")]);
  expect((await create("den", "--preset", "anarchy")).code).toBe(ExitCode.cannot);
  expect((await create("den", "--add", "mimi://a.example/u/nobody")).code).toBe(ExitCode.cannot);
});
