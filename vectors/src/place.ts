/**
 * Where the vectors are.
 * @module
 */

import { fileURLToPath } from "node:url";

/** The folder of this package, where the vectors are. */
export const VECTORS_FOLDER: string = fileURLToPath(new URL("..", import.meta.url));
