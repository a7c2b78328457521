/**
 * Generators for the schemas whose rules a plain generator would miss. For test files: needs fast-check.
 * @module
 */

import { type MLSMessage, PrivateMessage, PublicMessage, Welcome } from "@openmimi/mls";
import type { Schema } from "@openmimi/tls";
import { arbitrary, type Overrides } from "@openmimi/tls/arbitrary";
import fc from "fast-check";
import {
  ApplicationMessage,
  FanoutContent,
  FanoutTimestamp,
  HandshakeMessage,
  IdentifierUri,
  IdentifierUriOrEmpty,
  kindOf,
  type MessageKind,
  ProposalMessage,
  SearchIdentifierType,
} from "./bodies/index.ts";
import { clientUri, groupUri, providerUri, roomUri, userUri } from "./identifiers.ts";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);

/** Domain names. */
export const arbitraryDomain: fc.Arbitrary<string> = fc
  .tuple(label, fc.constantFrom("example", "test", "a-b"))
  .map(([first, last]) => `${first}.${last}`);

/** Names as people choose them, with whatever needs percent-encoding, but no NUL. */
export const arbitraryName: fc.Arbitrary<string> = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 10 })
  .filter((name) => name.isWellFormed() && !name.includes("\0") && name !== "." && name !== "..");

/** Canonical `mimi:` URIs of every kind but pseudonyms and topics. */
export const arbitraryMimiUri: fc.Arbitrary<string> = fc.oneof(
  arbitraryDomain.map(providerUri),
  fc.tuple(arbitraryDomain, arbitraryName).map(([domain, name]) => userUri(domain, name)),
  fc
    .tuple(arbitraryDomain, arbitraryName, arbitraryName)
    .map(([domain, user, device]) => clientUri(domain, user, device)),
  fc.tuple(arbitraryDomain, arbitraryName).map(([domain, name]) => roomUri(domain, name)),
  fc.tuple(arbitraryDomain, arbitraryName).map(([domain, name]) => groupUri(domain, name)),
);

const publicMessages = arbitrary(PublicMessage).map(
  (publicMessage): MLSMessage => ({ version: "mls10", wireFormat: "publicMessage", publicMessage }),
);
const privateMessages = arbitrary(PrivateMessage).map(
  (privateMessage): MLSMessage => ({ version: "mls10", wireFormat: "privateMessage", privateMessage }),
);
const welcomes = arbitrary(Welcome).map(
  (welcome): MLSMessage => ({ version: "mls10", wireFormat: "welcome", welcome }),
);

function messages(
  from: fc.Arbitrary<MLSMessage>,
  ...kinds: readonly MessageKind[]
): fc.Arbitrary<MLSMessage> {
  return from.filter((message) => kinds.includes(kindOf(message)));
}

const applications = messages(privateMessages, "application");

/**
 * Pass these to `checkSchema` and `arbitrary` of `@openmimi/tls` for every body of this package.
 *
 * @example
 * ```ts
 * checkSchema(FanoutMessage, { overrides: bodyOverrides });
 * ```
 */
export const bodyOverrides: Overrides = new Map<Schema<never>, fc.Arbitrary<unknown>>([
  [IdentifierUri as Schema<never>, arbitraryMimiUri],
  [IdentifierUriOrEmpty as Schema<never>, fc.oneof(fc.constant(""), arbitraryMimiUri)],
  [HandshakeMessage as Schema<never>, messages(publicMessages, "proposal", "commit")],
  [ProposalMessage as Schema<never>, messages(publicMessages, "proposal")],
  [ApplicationMessage as Schema<never>, applications],
  [
    FanoutContent as Schema<never>,
    fc.oneof(applications, welcomes, messages(publicMessages, "proposal", "commit")),
  ],
  [FanoutTimestamp as Schema<never>, fc.bigInt({ min: 0n, max: (1n << 56n) - 1n })],
  [
    SearchIdentifierType as Schema<never>,
    fc.oneof(fc.constantFrom("handle", "oidcStdClaim", "vcardField"), fc.integer({ min: 9, max: 255 })),
  ],
]);
