/**
 * Why a text spells no octets.
 * @module
 */

/** Says what keeps a text from being read, or undefined when there is nothing to read. */
export function textProblem(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const wrong = /[^0-9A-Za-z+/_=:\s-]/u.exec(text);
  if (wrong !== null)
    return `Neither hex nor base64: character ${wrong.index + 1} is ${JSON.stringify(wrong[0])}.`;
  const hex = trimmed.replace(/^0x/i, "").replaceAll(/[\s:]/g, "");
  if (/^[0-9a-f]+$/i.test(hex)) return `Hex has two digits for each octet, and these are ${hex.length}.`;
  return "Neither hex nor base64: the characters are right, but not their number or their order.";
}
