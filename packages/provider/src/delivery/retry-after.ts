/**
 * The Retry-After header. RFC 9110 section 10.2.3; protocol 5.5 asks hubs to respect it.
 * @module
 */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The three forms of HTTP-date that recipients must read (RFC 9110 section 5.6.7). All are in GMT. */
const DATES = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d{2}) (?<month>\w{3}) (?<year>\d{4}) (?<time>[\d:]{8}) GMT$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d{2})-(?<month>\w{3})-(?<year>\d{2}) (?<time>[\d:]{8}) GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>\w{3}) (?<day>[ \d]\d) (?<time>[\d:]{8}) (?<year>\d{4})$/,
];

/**
 * How long to wait, in milliseconds from now: 0 for a date that has passed.
 *
 * @param value the header's value: seconds, or a date
 * @returns undefined when there is no such header or it cannot be read
 * @example
 * ```ts
 * retryAfterMs("120", Date.now()); // 120000
 * retryAfterMs("Fri, 31 Dec 1999 23:59:59 GMT", Date.now()); // 0
 * ```
 */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  const dateMs = httpDateMs(text, nowMs);
  return dateMs === undefined ? undefined : Math.max(0, dateMs - nowMs);
}

function httpDateMs(text: string, nowMs: number): number | undefined {
  for (const form of DATES) {
    const { day, month, year, time } = form.exec(text)?.groups ?? {};
    if (day === undefined || month === undefined || year === undefined || time === undefined) continue;
    const [hour, minute, second] = time.split(":").map(Number);
    const monthIndex = MONTHS.indexOf(month);
    if (monthIndex < 0 || hour === undefined || minute === undefined || second === undefined)
      return undefined;
    const dateMs = Date.UTC(fullYear(year, nowMs), monthIndex, Number(day), hour, minute, second);
    return Number.isNaN(dateMs) ? undefined : dateMs;
  }
  return undefined;
}

/** Two digits mean the latest such year that is at most 50 years ahead (RFC 9110 section 5.6.7). */
function fullYear(year: string, nowMs: number): number {
  if (year.length === 4) return Number(year);
  const latest = new Date(nowMs).getUTCFullYear() + 50;
  return latest - ((latest - Number(year)) % 100);
}
