/**
 * One JSON line per event on stderr. Tokens, keys and message contents never become fields.
 * @module
 */

/** From the most to the least talkative. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export const logLevels: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

type Field = string | number | bigint | boolean | undefined;

/** Writes events. Every field is a plain value. */
export interface Logger {
  debug(event: string, fields?: Readonly<Record<string, Field>>): void;
  info(event: string, fields?: Readonly<Record<string, Field>>): void;
  warn(event: string, fields?: Readonly<Record<string, Field>>): void;
  error(event: string, fields?: Readonly<Record<string, Field>>): void;
}

/**
 * Makes a logger.
 *
 * @param write where a finished line goes; default: stderr
 * @example
 * ```ts
 * createLogger("info").info("listening", { url: "https://127.0.0.1:8443" });
 * // {"time":"2026-05-01T12:00:00.000Z","level":"info","event":"listening","url":"https://127.0.0.1:8443"}
 * ```
 */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Logger {
  const from = logLevels.indexOf(level);
  const at =
    (name: Exclude<LogLevel, "silent">) =>
    (event: string, fields: Readonly<Record<string, Field>> = {}) => {
      if (logLevels.indexOf(name) < from) return;
      const line = JSON.stringify(
        { time: new Date().toISOString(), level: name, event, ...fields },
        (_, value) => (typeof value === "bigint" ? value.toString() : value),
      );
      write(`${line}\n`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** The message of whatever was thrown, without its stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
