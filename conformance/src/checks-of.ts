/**
 * The checks of `checks.ts`, bound to one transcript.
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import { decode, TlsError } from "@openmimi/tls";
import type { Check, Checks, ExpectedAnswer } from "./checks.ts";
import { bodyCode } from "./decode.ts";
import { opinionsCheck, opinionsFromJson } from "./second-opinion/opinion.ts";
import type {
  AdapterEntry,
  CaseTranscript,
  ExchangeEntry,
  Json,
  ObservationEntry,
  Outcome,
  WaitEntry,
} from "./transcript.ts";

/** Binds the checks to a transcript. */
export function checksOf(transcript: CaseTranscript): Checks {
  const { entries, end } = transcript;
  const stopped = end.kind === "completed" ? "the script did not come to it" : end.reason;
  const unknown = (expected: string, saw = stopped): Check => ({ holds: "unknown", expected, saw });
  const exchanges = entries.filter((entry): entry is ExchangeEntry => entry.kind === "exchange");
  const waits = entries.filter((entry): entry is WaitEntry => entry.kind === "wait");

  const exchange = (label: string): ExchangeEntry | undefined => {
    const sent = exchanges.findLast((entry) => entry.label === label);
    const awaited = waits.findLast((entry) => entry.label === label)?.exchange;
    return sent ?? exchanges.find((entry) => entry.n === awaited);
  };
  const octets = (label: string): Uint8Array | undefined => {
    const found = exchange(label);
    if (found === undefined) return undefined;
    if (found.direction === "received") return fromBase64(found.request.body);
    return found.outcome.kind === "answer" ? fromBase64(found.outcome.body) : undefined;
  };
  const observations = (label: string) =>
    entries.filter(
      (entry): entry is ObservationEntry => entry.kind === "observation" && entry.label === label,
    );
  const compare = (label: string, wanted: "equal" | "different"): Check => {
    const expected = `${label} is ${wanted === "equal" ? "unchanged" : "changed"}`;
    const all = observations(label);
    const [first, last] = [all[0], all.at(-1)];
    if (first === undefined || last === undefined || first === last) return unknown(expected);
    const equal = isDeepStrictEqual(first.value, last.value);
    const saw = equal ? `still ${show(first.value)}` : `${show(first.value)}, then ${show(last.value)}`;
    return { holds: equal === (wanted === "equal") ? "yes" : "no", expected, saw, at: last.n };
  };
  const adapterCall = (label: string) =>
    entries.findLast((entry): entry is AdapterEntry => entry.kind === "adapter" && entry.label === label);

  const refused = (label: string, expected?: ExpectedAnswer): Check => {
    const found = exchange(label);
    const wanted = expected ?? { status: ["4xx"] };
    const how = expected === undefined ? "status 4xx or a code" : describeExpected(expected);
    const words = `${label}: refused with ${how}`;
    if (found === undefined) return unknown(words);
    const code = codeOf(found);
    const anyCode = expected === undefined && code !== undefined && !code.success;
    const holds = code?.success === true ? NO : anyCode ? YES : match(found, wanted);
    return { ...holds, expected: words, saw: describeOutcome(found), at: found.n };
  };

  const that = (condition: boolean, expected: string, saw: string, at?: number): Check => {
    // A script that stopped did not come to what the check would point at: that is not the target's fault.
    if (!condition && at === undefined && end.kind !== "completed") return unknown(expected);
    return { holds: condition ? "yes" : "no", expected, saw, ...(at === undefined ? {} : { at }) };
  };

  return {
    answered(label, expected) {
      const found = exchange(label);
      const words = `${label}: ${describeExpected(expected)}`;
      if (found === undefined) return unknown(words);
      return { ...match(found, expected), expected: words, saw: describeOutcome(found), at: found.n };
    },
    refused,
    turnedAway(label, expected) {
      const check = refused(label, expected);
      const outcome = exchange(label)?.outcome;
      if (outcome?.kind !== "closed" || outcome.phase === "connect") return check;
      const words = `${check.expected}, or a TLS alert`;
      if (outcome.alert !== undefined) return { ...check, holds: "yes", expected: words };
      return { ...check, expected: words, level: "SHOULD" };
    },
    unchanged: (label) => compare(label, "equal"),
    changed: (label) => compare(label, "different"),
    observed(label, value) {
      const expected = `${label} is ${show(value)}`;
      const last = observations(label).at(-1);
      if (last === undefined) return unknown(expected);
      const equal = isDeepStrictEqual(last.value, value);
      return { holds: equal ? "yes" : "no", expected, saw: show(last.value), at: last.n };
    },
    arrived(label) {
      const wait = waits.findLast((entry) => entry.label === label);
      if (wait === undefined) return unknown(`${label} arrives`);
      const { expected, exchange: found } = wait;
      if (found !== undefined) return { holds: "yes", expected, saw: "it arrived", at: found };
      if (end.kind === "stopped" && end.cause !== "wait") return unknown(expected);
      return { holds: "no", expected, saw: "nothing arrived that fits", at: wait.n };
    },
    silent(endpoint, about) {
      const expected = `nothing is sent to ${endpoint}${about === undefined ? "" : ` about ${about}`}`;
      const found = exchanges.find(
        (entry) =>
          entry.direction === "received" &&
          entry.endpoint === endpoint &&
          (about === undefined || decodePath(entry.request.path).includes(about)),
      );
      if (found !== undefined) return { holds: "no", expected, saw: `a request to ${found.to}`, at: found.n };
      return end.kind === "completed" ? { holds: "yes", expected, saw: "nothing" } : unknown(expected);
    },
    succeeded(label) {
      const call = adapterCall(label);
      const expected = `${label} succeeds`;
      if (call === undefined) return unknown(expected);
      if (call.outcome.kind === "result") return { holds: "yes", expected, saw: "it did", at: call.n };
      const saw = `${call.outcome.code}: ${call.outcome.detail}`;
      return { holds: call.outcome.code === "refused" ? "no" : "unknown", expected, saw, at: call.n };
    },
    failed(label) {
      const call = adapterCall(label);
      const expected = `${label} is refused`;
      if (call === undefined) return unknown(expected);
      if (call.outcome.kind === "result") return { holds: "no", expected, saw: "it succeeded", at: call.n };
      const saw = `${call.outcome.code}: ${call.outcome.detail}`;
      return { holds: call.outcome.code === "refused" ? "yes" : "unknown", expected, saw, at: call.n };
    },
    agreed(label) {
      const last = observations(label).at(-1);
      const opinions = last === undefined ? undefined : opinionsFromJson(last.value);
      return opinions === undefined ? unknown(`${label}: valid`) : opinionsCheck(opinions, last?.n);
    },
    that,
    equals: (what, actual, wanted, at) =>
      that(isDeepStrictEqual(actual, wanted), `${what}: ${show(wanted)}`, show(actual), at),
    observation: (label) => observations(label).at(-1)?.value,
    unknown,
    should: (check) => ({ ...check, level: "SHOULD" }),
    reading: (id, observed, check) =>
      check.holds === "yes" ? { ...check, reading: { id, observed } } : check,
    exchange,
    octets,
    decoded(label, schema) {
      const found = octets(label);
      if (found === undefined) return undefined;
      try {
        return decode(schema, found);
      } catch (error) {
        if (error instanceof TlsError) return undefined;
        throw error;
      }
    },
  };
}

