/**
 * What an inspection shows.
 * @module
 */

/**
 * What kind of thing a value is: octets are lower-case hexadecimal, a code point is a number of a registry (with four
 * hexadecimal digits where the registry has 16 bits), text is text.
 */
export type ValueForm = "octets" | "text" | "integer" | "code point" | "boolean" | "null" | "float";

/** One field of an inspected object. Offsets are into the inspected octets; `end` is the one after its last octet. */
export interface InspectedNode {
  /** The field's name, or `[3]` for an element. */
  readonly name: string;
  /** The draft's name of its type. */
  readonly type?: string;
  readonly start: number;
  readonly end: number;
  /** Absent where the children say it. */
  readonly value?: string | number;
  /** Of the value. */
  readonly form?: ValueForm;
  /** The name of a code point, a decoded text, a date for a timestamp. */
  readonly meaning?: string;
  /** The octets of this field were read as this object, although for the outer object they are only octets. */
  readonly embedded?: string;
  /** Where an embedded object could not be read to its end. The object around it may be right. */
  readonly error?: InspectedError;
  readonly children: readonly InspectedNode[];
}

/** What is wrong, and where. */
export interface InspectedError {
  /** In words, without path and offset. */
  readonly message: string;
  /** `UpdateRequest.groupInfoOption.representation` */
  readonly path: string;
  readonly offset: number;
  /** The code of the decoder's error. */
  readonly code: string;
  /** What could stand there, where the message does not say it. */
  readonly expected?: string;
}

/** Something computed from the octets: a message ID, a reference, whether a signature verifies. */
export interface Fact {
  /** `KeyPackageRef`; of an object inside of another one with its path in front: `clients[0].keyPackage: KeyPackageRef`. */
  readonly name: string;
  /** That path. */
  readonly path?: string;
  readonly value: string;
  readonly note?: string;
  /** Of which draft. */
  readonly section?: string;
}

/** What octets are. */
export interface Inspection {
  /** The object that they were read as. */
  readonly name: string;
  /** Where it is defined: `RFC 9420 §10`. */
  readonly section: string;
  readonly octets: number;
  /** Everything up to the error. */
  readonly root: InspectedNode;
  readonly error?: InspectedError;
  readonly facts: readonly Fact[];
  /** Whether it is something that stands by itself. Octets often fit some small part by chance. */
  readonly whole: boolean;
  /** Names of other objects that the same octets would be, too. */
  readonly others: readonly string[];
}

/** What the caller knows. */
export interface InspectOptions {
  /** What it has to be, one of {@link objectNames}; otherwise everything is tried. */
  readonly as?: string;
  /** For the message ID, where the message does not name them itself. */
  readonly senderUri?: string;
  readonly roomUri?: string;
  /** For the franking tag, where it is not the salt of the message. */
  readonly frankingKey?: Uint8Array;
}
