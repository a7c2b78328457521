/**
 * Random questions of policy, asked of the second implementation, in Python: verdict, reason, and what a denial is about
 * have to be the same. `OPENMIMI_ORACLE_QUESTIONS` asks for more.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { randomPolicyVectors } from "./random-policy.ts";

const QUESTIONS = Number(process.env.OPENMIMI_ORACLE_QUESTIONS ?? 3_000);
const CHECK = fileURLToPath(new URL("../check", import.meta.url));

/** Checks files of policy decisions with what needs nothing but the standard library. */
const PROGRAM = `
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
import check, openmimi_check.policy_decisions
files = [check.check_file(pathlib.Path(name)) for name in sys.argv[2:]]
problems = [f"{problem.id}: {problem.message}" for file in files for problem in file.problems]
print(json.dumps({"passed": sum(file.passed for file in files), "problems": problems[:20]}))
`;

const python = ["python3", "python"].find((name) => {
  const { status } = spawnSync(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]);
  return status === 0;
});

const folder = mkdtempSync(join(tmpdir(), "openmimi-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));

function check(vectors: readonly object[]): {
  readonly passed: number;
  readonly problems: readonly string[];
} {
  const file = join(folder, "random.json");
  writeFileSync(file, JSON.stringify({ kind: "policy-decisions", vectors }));
  const { status, stdout, stderr } = spawnSync(python ?? "", ["-c", PROGRAM, CHECK, file], {
    encoding: "utf8",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe.skipIf(python === undefined)("the second implementation in Python", () => {
  const vectors = randomPolicyVectors(QUESTIONS, "random policy");

  it("answers random questions alike", { timeout: 60_000 + 20 * QUESTIONS }, () => {
    expect(check(vectors)).toEqual({ passed: vectors.length, problems: [] });
    const reasons = new Set(vectors.map(({ expected }) => (expected.valid ? "allowed" : expected.reason)));
    expect(reasons.size).toBeGreaterThan(25);
    expect(vectors.filter(({ expected }) => expected.valid).length).toBeGreaterThan(QUESTIONS / 10);
    expect(vectors.filter(({ input }) => "pending" in input).length).toBeGreaterThan(QUESTIONS / 50);
  });

  it("does not answer what it is told", () => {
    const turned = vectors.slice(0, 50).map((vector) => ({
      ...vector,
      expected: vector.expected.valid ? { valid: false, reason: "banned" } : { valid: true, rules: [] },
    }));
    expect(check(turned).passed).toBe(0);
  });
});
