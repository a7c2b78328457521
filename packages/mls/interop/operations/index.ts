/**
 * What is committed: the rows of the matrix.
 * @module
 */

import { appDataOperations } from "./app-data.ts";
import { externalOperations } from "./external.ts";
import { memberOperations } from "./members.ts";
import type { Operation } from "./operation.ts";

/** All of them. */
export const operations: readonly Operation[] = [
  ...memberOperations,
  ...appDataOperations,
  ...externalOperations,
];
