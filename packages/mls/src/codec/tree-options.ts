/**
 * Ways to convey the ratchet tree and the GroupInfo. draft-mahy-mls-ratchet-tree-options-03 §3, §4.
 * @module
 */

import { enumeration, type Infer, opaque, select, struct } from "@openmimi/tls";
import { Extension, list } from "./basic.ts";
import { RatchetTreeNodes } from "./leaf-node.ts";

/** §3. */
export const RatchetTreeRepresentation = enumeration("RatchetTreeRepresentation", {
  full: 1,
  httpsUri: 2,
  outOfBand: 3,
  distributionService: 4,
});

/** §3. `full` holds the content of the ratchet_tree extension (reading R-054). */
export const RatchetTreeOption = select("RatchetTreeOption", {
  on: ["representation", RatchetTreeRepresentation],
  cases: {
    full: { ratchetTree: RatchetTreeNodes },
    httpsUri: { ratchetTreeUrl: opaque(), treeSignature: opaque() },
    outOfBand: { treeSignature: opaque() },
    distributionService: {},
  },
});
export type RatchetTreeOption = Infer<typeof RatchetTreeOption>;

/** §4. */
export const RatchetTreePresence = enumeration("RatchetTreePresence", {
  noRatchetTree: 0,
  present: 1,
  removed: 2,
  added: 3,
});

/** §4: what a hub cannot derive from the handshake messages of an epoch. */
export const PartialGroupInfo = struct("PartialGroupInfo", {
  ratchetTreePresence: RatchetTreePresence,
  groupInfoExtensions: list(Extension),
  signature: opaque(),
});
export type PartialGroupInfo = Infer<typeof PartialGroupInfo>;
