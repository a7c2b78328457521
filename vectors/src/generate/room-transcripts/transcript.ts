/**
 * A transcript as it stands in a vector: providers and clients with their keys, and what they send one another.
 * @module
 */

/** What an octet string that would be random is used for. */
export type Use = "epochSecret" | "leafKeyMaterial" | "pathSecret" | "reuseGuard" | "hpkeEphemeralKey";

/** One draw, in the order in which they are needed. */
export interface Draw {
  readonly use: Use;
  readonly octets: string;
}

/** A provider. The hub has keys that the room needs. */
export interface TranscriptProvider {
  readonly domain: string;
  /** Of the external sender, of the franking agent: Ed25519 seeds. And the secret of the franks. */
  readonly senderPrivateKey?: string;
  readonly frankingPrivateKey?: string;
  readonly hubKey?: string;
}

/** A client with all that it keeps secret. */
export interface TranscriptClient {
  readonly client: string;
  readonly user: string;
  readonly signaturePrivateKey: string;
  readonly keyPackage: string;
  readonly initPrivateKey: string;
  readonly encryptionPrivateKey: string;
}

/** The creator makes the group and tells its provider; how, is not MIMI's. */
export interface CreationStep {
  readonly what: string;
  readonly client: string;
  readonly groupInfo: string;
  readonly ratchetTree: string;
  readonly randomness: readonly Draw[];
}

/** A request from one provider to another, or (`local`) between a provider and a client of its own. */
export interface RequestStep {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly local?: true;
  /** Whose MLS objects these are; absent where a provider speaks for itself. */
  readonly client?: string;
  readonly method: "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: string;
  /** Of a submitMessage: what was encrypted. */
  readonly applicationData?: string;
  /** Of a groupInfo: the HPKE private key of the request's groupInfoPublicKey. */
  readonly groupInfoPrivateKey?: string;
  /** The clock of whoever answers: milliseconds since the UNIX epoch. */
  readonly clockMs: string;
  readonly status: number;
  readonly answer: string;
  readonly randomness?: readonly Draw[];
}

export type Step = CreationStep | RequestStep;

/** The whole input of a vector. */
export interface Transcript {
  readonly roomUri: string;
  readonly providers: readonly TranscriptProvider[];
  readonly clients: readonly TranscriptClient[];
  readonly steps: readonly Step[];
}
