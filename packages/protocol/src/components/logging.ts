/**
 * Whether the room is logged, and by whom. Policy §6.5.
 * @module
 */

import { type Infer, refined, select, vector } from "@openmimi/tls";
import { Optionality } from "./optionality.ts";
import { PresentUri, Uri } from "./uri.ts";

const clients = vector(PresentUri, { maxElements: 1024 });
/** The two pointers may be empty. */
const pointers = { machineReadablePolicy: Uri, humanReadablePolicy: Uri };

/** The data of component 0x002d, and its update, which replaces them. */
export const LoggingPolicy = select("LoggingPolicy", {
  on: ["logging", Optionality],
  cases: {
    optional: { loggingClients: clients, ...pointers },
    required: {
      loggingClients: refined(clients, (list) =>
        list.length === 0 ? "logging is required and no logging client is named" : undefined,
      ),
      ...pointers,
    },
    forbidden: {},
  },
});
export type LoggingPolicy = Infer<typeof LoggingPolicy>;
