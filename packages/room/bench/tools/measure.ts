/**
 * Timing, and the line that a benchmark prints.
 * @module
 */

/** Milliseconds of one run of `work`, done `times` times. */
function timed(work: () => unknown, times: number): number {
  const start = performance.now();
  for (let index = 0; index < times; index++) work();
  return (performance.now() - start) / times;
}

/**
 * The median time of one run of each of these, in milliseconds. They take turns, so that whatever else the machine does
 * falls on all of them alike; the first tenth of the rounds does not count.
 */
export function medians(
  rounds: number,
  ...works: readonly { readonly times: number; readonly work: () => unknown }[]
): number[] {
  const found = works.map((): number[] => []);
  for (let round = -Math.ceil(rounds / 10); round < rounds; round++) {
    for (const [index, { work, times }] of works.entries()) {
      const time = timed(work, times);
      if (round >= 0) found[index]!.push(time);
    }
  }
  return found.map((times) => times.sort((a, b) => a - b)[times.length >> 1]!);
}

/** Prints one measurement, whose ratio to its baseline shall not be over a limit. */
export function report(name: string, unit: string, value: number, baseline: number, atMost: number): void {
  const rounded = (number: number) => Number(number.toPrecision(4));
  const ratio = value / baseline;
  const line = { value: rounded(value), baseline: rounded(baseline), ratio: rounded(ratio) };
  console.log(JSON.stringify({ name, unit, ...line, goal: `<= ${atMost}`, met: ratio <= atMost }));
}
