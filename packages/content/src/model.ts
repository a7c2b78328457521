/**
 * MIMI content as plain objects: draft-ietf-mimi-content-08 §4 and Appendix B.1, names as in its CDDL.
 * @module
 */

/** A message ID: 32 octets, of which the first names the hash algorithm. Content §3.3. */
export type MessageId = Uint8Array;

/** `mimiContent`. Content §4.1. */
export interface MimiContent {
  /** 16 random octets. */
  readonly salt: Uint8Array;
  /** The first version of the message that this one edits, deletes or unlikes. */
  readonly replaces: MessageId | null;
  /** Empty when the message has no topic; at most 4096 octets. */
  readonly topicId: Uint8Array;
  readonly expires: Expiration | null;
  readonly inReplyTo: MessageId | null;
  readonly mimiExtensions: Extensions;
  readonly nestedPart: NestedPart;
}

/** `Expiration`. Content §4.1. */
export interface Expiration {
  /** Whether `time` counts from the reading of the message. */
  readonly relative: boolean;
  /** Whole seconds: after reading, or since the UNIX epoch. 0 to 2^32-1. */
  readonly time: number;
}

/** The extension key of an extension that is not defined in the draft: not 0, 1 or 2, and within ±(2^53-1). */
export type ExtensionKey = number | string;

/** `extensions`. Content §4.3. */
export interface Extensions {
  /** Key 1. */
  readonly senderUri?: string;
  /** Key 2. */
  readonly roomUri?: string;
  /** All other extensions, each value as its encoded octets, so that decoding and encoding changes nothing. */
  readonly unknownExtensions: ReadonlyMap<ExtensionKey, Uint8Array>;
}

/** The values that {@link PartHeader.disposition} may have by name; others up to 255 count as `render`. Content §8.2.2. */
export const Disposition = {
  unspecified: 0,
  render: 1,
  reaction: 2,
  profile: 3,
  inline: 4,
  icon: 5,
  attachment: 6,
  session: 7,
  preview: 8,
} as const;

/** The `cardinality` numbers by name. Content §4.4. */
export const Cardinality = { nullpart: 0, single: 1, external: 2, multi: 3 } as const;

/** The `partSemantics` numbers by name. Content §4.4. */
export const PartSemantics = { chooseOne: 0, singleUnit: 1, processAll: 2 } as const;

/** What every part begins with. Content §4.4. */
export interface PartHeader {
  /** 0 to 255; see {@link Disposition}. */
  readonly disposition: number;
  /** Empty, or language tags separated by commas. */
  readonly language: string;
}

/** A part without content: the body of a delete or unlike. */
export interface NullPart extends PartHeader {
  readonly cardinality: "nullpart";
}

/** A part whose content is in the message. */
export interface SinglePart extends PartHeader {
  readonly cardinality: "single";
  /** A media type with its parameters. */
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** A part whose content is to be fetched from a URL. Content §4.5. */
export interface ExternalPart extends PartHeader {
  readonly cardinality: "external";
  /** A media type with its parameters; empty for a service. */
  readonly contentType: string;
  readonly url: string;
  /** UNIX time in seconds after which the content is gone; 0 means never. */
  readonly expires: number;
  /** Octets at the URL, 64 bits; 0n means not given. */
  readonly size: bigint;
  /** IANA AEAD algorithm number; 0 means not encrypted. */
  readonly encAlg: number;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  /** IANA Named Information hash algorithm number; 0 means no hash. */
  readonly hashAlg: number;
  /** Hash of the octets at the URL, so of the ciphertext with its tag where there is encryption (reading R-162). */
  readonly contentHash: Uint8Array;
  readonly description: string;
  /** What the sender suggests. It is anything: no path, and no name to be stored under, before it was looked at. */
  readonly filename: string;
}

/** Two parts or more, and how they belong together. */
export interface MultiPart extends PartHeader {
  readonly cardinality: "multi";
  readonly partSemantics: keyof typeof PartSemantics;
  readonly parts: readonly NestedPart[];
}

/** `NestedPart`. Content §4.4. */
export type NestedPart = NullPart | SinglePart | ExternalPart | MultiPart;

/** Octets of a salt. Content §4.1. */
export const SALT_OCTETS = 16;
/** Octets of a message ID. Content §3.3. */
export const MESSAGE_ID_OCTETS = 32;
/** The most octets of a `topicId`. Content §9.1. */
export const MAX_TOPIC_ID_OCTETS = 4096;
/** The most parts in a message, with the root and all MultiParts counted. Content §9.1. */
export const MAX_PARTS = 1024;
/** The most levels of NestedPart, where the root is level 1. Content §6.3. */
export const MAX_PART_LEVELS = 4;
/** The most levels of maps, arrays and tags in the extensions, where the extensions map is level 1. Content §6.3. */
export const MAX_EXTENSION_LEVELS = 4;

/** What a caller may bound for one message. */
export interface ContentLimits {
  /** The longest message, in octets. Default {@link DEFAULT_MAX_OCTETS}; content §9.1 leaves it to local policy. */
  readonly maxOctets?: number;
}

/** The default for {@link ContentLimits.maxOctets}: 1 MiB. What is larger belongs in an ExternalPart. */
export const DEFAULT_MAX_OCTETS = 1024 * 1024;
