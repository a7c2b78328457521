/**
 * Writes a message: draft-ietf-mimi-content-08 §4, in the order of its CDDL.
 * @module
 */

import { CONTENT, ContentError } from "../errors.ts";
import {
  Cardinality,
  type Expiration,
  type ExternalPart,
  MAX_PART_LEVELS,
  type MimiContent,
  type MultiPart,
  type NestedPart,
  PartSemantics,
} from "../model.ts";
import type { Step } from "../place.ts";
import { Major } from "../read/major.ts";
import { writeExtensions } from "./extensions.ts";
import {
  checkRecord,
  refused,
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
  checkRecord(writer, content);
  writer.head(Major.array, 7);
  writeBytes(writer, "salt", content.salt);
  writeNullOrBytes(writer, "replaces", content.replaces);
  writeBytes(writer, "topicId", content.topicId);
  writeExpiration(writer, content.expires);
  writeNullOrBytes(writer, "inReplyTo", content.inReplyTo);
  writeExtensions(writer, content.mimiExtensions);
  writePart(writer, "nestedPart", content.nestedPart, 1);
}

function writeExpiration(writer: Writer, expires: Expiration | null): void {
  if (expires === null) {
    writeNull(writer);
    return;
  }
  writer.enter("expires");
  checkRecord(writer, expires);
  writer.head(Major.array, 2);
  writeBoolean(writer, "relative", expires.relative);
  writeInteger(writer, "time", expires.time);
  writer.leave();
}

function writePart(writer: Writer, step: Step, part: NestedPart, level: number): void {
  writer.enter(step);
  // Content §6.3. Checked before descending, since a JavaScript object may be nested without end.
  if (level > MAX_PART_LEVELS)
    throw new ContentError(
      "too-deep",
      `a part on level ${level}, over ${MAX_PART_LEVELS}`,
      `${CONTENT} §6.3`,
      writer.path,
    );
  checkRecord(writer, part);
  const { cardinality } = part;
  switch (cardinality) {
    case "nullpart":
      writeHeader(writer, part, 3);
      break;
    case "single":
      writeHeader(writer, part, 5);
      writeText(writer, "contentType", part.contentType);
      writeBytes(writer, "content", part.content);
      break;
    case "external":
      writeExternal(writer, part);
      break;
    case "multi":
      writeMulti(writer, part, level);
      break;
    default:
      writer.at("cardinality");
      throw refused(writer, "expected nullpart, single, external or multi");
  }
  writer.leave();
}

function writeHeader(writer: Writer, part: NestedPart, elements: number): void {
  writer.head(Major.array, elements);
  writeInteger(writer, "disposition", part.disposition);
  writeText(writer, "language", part.language);
  writeInteger(writer, "cardinality", Cardinality[part.cardinality]);
}

function writeExternal(writer: Writer, part: ExternalPart): void {
  writeHeader(writer, part, 15);
  writeText(writer, "contentType", part.contentType);
  writeText(writer, "url", part.url);
  writeInteger(writer, "expires", part.expires);
  writeInteger(writer, "size", part.size);
  writeInteger(writer, "encAlg", part.encAlg);
  writeBytes(writer, "key", part.key);
  writeBytes(writer, "nonce", part.nonce);
  writeBytes(writer, "aad", part.aad);
  writeInteger(writer, "hashAlg", part.hashAlg);
  writeBytes(writer, "contentHash", part.contentHash);
  writeText(writer, "description", part.description);
  writeText(writer, "filename", part.filename);
}

function writeMulti(writer: Writer, part: MultiPart, level: number): void {
  writeHeader(writer, part, 5);
  const { partSemantics, parts } = part;
  if (!Object.hasOwn(PartSemantics, partSemantics)) {
    writer.at("partSemantics");
    throw refused(writer, "expected chooseOne, singleUnit or processAll");
  }
  writeInteger(writer, "partSemantics", PartSemantics[partSemantics]);
  writer.enter("parts");
  if (!Array.isArray(parts)) throw refused(writer, "expected an array");
  writer.head(Major.array, parts.length);
  for (const [index, nested] of parts.entries()) writePart(writer, index, nested, level + 1);
  writer.leave();
}
