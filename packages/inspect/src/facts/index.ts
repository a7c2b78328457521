/**
 * Everything that can be computed of octets beyond their fields.
 * @module
 */

import { ContentError, SHA_256 } from "@openmimi/content";
import type { RatchetTreeNodes } from "@openmimi/mls";
import { AbuseReport, GroupInfoRatchetTreeTBE, HandshakeBundle, UpdateRequest } from "@openmimi/protocol";
import { decode, TlsError } from "@openmimi/tls";
import type { Fact, InspectOptions } from "../model.ts";
import { toHex } from "../octets.ts";
import type { Found, Read } from "../walk.ts";
import { addGroupInfoFacts, addPublicMessageFacts } from "./groups.ts";
import { addKeyPackageFacts, addLeafFacts } from "./key-packages.ts";
import { Ledger } from "./ledger.ts";
import { unstructuredKind } from "./lengths.ts";
import { addMessageFacts } from "./messages.ts";
import {
  addGroupInfoRequestFacts,
  addGroupInfoResponseFacts,
  addKeyMaterialRequestFacts,
} from "./requests.ts";

/** Objects that are said something about; a body may hold thousands. */
const MAX_OBJECTS = 32;

/** Computes the facts of what was read. */
export function factsOf(
  octets: Uint8Array,
  { root, error, found }: Read,
  options: InspectOptions & { readonly isCertain: boolean },
): Fact[] {
  const ledger = new Ledger();
  const kind = options.isCertain ? undefined : unstructuredKind(octets);
  if (kind !== undefined) ledger.add("", "or", kind, { note: "nothing in octets says that they are that" });
  ledger.add("", "SHA-256", toHex(SHA_256.digest(octets)));
  const teller = new Teller(ledger, octets, options);
  if (error === undefined && root.name === "AbuseReport")
    teller.abuser = decode(AbuseReport, octets).allegedAbuserUri;
  // What is to be said of the leaf of a KeyPackage is said with it.
  const objects = found.filter((one, index) => {
    const before = found[index - 1];
    return one.object !== "LeafNode" || before?.object !== "KeyPackage" || !inside(before, one);
  });
  for (const one of objects.slice(0, MAX_OBJECTS)) teller.tell(one);
  const left = objects.length - MAX_OBJECTS;
  if (left > 0) ledger.add("", "more", `${left} objects`, { note: "nothing was computed of them" });
  return ledger.facts;
}

const inside = (outer: Found, { start, end }: Found): boolean => outer.start <= start && end <= outer.end;

/** Objects with a ratchet tree beside a GroupInfo: where that is. */
const WITH_TREE = {
  UpdateRequest: {
    groupInfo: "groupInfoOption.groupInfo",
    tree: (octets: Uint8Array) => decode(UpdateRequest, octets).ratchetTreeOption,
  },
  HandshakeBundle: {
    groupInfo: "groupInfoOption.groupInfo",
    tree: (octets: Uint8Array) => decode(HandshakeBundle, octets).ratchetTreeOption,
  },
  GroupInfoRatchetTreeTBE: {
    groupInfo: "groupInfo",
    tree: (octets: Uint8Array) => decode(GroupInfoRatchetTreeTBE, octets).ratchetTreeOption,
  },
};

/** Objects that speak for themselves. */
const SIMPLE: Readonly<Record<string, (ledger: Ledger, path: string, octets: Uint8Array) => void>> = {
  GroupInfoRequest: addGroupInfoRequestFacts,
  GroupInfoResponse: addGroupInfoResponseFacts,
  KeyMaterialRequest: addKeyMaterialRequestFacts,
  LeafNode: addLeafFacts,
  PublicMessage: addPublicMessageFacts,
};

/** Goes from object to object; the outer ones come first. */
class Teller {
  abuser: string | undefined;
  readonly #ledger: Ledger;
  readonly #octets: Uint8Array;
  readonly #options: InspectOptions;
  /** Trees of GroupInfos, by the path of the GroupInfo that they stand beside. */
  readonly #trees = new Map<string, RatchetTreeNodes>();
  /** What was told of last: of what is inside, it has been said. */
  #told: Found | undefined;
  #framing: Found | undefined;

  constructor(ledger: Ledger, octets: Uint8Array, options: InspectOptions) {
    this.#ledger = ledger;
    this.#octets = octets;
    this.#options = options;
  }

  tell(one: Found): void {
    try {
      this.#tell(one);
    } catch (error) {
      // A broken rule of the struct around (an MLSMessage of the wrong kind) leaves nothing to tell.
      if (!(error instanceof TlsError) && !(error instanceof ContentError)) throw error;
    }
  }

  #tell(one: Found): void {
    const { object, path } = one;
    const octets = this.#octets.subarray(one.start, one.end);
    if (object === "ApplicationFraming") this.#framing = one;
    else if (object === "GroupInfo") addGroupInfoFacts(this.#ledger, path, octets, this.#trees.get(path));
    else if (object in WITH_TREE) this.#keepTree(object as keyof typeof WITH_TREE, path, octets);
    else if (this.#told === undefined || !inside(this.#told, one)) this.#tellOnce(one, octets);
  }

  /** Of what is inside of these, it has been said then. */
  #tellOnce(one: Found, octets: Uint8Array): void {
    const { object, path } = one;
    if (object === "MimiContent") {
      // Of a message inside of a message it is not known who sent it where.
      this.#told = one;
      this.#tellMessage(one, octets);
    } else if (object === "KeyPackage") {
      this.#told = one;
      addKeyPackageFacts(this.#ledger, path, octets);
    } else {
      SIMPLE[object]?.(this.#ledger, path, octets);
    }
  }

  #tellMessage(one: Found, content: Uint8Array): void {
    const framing = this.#framing;
    const isFramed = framing !== undefined && inside(framing, one);
    const applicationData = isFramed ? this.#octets.subarray(framing.start, framing.end) : content;
    const senderUri = this.#options.senderUri ?? this.abuser;
    const options = senderUri === undefined ? this.#options : { ...this.#options, senderUri };
    addMessageFacts(this.#ledger, { path: one.path, content, applicationData }, options);
  }

  /** The tree beside a GroupInfo, for when that is told of. */
  #keepTree(object: keyof typeof WITH_TREE, path: string, octets: Uint8Array): void {
    const { groupInfo, tree } = WITH_TREE[object];
    const option = tree(octets);
    if (option?.representation === "full")
      this.#trees.set(path === "" ? groupInfo : `${path}.${groupInfo}`, option.ratchetTree);
  }
}
