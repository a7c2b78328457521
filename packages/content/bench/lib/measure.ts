/**
 * Times two ways of doing the same work, in turns.
 * @module
 */

/** One way: makes its input (not timed), then works on it (timed). */
export interface Way<T> {
  /** A new input for each round, since cbor-x keeps something of each input that it has seen. */
  readonly prepare: () => readonly T[];
  readonly work: (input: T) => unknown;
}

const ROUNDS = 60;
const WARM_UP = 15;

/** Keeps results reachable, so that no work is left out as useless. */
let sink: unknown;

function once<T>({ prepare, work }: Way<T>): number {
  const inputs = prepare();
  const start = performance.now();
  for (const input of inputs) sink = work(input);
  return (performance.now() - start) / inputs.length;
}

/**
 * Measures a way and its baseline. They take turns, so that whatever else the machine does falls on both alike, and the
 * best round of each counts.
 *
 * @returns operations per second of each
 */
export function compare<A, B>(way: Way<A>, baseline: Way<B>): { value: number; baseline: number } {
  let [mine, theirs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const [first, second] = [once(way), once(baseline)];
    if (round < 0) continue;
    mine = Math.min(mine, first);
    theirs = Math.min(theirs, second);
  }
  if (sink === compare) throw new Error("not reached");
  return { value: 1000 / mine, baseline: 1000 / theirs };
}

/** Prints the line that `npm run bench` expects. */
export function report(
  name: string,
  unit: string,
  { value, baseline }: { value: number; baseline: number },
  goal: number,
): void {
  const ratio = value / baseline;
  const line = { name, unit, value: Math.round(value), baseline: Math.round(baseline) };
  console.log(
    JSON.stringify({ ...line, ratio: Number(ratio.toFixed(2)), goal: `>= ${goal}`, met: ratio >= goal }),
  );
}
