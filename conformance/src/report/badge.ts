/**
 * A small picture for a README.
 * @module
 */

import { escapeMarkup } from "./escape.ts";
import type { Report } from "./model.ts";

/** The badge as SVG. */
export function badgeSvg({ counts, run }: Report): string {
  const [text, colour] =
    counts.fail > 0
      ? [`${counts.fail} failed`, "#b3261e"]
      : counts.inconclusive > 0
        ? [`${counts.inconclusive} inconclusive`, "#7a4ca0"]
        : [`${counts.pass + counts.warn} passed (${run.level})`, "#1b7f3b"];
  const label = "MIMI conformance";
  // About 6.6 px a character in 11 px Verdana and its like, and 10 px at each side.
  const width = (words: string) => Math.round(words.length * 6.6) + 20;
  const [left, right] = [width(label), width(text)];
  const words = escapeMarkup(`${label}: ${text}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${words}">
<title>${words}</title>
<rect width="${left}" height="20" fill="#444"/><rect x="${left}" width="${right}" height="20" fill="${colour}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="${left / 2}" y="14">${escapeMarkup(label)}</text><text x="${left + right / 2}" y="14">${escapeMarkup(text)}</text>
</g>
</svg>
`;
}
