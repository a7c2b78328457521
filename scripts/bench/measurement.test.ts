import { expect, it } from "vitest";
import { parseMeasurements } from "./measurement.ts";

const good = { name: "n", unit: "ms", value: 1, baseline: 2, ratio: 0.5, goal: "<= 1", met: true };

it("reads one measurement per line", () => {
  expect(parseMeasurements("b.ts", `${JSON.stringify(good)}\n\n${JSON.stringify(good)}\n`)).toEqual([
    good,
    good,
  ]);
});

it.each([
  ["nothing", "\n", "printed no measurement"],
  ["other text", "hello\n", "not a JSON line: hello"],
  ["a missing field", JSON.stringify({ ...good, met: undefined }), "met is no boolean"],
])("refuses %s", (_, text, why) => {
  expect(() => parseMeasurements("b.ts", text)).toThrow(`b.ts: ${why}`);
});
