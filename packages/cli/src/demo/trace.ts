/**
 * What the demo reports, as data, and how it is shown: text of at most 100 columns, or one JSON object per line.
 * @module
 */

/** One thing that happened, in the order in which it was seen. */
export type TraceItem =
  | { readonly kind: "title"; readonly text: string }
  | {
      readonly kind: "provider";
      readonly domain: string;
      readonly role: "hub" | "follower";
      readonly pid: number;
      readonly mimi: string;
      readonly clients: string;
    }
  | { readonly kind: "step"; readonly section: string; readonly title: string }
  /** A request and its answer: `client` from a client to its provider, `mimi` between providers. */
  | {
      readonly kind: "request";
      readonly link: "client" | "mimi";
      readonly from: string;
      readonly to: string;
      readonly endpoint: string;
      readonly status: number;
      /** What the answer says beside its status. */
      readonly answer?: string;
      readonly ms?: number;
    }
  /** What a client found in its inbox. */
  | { readonly kind: "delivery"; readonly from: string; readonly to: string; readonly what: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "check"; readonly text: string; readonly ok: boolean; readonly detail?: string }
  | {
      readonly kind: "summary";
      readonly ok: boolean;
      readonly checks: number;
      readonly failed: number;
      readonly seconds: number;
    };

/** Takes the items one by one. */
export type Report = (item: TraceItem) => void;

/** One JSON object per line, each with the section that it belongs to. */
export function jsonReport(write: (line: string) => void): Report {
  let section: string | undefined;
  return (item) => {
    if (item.kind === "step") section = item.section;
    write(`${JSON.stringify(section === undefined ? item : { section, ...item })}\n`);
  };
}

const COLUMNS = 100;
const INDENT = "       ";

type Style = "bold" | "dim" | "red" | "green" | "cyan";
const CODES: Readonly<Record<Style, string>> = { bold: "1", dim: "2", red: "31", green: "32", cyan: "36" };

/**
 * Text for people.
 *
 * @param color whether `write` goes to a terminal that shows colours
 */
export function textReport(write: (text: string) => void, color: boolean): Report {
  const paint = (style: Style, text: string) => (color ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
  const line = (style: Style | undefined, text: string) => {
    for (const part of wrap(text)) write(`${style === undefined ? part : paint(style, part)}\n`);
  };
  return (item) => {
    switch (item.kind) {
      case "title":
        line("bold", item.text);
        break;
      case "provider": {
        const { domain, role, pid, mimi, clients } = item;
        line(
          undefined,
          `  ${domain.padEnd(11)}${role.padEnd(10)}pid ${String(pid).padEnd(9)}MIMI ${mimi}  clients ${clients}`,
        );
        break;
      }
      case "step":
        write("\n");
        line("bold", `${item.section.padEnd(INDENT.length)}${item.title}`);
        break;
      case "request":
        line("dim", requestLine(item));
        break;
      case "delivery":
        line("dim", `${INDENT}${item.from.padEnd(11)} ~> ${item.to.padEnd(11)} ${item.what}`);
        break;
      case "note":
        line(undefined, `${INDENT}${item.text}`);
        break;
      case "check": {
        line(item.ok ? "green" : "red", `${INDENT}${item.ok ? "ok" : "FAILED"}  ${item.text}`);
        if (!item.ok && item.detail !== undefined) line(undefined, `${INDENT}        ${item.detail}`);
        break;
      }
      case "summary": {
        const { ok, checks, failed, seconds } = item;
        write("\n");
        line(
          ok ? "green" : "red",
          `${checks - failed} checks passed, ${failed} failed, ${seconds.toFixed(1)} s`,
        );
        break;
      }
    }
  };
}

/** As in the draft's figures: `~>` between a client and its provider, `->` between providers. */
function requestLine(item: Extract<TraceItem, { kind: "request" }>): string {
  const { link, from, to, endpoint, status, answer = "", ms } = item;
  const arrow = link === "client" ? "~>" : "->";
  const what = `/${endpoint}`.padEnd(15);
  const head = `${INDENT}${from.padEnd(11)} ${arrow} ${to.padEnd(11)} ${what} ${status} ${answer}`;
  if (ms === undefined) return head.trimEnd();
  const time = `${Math.round(ms)} ms`;
  return `${head.padEnd(COLUMNS - time.length - 1)} ${time}`;
}

/** Breaks at spaces; what follows is indented like the line. */
function wrap(text: string): string[] {
  if (text.length <= COLUMNS) return [text];
  const indent = /^ */.exec(text)?.[0] ?? "";
  const at = text.lastIndexOf(" ", COLUMNS);
  if (at <= indent.length) return [text];
  return [text.slice(0, at), ...wrap(`${indent}    ${text.slice(at + 1)}`)];
}
