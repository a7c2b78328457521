import { expect, it } from "vitest";
import { textProblem } from "./text-problem.ts";
import { characterOf, count, hexOf, oneLine, range, wholeValue } from "./words.ts";

it("counts and ranges", () => {
  expect([count(1, "octet"), count(1344, "octet")]).toEqual(["1 octet", "1,344 octets"]);
  expect([range(4, 37), range(4, 5), range(4, 4)]).toEqual(["4–36", "4", "none"]);
  expect([hexOf(0), hexOf(255), characterOf(0x41), characterOf(0x0a), characterOf(0xff)]).toEqual([
    ...["00", "ff", "A", "·", "·"],
  ]);
});

it("a value is one line, without what could hide or turn it", () => {
  expect(oneLine("a\nb\u202ec\u0000d", 20)).toBe("a\ufffdb\ufffdc\ufffdd");
  expect(oneLine("abcdef", 3)).toBe("abc…");
  expect(oneLine(7, 3)).toBe("7");
  expect(wholeValue("x".repeat(5000))).toMatch(/^x{4096}… \(cut: 5,000 characters\)$/);
});

it.each([
  ["", undefined],
  ["  \n", undefined],
  ["00zz!", /character 5 is "!"/],
  ["é", /character 1 is "é"/],
  ["12345", /these are 5/],
  ["0x1 23", /these are 3/],
  ["abcde=fgh", /not their number or their order/],
])("says what is wrong with %j", (text, problem) => {
  if (problem === undefined) expect(textProblem(text)).toBeUndefined();
  else expect(textProblem(text)).toMatch(problem);
});
