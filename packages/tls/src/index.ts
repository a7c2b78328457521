/**
 * The TLS presentation language (RFC 8446 §3) with the vectors of RFC 9420 §2.1: one schema, four uses.
 * @module
 */

export { embedded, optional, refined, type VectorLimits, vector } from "./composites.ts";
export { TlsError, type TlsErrorCode } from "./errors.ts";
export {
  bool,
  enumeration,
  fixed,
  nothing,
  opaque,
  text,
  uint8,
  uint16,
  uint32,
  uint64,
} from "./primitives.ts";
export { Reader } from "./reader.ts";
export {
  type Annotated,
  type Annotation,
  annotate,
  type DecodeLimits,
  decode,
  decodePrefix,
  encode,
  type Field,
  type Given,
  type Infer,
  type Schema,
  type Shape,
  withEncoded,
} from "./schema.ts";
export {
  type Fields,
  given,
  type InferFields,
  type InferSelect,
  type SelectParts,
  select,
  struct,
} from "./struct.ts";
export { Writer } from "./writer.ts";
