/**
 * Lines that fit a terminal.
 * @module
 */

/** Narrower terminals get lines of this length. */
const MIN_WIDTH = 60;

/** One line: control and formatting characters, which could hide or turn around what is there, become question marks. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}

/** Cuts a line to the width. */
export function cut(line: string, width: number | undefined): string {
  const clean = oneLine(line);
  if (width === undefined) return clean;
  const columns = Math.max(width, MIN_WIDTH);
  return clean.length <= columns ? clean : `${clean.slice(0, columns - 3)}...`;
}

/** Breaks a line at spaces; what follows is indented. */
export function wrapped(line: string, indent: number, width: number | undefined): string[] {
  const clean = oneLine(line);
  if (width === undefined) return [clean];
  const columns = Math.max(width, MIN_WIDTH);
  // Where hardly anything fits beside the indentation, there is less of it.
  const margin = " ".repeat(Math.min(indent, columns - 30));
  const lines: string[] = [];
  let rest = clean;
  while (rest.length > columns) {
    const space = rest.lastIndexOf(" ", columns);
    const at = space > margin.length ? space : columns;
    lines.push(rest.slice(0, at).trimEnd());
    rest = margin + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}
