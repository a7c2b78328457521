/**
 * Vectors of the kind `room-transcripts`: every octet between three providers. Protocol §3, §5, §7.
 * @module
 */

import {
  Draft,
  type Expected,
  type GeneratedFile,
  type Json,
  makeVectors,
  type Vector,
  vectorFile,
} from "../envelope.ts";
import { replay } from "./replay.ts";
import { SCENES } from "./scenes.ts";
import type { Transcript } from "./transcript.ts";

/** What the implementation makes of an input of this kind. @throws {Error} where it cannot be replayed */
export function evaluateTranscript(input: Vector["input"]): Expected {
  return { valid: true, states: replay(input as unknown as Transcript) as unknown as Json };
}

/** All files of this kind. */
export function roomTranscriptFiles(): GeneratedFile[] {
  return SCENES.map(([name, title, play]) => {
    const base = { draft: Draft.protocol, section: "3", readings: [] };
    const input = play().transcript() as unknown as Vector["input"];
    const readings = ["R-040", "R-048", "R-050", "R-056", "R-074", "R-075", "R-084", "R-089"];
    const vectors = makeVectors(
      `room-transcripts/${name}`,
      base,
      [{ id: name, input, readings }],
      evaluateTranscript,
    );
    return vectorFile("room-transcripts", name, title, vectors);
  });
}
