/**
 * The line that a benchmark prints.
 * @module
 */

/** One measurement and what it is compared with. */
export interface Measurement {
  readonly name: string;
  /** Of value and baseline, for example `messages/s` or `ms`. */
  readonly unit: string;
  readonly value: number;
  readonly baseline: number;
  /** value / baseline. */
  readonly ratio: number;
  /** What the ratio shall be, for example `>= 4`. */
  readonly goal: string;
  readonly met: boolean;
}

const FIELDS = {
  name: "string",
  unit: "string",
  value: "number",
  baseline: "number",
  ratio: "number",
  goal: "string",
  met: "boolean",
} as const;

/**
 * Reads what a benchmark printed.
 *
 * @throws Error that names the file and the line, when a line is not a measurement or there is none
 */
export function parseMeasurements(file: string, stdout: string): Measurement[] {
  const lines = stdout.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) throw new Error(`${file}: printed no measurement`);
  return lines.map((line) => {
    let parsed: Record<string, unknown>;
    try {
      parsed = JSON.parse(line);
    } catch {
      throw new Error(`${file}: not a JSON line: ${line}`);
    }
    const wrong = Object.entries(FIELDS).find(([field, type]) => typeof parsed[field] !== type);
    if (wrong !== undefined) throw new Error(`${file}: ${wrong[0]} is no ${wrong[1]}: ${line}`);
    return parsed as unknown as Measurement;
  });
}
