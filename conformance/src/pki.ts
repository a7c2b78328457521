/**
 * The certificates of a run: one authority, the target's certificate, and those of the suite's providers, with
 * every odd one that a case presents. Made once into a folder; the authority's key is not kept.
 * @module
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CertificateRequest,
  createAuthority,
  createSelfSigned,
  type IssuedCertificate,
} from "@openmimi/pki";
import { type Identity, ODD_IDENTITIES, PEERS, type PeerName } from "./context.ts";
import { reasonOf, SuiteError } from "./errors.ts";

/** Domains of the suite's providers; certificates name them and the target reaches them by them. */
export const PEER_DOMAINS: Readonly<Record<PeerName, string>> = {
  hub: "hub.suite.example",
  follower1: "follower1.suite.example",
  follower2: "follower2.suite.example",
};

const DAY_MS = 86_400_000;
type OddIdentity = Exclude<(typeof ODD_IDENTITIES)[number], "none">;

/** A certificate chain with its key, as PEM texts. */
export interface Credentials {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** What a run needs of the folder. */
export interface SuitePki {
  /** The trust anchor, PEM. */
  readonly ca: string;
  readonly targetDomain: string;
  /** What a peer presents under an identity; undefined for `none`. */
  credentials(peer: PeerName, identity: Identity): Credentials | undefined;
}

export interface CreateSuitePkiOptions {
  readonly directory: string;
  /** The domain of the provider under test. */
  readonly targetDomain: string;
  /** Further dNSNames for its certificate, when its URLs have other hosts. */
  readonly targetNames?: readonly string[];
}

/**
 * Makes the folder: `ca.pem`, `target.pem` and `target-key.pem` for the provider under test, and the suite's own.
 * @returns the names of the files for the provider under test
 * @throws SuiteError when the folder cannot be written
 */
export async function createSuitePki(
  options: CreateSuitePkiOptions,
): Promise<{ readonly ca: string; readonly certificate: string; readonly privateKey: string }> {
  const { directory, targetDomain } = options;
  const authority = await createAuthority("OpenMIMI conformance authority");
  const foreign = await createAuthority("An authority that nobody trusts");
  const file = (name: string) => join(directory, name);
  const write = (name: string, text: string, mode = 0o644) => writeFileSync(file(name), text, { mode });
  const writePair = (name: string, issued: IssuedCertificate) => {
    write(`${name}.pem`, issued.chainPem);
    write(`${name}-key.pem`, issued.privateKeyPem, 0o600);
  };
  try {
    mkdirSync(directory, { recursive: true });
    write("ca.pem", authority.certificatePem);
    const dnsNames = [targetDomain, ...(options.targetNames ?? [])];
    writePair("target", await authority.issue({ domain: targetDomain, dnsNames }));
    for (const peer of PEERS) {
      const request: CertificateRequest = { domain: PEER_DOMAINS[peer] };
      writePair(peer, await authority.issue(request));
      const odd: Record<OddIdentity, Promise<IssuedCertificate>> = {
        "self-signed": createSelfSigned(request),
        expired: authority.issue({ ...request, ...validity(-30, -2) }),
        "not-yet-valid": authority.issue({ ...request, ...validity(2, 30) }),
        "foreign-authority": foreign.issue(request),
      };
      for (const [identity, issued] of Object.entries(odd)) writePair(`${peer}-${identity}`, await issued);
    }
    write("pki.json", `${JSON.stringify({ format: FORMAT, targetDomain }, null, 2)}\n`);
  } catch (error) {
    throw new SuiteError("bad-pki", `${directory}: ${reasonOf(error)}`);
  }
  return { ca: file("ca.pem"), certificate: file("target.pem"), privateKey: file("target-key.pem") };
}

const FORMAT = "openmimi-conformance-pki/1";

/**
 * Reads a folder that {@link createSuitePki} made.
 * @throws SuiteError
 */
export function loadSuitePki(directory: string): SuitePki {
  const read = (name: string): string => {
    try {
      return readFileSync(join(directory, name), "utf8");
    } catch (error) {
      throw new SuiteError("bad-pki", `${join(directory, name)}: ${reasonOf(error)}`);
    }
  };
  const targetDomain = targetDomainOf(read("pki.json"));
  const pairs = new Map<string, Credentials>();
  for (const peer of PEERS) {
    for (const name of [peer, ...oddNames(peer)]) {
      pairs.set(name, { certificatePem: read(`${name}.pem`), privateKeyPem: read(`${name}-key.pem`) });
    }
  }
  return {
    ca: read("ca.pem"),
    targetDomain,
    credentials: (peer, identity) =>
      pairs.get(isOdd(identity) ? `${peer}-${identity}` : identity === "none" ? "" : identity),
  };
}

function targetDomainOf(text: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed === "object" && parsed !== null && "format" in parsed && "targetDomain" in parsed) {
    if (parsed.format === FORMAT && typeof parsed.targetDomain === "string") return parsed.targetDomain;
  }
  throw new SuiteError("bad-pki", `pki.json is not of format ${FORMAT}`);
}

function isOdd(identity: Identity): identity is OddIdentity {
  return identity !== "none" && ODD_IDENTITIES.some((odd) => odd === identity);
}

function oddNames(peer: PeerName): string[] {
  return ODD_IDENTITIES.filter((odd) => odd !== "none").map((odd) => `${peer}-${odd}`);
}

function validity(fromDays: number, toDays: number) {
  return {
    notBefore: new Date(Date.now() + fromDays * DAY_MS),
    notAfter: new Date(Date.now() + toDays * DAY_MS),
  };
}
