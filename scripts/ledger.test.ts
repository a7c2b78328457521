/** The ledger gate: every requirement has a case or a vector, or says why not. */

import { assertLedger, ledger, loadRequirements } from "@openmimi/spec";
import { expect, it } from "vitest";
import { coveredRequirements } from "../conformance/src/index.ts";
import { coveredByVectors } from "../vectors/src/index.ts";

it("every requirement is covered, untestable for a reason, or planned", () => {
  const covered = new Map<string, readonly string[]>(coveredRequirements());
  for (const [id, vectors] of coveredByVectors()) covered.set(id, [...(covered.get(id) ?? []), ...vectors]);
  const balance = ledger(loadRequirements(), covered);
  assertLedger(balance);
  expect(balance.covered.length).toBeGreaterThan(100);
});
