/**
 * What holds for every request between providers: who speaks to whom, HTTP, and the path. Protocol §4.1, §5.1.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import { transportHttp } from "./transport-http.ts";
import { transportIdentity } from "./transport-identity.ts";
import { transportPath } from "./transport-path.ts";

export const transport: readonly ConformanceCase[] = [
  ...transportIdentity,
  ...transportHttp,
  ...transportPath,
];
