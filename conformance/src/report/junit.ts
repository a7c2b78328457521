/**
 * JUnit XML, as CI systems read it: a suite for each area of ids, a test case for each case.
 * @module
 */

import { escapeMarkup as safe } from "./escape.ts";
import type { Report, ReportedCase } from "./model.ts";

/** The report as JUnit XML. Inconclusive is an error, a warning stands in the output, waived and skipped are skipped. */
export function junitXml(report: Report): string {
  const areas = Map.groupBy(report.cases, ({ id }) => id.slice(0, id.lastIndexOf("/")));
  const suites = [...areas].map(([area, cases]) => {
    const attributes = attributesOf({ name: area, ...totals(cases), timestamp: report.run.startedAt });
    return `  <testsuite ${attributes}>\n${cases.map(testCase).join("")}  </testsuite>\n`;
  });
  const name = `OpenMIMI conformance of ${report.run.target.domain}`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>\n`,
    `<testsuites ${attributesOf({ name, ...totals(report.cases) })}>\n`,
    ...suites,
    `</testsuites>\n`,
  ].join("");
}

function totals(cases: readonly ReportedCase[]) {
  const count = (...results: string[]) =>
    String(cases.filter(({ verdict }) => results.includes(verdict.result)).length);
  return {
    tests: String(cases.length),
    failures: count("fail"),
    errors: count("inconclusive"),
    skipped: count("skip", "waived"),
    time: seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  };
}

function testCase({ id, title, verdict, requirements, durationMs }: ReportedCase): string {
  const { result, expected, saw, reason } = verdict;
  const at = id.lastIndexOf("/");
  const attributes = attributesOf({
    classname: id.slice(0, at).replaceAll("/", "."),
    name: id.slice(at + 1),
    time: seconds(durationMs),
  });
  const text = [
    title,
    ...(expected === "" ? [] : [`expected: ${expected}`]),
    `saw: ${saw}`,
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
    `requirements: ${requirements.join(" ")}`,
  ].join("\n");
  const message = attributesOf({ message: reason ?? saw });
  const inside = {
    pass: "",
    fail: `      <failure ${attributesOf({ message: saw })}>${safe(text)}</failure>\n`,
    inconclusive: `      <error ${message} type="inconclusive">${safe(text)}</error>\n`,
    warn: `      <system-out>${safe(`warning\n${text}`)}</system-out>\n`,
    skip: `      <skipped ${message}/>\n`,
    waived: `      <skipped ${message}/>\n`,
  }[result];
  return `    <testcase ${attributes}>\n${inside}    </testcase>\n`;
}

function attributesOf(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${safe(value).replaceAll("\n", "&#10;")}"`)
    .join(" ");
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);
