/**
 * Which MIMI identity an MLS credential carries. Protocol §4.2, §5.4.1, §7.4; readings.
 * @module
 */

import type { Credential } from "@openmimi/mls";
import { type CertificateNames, certificateNames } from "./der.ts";
import { parseDomain } from "./domain.ts";
import { IdentifierError, ProtocolError } from "./errors.ts";
import {
  type ClientUri,
  type MimiUri,
  parseMimiUri,
  providerUri,
  type UserUri,
  userOfClient,
} from "./identifiers.ts";
import { MAX_URI_OCTETS } from "./limits.ts";
import { cwtSubject, jwtSubject } from "./web-tokens.ts";

/** Whom a credential names. */
export interface Identity {
  /** A user, or a pseudonym of one. */
  readonly userUri: UserUri;
  /** The client, where the credential says it. */
  readonly clientUri?: ClientUri;
  /** The domain of the user's provider. */
  readonly domain: string;
}

const SECTION = "protocol §4.2";
const utf8Encoder = new TextEncoder();

function refuse(message: string, section = SECTION, cause?: unknown): never {
  throw new ProtocolError("invalid-credential", message, section, { cause });
}

/**
 * The user and, if named, the client of a member's credential (reading R-028). A basic credential holds the client URI
 * or the user URI. In a certificate exactly one user or pseudonym URI names the user; without one, the client URI
 * `/d/X/Y` gives the user `/u/X`. In a JWT or CWT it is the subject (reading R-175). That a certificate or token is
 * valid and trusted has to be checked elsewhere.
 *
 * @throws {ProtocolError} `invalid-credential`
 * @example
 * ```ts
 * identityOf(clientCredential("mimi://a.example/d/alice/ClientA1")).userUri; // "mimi://a.example/u/alice"
 * ```
 */
export function identityOf(credential: Credential): Identity {
  const uris = urisOf(credential);
  const users = uris.filter(({ kind }) => kind === "user" || kind === "pseudonym");
  const clients = uris.filter(({ kind }) => kind === "client");
  if (users.length > 1) refuse("the credential names several users");
  if (clients.length > 1) refuse("the credential names several clients");
  const client = clients[0];
  const user = users[0] ?? (client === undefined ? undefined : userOf(client));
  if (user === undefined) return refuse("the credential names neither user nor client");
  if (client !== undefined && client.domain !== user.domain)
    refuse("user and client are of different providers");
  return {
    userUri: user.text,
    domain: user.domain,
    ...(client === undefined ? {} : { clientUri: client.text }),
  };
}

function urisOf(credential: Credential): MimiUri[] {
  switch (credential.credentialType) {
    case "basic":
      return [parseIdentity(credential.identity)];
    case "jwt":
    case "cwt": {
      const { credentialType, token } = credential;
      const subject = credentialType === "jwt" ? jwtSubject(token) : cwtSubject(token);
      return [parseName(subject ?? refuse(`the ${credentialType} has no subject`))];
    }
    default:
      return namesOf(credential)
        .uris.filter((uri) => uri.startsWith("mimi://"))
        .map(parseName);
  }
}

function userOf(client: MimiUri): MimiUri {
  try {
    return parseMimiUri(userOfClient(client.text));
  } catch (error) {
    if (error instanceof IdentifierError)
      refuse(`${client.text} does not say whose client it is`, SECTION, error);
    throw error;
  }
}

function parseName(text: string): MimiUri {
  try {
    return parseMimiUri(text);
  } catch (error) {
    if (error instanceof IdentifierError)
      refuse(`the identity is no mimi URI: ${error.message}`, SECTION, error);
    throw error;
  }
}

function parseIdentity(identity: Uint8Array): MimiUri {
  if (identity.length > MAX_URI_OCTETS) refuse(`the identity has more than ${MAX_URI_OCTETS} octets`);
  let text = "";
  for (const octet of identity) text += String.fromCharCode(octet);
  return parseName(text);
}

function namesOf(credential: Exclude<Credential, { credentialType: "basic" }>): CertificateNames {
  if (credential.credentialType !== "x509") {
    return refuse(`a credential of type ${credential.credentialType} names nobody here`);
  }
  const endEntity = credential.certificates[0];
  if (endEntity === undefined) return refuse("the credential holds no certificate");
  return certificateNames(endEntity.certData) ?? refuse("the certificate cannot be read");
}

/** A basic credential of a client: its URI as identity (reading R-028). @throws {IdentifierError} */
export function clientCredential(uri: ClientUri): Credential {
  userOfClient(uri);
  return { credentialType: "basic", identity: utf8Encoder.encode(uri) };
}

/** A basic credential of a provider, as external sender or franking agent: its URI (reading R-030). @throws {IdentifierError} */
export function providerCredential(domain: string): Credential {
  return { credentialType: "basic", identity: utf8Encoder.encode(providerUri(domain)) };
}

/**
 * The domain of the provider that a credential names: as a basic credential the provider URI, as a certificate that
 * URI or exactly one DNS name (reading R-030).
 *
 * @throws {ProtocolError} `invalid-credential`
 */
export function providerOf(credential: Credential): string {
  const section = "protocol §7.4";
  if (credential.credentialType === "basic") {
    const { kind, domain } = parseIdentity(credential.identity);
    if (kind !== "provider") refuse(`a ${kind} is no provider`, section);
    return domain;
  }
  const { uris, dnsNames } = namesOf(credential);
  const providers = uris.filter((uri) => uri.startsWith("mimi://")).map(parseName);
  const named = providers.filter(({ kind }) => kind === "provider").map(({ domain }) => domain);
  const candidates = named.length > 0 ? named : dnsNames;
  const [domain, ...others] = candidates;
  if (domain === undefined) return refuse("the certificate names no provider", section);
  if (others.length > 0) return refuse("the certificate names several providers", section);
  try {
    return parseDomain(domain.toLowerCase());
  } catch (error) {
    if (error instanceof IdentifierError) return refuse(`${error.message}`, section, error);
    throw error;
  }
}
