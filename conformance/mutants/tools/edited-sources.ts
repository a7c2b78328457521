/**
 * Faults of clients: a client has no parts to replace, so its source is changed while it is loaded. Nothing is written.
 * @module
 */

import { registerHooks } from "node:module";

/** One place in one file of this repository. */
export interface Edit {
  /** The end of its path, for example `packages/client/src/sending.ts`. */
  readonly file: string;
  /** A text that stands there once. */
  readonly text: string;
  readonly by: string;
}

/**
 * Makes an edit.
 *
 * @throws {Error} where the text does not stand in the source exactly once
 */
export function edited(source: string, { file, text, by }: Edit): string {
  const [before, after, ...more] = source.split(text);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${file}: ${JSON.stringify(text)} stands there ${source.split(text).length - 1} times`);
  }
  return `${before}${by}${after}`;
}

/** Has this process load edited sources from now on. It is for a process that runs one mutant. */
export function loadEdited(edits: readonly Edit[]): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const meant = edits.filter(({ file }) => url.endsWith(`/${file}`));
      if (meant.length === 0 || loaded.source === undefined || loaded.source === null) return loaded;
      const source =
        typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
      return { ...loaded, source: meant.reduce(edited, source) };
    },
  });
}
