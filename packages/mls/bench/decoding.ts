/**
 * Decoding a commit beside ts-mls, in a process of its own: what other measurements leave behind slows allocation down.
 * Prints one JSON line.
 * @module
 */

import { MLSMessage } from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import { decodeMlsMessage } from "ts-mls";
import { repeated, reportRate, shortest } from "./tools/measure.ts";
import { commitOf, warmMembers } from "./tools/warm.ts";

const { alice } = warmMembers(9);
const octets = encode(MLSMessage, commitOf(alice));
const [ours, theirs] = await shortest(
  200,
  repeated(200, () => decode(MLSMessage, octets)),
  repeated(200, () => decodeMlsMessage(octets, 0)),
);
process.stderr.write(`a commit of ${octets.length} octets\n`);
reportRate("mls.decode.commit", ours! / 200, theirs! / 200, 15);
