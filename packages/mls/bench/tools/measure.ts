/**
 * Timing, and the line that a benchmark prints.
 * @module
 */

/** What can be timed. */
export type Work = () => unknown;

/** Milliseconds of one run. */
async function timed(work: Work): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1]!;
}

/**
 * The median time of each of these, in milliseconds. They take turns, so that whatever else the machine does falls on
 * all of them alike; the first tenth of the rounds warms up and does not count.
 */
export async function medians(rounds: number, ...works: readonly Work[]): Promise<number[]> {
  return (await timesOf(rounds, works)).map(median);
}

/**
 * The same, but the shortest time of each: whatever else the machine does can only make work longer. Both sides of a
 * comparison need about as many rounds.
 */
export async function shortest(rounds: number, ...works: readonly Work[]): Promise<number[]> {
  return (await timesOf(rounds, works)).map((times) => Math.min(...times));
}

async function timesOf(rounds: number, works: readonly Work[]): Promise<number[][]> {
  const times = works.map((): number[] => []);
  const warm = Math.ceil(rounds / 10);
  for (let round = 0; round < rounds + warm; round++) {
    for (const [index, work] of works.entries()) {
      const time = await timed(work);
      if (round >= warm) times[index]!.push(time);
    }
  }
  return times;
}

/** Runs `work` several times, as one piece of work. */
export function repeated(times: number, work: Work): Work {
  return async () => {
    for (let index = 0; index < times; index++) {
      const result = work();
      if (result instanceof Promise) await result;
    }
  };
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Prints one measurement. */
export function report(
  name: string,
  unit: string,
  value: number,
  baseline: number,
  goal: { readonly atLeast: number } | { readonly atMost: number },
): void {
  const ratio = value / baseline;
  const met = "atLeast" in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;
  const text = "atLeast" in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;
  const line = {
    name,
    unit,
    value: rounded(value),
    baseline: rounded(baseline),
    ratio: rounded(ratio),
    goal: text,
    met,
  };
  console.log(JSON.stringify(line));
}

/** A line whose values are rates: operations per second, ours and theirs, from milliseconds per operation. */
export function reportRate(name: string, ours: number, theirs: number, atLeast: number): void {
  report(name, "operations/s", 1000 / ours, 1000 / theirs, { atLeast });
}
