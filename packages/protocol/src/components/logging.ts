/**
 * Whether the room is logged, and by whom. Policy §6.5.
 * @module
 */

import { type Infer, refined, select, vector } from "@openmimi/tls";
import { IdentifierError } from "../errors.ts";
import { domainOf } from "../identifiers.ts";
import { Optionality } from "./optionality.ts";
import { PresentUri, Uri } from "./uri.ts";

/** Each provider has one at most; of URIs that are not `mimi:` nobody can say whose they are. */
const clients = refined(vector(PresentUri, { maxElements: 1024 }), (list) => {
  const providers = list.flatMap((uri) => providerIn(uri) ?? []);
  return new Set(providers).size === providers.length ? undefined : "a provider has two logging clients";
});

function providerIn(uri: string): string | undefined {
  try {
    return domainOf(uri);
  } catch (error) {
    if (error instanceof IdentifierError) return undefined;
    throw error;
  }
}

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
