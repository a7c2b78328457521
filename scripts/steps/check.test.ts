import { describe, expect, it } from "vitest";
import { countsOfTests, countsOfVectors } from "./check.ts";
import { isUnreachable, usableVersion } from "./python.ts";
import type { Ended } from "./step.ts";

const ended = (status: number, stdout: string): Ended => ({ status, stdout, output: `${stdout}\nand more` });
const report = (passed: number, failed: number, problems: { id: string; message: string }[] = []) =>
  JSON.stringify({ passed, failed, kinds: { content: { passed, failed } }, problems });

describe("what the second implementation says of the vectors", () => {
  it("is counted", () => {
    expect(countsOfVectors(ended(0, report(429, 0)))).toEqual({
      passed: 429,
      failed: 0,
      note: "1 kinds of vectors",
    });
  });

  it("names what it disagrees with, in a few lines", () => {
    const problems = Array.from({ length: 30 }, (_, index) => ({
      id: `content/x/${index}`,
      message: "expected 1, got 2",
    }));
    const counts = countsOfVectors(ended(1, report(400, 30, problems)));
    expect(counts).toMatchObject({ passed: 400, failed: 30 });
    expect(counts.output).toMatch(/^content\/x\/0: expected 1, got 2\n/);
    expect(counts.output).toMatch(/\.\.\. and 10 more$/);
  });

  it("is a failure where it says nothing, and where it ends badly for no reason given", () => {
    expect(countsOfVectors(ended(1, "Traceback"))).toEqual({
      passed: 0,
      failed: 1,
      output: "Traceback\nand more",
    });
    expect(countsOfVectors(ended(1, report(0, 0)))).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe("its own tests", () => {
  it("are counted by the last line", () => {
    expect(countsOfTests(ended(0, "..\nRan 2 tests\n2 passed, 0 failed\n"))).toEqual({
      passed: 2,
      failed: 0,
    });
  });

  it("fail where one does, where there are none, and where the line is missing", () => {
    expect(countsOfTests(ended(1, "1 passed, 1 failed\n"))).toMatchObject({ passed: 1, failed: 1 });
    expect(countsOfTests(ended(1, "0 passed, 0 failed\n"))).toMatchObject({ passed: 0, failed: 1 });
    expect(countsOfTests(ended(1, "Traceback"))).toMatchObject({ passed: 0, failed: 1 });
    expect(countsOfTests(ended(0, "2 passed, 0 failed\nTraceback"))).toMatchObject({ failed: 1 });
  });
});

describe("the Python that it runs on", () => {
  it("is 3.9 or later", () => {
    expect(usableVersion("Python 3.11.7\n")).toBe("3.11.7");
    expect(usableVersion("Python 3.9.2")).toBe("3.9.2");
    expect(usableVersion("Python 3.8.18")).toBeUndefined();
    expect(usableVersion("Python 2.7.18")).toBeUndefined();
    expect(usableVersion("pyenv: python3: command not found")).toBeUndefined();
  });

  it("is done without where pip reaches no registry, and a failure where the packages are other ones", () => {
    const offline =
      "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(': Failed to establish a " +
      "new connection: [Errno -2] Name or service not known')': /simple/cffi/\nERROR: No matching distribution found";
    expect(isUnreachable(offline)).toBe(true);
    expect(isUnreachable("ReadTimeoutError: Read timed out.")).toBe(true);
    expect(isUnreachable("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.")).toBe(
      false,
    );
    expect(isUnreachable("ERROR: No matching distribution found for cryptography==47.0.0")).toBe(false);
  });
});
