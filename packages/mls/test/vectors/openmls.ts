/**
 * What OpenMLS made, and a reader of it. Made by `npm run interop -- --freeze`.
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CryptoProvider,
  checkKeyPackage,
  GroupContext,
  MemberGroup,
  type MemberOptions,
  MLSMessage,
  type OwnKeyPackage,
  ownKeyPackage,
  PreSharedKeyID,
  PublicGroup,
  RatchetTreeNodes,
} from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import { expect } from "vitest";
import { appending } from "../actors.ts";
import { flipped } from "../forge.ts";
import { decodeExactly, hex, toHex } from "./published.ts";

/** What OpenMLS comes to. */
export interface OpenMlsState {
  readonly groupContext: string;
  readonly epochAuthenticator: string;
}

/** One message to the reader, in the order of arrival. */
export type OpenMlsStep =
  | { readonly kind: "proposal"; readonly message: string }
  | { readonly kind: "commit"; readonly message: string; readonly state: OpenMlsState }
  | {
      readonly kind: "application";
      readonly message: string;
      readonly sender: number;
      readonly applicationData: string;
    };

/** One group; octets are hexadecimal. */
export interface OpenMlsVector {
  readonly id: string;
  readonly cipherSuite: number;
  readonly wireFormat: "publicMessage" | "privateMessage";
  /** The reader's, as MLSMessage, with its KeyPackageRef and private keys. */
  readonly keyPackage: string;
  readonly reference: string;
  readonly initPrivateKey: string;
  readonly encryptionPrivateKey: string;
  readonly signaturePrivateKey: string;
  readonly psks: readonly { readonly id: string; readonly psk: string }[];
  readonly welcome: string;
  /** Of the epoch that the Welcome is for. */
  readonly groupInfo: string;
  readonly ratchetTree: string;
  readonly joined: OpenMlsState;
  readonly steps: readonly OpenMlsStep[];
  /** MLS-Exporter at the end: label "label", context 010203, 32 octets. RFC 9420 §8.5. */
  readonly exporter: string;
  /** The exported secret of component 0xf001 at the end. Extensions §4.4. */
  readonly safeExport: string;
}

/** A file of them. */
export interface OpenMlsFile {
  readonly kind: "openmls-interop";
  readonly title: string;
  /** The version of OpenMLS. */
  readonly source: string;
  readonly vectors: readonly OpenMlsVector[];
}

/** All files, by name. */
export function openMlsFiles(): OpenMlsFile[] {
  const folder = join(import.meta.dirname, "openmls");
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as OpenMlsFile);
}

const withoutNonce = (id: PreSharedKeyID) =>
  toHex(encode(PreSharedKeyID, { ...id, pskNonce: new Uint8Array() } as PreSharedKeyID));

function optionsOf({ psks }: OpenMlsVector): MemberOptions {
  const known = new Map(
    psks.map(({ id, psk }) => [withoutNonce(decodeExactly(PreSharedKeyID, id)), hex(psk)]),
  );
  return { components: appending, ephemeral: () => {}, psk: (id) => known.get(withoutNonce(id)) };
}

function readerKeys(crypto: CryptoProvider, vector: OpenMlsVector): OwnKeyPackage {
  const message = decodeExactly(MLSMessage, vector.keyPackage);
  if (message.wireFormat !== "keyPackage") throw new Error("not a KeyPackage");
  checkKeyPackage(crypto.suite(vector.cipherSuite), message.keyPackage, { now: 1_800_000_000n });
  const own = ownKeyPackage(crypto, message.keyPackage, {
    initPrivateKey: hex(vector.initPrivateKey),
    encryptionPrivateKey: hex(vector.encryptionPrivateKey),
    signaturePrivateKey: hex(vector.signaturePrivateKey),
  });
  expect(toHex(own.reference)).toBe(vector.reference);
  return own;
}

function expectState(group: MemberGroup, { groupContext, epochAuthenticator }: OpenMlsState): void {
  expect(toHex(encode(GroupContext, group.public.groupContext))).toBe(groupContext);
  expect(toHex(group.epochAuthenticator)).toBe(epochAuthenticator);
}

/** Joins by the Welcome, and follows. Each commit arrives damaged first, and is refused. */
export function followAsMember(crypto: CryptoProvider, vector: OpenMlsVector): void {
  const message = decodeExactly(MLSMessage, vector.welcome);
  if (message.wireFormat !== "welcome") throw new Error("not a Welcome");
  const keyPackages = [readerKeys(crypto, vector)];
  const group = MemberGroup.join(crypto, { welcome: message.welcome, keyPackages }, optionsOf(vector));
  expectState(group, vector.joined);
  for (const [index, step] of vector.steps.entries()) {
    if (step.kind === "commit") expectDamageRefused(group, step.message, index);
    const processed = group.process(decodeExactly(MLSMessage, step.message));
    expect(processed.kind).toBe(step.kind);
    if (processed.kind === "application" && step.kind === "application") {
      expect(processed.sender).toBe(step.sender);
      expect(toHex(processed.applicationData)).toBe(step.applicationData);
    }
    if (processed.kind === "commit" && step.kind === "commit") {
      processed.merge();
      expectState(group, step.state);
    }
  }
  expect(toHex(group.exporter("label", Uint8Array.of(1, 2, 3), 32))).toBe(vector.exporter);
  expect(toHex(group.safeExport(0xf001))).toBe(vector.safeExport);
}

/** One bit of a commit is wrong, somewhere. */
function expectDamageRefused(group: MemberGroup, message: string, index: number): void {
  const before = toHex(group.serialize());
  const octets = hex(message);
  const damaged = flipped(octets, Math.imul(index + 1, 0x9e3779b1) >>> 1);
  expect(() => group.process(decode(MLSMessage, damaged))).toThrow();
  expect(toHex(group.serialize())).toBe(before);
}

/** Follows without secrets. */
export function followAsServer(crypto: CryptoProvider, vector: OpenMlsVector): void {
  const message = decodeExactly(MLSMessage, vector.groupInfo);
  if (message.wireFormat !== "groupInfo") throw new Error("not a GroupInfo");
  const tree = decodeExactly(RatchetTreeNodes, vector.ratchetTree);
  const group = PublicGroup.fromGroupInfo(crypto, message.groupInfo, tree, optionsOf(vector));
  for (const step of vector.steps) {
    if (step.kind === "application") continue;
    const handshake = decodeExactly(MLSMessage, step.message);
    if (step.kind === "proposal") group.addProposal(group.stageProposal(handshake));
    else {
      group.merge(group.stage(handshake));
      expect(toHex(encode(GroupContext, group.groupContext))).toBe(step.state.groupContext);
    }
  }
}
