/**
 * Octets as hexadecimal, and MLS objects as octets.
 * @module
 */

import { type GroupInfo, type KeyPackage, MLSMessage, type Welcome } from "@openmimi/mls";
import { decode, encode, type Schema } from "@openmimi/tls";

export const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");
export const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
export const encoded = <T>(schema: Schema<T>, value: T): string => toHex(encode(schema, value));
export const decoded = <T>(schema: Schema<T>, text: string): T => decode(schema, fromHex(text));

/** The object inside an MLSMessage. */
export function keyPackageOf(text: string): KeyPackage {
  const message = decoded(MLSMessage, text);
  if (message.wireFormat !== "keyPackage") throw new Error(`a ${message.wireFormat} is not a KeyPackage`);
  return message.keyPackage;
}

/** The object inside an MLSMessage. */
export function welcomeOf(text: string): Welcome {
  const message = decoded(MLSMessage, text);
  if (message.wireFormat !== "welcome") throw new Error(`a ${message.wireFormat} is not a Welcome`);
  return message.welcome;
}

/** The object inside an MLSMessage. */
export function groupInfoOf(text: string): GroupInfo {
  const message = decoded(MLSMessage, text);
  if (message.wireFormat !== "groupInfo") throw new Error(`a ${message.wireFormat} is not a GroupInfo`);
  return message.groupInfo;
}

export const ofKeyPackage = (keyPackage: KeyPackage): string =>
  encoded(MLSMessage, { version: "mls10", wireFormat: "keyPackage", keyPackage });
export const ofWelcome = (welcome: Welcome): string =>
  encoded(MLSMessage, { version: "mls10", wireFormat: "welcome", welcome });
export const ofGroupInfo = (groupInfo: GroupInfo): string =>
  encoded(MLSMessage, { version: "mls10", wireFormat: "groupInfo", groupInfo });
