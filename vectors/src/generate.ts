/**
 * All vectors, made from seeds: twice the same octets.
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { contentFiles } from "./generate/content.ts";
import { contentHandlingFiles } from "./generate/content-handling.ts";
import { dictionaryFile } from "./generate/dictionary.ts";
import { endpointBodyFiles } from "./generate/endpoint-bodies.ts";
import type { GeneratedFile } from "./generate/envelope.ts";
import { frankingFiles } from "./generate/franking.ts";
import { identifierFiles } from "./generate/identifiers.ts";
import { keyMaterialFiles } from "./generate/key-material/files.ts";
import { messageIdFiles } from "./generate/message-ids.ts";
import { messageStatusFiles } from "./generate/message-status.ts";
import { mlsExtensionFiles } from "./generate/mls-extension-files.ts";
import { participantListFiles } from "./generate/participant-list.ts";
import { policyComponentFiles } from "./generate/policy-components.ts";
import { policyDecisionFiles } from "./generate/policy-decisions.ts";
import { proposalFile } from "./generate/proposals.ts";
import { publicMessageFile } from "./generate/public-messages.ts";
import { playFlow } from "./generate/room.ts";

/** The folder of this package, where the vectors are. */
export const VECTORS_FOLDER: string = fileURLToPath(new URL("..", import.meta.url));

/**
 * Makes every file of vectors.
 *
 * @throws {Error} where the implementation does not refuse what a vector says it has to
 * @example
 * ```ts
 * generateVectors().map(({ path }) => path); // ["identifiers/uris.json", ...]
 * ```
 */
export function generateVectors(): GeneratedFile[] {
  return [
    ...identifierFiles(),
    ...endpointBodyFiles(playFlow()),
    ...participantListFiles(),
    proposalFile(),
    publicMessageFile(),
    dictionaryFile(),
    ...mlsExtensionFiles(),
    ...policyComponentFiles(),
    ...policyDecisionFiles(),
    ...contentFiles(),
    ...messageIdFiles(),
    ...messageStatusFiles(),
    ...frankingFiles(),
    ...contentHandlingFiles(),
    ...keyMaterialFiles(),
  ];
}

/** Makes every file of vectors and writes it. @returns the paths, relative to the folder */
export function writeVectors(folder: string = VECTORS_FOLDER): string[] {
  return generateVectors().map(({ path, text }) => {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
    return path;
  });
}
