/**
 * The `openmimi` command as a function of its arguments and surroundings.
 * @module
 */

import { Command, CommanderError } from "commander";
import type { Context } from "./command.ts";
import { addConformance } from "./commands/conformance.ts";
import { addDemo } from "./commands/demo.ts";
import { addInspect } from "./commands/inspect.ts";
import { addReferenceAdapter } from "./commands/reference-adapter.ts";
import { addRoom } from "./commands/room.ts";
import { addServe } from "./commands/serve.ts";
import { addVectors } from "./commands/vectors.ts";
import { explain } from "./errors.ts";
import { EXIT_CODES, ExitCode } from "./exit-code.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Runs the command.
 *
 * @param args what stands after `openmimi`
 * @returns the exit code; nothing is thrown
 * @example
 * process.exitCode = await runOpenmimi(["conformance", "list"], surroundings);
 */
export async function runOpenmimi(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.ok;
  const program = new Command("openmimi");
  const context: Context = {
    ...surroundings,
    json: () => program.opts<{ json?: boolean }>().json === true,
    exit: (code) => {
      exitCode = code;
    },
  };
  build(program, context);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.cannot;
    const explained = explain(error);
    surroundings.stderr.write(`openmimi: ${explained.message}\n`);
    if (program.opts<{ debug?: boolean }>().debug === true && error instanceof Error)
      surroundings.stderr.write(`${error.stack}\n`);
    return explained.exitCode;
  }
}

function build(program: Command, context: Context): void {
  const { stdout, stderr } = context;
  program
    .description("MIMI providers: run one, judge one, look at what travels between them")
    .option("--json", "write results as JSON")
    .option("--debug", "show where an error comes from")
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(stdout.columns ?? 100, 100) })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
    .showHelpAfterError("(openmimi --help, or --help after any command, shows what there is)")
    .exitOverride()
    .addHelpText(
      "after",
      `
Examples:
  # see three providers play the draft's example flow
  openmimi demo
  # run a provider
  openmimi serve --config examples/a.example.yaml
  # judge a provider
  openmimi conformance run --target https://127.0.0.1:8443 --pki pki
  # what is this object?
  openmimi inspect message.cbor

${EXIT_CODES}`,
    );
  addServe(program, context);
  addDemo(program, context);
  addConformance(program, context);
  addReferenceAdapter(program, context);
  addRoom(program, context);
  addVectors(program, context);
  addInspect(program, context);
}
