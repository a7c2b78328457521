/**
 * Which texts are parsed. Parsing most texts takes time in proportion to their length, but for some marks it grows with
 * the square of their number: of those a text may have so many that the square is small. Counting them is one pass.
 * @module
 */

/** A longer text is not parsed but shown as it is. */
export const MAX_MARKDOWN_CHARACTERS = 16_384;

/** Far more than people write into a message. A text with more of one is shown as it is. */
const MOST = {
  /** Marks of block quotes and lists that one line begins with. */
  containersInLine: 8,
  /** Such marks in all lines. */
  containers: 2_000,
  /** Runs of `*`, `_` and `~`: whatever is marked has one in front and one behind it. */
  runs: 1_500,
  /** Links and images with their target behind them. */
  links: 500,
  /** Square brackets that are open at once. */
  brackets: 32,
  /** Escaped backticks with one more behind them, which looks for its other end through all of the text. */
  escapedBackticks: 100,
  /** Lines of `=` or `-` only: with a line of text in front of them they are headings. */
  underlines: 200,
  /** Lines that go on with a block quote or list without its mark. */
  lazyLines: 500,
} as const;

const CONTAINER = /[ \t]*(?:>|[-+*](?=[ \t\r\n]|$)|[0-9]{1,9}[.)](?=[ \t\r\n]|$))/y;
const UNDERLINE = /[ \t]*(?:=+|-+)[ \t]*(?=[\r\n]|$)/y;
const BLANK = /[ \t]*(?=[\r\n]|$)/y;

/** @internal @returns whether a text is short and simple enough to be parsed */
export function isParsable(markdown: string): boolean {
  return markdown.length <= MAX_MARKDOWN_CHARACTERS && areLinesFew(markdown) && areMarksFew(markdown);
}

function areLinesFew(markdown: string): boolean {
  let containers = 0;
  let underlines = 0;
  let lazyLines = 0;
  /** Containers that the lines since the last blank one have opened. */
  let open = 0;
  for (let line = 0; line < markdown.length; line = lineAfter(markdown, line)) {
    let inLine = 0;
    let at = line;
    for (CONTAINER.lastIndex = at; CONTAINER.test(markdown); at = CONTAINER.lastIndex)
      if (++inLine > MOST.containersInLine) return false;
    containers += inLine;
    if (isAt(UNDERLINE, markdown, line) || isAt(UNDERLINE, markdown, at)) underlines++;
    if (isAt(BLANK, markdown, line)) open = 0;
    else if (inLine < open) lazyLines++;
    else open = inLine;
    if (containers > MOST.containers || underlines > MOST.underlines || lazyLines > MOST.lazyLines)
      return false;
  }
  return true;
}

function areMarksFew(markdown: string): boolean {
  let brackets = 0;
  let runs = 0;
  let links = 0;
  let escapedBackticks = 0;
  for (let at = 0; at < markdown.length; at++) {
    const mark = markdown[at]!;
    const before = markdown[at - 1];
    if (mark === "[") brackets++;
    else if (mark === "]") brackets = Math.max(0, brackets - 1);
    else if (mark === "*" || mark === "_" || mark === "~") runs += mark === before ? 0 : 1;
    else if (mark === "(") links += before === "]" ? 1 : 0;
    else if (mark === "`") escapedBackticks += before === "`" && markdown[at - 2] === "\\" ? 1 : 0;
    if (brackets > MOST.brackets || runs > MOST.runs) return false;
  }
  return links <= MOST.links && escapedBackticks <= MOST.escapedBackticks;
}

function isAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function lineAfter(text: string, at: number): number {
  const end = /[\n\r]/g;
  end.lastIndex = at;
  return end.test(text) ? end.lastIndex : text.length;
}
