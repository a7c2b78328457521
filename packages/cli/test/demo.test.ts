/** The demo, played with provider processes of their own. */

import { expect, it } from "vitest";
import { playDemo, type TraceItem } from "../src/demo/index.ts";

it("plays the draft's flow, loses the hub in a burst, and everything holds", {
  timeout: 240_000,
}, async () => {
  const items: TraceItem[] = [];
  const { ok, checks, failed } = await playDemo({ report: (item) => items.push(item) });
  const wrong = items.filter((item) => item.kind === "check" && !item.ok);
  expect(wrong).toEqual([]);
  expect({ ok, failed }).toEqual({ ok: true, failed: 0 });
  expect(checks).toBeGreaterThan(15);

  const sections = items.flatMap((item) => (item.kind === "step" ? [item.section] : []));
  expect(sections).toEqual(["3", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "burst", "end"]);
  // Protocol §3, figures 2 to 8: what goes from provider to provider.
  const arrows = items.flatMap((item) =>
    item.kind === "request" && item.link === "mimi"
      ? [`${item.from} ${item.to} ${item.endpoint} ${item.status}`]
      : [],
  );
  expect(arrows).toEqual([
    "a.example b.example keyMaterial 200",
    "a.example b.example notify 201",
    "b.example a.example keyMaterial 200",
    "a.example c.example keyMaterial 200",
    "b.example a.example update 200",
    "a.example c.example notify 201",
    "a.example b.example notify 201",
    "c.example a.example submitMessage 200",
    "a.example b.example notify 201",
    "b.example a.example update 200",
    "a.example c.example notify 201",
    "c.example a.example update 200",
    "a.example b.example notify 201",
    "c.example a.example groupInfo 200",
    "c.example a.example update 200",
    "a.example c.example notify 201",
    "a.example c.example notify 201",
  ]);
  expect(items.at(-1)).toMatchObject({ kind: "summary", ok: true });
});
