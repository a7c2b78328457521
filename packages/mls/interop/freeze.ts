/**
 * `npm run interop -- --freeze`: what OpenMLS makes, kept for those who have no Rust.
 *
 * OpenMLS plays every member. One of them, the reader, only listens; its private keys and all that it gets are written
 * down, with the state that OpenMLS comes to. `test/vectors/openmls.test.ts` is the reader again, on our engine.
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CipherSuiteId,
  type KeyPackage,
  MLSMessage,
  PreSharedKeyID,
  type RatchetTreeNodes,
  type Welcome,
} from "@openmimi/mls";
import type { OpenMlsState, OpenMlsStep, OpenMlsVector } from "../test/vectors/openmls.ts";
import type { ClientOptions, Received } from "./engine.ts";
import { encoded, keyPackageOf, ofGroupInfo, ofWelcome, toHex } from "./octets.ts";
import { OpenMls, OpenMlsMember } from "./openmls.ts";
import { appDataOperations } from "./operations/app-data.ts";
import { externalOperations } from "./operations/external.ts";
import { memberOperations } from "./operations/members.ts";
import type { Operation } from "./operations/operation.ts";
import { Peer } from "./peer.ts";
import { type Beginning, World } from "./world.ts";

const FOLDER = join(import.meta.dirname, "..", "test", "vectors", "openmls");
/** Of each epoch this many application messages are kept: swapped ones, and a late one. */
const MESSAGES = 3;

/** A member that listens, and writes down what it gets. */
class Reader extends OpenMlsMember {
  keys: Readonly<Record<string, string>> = {};
  welcome = "";
  joined: OpenMlsState | undefined;
  readonly psks: { id: string; psk: string }[] = [];
  readonly steps: OpenMlsStep[] = [];
  #messages = 0;

  override async keyPackage(): Promise<KeyPackage> {
    this.keys = await this.ask("keyPackage");
    return keyPackageOf(this.keys.keyPackage!);
  }
  override async know(id: PreSharedKeyID, psk: Uint8Array): Promise<void> {
    await super.know(id, psk);
    this.psks.push({ id: encoded(PreSharedKeyID, id), psk: toHex(psk) });
  }
  override async join(welcome: Welcome, ratchetTree?: RatchetTreeNodes): Promise<void> {
    await super.join(welcome, ratchetTree);
    this.welcome = ofWelcome(welcome);
    this.joined = await this.#state();
  }
  override async process(message: MLSMessage): Promise<Received> {
    const received = await super.process(message);
    const octets = encoded(MLSMessage, message);
    if (received.kind === "commit") {
      this.steps.push({ kind: "commit", message: octets, state: await this.#state() });
      this.#messages = 0;
    } else if (received.kind === "proposal") {
      this.steps.push({ kind: "proposal", message: octets });
    } else if (this.#messages++ < MESSAGES) {
      const { sender, applicationData } = received;
      this.steps.push({
        kind: "application",
        message: octets,
        sender,
        applicationData: toHex(applicationData),
      });
    }
    return received;
  }
  async #state(): Promise<OpenMlsState> {
    const { groupContext, epochAuthenticator } = await this.view();
    return { groupContext, epochAuthenticator };
  }
}

const peer = new Peer();
const usual = CipherSuiteId.MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

async function record(
  { name, run }: Operation,
  options: ClientOptions,
  beginning: Beginning,
): Promise<OpenMlsVector> {
  const openMls = new OpenMls(peer, options);
  const engines = { ours: new OpenMls(peer, options, "ours"), OpenMLS: openMls };
  const world = await World.begin(engines, beginning);
  await openMls.client("reader");
  const reader = new Reader(peer, "reader");
  const { groupInfo } = await world.add(world.members[0]!, [reader], { treeInWelcome: true });
  const tree = (await reader.view()).ratchetTree;
  await run(world, "OpenMLS");
  await world.check();
  if (world.failures.length > 0) throw new Error(`${name}: ${JSON.stringify(world.failures)}`);
  const { keys, welcome, joined, psks, steps } = reader;
  return {
    id: `openmls-interop/${name}`,
    cipherSuite: options.cipherSuite,
    wireFormat: options.wireFormat,
    keyPackage: keys.keyPackage!,
    reference: keys.reference!,
    initPrivateKey: keys.initPrivateKey!,
    encryptionPrivateKey: keys.encryptionPrivateKey!,
    signaturePrivateKey: keys.signaturePrivateKey!,
    psks,
    welcome,
    groupInfo: ofGroupInfo(groupInfo),
    ratchetTree: tree,
    joined: joined!,
    steps,
    exporter: toHex(await reader.exporter("label", new Uint8Array([1, 2, 3]), 32)),
    safeExport: toHex(await reader.safeExport(0xf001)),
  };
}

const publicMessage: ClientOptions = { cipherSuite: usual, wireFormat: "publicMessage" };
const privateMessage: ClientOptions = { cipherSuite: usual, wireFormat: "privateMessage", padding: 32 };
const { openmls, feature } = await peer.request<Record<string, string>>("version");

async function write(file: string, title: string, vectors: readonly OpenMlsVector[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const source = `OpenMLS ${openmls}, feature ${feature}`;
  const content = { kind: "openmls-interop", title, source, vectors };
  writeFileSync(join(FOLDER, `${file}.json`), `${JSON.stringify(content, null, 2)}\n`);
}

async function recordAll(
  operations: readonly Operation[],
  options: ClientOptions = publicMessage,
  beginning: Beginning = {},
): Promise<OpenMlsVector[]> {
  const vectors: OpenMlsVector[] = [];
  for (const operation of operations) vectors.push(await record(operation, options, beginning));
  return vectors;
}

await write("members", "Who is in the group, and PSKs", await recordAll(memberOperations));
await write("app-data", "AppDataUpdate and AppEphemeral", await recordAll(appDataOperations));
await write("external", "External commits", await recordAll(externalOperations));

const some = [...memberOperations, ...appDataOperations].filter(({ name }) =>
  ["Add by reference", "Update", "PSK and Welcome", "AppDataUpdate inline, with a path"].includes(name),
);
const named = (prefix: string, vectors: readonly OpenMlsVector[]) =>
  vectors.map((vector) => ({
    ...vector,
    id: vector.id.replace("openmls-interop/", `openmls-interop/${prefix}, `),
  }));
await write("variants", "Handshakes as PrivateMessage, and other cipher suites", [
  ...named("private", await recordAll(some, privateMessage, { servers: false })),
  ...named("suite 2", await recordAll(some, { ...publicMessage, cipherSuite: 0x0002 })),
  ...named("suite 3", await recordAll(some, { ...publicMessage, cipherSuite: 0x0003 })),
]);
await peer.close();
