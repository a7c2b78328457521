/**
 * What a command has around it: output, input, and the wish to stop. Tests give their own.
 * @module
 */

/** Where text goes. A terminal says so. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** The surroundings of one run of the command. */
export interface Surroundings {
  /** Results. With `--json` nothing but JSON. */
  readonly stdout: Output;
  /** Progress and errors. */
  readonly stderr: Output;
  /** Everything on standard input. */
  readonly readStdin: () => Promise<Uint8Array>;
  /** Resolves when the command shall end (SIGINT, SIGTERM). */
  readonly stopped: () => Promise<void>;
}

/** A line that is replaced by the next one, on a terminal; nothing elsewhere. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

/** Progress on standard error, silent unless that is a terminal. */
export function progressOn(output: Output): Progress {
  if (output.isTTY !== true) return { show: () => {}, clear: () => {} };
  return {
    show: (text) => void output.write(`\r\u001b[K${text.slice(0, (output.columns ?? 80) - 1)}`),
    clear: () => void output.write("\r\u001b[K"),
  };
}
