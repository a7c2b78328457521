/**
 * Which media types a group speaks, and the framing that names them. Extensions §6.2.
 * @module
 */

import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import {
  ApplicationFraming,
  ComponentId,
  type Extension,
  type LeafNode,
  type MediaType,
  MediaTypeList,
} from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { componentOf } from "../extensions.ts";

function read<T>(schema: Schema<T>, octets: Uint8Array, what: string, section: string): T {
  try {
    return decode(schema, octets);
  } catch (cause) {
    if (!(cause instanceof TlsError)) throw cause;
    throw new MlsError("invalid-extension", `${what}: ${cause.message}`, section, { cause });
  }
}

/**
 * The media types in the app_data_dictionary of a GroupContext (all members understand them) or of a leaf (the client
 * understands them). Extensions §6.2.1.
 *
 * @returns `undefined` where the component is absent
 * @throws {MlsError} `invalid-extension`
 */
export function mediaTypesOf(extensions: readonly Extension[]): MediaType[] | undefined {
  const data = componentOf(extensions, ComponentId.contentMediaTypes);
  if (data === undefined) return undefined;
  return read(MediaTypeList, data, "content_media_types", "extensions §6.2.2").mediaTypeList;
}

/** Extensions §6.2.3: whether a client understands every media type that the group requires. */
export function supportsMediaTypes({ extensions }: LeafNode, group: readonly Extension[]): boolean {
  const supported = new Set(mediaTypesOf(extensions)?.map(nameOf));
  return (mediaTypesOf(group) ?? []).every((type) => supported.has(nameOf(type)));
}

/** Reading R-204: media types and parameter names ignore case, and parameters have no order. RFC 2045 §5.1. */
function nameOf({ type, parameters }: MediaType): string {
  const ascii = (octets: Uint8Array) => String.fromCharCode(...octets);
  const names = parameters.map(({ parameterName, parameterValue }) =>
    JSON.stringify([ascii(parameterName).toLowerCase(), ascii(parameterValue)]),
  );
  return JSON.stringify([type.toLowerCase(), ...names.sort()]);
}

/** What was sent in an application message. */
export interface FramedApplicationContent {
  /** Absent in groups without content_media_types. */
  readonly mediaType?: MediaType;
  readonly content: Uint8Array;
}

/**
 * The application_data to send: framed where the group has content_media_types, the content itself elsewhere.
 * Extensions §6.2.4.
 *
 * @param mediaType absent: the first media type of the group
 */
export function frameContent(
  group: readonly Extension[],
  content: Uint8Array,
  mediaType: MediaType = { type: "", parameters: [] },
): Uint8Array {
  if (mediaTypesOf(group) === undefined) return content;
  return encode(ApplicationFraming, { mediaType, innerApplicationContent: content });
}

/**
 * Reads application_data as {@link frameContent} makes it; an empty media type stands for the group's first one.
 *
 * @throws {MlsError} `invalid-extension`
 */
export function readContent(
  group: readonly Extension[],
  applicationData: Uint8Array,
): FramedApplicationContent {
  const types = mediaTypesOf(group);
  if (types === undefined) return { content: applicationData };
  const framing = read(ApplicationFraming, applicationData, "application_data", "extensions §6.2.4");
  const { mediaType, innerApplicationContent: content } = framing;
  const first = types[0];
  return { mediaType: mediaType.type === "" && first !== undefined ? first : mediaType, content };
}
