/**
 * All vectors, made from seeds: twice the same octets.
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { contentFiles } from "./generate/content.ts";
import { contentHandlingFiles } from "./generate/content-handling.ts";
import { credentialClaimsFiles } from "./generate/credential-claims/files.ts";
import { dictionaryFile } from "./generate/dictionary.ts";
import { endpointBodyFiles } from "./generate/endpoint-bodies.ts";
import { type GeneratedFile, VECTOR_KINDS, type VectorKind } from "./generate/envelope.ts";
import { frankingFiles } from "./generate/franking.ts";
import { groupInfoFiles } from "./generate/group-info/files.ts";
import { identifierFiles } from "./generate/identifiers.ts";
import { keyMaterialFiles } from "./generate/key-material/files.ts";
import { markdownFiles } from "./generate/markdown/files.ts";
import { messageIdFiles } from "./generate/message-ids.ts";
import { messageStatusFiles } from "./generate/message-status.ts";
import { mlsCommitFiles } from "./generate/mls-commits/files.ts";
import { mlsExtensionFiles } from "./generate/mls-extension-files.ts";
import { participantListFiles } from "./generate/participant-list.ts";
import { policyComponentFiles } from "./generate/policy-components.ts";
import { policyDecisionFiles } from "./generate/policy-decisions.ts";
import { proposalFile } from "./generate/proposals.ts";
import { publicMessageFile } from "./generate/public-messages.ts";
import { playFlow } from "./generate/room.ts";
import { roomTranscriptFiles } from "./generate/room-transcripts/files.ts";
import { INDEX_FILE, indexText, vectorFilesIn } from "./index-file.ts";
import { VECTORS_FOLDER } from "./place.ts";

const GENERATORS: Readonly<Record<VectorKind, () => readonly GeneratedFile[]>> = {
  identifiers: identifierFiles,
  "endpoint-bodies": () => endpointBodyFiles(playFlow()),
  "participant-list-updates": participantListFiles,
  "extension-proposals": () => [proposalFile(), publicMessageFile(), dictionaryFile()],
  "mls-extensions": mlsExtensionFiles,
  "mls-commits": mlsCommitFiles,
  "policy-components": policyComponentFiles,
  "policy-decisions": policyDecisionFiles,
  content: contentFiles,
  "message-ids": messageIdFiles,
  "message-status": messageStatusFiles,
  franking: frankingFiles,
  "content-handling": contentHandlingFiles,
  "key-material": keyMaterialFiles,
  "group-info": groupInfoFiles,
  "room-transcripts": roomTranscriptFiles,
  markdown: markdownFiles,
  "credential-claims": credentialClaimsFiles,
};

/** What to generate, and whom to tell about it. */
export interface GenerateOptions {
  /** Default: all kinds. */
  readonly kinds?: readonly VectorKind[];
  /** Called before each kind. */
  readonly onKind?: (kind: VectorKind, index: number, count: number) => void;
}

/**
 * Makes every file of vectors, without the index of them.
 *
 * @throws {Error} where the implementation does not refuse what a vector says it has to
 * @example
 * ```ts
 * generateVectors().map(({ path }) => path); // ["identifiers/uris.json", ...]
 * ```
 */
export function generateVectors({ kinds = VECTOR_KINDS, onKind }: GenerateOptions = {}): GeneratedFile[] {
  return kinds.flatMap((kind, index) => {
    onKind?.(kind, index, kinds.length);
    return GENERATORS[kind]();
  });
}

/**
 * Makes files of vectors and writes them, and the index of all that are there then.
 *
 * @returns the paths, relative to the folder
 */
export function writeVectors(folder: string = VECTORS_FOLDER, options: GenerateOptions = {}): string[] {
  const files = generateVectors(options);
  for (const { path, text } of files) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
  writeFileSync(join(folder, INDEX_FILE), indexText(vectorFilesIn(folder)));
  return [...files.map(({ path }) => path), INDEX_FILE];
}
