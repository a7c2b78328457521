/**
 * Reading bodies, and spoiling valid ones.
 * @module
 */

import { nobleCrypto } from "@openmimi/mls";
import {
  AbuseReport,
  ConsentEntry,
  downloadUrlFromPathSegment,
  expandTemplate,
  FanoutMessages,
  GroupInfoRequest,
  GroupInfoResponse,
  IdentifierRequest,
  IdentifierResponse,
  KeyMaterialRequest,
  KeyMaterialResponse,
  openGroupInfoResponse,
  ProtocolError,
  parseDirectory,
  SubmitMessageRequest,
  SubmitMessageResponse,
  type TemplateValues,
  UpdateRequest,
  UpdateRoomResponse,
  verifyGroupInfoRequest,
  verifyKeyMaterialRequest,
} from "@openmimi/protocol";
import { type Annotation, annotate, decode, encode, type Schema, TlsError } from "@openmimi/tls";
import { type Case, type Expected, hex, type Json, textOf, toJson, unhex, type Vector } from "./envelope.ts";

/** Every struct that is the body of a request or of an answer. */
export const STRUCTS = {
  KeyMaterialRequest,
  KeyMaterialResponse,
  UpdateRequest,
  UpdateRoomResponse,
  SubmitMessageRequest,
  SubmitMessageResponse,
  FanoutMessages,
  GroupInfoRequest,
  GroupInfoResponse,
  ConsentEntry,
  IdentifierRequest,
  IdentifierResponse,
  AbuseReport,
} as const;
export type StructName = keyof typeof STRUCTS;
type ValueOf<N extends StructName> = (typeof STRUCTS)[N] extends Schema<infer T> ? T : never;

/** Facts about a body that its octets alone do not show. */
function signatureOf(struct: string, octets: Uint8Array): Record<string, Json> {
  if (struct === "KeyMaterialRequest") {
    return { signatureVerifies: verifyKeyMaterialRequest(nobleCrypto, decode(KeyMaterialRequest, octets)) };
  }
  if (struct === "GroupInfoRequest") {
    return { signatureVerifies: verifyGroupInfoRequest(nobleCrypto, decode(GroupInfoRequest, octets)) };
  }
  return {};
}

function opened(input: Vector["input"], octets: Uint8Array): Record<string, Json> {
  if (input.request === undefined) return {};
  const response = decode(GroupInfoResponse, octets);
  if (response.status !== "success") return {};
  const contents = openGroupInfoResponse(nobleCrypto, {
    request: decode(GroupInfoRequest, unhex(textOf(input, "request"))),
    roomId: textOf(input, "roomId"),
    groupInfoPrivateKey: unhex(textOf(input, "groupInfoPrivateKey")),
    response,
  });
  return { contents: toJson(contents) };
}

/** What the implementation makes of an input of the kind `endpoint-bodies`. */
export function evaluateBody(input: Vector["input"]): Expected {
  try {
    if (typeof input.document === "string")
      return { valid: true, directory: toJson(parseDirectory(input.document)) };
    if (typeof input.template === "string") {
      return { valid: true, url: expandTemplate(input.template, input.values as TemplateValues) };
    }
    if (input.endpoint === "proxyDownload")
      return { valid: true, url: downloadUrlFromPathSegment(textOf(input, "pathSegment")) };
    const struct = textOf(input, "struct");
    const schema = STRUCTS[struct as StructName] as Schema<unknown>;
    const octets = unhex(textOf(input, "octets"));
    const value = decode(schema, octets);
    if (hex(encode(schema, value)) !== input.octets) throw new Error(`${struct} has two encodings`);
    return { valid: true, value: toJson(value), ...signatureOf(struct, octets), ...opened(input, octets) };
  } catch (error) {
    if (error instanceof TlsError)
      return { valid: false, reason: error.code, path: error.path, offset: error.offset };
    if (error instanceof ProtocolError) return { valid: false, reason: error.code };
    throw error;
  }
}

/** What is said of a case beside its octets. */
export interface CaseNotes {
  readonly notes?: string;
  readonly readings?: readonly string[];
  readonly section?: string;
}

/** A body that is valid, from which invalid ones are made by changing one thing. */
export class Twin<N extends StructName> {
  readonly endpoint: string;
  readonly struct: N;
  readonly #id: string;
  readonly #octets: Uint8Array;
  readonly #more: Vector["input"];

  constructor(endpoint: string, struct: N, id: string, value: ValueOf<N>, more: Vector["input"] = {}) {
    this.endpoint = endpoint;
    this.struct = struct;
    this.#id = id;
    this.#octets = encode(STRUCTS[struct] as Schema<unknown>, value);
    this.#more = more;
  }

  #case(id: string, octets: string, reason: string | undefined, notes: CaseNotes): Case {
    const input = { endpoint: this.endpoint, struct: this.struct, octets, ...this.#more };
    return { id, input, ...(reason === undefined ? {} : { reason }), ...notes };
  }

  #spoiled(id: string, octets: string, reason: string, notes: CaseNotes): Case {
    const made = this.#case(id, octets, reason, notes);
    return { ...made, input: { ...made.input, twin: this.#id } };
  }

  /** The body itself. */
  valid(notes: CaseNotes = {}): Case {
    return this.#case(this.#id, hex(this.#octets), undefined, notes);
  }

  /** Valid as well, with other octets in front. */
  validWith(id: string, front: string, notes: CaseNotes = {}): Case {
    return this.#case(id, front + hex(this.#octets), undefined, notes);
  }

  /** The octets of one field replaced. The lengths around it stay as they are. */
  replace(id: string, path: string, octets: string, reason: string, notes: CaseNotes = {}): Case {
    const { start, end } = this.#find(path);
    const whole = hex(this.#octets);
    return this.#spoiled(id, whole.slice(0, 2 * start) + octets + whole.slice(2 * end), reason, notes);
  }

  /** Ends where a field begins. */
  cut(id: string, path: string, notes: CaseNotes = {}): Case {
    return this.#spoiled(id, hex(this.#octets.subarray(0, this.#find(path).start)), "truncated", notes);
  }

  /** Ends where each of these fields begins. */
  cuts(...fields: readonly (readonly [id: string, path: string])[]): Case[] {
    return fields.map(([id, path]) => this.cut(id, path));
  }

  /** The octets of fields replaced, one in each case. */
  replaces(
    ...fields: readonly (readonly [
      id: string,
      path: string,
      octets: string,
      reason: string,
      notes?: CaseNotes,
    ])[]
  ): Case[] {
    return fields.map(([id, path, octets, reason, notes]) => this.replace(id, path, octets, reason, notes));
  }

  /** More octets behind it. */
  append(id: string, octets: string, reason = "trailing-bytes", notes: CaseNotes = {}): Case {
    return this.#spoiled(id, hex(this.#octets) + octets, reason, notes);
  }

  /** Other octets in front. */
  prepend(id: string, octets: string, reason: string, notes: CaseNotes = {}): Case {
    return this.#spoiled(id, octets + hex(this.#octets), reason, notes);
  }

  /** Nothing at all. */
  empty(notes: CaseNotes = {}): Case {
    return this.#spoiled(`${this.struct}-empty`, "", "truncated", notes);
  }

  #find(path: string): Annotation {
    let node = annotate(STRUCTS[this.struct] as Schema<unknown>, this.#octets).tree;
    for (const step of path.split(/\.|(?=\[)/)) {
      const child = node.children.find(({ name }) => name === step);
      if (child === undefined) throw new Error(`${this.struct} has no ${path}: no ${step}`);
      node = child;
    }
    return node;
  }
}
