import { expect, it } from "vitest";
import { caseOf } from "../test/made.ts";
import { builtInCatalogue, catalogueOf, select } from "./catalogue.ts";
import { coveredRequirements, explainCase, listCases } from "./describe.ts";

it("the suite's own cases are sound", () => {
  expect(builtInCatalogue().size).toBeGreaterThan(4);
});

it.each([
  ["an id twice", [caseOf("a/b"), caseOf("a/b")]],
  ["an id of one word", [caseOf("a")]],
  ["an id with capitals", [caseOf("a/B")]],
  ["a requirement that does not exist", [caseOf("a/b", { requirements: ["PROTO-XX-01"] })]],
  ["no requirement", [caseOf("a/b", { requirements: [] })]],
  ["a reading that does not exist", [caseOf("a/b", { readings: ["R-999"] })]],
  ["a twin that does not exist", [caseOf("a/b", { twin: "a/c" })]],
  ["a twin with a twin", [caseOf("a/a"), caseOf("a/b", { twin: "a/a" }), caseOf("a/c", { twin: "a/b" })]],
  [
    "a twin that needs more",
    [caseOf("a/a", { needs: { level: "L2", operations: [] } }), caseOf("a/b", { twin: "a/a" })],
  ],
])("refuses %s", (_, cases) => {
  expect(() => catalogueOf(cases)).toThrow(expect.objectContaining({ code: "bad-case" }));
});

it("selects by id, by beginning and by role, and takes the twin along, first", () => {
  const cases = [
    caseOf("a/negative", { twin: "z/valid" }),
    caseOf("a/negative-too", { role: "hub" }),
    caseOf("z/valid"),
  ];
  const catalogue = catalogueOf(cases);
  const ids = (selection: Parameters<typeof select>[1]) => select(catalogue, selection).map(({ id }) => id);
  expect(ids({})).toEqual(["z/valid", "a/negative", "a/negative-too"]);
  expect(ids({ only: ["a/negative"] })).toEqual(["z/valid", "a/negative"]);
  expect(ids({ only: ["a"], roles: ["hub"] })).toEqual(["a/negative-too"]);
  expect(() => ids({ only: ["a/neg"] })).toThrow(expect.objectContaining({ code: "unknown-case" }));
});

it("lists and explains", () => {
  expect(listCases({ level: "L0" }).every(({ needs }) => needs === "L0")).toBe(true);
  const explained = explainCase("transport/from/missing");
  expect(explained.twin).toBe("key-material/claim");
  expect(explained.requirementTexts[0]).toMatchObject({ id: "PROTO-TR-01", level: "MUST" });
  expect(coveredRequirements().get("PROTO-TR-01")).toContain("transport/from/missing");
  expect(explained.requires).toEqual(["user"]);
  expect(() => explainCase("no/such")).toThrow(expect.objectContaining({ code: "unknown-case" }));
});
