/**
 * Names of code points, by the fields that hold them.
 * @module
 */

import {
  CipherSuiteId,
  ComponentId,
  CredentialTypeId,
  ExtensionType,
  isGrease,
  ProposalTypeId,
  WireFormatId,
} from "@openmimi/mls";
import { MimiComponentId } from "@openmimi/protocol";
import { Capability } from "@openmimi/room";

/** A registry: what the drafts call the type, and the names of its numbers. */
export interface Registry {
  readonly type: string;
  readonly names: ReadonlyMap<number, string>;
  /** Below which numbers are assigned; from here on they are for private use. */
  readonly firstPrivate: number;
}

const registry = (
  type: string,
  table: Readonly<Record<string, number>>,
  firstPrivate = 0xf000,
): Registry => ({
  type,
  names: new Map(Object.entries(table).map(([name, number]) => [number, name])),
  firstPrivate,
});

const cipherSuite = registry("CipherSuite", CipherSuiteId);
const extensionType = registry("ExtensionType", ExtensionType);
const proposalType = registry("ProposalType", ProposalTypeId);
const credentialType = registry("CredentialType", CredentialTypeId);
const wireFormat = registry("WireFormat", WireFormatId);
const componentId = registry("ComponentID", { ...ComponentId, ...MimiComponentId });
const version = registry("ProtocolVersion", { mls10: 1 });
const capability = registry("CapabilityType", Capability);
const contentType = registry("ContentType", { application: 1, proposal: 2, commit: 3 }, 0x100);

/** By the name of the field, or of the vector that the numbers are elements of. */
const REGISTRIES: ReadonlyMap<string, Registry> = new Map([
  ["acceptableCiphersuites", cipherSuite],
  ["cipherSuite", cipherSuite],
  ["cipherSuites", cipherSuite],
  ["componentId", componentId],
  ["componentIds", componentId],
  ["contentTypes", contentType],
  ["credentialType", credentialType],
  ["credentialTypes", credentialType],
  ["credentials", credentialType],
  ["extensionType", extensionType],
  ["extensionTypes", extensionType],
  ["extensions", extensionType],
  ["frankingSignatureCiphersuite", cipherSuite],
  ["handshakeFormats", wireFormat],
  ["policyComponentIds", componentId],
  ["proposalTypes", proposalType],
  ["proposals", proposalType],
  ["roleCapabilities", capability],
  ["safeAadTypes", componentId],
  ["versions", version],
  ["wireFormats", wireFormat],
]);

/** The registry that the integers of a field are numbers of, if any. */
export function registryOf(field: string): Registry | undefined {
  return REGISTRIES.get(field);
}

/** Whether a number is one that the struct is likely to have there: a SafeAAD has other components than a dictionary. */
export function isExpected(struct: string, { type, names }: Registry, number: number): boolean {
  if (type !== componentId.type) return names.has(number);
  const isOfAad = number === MimiComponentId.frankAad;
  if (struct === "SafeAADItem") return isOfAad;
  return names.has(number) && !(isOfAad && struct === "ComponentData");
}

/** The name of a number, or what else is known of it. */
export function codePointName({ names, firstPrivate }: Registry, number: number): string {
  const name = names.get(number);
  if (name !== undefined) return name;
  if (isGrease(number)) return "GREASE";
  return number >= firstPrivate ? "private use" : "unknown";
}

/** Numbers of 16-bit registries are written in hexadecimal, as in the drafts. */
export function codePoint(number: number, octets: number): string | number {
  return octets === 1 ? number : `0x${number.toString(16).padStart(4, "0")}`;
}
