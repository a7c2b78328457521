/**
 * `openmimi conformance`: judges a provider, and says what the suite holds.
 * @module
 */

import {
  type AdapterReport,
  type CaseExplanation,
  checkAdapter,
  createSuitePki,
  explainCase,
  listCases,
} from "@openmimi/conformance";
import type { Command } from "commander";
import { type Context, repeated, withExamples, writeJson } from "../command.ts";
import { ExitCode } from "../exit-code.ts";
import { progressOn } from "../surroundings.ts";
import { addRejudge, addRun } from "./conformance-run.ts";
import { adapterLevel, roles } from "./run-options.ts";

/** Adds the command with its subcommands. */
export function addConformance(program: Command, context: Context): void {
  const conformance = program
    .command("conformance")
    .description("judge a provider against the drafts, and look at what the suite holds");
  withExamples(conformance, [
    ["conformance pki pki --domain a.example", "certificates for the provider and for the suite"],
    ["conformance run --target https://127.0.0.1:8443 --pki pki", "judge it"],
    ["conformance explain transport/from/missing", "what a case asks, and of which draft"],
  ]);
  addRun(conformance, context);
  addRejudge(conformance, context);
  addList(conformance, context);
  addExplain(conformance, context);
  addAdapter(conformance, context);
  addPki(conformance, context);
}

function addList(parent: Command, context: Context): void {
  const command = parent
    .command("list")
    .description("the cases, in the order in which they run")
    .option("--role <role>", "only cases for this role; may be repeated", repeated)
    .option("--only <id>", "only those whose id begins so; may be repeated", repeated)
    .option("--level <level>", "only those that need no more than L0, L1 or L2")
    .action((flags: { role?: readonly string[]; only?: readonly string[]; level?: string }) => {
      const cases = listCases({
        ...(flags.role === undefined ? {} : { roles: roles(flags.role) }),
        ...(flags.only === undefined ? {} : { only: flags.only }),
        ...(flags.level === undefined ? {} : { level: adapterLevel(flags.level) }),
      });
      if (context.json()) return writeJson(context.stdout, cases);
      const width = Math.max(0, ...cases.map(({ id }) => id.length));
      for (const { id, level, needs, title } of cases)
        context.stdout.write(`${id.padEnd(width)}  ${level.padEnd(6)}  ${needs}  ${title}\n`);
    });
  withExamples(command, [
    ["conformance list", "all of them"],
    ["conformance list --role hub --level L0", "what a hub can be asked without an adapter"],
  ]);
}

function addExplain(parent: Command, context: Context): void {
  const command = parent
    .command("explain <case>")
    .description("what a case asks, which requirements and readings it rests on, and what it needs")
    .action((id: string) => {
      const explanation = explainCase(id);
      if (context.json()) writeJson(context.stdout, explanation);
      else context.stdout.write(explained(explanation));
    });
  withExamples(command, [["conformance explain transport/from/missing", "one case"]]);
}

function explained(one: CaseExplanation): string {
  const { id, title, level, role, needs, requires, twin, requirementTexts, readingTexts } = one;
  const lines = [id, title, "", `level  ${level}`, `role   ${role}`];
  lines.push(`needs  ${[needs, ...requires].join(", ")}`);
  if (twin !== undefined)
    lines.push(`twin   ${twin === "inline" ? "a valid request of its own, sent before" : twin}`);
  for (const { id: name, level: of, source, text } of requirementTexts)
    lines.push("", `${name}  ${of}  (${source})`, `  ${text}`);
  for (const { id: name, title: of, accepted } of readingTexts)
    lines.push("", `${name}  ${of}`, ...accepted.map((reading) => `  accepts ${reading}`));
  return `${lines.join("\n")}\n`;
}

function addAdapter(parent: Command, context: Context): void {
  const adapter = parent.command("adapter").description("look at a provider's adapter");
  const command = adapter
    .command("check <url>")
    .description("call every operation of an adapter and look at the answers")
    .action(async (url: string) => {
      const progress = progressOn(context.stderr);
      const report = await checkAdapter(url, progress.show).finally(progress.clear);
      if (context.json()) writeJson(context.stdout, report);
      else context.stdout.write(checked(report));
      context.exit(report.ok ? ExitCode.ok : ExitCode.failed);
    });
  withExamples(command, [["conformance adapter check http://127.0.0.1:9440", "before the first run"]]);
}

function checked({ url, info, ok, operations }: AdapterReport): string {
  const width = Math.max(...operations.map(({ operation }) => operation.length));
  const lines = operations.map(({ operation, status, detail = "" }) =>
    `${operation.padEnd(width)}  ${status.padEnd(9)}  ${detail}`.trimEnd(),
  );
  const who = info === undefined ? url : `${url}, for ${info.domain}`;
  return `${who}\n${lines.join("\n")}\n${ok ? "what it offers works" : "it does not work"}\n`;
}

function addPki(parent: Command, context: Context): void {
  const command = parent
    .command("pki <dir>")
    .description("make the certificates of a run: an authority, the provider's, and the suite's own")
    .requiredOption("--domain <domain>", "the domain of the provider that will be judged")
    .option("--name <host>", "a further name for its certificate; may be repeated", repeated)
    .action(async (directory: string, flags: { domain: string; name?: readonly string[] }) => {
      const { domain, name: targetNames = [] } = flags;
      const files = await createSuitePki({ directory, targetDomain: domain, targetNames });
      if (context.json()) return writeJson(context.stdout, files);
      const { certificate, privateKey, ca } = files;
      context.stdout.write(
        `for the provider ${domain}:\n  certificate  ${certificate}\n  key          ${privateKey}\n  authority    ${ca}\n`,
      );
    });
  withExamples(command, [["conformance pki pki --domain a.example", "into the folder pki"]]);
}
