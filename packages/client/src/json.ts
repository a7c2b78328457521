/**
 * Reading the JSON answers of the client API, field by field.
 * @module
 */

import { ClientError } from "./errors.ts";
import { fromBase64 } from "./octets.ts";

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws {ClientError} `malformed-answer` unless the octets are the JSON text of an object */
export function parseObject(octets: Uint8Array): JsonObject {
  try {
    const value: unknown = JSON.parse(utf8.decode(octets));
    return asObject(value, "the answer");
  } catch (error) {
    if (error instanceof ClientError) throw error;
    throw new ClientError("malformed-answer", "the answer is not JSON", { cause: error });
  }
}

/** @throws {ClientError} `malformed-answer` */
export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ClientError("malformed-answer", `${what}: expected an object`);
  }
  return value as JsonObject;
}

/** A string member. @throws {ClientError} `malformed-answer` */
export function stringAt(object: JsonObject, name: string): string {
  const value = object[name];
  if (typeof value !== "string") throw new ClientError("malformed-answer", `${name}: expected a string`);
  return value;
}

/** A member that is a whole number, not negative. @throws {ClientError} `malformed-answer` */
export function countAt(object: JsonObject, name: string): number {
  const value = object[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new ClientError("malformed-answer", `${name}: expected a whole number`);
  }
  return value;
}

/** A member that is a decimal string, as the client API writes 64-bit numbers. @throws {ClientError} `malformed-answer` */
export function uint64At(object: JsonObject, name: string): bigint {
  const text = stringAt(object, name);
  if (!/^\d{1,20}$/.test(text))
    throw new ClientError("malformed-answer", `${name}: expected a decimal number`);
  return BigInt(text);
}

/** A member that is a list. @throws {ClientError} `malformed-answer` */
export function listAt(object: JsonObject, name: string): readonly unknown[] {
  const value = object[name];
  if (!Array.isArray(value)) throw new ClientError("malformed-answer", `${name}: expected a list`);
  return value;
}

/** A member that is base64. @throws {ClientError} `malformed-answer` */
export function octetsAt(object: JsonObject, name: string): Uint8Array {
  return fromBase64(stringAt(object, name));
}
