import { MessageStatus, standingStatus, statusChanges } from "@openmimi/content";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const { unread, delivered, read, expired, deleted, hidden, error } = MessageStatus;

describe("status transitions (status §3)", () => {
  // From each status: those that take effect after it. 200 stands for all that have no name.
  const table: readonly [from: number | undefined, effective: readonly number[]][] = [
    [undefined, [unread, delivered, read, expired, deleted, hidden, error, 200]],
    [error, [unread, delivered, read, expired, deleted, hidden, 200]],
    [delivered, [unread, read, expired, deleted, hidden, 200]],
    [unread, [read, expired, deleted, hidden, 200]],
    [read, [unread, expired, deleted, hidden, 200]],
    [hidden, [unread, read, expired, deleted, 200]],
    [200, [unread, read, expired, deleted, hidden]],
    [expired, []],
    [deleted, []],
  ];

  it.each(table)("from %s", (from, effective) => {
    const all = [...Object.values(MessageStatus), 200];
    expect(all.filter((to) => statusChanges(from, to)).sort()).toEqual([...effective].sort());
  });

  it("follow the draft's example: delivered, then read, then unread, then expired", () => {
    const steps = [delivered, read, unread, expired];
    expect(steps.every((to, index) => statusChanges(steps[index - 1], to))).toBe(true);
  });

  it("have one outcome, in whatever order the reports arrive", () => {
    const reports = fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 })
      .chain((statuses) => {
        const inOrder = statuses.map((status, index) => ({ status, order: String(index) }));
        return fc.tuple(fc.constant(inOrder), fc.shuffledSubarray(inOrder, { minLength: inOrder.length }));
      });
    fc.assert(
      fc.property(reports, ([inOrder, arrived]) => {
        let expected: number | undefined;
        for (const { status } of inOrder) if (statusChanges(expected, status)) expected = status;
        let standing: { status: number; order: string } | undefined;
        for (const report of arrived) standing = standingStatus(standing, report);
        expect(standing?.status).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
