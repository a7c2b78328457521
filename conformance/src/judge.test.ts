import { describe, expect, it } from "vitest";
import { answer, caseOf, sent, transcriptOf } from "../test/made.ts";
import type { ConformanceCase } from "./case.ts";
import { type CaseRecord, judgeRecords } from "./judge.ts";
import type { CaseTranscript } from "./transcript.ts";

const good = transcriptOf([sent("it", answer(200))]);
const bad = transcriptOf([sent("it", answer(500))]);
const nothing = transcriptOf([], { kind: "stopped", cause: "wait", reason: "waited in vain" });

async function judge(cases: readonly ConformanceCase[], ...transcripts: (CaseTranscript | undefined)[]) {
  const catalogue = new Map(cases.map((one) => [one.id, one]));
  const records = cases.map(({ id }, at): CaseRecord => {
    const transcript = transcripts[at];
    return transcript === undefined ? { caseId: id, skipped: "not now" } : { caseId: id, transcript };
  });
  return judgeRecords(records, catalogue);
}

describe("one case", () => {
  it.each([
    ["MUST", good, "pass"],
    ["MUST", bad, "fail"],
    ["SHOULD", bad, "warn"],
    ["MAY", bad, "skip"],
    ["MUST", nothing, "inconclusive"],
    ["MUST", undefined, "skip"],
    [
      "MUST",
      transcriptOf([sent("it", answer(500))], { kind: "broken", reason: "TypeError" }),
      "inconclusive",
    ],
    ["MUST", { ...good, end: nothing.end }, "inconclusive"],
    ["MUST", { ...bad, end: nothing.end }, "fail"],
  ] as const)("%s", async (level, transcript, result) => {
    const [verdict] = await judge([caseOf("a/b", { level })], transcript);
    expect(verdict?.result).toBe(result);
  });

  it("shows the first check that does not hold, and points at its exchange", async () => {
    const one = caseOf("a/b", {
      judge: (_, check) => [
        check.answered("it", { status: [200] }),
        check.answered("then", { status: [201] }),
        check.answered("last", { status: [201] }),
      ],
    });
    const transcript = transcriptOf([
      sent("it", answer(200)),
      sent("then", answer(400)),
      sent("last", answer(500)),
    ]);
    const [verdict] = await judge([one], transcript);
    expect(verdict).toMatchObject({ expected: "then: status 201", saw: "status 400", at: 1 });
  });

  it("prefers a failure to a warning, and to what is unknown", async () => {
    const one = caseOf("a/b", {
      judge: (_, check) => [
        check.unknown("x", "y"),
        check.should(check.that(false, "nice", "not nice")),
        check.that(false, "right", "wrong"),
      ],
    });
    expect((await judge([one], good))[0]).toMatchObject({ result: "fail", saw: "wrong" });
  });

  it("only warns when nothing but a SHOULD is unmet", async () => {
    const one = caseOf("a/b", { judge: (_, check) => [check.should(check.that(false, "nice", "not nice"))] });
    expect((await judge([one], good))[0]?.result).toBe("warn");
  });

  it("is inconclusive when two engines disagree, and when the judge breaks or has nothing to say", async () => {
    const disputed = caseOf("a/b", {
      judge: (_, check) => [{ ...check.that(false, "valid", "both answers"), disputed: true }],
    });
    const broken = caseOf("a/c", {
      judge: () => {
        throw new RangeError("oh");
      },
    });
    const empty = caseOf("a/d", { judge: () => [] });
    const verdicts = await judge([disputed, broken, empty], good, good, good);
    expect(verdicts.map(({ result }) => result)).toEqual(["inconclusive", "inconclusive", "inconclusive"]);
  });
});

describe("twins", () => {
  const twin = caseOf("a/valid");
  const negative = caseOf("a/negative", { twin: "a/valid" });

  it.each([
    [good, good, "pass"],
    [good, bad, "fail"],
    [bad, good, "inconclusive"],
    [bad, bad, "inconclusive"],
    [nothing, good, "inconclusive"],
    [undefined, good, "inconclusive"],
    [bad, undefined, "skip"],
  ] as const)("a negative case counts only beside a twin that passes", async (first, second, result) => {
    const verdicts = await judge([twin, negative], first, second);
    expect(verdicts[1]?.result).toBe(result);
  });

  it("judges an inline twin by its own judge", async () => {
    const inline = caseOf("a/b", {
      twin: { run: async () => {}, judge: (_, check) => [check.answered("valid", { status: [200] })] },
    });
    const verdictWith = async (valid: CaseTranscript) =>
      (await judgeRecords([{ caseId: "a/b", transcript: good, valid }], new Map([["a/b", inline]])))[0]
        ?.result;
    expect(await verdictWith(transcriptOf([sent("valid", answer(200))]))).toBe("pass");
    expect(await verdictWith(transcriptOf([sent("valid", answer(400))]))).toBe("inconclusive");
  });

  it("skips what the suite does not have any more", async () => {
    const verdicts = await judgeRecords([{ caseId: "gone/case", transcript: good }], new Map());
    expect(verdicts[0]?.result).toBe("skip");
  });
});
