/**
 * Every decoder that reads what others send, with valid input for it and the errors that are its own.
 * @module
 */

import * as content from "@openmimi/content";
import { arbitraryContent, arbitraryStatusReport } from "@openmimi/content/testing";
import * as mls from "@openmimi/mls";
import * as protocol from "@openmimi/protocol";
import { arbitraryMimiUri, bodyOverrides } from "@openmimi/protocol/testing";
import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import { arbitrary, type Overrides } from "@openmimi/tls/arbitrary";
import { checkBytes, equalOctets } from "@openmimi/tls/testing";
import fc from "fast-check";

/** One decoder. */
export interface Decoder {
  readonly name: string;
  readonly valid: fc.Arbitrary<Uint8Array>;
  /**
   * Decodes. Whatever it throws is a finding: its own errors are a refusal, and an accepted input that would not be
   * written the same way again is a finding too, where the encoding has one form only.
   */
  check(bytes: Uint8Array): "decoded" | "refused";
}

const utf8 = new TextEncoder();
const lossy = new TextDecoder();

const uris = fc.constantFrom(
  "mimi://a.example/u/alice",
  "mimi://b.example/r/club",
  "https://a.example/x#top",
);
const overrides: Overrides = new Map<Schema<never>, fc.Arbitrary<unknown>>([
  ...bodyOverrides,
  [protocol.PresentUri as Schema<never>, uris],
  [protocol.Uri as Schema<never>, fc.oneof(fc.constant(""), uris)],
  [
    protocol.FanoutMessages as Schema<never>,
    fc.array(arbitrary(protocol.FanoutMessage, bodyOverrides), { minLength: 1, maxLength: 3 }),
  ],
]);

function isSchema(value: unknown): value is Schema<unknown> {
  return typeof value === "object" && value !== null && "shape" in value && "annotate" in value;
}

/** Every schema that mls and protocol offer: a new one is in without being listed. */
function ofSchemas(): Decoder[] {
  const exported = { ...mls, ...protocol } as Record<string, unknown>;
  return Object.entries(exported).flatMap(([name, schema]) =>
    isSchema(schema)
      ? [
          {
            name,
            valid: arbitrary(schema, overrides).map((value) => encode(schema, value)),
            check: (bytes: Uint8Array) => checkBytes(schema, bytes),
          },
        ]
      : [],
  );
}

type ErrorClass = abstract new (...parameters: never[]) => Error;

/** Runs a reader; its own errors are a refusal. */
function attempt<T>(read: () => T, ...own: ErrorClass[]): { value: T } | undefined {
  try {
    return { value: read() };
  } catch (error) {
    if (own.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

function binary<T>(
  name: string,
  valid: fc.Arbitrary<T>,
  write: (value: T) => Uint8Array,
  read: (bytes: Uint8Array) => T,
  ...own: ErrorClass[]
): Decoder {
  return {
    name,
    valid: valid.map(write),
    check(bytes) {
      const read1 = attempt(() => read(bytes), ...own);
      if (read1 === undefined) return "refused";
      if (!equalOctets(write(read1.value), bytes)) throw new Error("two encodings of one value");
      return "decoded";
    },
  };
}

function textual(
  name: string,
  valid: fc.Arbitrary<string>,
  read: (text: string) => unknown,
  ...own: ErrorClass[]
): Decoder {
  return {
    name,
    valid: valid.map((text) => utf8.encode(text)),
    check: (bytes) =>
      attempt(() => read(lossy.decode(bytes)), ...own)?.value === undefined ? "refused" : "decoded",
  };
}

const messages = arbitraryContent();
const { ContentError } = content;
const { IdentifierError, ProtocolError } = protocol;
const directory = JSON.stringify(protocol.buildDirectory("https://mimi.a.example"));
const mediaTypes = fc.constantFrom("text/plain;charset=utf-8", 'application/x;a="b\\"c"; d=e', "image/png");

/** All of them, by name. */
export const decoders: readonly Decoder[] = [
  ...ofSchemas(),
  binary("content.decode", messages, content.encode, content.decode, ContentError),
  binary(
    "content.decodeStatusReport",
    arbitraryStatusReport(),
    content.encodeStatusReport,
    content.decodeStatusReport,
    ContentError,
  ),
  {
    name: "content.describe",
    valid: messages.map(content.encode),
    check: (bytes) => (content.describe(bytes).error === undefined ? "decoded" : "refused"),
  },
  textual("content.parseMediaType", mediaTypes, content.parseMediaType),
  textual("protocol.parseMimiUri", arbitraryMimiUri, protocol.parseMimiUri, IdentifierError),
  textual(
    "protocol.fromPathSegment",
    arbitraryMimiUri.map(protocol.toPathSegment),
    protocol.fromPathSegment,
    IdentifierError,
  ),
  textual(
    "protocol.downloadUrlFromPathSegment",
    fc.constantFrom("https%3A%2F%2Fa.example%2Fasset%2F1", "https%3A%2F%2Fb.example%3A8443%2Fx%3Fy%3Dz"),
    protocol.downloadUrlFromPathSegment,
    IdentifierError,
    ProtocolError,
  ),
  textual("protocol.domainOfFrom", fc.constant("mimi=a.example"), protocol.domainOfFrom),
  textual("protocol.parseDirectory", fc.constant(directory), protocol.parseDirectory, ProtocolError),
  {
    name: "protocol.identityOf",
    valid: arbitraryMimiUri.map((uri) =>
      encode(mls.Credential, { credentialType: "basic", identity: utf8.encode(uri) }),
    ),
    check(bytes) {
      const credential = attempt(() => decode(mls.Credential, bytes), TlsError);
      if (credential === undefined) return "refused";
      const identity = attempt(() => protocol.identityOf(credential.value), ProtocolError);
      return identity === undefined ? "refused" : "decoded";
    },
  },
];
