/**
 * What the command's exit codes mean.
 * @module
 */

export const ExitCode = {
  /** All is well. */
  ok: 0,
  /** What was looked at is not right: a case failed, a vector differs, octets cannot be decoded. */
  failed: 1,
  /** Nothing failed, but something could not be decided. */
  inconclusive: 2,
  /** The command could not do what it was asked: wrong options, a missing file, a port in use, no network. */
  cannot: 3,
  /** A defect of openmimi. */
  defect: 4,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** For `--help`. */
export const EXIT_CODES = `Exit codes:
  0  all is well
  1  what was looked at is not right: a case failed, a vector differs, octets cannot be decoded
  2  nothing failed, but something could not be decided
  3  the command could not do what it was asked: wrong options, a missing file, a port in use
  4  a defect of openmimi; please report it with what --debug shows`;
