/**
 * Runs one provider until it is told to stop: `node provider-main.ts serve --config FILE`.
 * @module
 */

import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { checkConfig, startProvider } from "@openmimi/provider";

const file = process.argv[4] ?? "";
const provider = await startProvider(checkConfig(JSON.parse(readFileSync(file, "utf8")), dirname(file)));
process.once("SIGTERM", () => void provider.close());
