/**
 * Which media types a room requires of its members, and which a client can receive. Extensions §6.2.
 * @module
 */

import {
  ComponentId,
  componentOf,
  type Extension,
  equalOctets,
  type MediaType,
  MediaTypeList,
  MlsError,
} from "@openmimi/mls";
import { decode, TlsError } from "@openmimi/tls";

/** Of the same type, and with at least the same parameters. */
function covers(supported: MediaType, required: MediaType): boolean {
  return (
    supported.type.toLowerCase() === required.type.toLowerCase() &&
    required.parameters.every((wanted) =>
      supported.parameters.some(
        (given) =>
          equalOctets(given.parameterName, wanted.parameterName) &&
          equalOctets(given.parameterValue, wanted.parameterValue),
      ),
    )
  );
}

/** The list in the extensions of a GroupContext or a leaf; `undefined` where there is none that can be read. */
function listed(extensions: readonly Extension[]): readonly MediaType[] | undefined {
  try {
    const data = componentOf(extensions, ComponentId.contentMediaTypes);
    return data === undefined ? undefined : decode(MediaTypeList, data).mediaTypeList;
  } catch (error) {
    if (error instanceof MlsError || error instanceof TlsError) return undefined;
    throw error;
  }
}

/**
 * What a client cannot receive although a group requires it: such a client is not added (extensions §6.2.3).
 *
 * @param group the extensions of the GroupContext
 * @param leaf the extensions of the client's leaf
 * @returns the types without their parameters; empty where nothing is required or all is supported
 */
export function missingMediaTypes(group: readonly Extension[], leaf: readonly Extension[]): string[] {
  const supported = listed(leaf) ?? [];
  return (listed(group) ?? [])
    .filter((required) => !supported.some((type) => covers(type, required)))
    .map(({ type }) => type);
}
