import { expect, it } from "vitest";
import { assertLedger, ledger } from "./ledger.ts";
import { loadRequirements, type Requirement } from "./requirements.ts";

const ids = (requirements: readonly Requirement[]) => requirements.map(({ id }) => id);
const pick = (...wanted: string[]) => loadRequirements().filter(({ id }) => wanted.includes(id));

const OPEN = "PROTO-TR-01";
const PLANNED = "PROTO-DL-01";
const UNTESTABLE = "EXT-HPKE-02";

it("puts every requirement into exactly one list", () => {
  const all = loadRequirements();
  const { covered, untestable, planned, uncovered } = ledger(all, new Map([[OPEN, ["a-case"]]]));
  expect(ids([...covered, ...untestable, ...planned, ...uncovered]).sort()).toEqual(ids(all).sort());
  expect(ids(covered)).toEqual([OPEN]);
  expect(ids(planned)).toContain(PLANNED);
  expect(ids(untestable)).toContain(UNTESTABLE);
});

it("is shut by a requirement that nothing decides, also by an empty list of cases", () => {
  const balance = ledger(pick(OPEN, PLANNED, UNTESTABLE), new Map([[OPEN, []]]));
  expect(ids(balance.uncovered)).toEqual([OPEN]);
  expect(() => assertLedger(balance)).toThrow(
    /PROTO-TR-01 has neither a case nor a vector \(requirements\/.*:\d+\)/,
  );
});

it("opens when each is covered, planned or untestable", () => {
  const balance = ledger(pick(OPEN, PLANNED, UNTESTABLE), new Map([[OPEN, ["a-case"]]]));
  expect(() => assertLedger(balance)).not.toThrow();
});

it.each([PLANNED, UNTESTABLE])("is shut when %s is covered but still marked", (id) => {
  const balance = ledger(pick(id), new Map([[id, ["a-case"]]]));
  expect(ids(balance.stale)).toEqual([id]);
  expect(() => assertLedger(balance)).toThrow(`${id} is covered; take its mark away`);
});

it("is shut by an id that does not exist", () => {
  const balance = ledger([], new Map([["PROTO-TR-99", ["a-case", "a-vector"]]]));
  expect(() => assertLedger(balance)).toThrow("PROTO-TR-99 does not exist, but is cited by a-case, a-vector");
});
