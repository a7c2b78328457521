/**
 * Circular imports between files.
 * @module
 */

/**
 * Finds one shortest circle for each knot of files that import each other.
 *
 * @param graph for each file the files it imports
 * @returns circles, each beginning with its first file in the order of the alphabet, which is not repeated at the end
 * @example
 * circles(new Map([["a.ts", ["b.ts"]], ["b.ts", ["a.ts"]]])); // [["a.ts", "b.ts"]]
 */
export function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const settled = new Set<string>();
  for (const start of [...graph.keys()].sort()) {
    if (settled.has(start)) continue;
    const circle = shortestWayBack(graph, start);
    if (circle === undefined) continue;
    found.push(circle);
    // Whatever else is in this knot is reported when this circle is gone.
    for (const file of reachable(graph, start)) if (reachable(graph, file).has(start)) settled.add(file);
  }
  return found;
}

function shortestWayBack(graph: ReadonlyMap<string, readonly string[]>, start: string): string[] | undefined {
  const ways: string[][] = [[start]];
  const seen = new Set<string>();
  for (let at = 0; at < ways.length; at++) {
    const way = ways[at] as string[];
    for (const next of graph.get(way[way.length - 1] as string) ?? []) {
      if (next === start) return way;
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}

function reachable(graph: ReadonlyMap<string, readonly string[]>, start: string): Set<string> {
  const seen = new Set([start]);
  for (const file of seen) for (const next of graph.get(file) ?? []) seen.add(next);
  return seen;
}
