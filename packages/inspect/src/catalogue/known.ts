/**
 * What is known of one object.
 * @module
 */

import { decode, type Schema, TlsError } from "@openmimi/tls";
import { structReader } from "../struct.ts";
import type { Reader } from "../walk.ts";

/**
 * How an object comes to people: sent by itself; carried or stored as octets of its own; only as a field of others;
 * only to be signed, hashed or encrypted.
 */
export type Standing = "sent" | "carried" | "field" | "input";

/** One thing that octets can be. */
export interface KnownObject {
  readonly name: string;
  readonly section: string;
  readonly standing: Standing;
  readonly read: Reader;
  /** Where octets are wrong if they are to be this; undefined if they are right. */
  failsAt(octets: Uint8Array): number | undefined;
}

/** Whether an object is more than a part of others. */
export function standsAlone({ standing }: KnownObject): boolean {
  return standing === "sent" || standing === "carried";
}

/** Structs of one section. */
export function structs(
  section: string,
  standing: Standing,
  schemas: Readonly<Record<string, unknown>>,
): KnownObject[] {
  return (Object.entries(schemas) as [string, Schema<unknown>][]).map(([name, schema]) => ({
    ...{ name, section, standing, read: structReader(name, schema) },
    failsAt: (octets) => structFailsAt(schema, octets),
  }));
}

function structFailsAt(schema: Schema<unknown>, octets: Uint8Array): number | undefined {
  try {
    decode(schema, octets);
    return undefined;
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return error.offset;
  }
}
