/**
 * POST /identifierQuery/{domain}. Protocol §5.8.
 * @module
 */

import { AppDataDictionary } from "@openmimi/mls";
import {
  enumeration,
  given,
  type Infer,
  nothing,
  opaque,
  type Schema,
  struct,
  TlsError,
  text,
  uint8,
  vector,
} from "@openmimi/tls";
import { MAX_FIELD_OCTETS, MAX_PROFILES, MAX_QUERY_ELEMENTS, MAX_TEXT_OCTETS } from "../limits.ts";
import { IdentifierUri } from "./common.ts";

const SEARCH_TYPES = {
  handle: 1,
  nick: 2,
  email: 3,
  phone: 4,
  partialName: 5,
  wholeProfile: 6,
  oidcStdClaim: 7,
  vcardField: 8,
} as const;

/** A name of the draft, or the number of a type that it does not define. */
export type SearchIdentifierType = keyof typeof SEARCH_TYPES | number;

const searchNames = new Map<number, keyof typeof SEARCH_TYPES>();
for (const [name, number] of Object.entries(SEARCH_TYPES)) {
  searchNames.set(number, name as keyof typeof SEARCH_TYPES);
}

/** Protocol §5.8, open: an unknown type is read as its number and answered with unsupportedField (reading R-118). */
export const SearchIdentifierType: Schema<SearchIdentifierType> = {
  name: "SearchIdentifierType",
  shape: { kind: "refined", of: uint8 as Schema<unknown> },
  read: (reader) => {
    const number = reader.uint8();
    return searchNames.get(number) ?? number;
  },
  annotate: (reader, node) => {
    node.value = SearchIdentifierType.read(reader);
    node.end = reader.offset;
    return node.value as SearchIdentifierType;
  },
  write: (writer, value) => {
    if (typeof value === "number") {
      if (searchNames.has(value)) throw new TlsError("unencodable", `${value} is ${searchNames.get(value)}`);
      uint8.write(writer, value);
    } else if (typeof value === "string" && Object.hasOwn(SEARCH_TYPES, value)) {
      writer.uint8(SEARCH_TYPES[value]);
    } else {
      throw new TlsError("unencodable", `SearchIdentifierType has no value ${JSON.stringify(value)}`);
    }
  },
};

const onlyFor =
  (type: SearchIdentifierType, schema: Schema<string>) =>
  (element: { searchType: SearchIdentifierType }): Schema<string | undefined> =>
    element.searchType === type ? (schema as Schema<string | undefined>) : nothing;

/** Protocol §5.8. The select is over searchType (reading R-115). */
export const QueryElement = struct("QueryElement", {
  searchType: SearchIdentifierType,
  claimName: given("opaque<V>", onlyFor("oidcStdClaim", text(MAX_TEXT_OCTETS))),
  propertyName: given("opaque<V>", onlyFor("vcardField", text(MAX_TEXT_OCTETS))),
  searchValue: text(MAX_FIELD_OCTETS),
});
export type QueryElement = Infer<typeof QueryElement>;

/** Protocol §5.8: all elements have to match. */
export const IdentifierRequest = struct("IdentifierRequest", {
  queryElements: vector(QueryElement, { maxElements: MAX_QUERY_ELEMENTS }),
  idRequestExtensions: AppDataDictionary,
});
export type IdentifierRequest = Infer<typeof IdentifierRequest>;

/** Protocol §5.8. */
export const IdentifierQueryCode = enumeration("IdentifierQueryCode", {
  success: 0,
  notFound: 1,
  ambiguous: 2,
  forbidden: 3,
  unsupportedField: 4,
});
export type IdentifierQueryCode = Infer<typeof IdentifierQueryCode>;

/** Protocol §5.8; other fields than OpenID claims are vCard properties (reading R-120). */
export const FieldSource = enumeration("FieldSource", { oidcStdClaim: 7, vcardField: 8 });
export type FieldSource = Infer<typeof FieldSource>;

/** Protocol §5.8. */
export const ProfileField = struct("ProfileField", {
  fieldSource: FieldSource,
  fieldName: text(MAX_TEXT_OCTETS),
  fieldValue: opaque(MAX_FIELD_OCTETS),
});
export type ProfileField = Infer<typeof ProfileField>;

/** Protocol §5.8. */
export const UserProfile = struct("UserProfile", {
  stableUri: IdentifierUri,
  fields: vector(ProfileField, { maxElements: MAX_PROFILES }),
});
export type UserProfile = Infer<typeof UserProfile>;

/** Protocol §5.8. All fields are there whatever the code (reading R-117); `uri` lists the profiles' URIs (R-116). */
export const IdentifierResponse = struct("IdentifierResponse", {
  responseCode: IdentifierQueryCode,
  uri: vector(IdentifierUri, { maxElements: MAX_PROFILES }),
  foundProfiles: vector(UserProfile, { maxElements: MAX_PROFILES }),
  idResponseExtensions: AppDataDictionary,
});
export type IdentifierResponse = Infer<typeof IdentifierResponse>;
