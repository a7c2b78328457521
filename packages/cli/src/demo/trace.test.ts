import { describe, expect, it } from "vitest";
import { jsonReport, type TraceItem, textReport } from "./trace.ts";

const items: readonly TraceItem[] = [
  { kind: "title", text: "Three providers" },
  {
    ...{ kind: "provider", domain: "a.example", role: "hub", pid: 4194303 },
    ...{ mimi: "127.0.0.1:65535", clients: "127.0.0.1:65534" },
  },
  { kind: "step", section: "3.2", title: "Alice adds Bob" },
  {
    ...{ kind: "request", link: "client", from: "ClientA1", to: "a.example", endpoint: "keyMaterial" },
    ...{ status: 200, answer: "success, 1 KeyPackage", ms: 12.3 },
  },
  {
    ...{ kind: "request", link: "mimi", from: "a.example", to: "b.example", endpoint: "notify", status: 201 },
    answer: "Welcome, tree",
  },
  { kind: "delivery", from: "b.example", to: "ClientB1", what: "Welcome: joined in epoch 1" },
  { kind: "note", text: `a long note ${"that goes on and on ".repeat(8)}` },
  { kind: "check", text: "everybody agrees", ok: true },
  { kind: "check", text: "nothing is lost", ok: false, detail: "199 messages" },
  { kind: "summary", ok: false, checks: 2, failed: 1, seconds: 1.25 },
];

function shown(color: boolean): string {
  let text = "";
  const report = textReport((part) => {
    text += part;
  }, color);
  for (const item of items) report(item);
  return text;
}

describe("the demo's trace", () => {
  it("is text of at most 100 columns", () => {
    const text = shown(false);
    expect(text.split("\n").every((line) => line.length <= 100)).toBe(true);
    expect(text).not.toContain("\u001b");
    expect(text).toContain("\n3.2    Alice adds Bob\n");
    expect(text).toContain("       ClientA1    ~> a.example   /keyMaterial    200 success, 1 KeyPackage");
    expect(text).toContain("       a.example   -> b.example   /notify         201 Welcome, tree\n");
    expect(text).toContain("       FAILED  nothing is lost\n               199 messages\n");
    expect(text).toContain("\n1 checks passed, 1 failed, 1.3 s\n");
  });

  it("has colours where it is told so, and says the same", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are what is looked for
    expect(shown(true).replace(/\u001b\[\d+m/g, "")).toBe(shown(false));
    expect(shown(true)).toContain("\u001b[31m");
  });

  it("is one JSON object per line, each with its section", () => {
    const lines: string[] = [];
    const report = jsonReport((line) => lines.push(line));
    for (const item of items) report(item);
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.every((line) => line.indexOf("\n") === line.length - 1)).toBe(true);
    expect(parsed[0]).toEqual(items[0]);
    expect(parsed.at(-1)).toEqual({ section: "3.2", ...items.at(-1) });
  });
});
