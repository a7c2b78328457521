/**
 * What the bodies of the endpoints hold: by endpoint and direction, and by name for notes.
 * @module
 */

import {
  Credential,
  GroupInfo,
  KeyPackage,
  LeafNode,
  MLSMessage,
  Proposal,
  RatchetTreeOption,
  Welcome,
} from "@openmimi/mls";
import {
  AbuseReport,
  ConsentEntry,
  FanoutMessages,
  GroupInfoRatchetTreeTBE,
  GroupInfoRequest,
  GroupInfoResponse,
  HandshakeBundle,
  IdentifierRequest,
  IdentifierResponse,
  IncompatibleProtocolResponse,
  KeyMaterialRequest,
  KeyMaterialResponse,
  ParticipantListData,
  SubmitMessageRequest,
  SubmitMessageResponse,
  UpdateRequest,
  UpdateRoomResponse,
} from "@openmimi/protocol";
import { type Annotation, annotate, decode, type Schema, TlsError } from "@openmimi/tls";
import type { Endpoint } from "./context.ts";

/** Structs that a note can name. */
const NAMED: readonly Schema<unknown>[] = [
  MLSMessage,
  KeyPackage,
  LeafNode,
  Welcome,
  GroupInfo,
  Proposal,
  Credential,
  RatchetTreeOption,
  HandshakeBundle,
  GroupInfoRatchetTreeTBE,
  ParticipantListData,
].map((schema) => schema as Schema<unknown>);

type Direction = "request" | "response";
const body = (request: unknown, response?: unknown) => ({
  request: request as Schema<unknown>,
  ...(response === undefined ? {} : { response: response as Schema<unknown> }),
});

const BODIES: Readonly<
  Partial<Record<string, { readonly request: Schema<unknown>; readonly response?: Schema<unknown> }>>
> = {
  keyMaterial: body(KeyMaterialRequest, KeyMaterialResponse),
  update: body(UpdateRequest, UpdateRoomResponse),
  notify: body(FanoutMessages),
  submitMessage: body(SubmitMessageRequest, SubmitMessageResponse),
  groupInfo: body(GroupInfoRequest, GroupInfoResponse),
  requestConsent: body(ConsentEntry),
  updateConsent: body(ConsentEntry),
  identifierQuery: body(IdentifierRequest, IdentifierResponse),
  reportAbuse: body(AbuseReport),
} satisfies Partial<Record<Endpoint, unknown>>;

/** The schema of a body, if it has one. */
export function bodySchema(endpoint: string | undefined, direction: Direction): Schema<unknown> | undefined {
  return endpoint === undefined ? undefined : BODIES[endpoint]?.[direction];
}

/** The schema that a note names, if there is one. */
export function namedSchema(name: string): Schema<unknown> | undefined {
  const bodies = Object.values(BODIES).flatMap((one) => [one?.request, one?.response]);
  return [...NAMED, ...bodies].find((schema) => schema?.name === name);
}

/** The code that a response states inside its body, and whether it says that the request was done. */
export interface BodyCode {
  readonly code: string;
  readonly success: boolean;
}

/** Reads the code of a response; undefined when the endpoint has none or the body does not decode. */
export function bodyCode(endpoint: string | undefined, octets: Uint8Array): BodyCode | undefined {
  try {
    const code = readCode(endpoint, octets);
    return code === undefined ? undefined : { code, success: SUCCESSES.has(code) };
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

const SUCCESSES: ReadonlySet<string> = new Set(["success", "partialSuccess", "accepted"]);

function readCode(endpoint: string | undefined, octets: Uint8Array): string | undefined {
  switch (endpoint) {
    case "keyMaterial":
      try {
        return decode(KeyMaterialResponse, octets).userStatus;
      } catch (error) {
        // Reading R-037: the answer to an unknown protocol repeats its octet.
        if (!(error instanceof TlsError)) throw error;
        return decode(IncompatibleProtocolResponse, octets).userStatus;
      }
    case "update":
      return decode(UpdateRoomResponse, octets).responseCode;
    case "submitMessage":
      return decode(SubmitMessageResponse, octets).statusCode;
    case "groupInfo":
      return decode(GroupInfoResponse, octets).status;
    case "identifierQuery":
      return decode(IdentifierResponse, octets).responseCode;
    default:
      return undefined;
  }
}

/** Octets with the names of their fields, for people. */
export interface DecodedOctets {
  readonly type: string;
  readonly tree: Annotation;
  /** Where and why the octets are not what they should be. */
  readonly error?: string;
}

/** Annotates octets; undefined when nothing is known of what they hold. */
export function decodeForPeople(
  schema: Schema<unknown> | undefined,
  octets: Uint8Array,
): DecodedOctets | undefined {
  if (schema === undefined || octets.length === 0) return undefined;
  const { tree, error } = annotate(schema, octets);
  return { type: schema.name, tree, ...(error === undefined ? {} : { error: error.message }) };
}
