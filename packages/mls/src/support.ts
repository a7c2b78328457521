/**
 * What a group demands of its members, and whether a leaf supports it. RFC 9420 §7.2, §7.3, §11.1, §12.1.7, extensions
 * §4.6, §5.
 * @module
 */

import { decode, TlsError } from "@openmimi/tls";
import {
  type Capabilities,
  ComponentId,
  ComponentsList,
  type Extension,
  ExtensionType,
  type LeafNode,
  WireFormats,
} from "./codec/index.ts";
import { MlsError } from "./errors.ts";
import { componentOf, readExtension, requiredCapabilities } from "./extensions.ts";

/** RFC 9420 §7.2: types that every client supports and does not list. */
const defaultExtensionTypes: ReadonlySet<number> = new Set([1, 2, 3, 4, 5]);
/** Extensions §5: the wire formats of RFC 9420. */
const defaultWireFormats: ReadonlySet<number> = new Set([1, 2, 3, 4, 5]);
const defaultProposalTypes: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7]);
const none: ReadonlySet<number> = new Set();
/**
 * Extensions §4.6: understood by whoever supports the dictionary. Whether app_components lists them is left open
 * (reading R-199), so nobody is refused for leaving them out.
 */
const impliedComponents: ReadonlySet<number> = new Set([
  ComponentId.appComponents,
  ComponentId.safeAad,
  ComponentId.contentMediaTypes,
]);

/** RFC 9420 §7.2: whether a leaf supports an extension type. */
export function supportsExtension(capabilities: Capabilities, extensionType: number): boolean {
  return defaultExtensionTypes.has(extensionType) || capabilities.extensions.includes(extensionType);
}

/** RFC 9420 §7.3: a type of extension that a leaf has and does not list, if any. */
export function unlistedExtension({ capabilities, extensions }: LeafNode): number | undefined {
  const listed = isIn(capabilities.extensions, extensions.length);
  return extensions.find(({ extensionType: type }) => !defaultExtensionTypes.has(type) && !listed(type))
    ?.extensionType;
}

/** RFC 9420 §7.2: whether a leaf supports a proposal type. */
export function supportsProposal(capabilities: Capabilities, proposalType: number): boolean {
  return defaultProposalTypes.has(proposalType) || capabilities.proposals.includes(proposalType);
}

/** What every member of a group has to support, in code points. */
export interface Demands {
  /** RFC 9420 §12.1.7: the extensions that the group has. */
  readonly present: readonly number[];
  /** RFC 9420 §11.1. */
  readonly extensions: readonly number[];
  readonly proposals: readonly number[];
  readonly credentials: readonly number[];
  /** Extensions §5: required_wire_formats. */
  readonly wireFormats: readonly number[];
  /** Extensions §5: the app_components of the GroupContext. */
  readonly components: readonly number[];
  /** Extensions §5: the safe_aad of the GroupContext. */
  readonly safeAad: readonly number[];
}

/** A list of extensions stays the same object as long as no commit changes it, and is read once. */
const knownDemands = new WeakMap<readonly Extension[], Demands>();

/**
 * What the extensions of a GroupContext demand.
 *
 * @throws {MlsError} `invalid-extension` if one of them is malformed
 */
export function demandsOf(extensions: readonly Extension[]): Demands {
  const known = knownDemands.get(extensions);
  if (known !== undefined) return known;
  const demands = readDemands(extensions);
  knownDemands.set(extensions, demands);
  return demands;
}

function readDemands(extensions: readonly Extension[]): Demands {
  const required = requiredCapabilities(extensions);
  return {
    present: extensions.map(({ extensionType }) => extensionType),
    extensions: required.extensionTypes,
    proposals: required.proposalTypes,
    credentials: required.credentialTypes,
    wireFormats: wireFormatsOf(extensions, ExtensionType.requiredWireFormats),
    components: listOf(extensions, ComponentId.appComponents).filter((id) => !impliedComponents.has(id)),
    safeAad: listOf(extensions, ComponentId.safeAad),
  };
}

/** Whether a number is in a list, for many numbers: what is long is looked at once and not once for each of them. */
function isIn(list: readonly number[], count: number): (item: number) => boolean {
  if (count * list.length < 4096) return (item) => list.includes(item);
  const set = new Set(list);
  return (item) => set.has(item);
}

/** Whether whoever supports `known` supports `demands` too, so that nobody has to be asked. */
export function demandsNoMore(demands: Demands, known: Demands): boolean {
  const within = (name: keyof Demands): boolean =>
    demands[name].every(isIn(known[name], demands[name].length));
  return (Object.keys(demands) as (keyof Demands)[]).every(within);
}

/**
 * RFC 9420 §7.3, §11.1, §12.1.7, extensions §5: whether a leaf supports what a group demands.
 *
 * @throws {MlsError} `missing-capability`
 */
export function checkSupport(leaf: LeafNode, demands: Demands): void {
  const { capabilities, extensions } = leaf;
  const check = (
    demanded: readonly number[],
    defaults: ReadonlySet<number>,
    supported: () => readonly number[],
    what: string,
    section: string,
  ): void => {
    const types = demanded.filter((type) => !defaults.has(type));
    // What is supported is read only where something is looked up in it.
    if (types.length === 0) return;
    const supports = isIn(supported(), types.length);
    const missing = types.find((type) => !supports(type));
    if (missing === undefined) return;
    throw new MlsError("missing-capability", `a member does not support ${what} ${missing}`, section);
  };
  const listed = () => capabilities.extensions;
  check(demands.present, defaultExtensionTypes, listed, "the group's extension", "RFC 9420 §12.1.7");
  check(demands.extensions, defaultExtensionTypes, listed, "the required extension", "RFC 9420 §11.1");
  const proposals = () => capabilities.proposals;
  check(demands.proposals, defaultProposalTypes, proposals, "the required proposal", "RFC 9420 §11.1");
  const credentials = () => capabilities.credentials;
  check(demands.credentials, none, credentials, "the required credential", "RFC 9420 §11.1");
  const formats = () => wireFormatsOf(extensions);
  check(demands.wireFormats, defaultWireFormats, formats, "the required wire format", "extensions §5");
  const components = () => listOf(extensions, ComponentId.appComponents);
  check(demands.components, none, components, "the required component", "extensions §5");
  const safeAad = () => listOf(extensions, ComponentId.safeAad);
  check(demands.safeAad, none, safeAad, "the required component of SafeAAD", "extensions §5");
}

function wireFormatsOf(
  extensions: readonly Extension[],
  extensionType: number = ExtensionType.supportedWireFormats,
): readonly number[] {
  return readExtension(extensions, extensionType, WireFormats)?.wireFormats ?? [];
}

/** A ComponentsList. What is none lists nothing: the data of components are for the application to judge (§7.5). */
function listOf(extensions: readonly Extension[], componentId: number): readonly number[] {
  const data = componentOf(extensions, componentId);
  if (data === undefined) return [];
  try {
    return decode(ComponentsList, data).componentIds;
  } catch (error) {
    if (error instanceof TlsError) return [];
    throw error;
  }
}
