/**
 * Some octets in hexadecimal, with a mark under one of them.
 * @module
 */

const ROW = 16;

/**
 * The row of an offset, the one before and the one after, and a mark.
 *
 * @param offset may be the end of the octets
 */
export function excerpt(octets: Uint8Array, offset: number): string[] {
  const marked = Math.floor(offset / ROW) * ROW;
  const lines: string[] = [];
  for (let at = Math.max(0, marked - ROW); at <= marked + ROW; at += ROW) {
    if (at < octets.length) lines.push(`  ${address(at)}  ${row(octets.subarray(at, at + ROW))}`);
    if (at !== marked) continue;
    const says = offset >= octets.length ? " the octets end here" : "";
    lines.push(`  ${" ".repeat(address(at).length)}  ${"   ".repeat(offset - marked)}^^${says}`);
  }
  return lines;
}

/** Decimal, as everywhere in the tree. */
function address(at: number): string {
  return String(at).padStart(6);
}

function row(octets: Uint8Array): string {
  const hex = [...octets].map((octet) => octet.toString(16).padStart(2, "0")).join(" ");
  const text = [...octets].map((octet) => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "."));
  return `${hex.padEnd(3 * ROW - 1)}  ${text.join("")}`;
}
