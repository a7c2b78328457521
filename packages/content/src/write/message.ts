/**
 * Writes a message: draft-ietf-mimi-content-08 §4, in the order of its CDDL.
 * @module
 */

import { CONTENT, ContentError, invalidArgument } from "../errors.ts";
import {
  Cardinality,
  type Expiration,
  MAX_PART_LEVELS,
  type MimiContent,
  type NestedPart,
  PartSemantics,
} from "../model.ts";
import { Major } from "../scan/cursor.ts";
import { writeExtensions } from "./extensions.ts";
import {
  checkRecord,
  writeBoolean,
  writeBytes,
  writeInteger,
  writeNull,
  writeNullOrBytes,
  writeText,
} from "./fields.ts";
import type { Writer } from "./writer.ts";

/** The name that paths begin with. */
export const MESSAGE_ROOT = "MimiContent";

/** Writes the seven elements of a message. */
export function writeMessage(writer: Writer, content: MimiContent): void {
  checkRecord(MESSAGE_ROOT, content);
  writer.head(Major.array, 7);
  writeBytes(writer, `${MESSAGE_ROOT}.salt`, content.salt);
  writeNullOrBytes(writer, `${MESSAGE_ROOT}.replaces`, content.replaces);
  writeBytes(writer, `${MESSAGE_ROOT}.topicId`, content.topicId);
  writeExpiration(writer, `${MESSAGE_ROOT}.expires`, content.expires);
  writeNullOrBytes(writer, `${MESSAGE_ROOT}.inReplyTo`, content.inReplyTo);
  writeExtensions(writer, `${MESSAGE_ROOT}.mimiExtensions`, content.mimiExtensions);
  writePart(writer, `${MESSAGE_ROOT}.nestedPart`, content.nestedPart, 1);
}

function writeExpiration(writer: Writer, path: string, expires: Expiration | null): void {
  if (expires === null) {
    writeNull(writer);
    return;
  }
  checkRecord(path, expires);
  writer.head(Major.array, 2);
  writeBoolean(writer, `${path}.relative`, expires.relative);
  writeInteger(writer, `${path}.time`, expires.time);
}

function writePart(writer: Writer, path: string, part: NestedPart, level: number): void {
  // Content §6.3. Checked before descending, since a JavaScript object may be nested without end.
  if (level > MAX_PART_LEVELS)
    throw new ContentError(
      "too-deep",
      `a part on level ${level}, over ${MAX_PART_LEVELS}`,
      `${CONTENT} §6.3`,
      path,
    );
  checkRecord(path, part);
  const { cardinality } = part;
  switch (cardinality) {
    case "nullpart":
      writeHeader(writer, path, part, 3);
      return;
    case "single":
      writeHeader(writer, path, part, 5);
      writeText(writer, `${path}.contentType`, part.contentType);
      writeBytes(writer, `${path}.content`, part.content);
      return;
    case "external":
      writeHeader(writer, path, part, 15);
      writeText(writer, `${path}.contentType`, part.contentType);
      writeText(writer, `${path}.url`, part.url);
      writeInteger(writer, `${path}.expires`, part.expires);
      writeInteger(writer, `${path}.size`, part.size);
      writeInteger(writer, `${path}.encAlg`, part.encAlg);
      writeBytes(writer, `${path}.key`, part.key);
      writeBytes(writer, `${path}.nonce`, part.nonce);
      writeBytes(writer, `${path}.aad`, part.aad);
      writeInteger(writer, `${path}.hashAlg`, part.hashAlg);
      writeBytes(writer, `${path}.contentHash`, part.contentHash);
      writeText(writer, `${path}.description`, part.description);
      writeText(writer, `${path}.filename`, part.filename);
      return;
    case "multi": {
      writeHeader(writer, path, part, 5);
      const { partSemantics, parts } = part;
      if (!Object.hasOwn(PartSemantics, partSemantics))
        throw invalidArgument(`${path}.partSemantics`, "expected chooseOne, singleUnit or processAll");
      if (!Array.isArray(parts)) throw invalidArgument(`${path}.parts`, "expected an array");
      writeInteger(writer, `${path}.partSemantics`, PartSemantics[partSemantics]);
      writer.head(Major.array, parts.length);
      for (const [index, nested] of parts.entries())
        writePart(writer, `${path}.parts[${index}]`, nested, level + 1);
      return;
    }
    default:
      throw invalidArgument(`${path}.cardinality`, "expected nullpart, single, external or multi");
  }
}

function writeHeader(writer: Writer, path: string, part: NestedPart, elements: number): void {
  writer.head(Major.array, elements);
  writeInteger(writer, `${path}.disposition`, part.disposition);
  writeText(writer, `${path}.language`, part.language);
  writeInteger(writer, `${path}.cardinality`, Cardinality[part.cardinality]);
}
