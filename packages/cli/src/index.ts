/**
 * The `openmimi` command, for programs that start it inside themselves.
 * @module
 */

export { ExitCode } from "./exit-code.ts";
export { runOpenmimi } from "./program.ts";
export type { Output, Surroundings } from "./surroundings.ts";
