/**
 * What happened in a case, as a sequence diagram in SVG.
 * @module
 */

import { describeOutcome, fromBase64 } from "../checks-of.ts";
import type { AdapterEntry, CaseTranscript, Entry, ExchangeEntry } from "../transcript.ts";
import { escapeMarkup as safe, shorten, visible } from "./escape.ts";

const WIDTH = 1130;
const MAX_COLUMN = 300;
/** About as wide as a character of 12 px is on average. */
const CHARACTER = 6.4;
const LEFT = 100;
const TOP = 46;
const ROW = 25;

interface Row {
  readonly n: number;
  /** Of the arrow: an answer stands where it came, after whatever happened in between. */
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly style: "request" | "answer" | "failure" | "aside";
}

/**
 * The diagram. Every arrow is a link to the entry's details, `#<prefix>-<n>`.
 * @param at the entry to point out
 */
export function sequenceSvg(
  { entries }: CaseTranscript,
  targetDomain: string,
  prefix: string,
  at: number | undefined,
): string {
  const actors = actorsOf(entries, targetDomain);
  const rows = entries.flatMap((entry) => rowsOf(entry, actors)).sort((a, b) => a.atMs - b.atMs);
  if (rows.length === 0) return `<p class="quiet">Nothing was exchanged.</p>`;
  const gaps = Math.max(actors.length - 1, 1);
  const column = Math.min(MAX_COLUMN, (WIDTH - 2 * LEFT) / gaps);
  const width = LEFT * 2 + column * gaps;
  const height = TOP + ROW * rows.length + 14;
  const x = (actor: number) => LEFT + column * actor;
  const lifelines = actors.map(
    (name, index) =>
      `<line class="life" x1="${x(index)}" y1="30" x2="${x(index)}" y2="${height - 6}"/>` +
      `<text class="actor" x="${x(index)}" y="20">${safe(shorten(visible(name), 30))}</text>`,
  );
  const arrows = rows.map((row, index) => arrow(row, x, TOP + ROW * index, prefix, row.n === at));
  return (
    `<div class="scroll"><svg class="sequence" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ` +
    `aria-label="Sequence of ${rows.length} steps between ${safe(actors.join(", "))}; the same steps are listed below">` +
    `${lifelines.join("")}${arrows.join("")}</svg></div>`
  );
}

/** Who takes part: the suite where it calls the adapter, its providers, the target, the adapter. */
function actorsOf(entries: readonly Entry[], target: string): string[] {
  const exchanges = entries.filter((entry): entry is ExchangeEntry => entry.kind === "exchange");
  const peers = new Set(exchanges.map(({ direction, from, to }) => (direction === "sent" ? from : to)));
  const adapter = entries.some(({ kind }) => kind === "adapter");
  const others = entries.some(({ kind }) => kind !== "exchange");
  return [
    ...(adapter || (others && peers.size === 0) ? ["suite"] : []),
    ...[...peers].sort(),
    ...(exchanges.length > 0 ? [target] : []),
    ...(adapter ? ["adapter"] : []),
  ];
}

function rowsOf(entry: Entry, actors: readonly string[]): Row[] {
  const { n, atMs } = entry;
  const actor = (name: string) => Math.max(actors.indexOf(name), 0);
  switch (entry.kind) {
    case "exchange": {
      const [from, to] = [actor(entry.from), actor(entry.to)];
      const answered = entry.outcome.kind === "answer";
      return [
        { n, atMs, from, to, text: requestText(entry), style: "request" },
        {
          n,
          atMs: atMs + entry.durationMs,
          from: to,
          to: from,
          text: describeOutcome(entry),
          style: answered ? "answer" : "failure",
        },
      ];
    }
    case "adapter": {
      const [from, to] = [actor("suite"), actor("adapter")];
      const failed = entry.outcome.kind === "error";
      const result = entry.outcome.kind === "error" ? entry.outcome.code : "done";
      return [
        { n, atMs, from, to, text: adapterText(entry), style: "request" },
        {
          n,
          atMs: atMs + entry.durationMs,
          from: to,
          to: from,
          text: result,
          style: failed ? "failure" : "answer",
        },
      ];
    }
    case "wait":
      return entry.exchange === undefined
        ? [{ n, atMs, from: 0, to: 0, text: `waited in vain: ${entry.label}`, style: "failure" }]
        : [];
    case "observation":
      return [{ n, atMs, from: 0, to: 0, text: `observed: ${entry.label}`, style: "aside" }];
    case "note":
      return [{ n, atMs, from: 0, to: 0, text: entry.text, style: "aside" }];
  }
}

function requestText({ request, endpoint, label }: ExchangeEntry): string {
  const length = fromBase64(request.body).length;
  const what = endpoint ?? (request.path === "" ? "octets" : lastSegment(request.path));
  const size = length === 0 ? "" : `, ${length} octets`;
  const name = label === undefined ? "" : `${label}: `;
  return `${name}${request.method} ${what}${size}`.trim();
}

const lastSegment = (path: string): string =>
  path.slice(path.lastIndexOf("/") + 1).replace(/^mimi-protocol-/, "");

const adapterText = ({ label, operation }: AdapterEntry): string =>
  label === undefined ? operation : `${label}: ${operation}`;

function arrow(row: Row, x: (actor: number) => number, y: number, prefix: string, pointed: boolean): string {
  const room = row.from === row.to ? MAX_COLUMN * 1.5 : Math.abs(x(row.to) - x(row.from)) - 16;
  const text = safe(shorten(visible(row.text), Math.floor(room / CHARACTER)));
  const link = (inside: string) =>
    `<a href="#${prefix}-${row.n}" class="${row.style}${pointed ? " pointed" : ""}">${inside}</a>`;
  if (row.from === row.to) {
    return link(
      `<circle cx="${x(row.from)}" cy="${y - 4}" r="3"/><text x="${x(row.from) + 9}" y="${y}" class="left">${text}</text>`,
    );
  }
  const [from, to] = [x(row.from), x(row.to)];
  const direction = to > from ? -1 : 1;
  const head = `${to},${y} ${to + 8 * direction},${y - 4} ${to + 8 * direction},${y + 4}`;
  const broken =
    row.style === "failure" ? `<text class="cross" x="${(from + to) / 2}" y="${y + 5}">&#215;</text>` : "";
  return link(
    `<line x1="${from}" y1="${y}" x2="${to}" y2="${y}"/><polygon points="${head}"/>${broken}` +
      `<text x="${(from + to) / 2}" y="${y - 5}">${text}</text>`,
  );
}