const YES = { holds: "yes" } as const;
const NO = { holds: "no" } as const;

function match(entry: ExchangeEntry, expected: ExpectedAnswer): Pick<Check, "holds" | "reading"> {
  const { outcome } = entry;
  if (outcome.kind !== "answer") return NO;
  const { status } = outcome;
  const family = `${Math.floor(status / 100)}xx`;
  if (expected.status?.some((one) => one === status || one === family)) return YES;
  const code = codeOf(entry);
  if (code === undefined || !(expected.code ?? []).includes(code.code)) return NO;
  if (status === 200) return code.success ? YES : { holds: "yes", reading: { id: "R-012", observed: "a" } };
  return family === "4xx" && !code.success ? { holds: "yes", reading: { id: "R-012", observed: "b" } } : NO;
}

function codeOf(entry: ExchangeEntry) {
  const { outcome } = entry;
  return outcome.kind === "answer" ? bodyCode(entry.endpoint, fromBase64(outcome.body)) : undefined;
}

function describeExpected({ status = [], code = [] }: ExpectedAnswer): string {
  const parts = [
    ...(status.length === 0 ? [] : [`status ${status.join(" or ")}`]),
    ...(code.length === 0 ? [] : [`the code ${code.join(" or ")}`]),
  ];
  return parts.join(", or ");
}

/** An outcome in one line, with the in-body code where there is one. */
export function describeOutcome(entry: Pick<ExchangeEntry, "outcome" | "endpoint">): string {
  const { outcome } = entry;
  if (outcome.kind !== "answer") return describeFailure(outcome);
  const code = bodyCode(entry.endpoint, fromBase64(outcome.body));
  return `status ${outcome.status}${code === undefined ? "" : ` with the code ${code.code}`}`;
}

function describeFailure(outcome: Exclude<Outcome, { kind: "answer" }>): string {
  switch (outcome.kind) {
    case "closed":
      return outcome.alert === undefined
        ? `no answer: closed in the phase ${outcome.phase} (${outcome.detail})`
        : `the TLS alert ${outcome.alert}`;
    case "timeout":
      return `no answer within ${outcome.afterMs} ms (phase ${outcome.phase})`;
    case "malformed":
      return `no HTTP answer: ${outcome.detail}`;
  }
}

function show(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

/** A recorded body as octets. */
export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
