/**
 * Vectors of the kind `mls-extensions`: SafeAAD, safe exporter, safe labels, application PSKs, content advertisement,
 * AppAck, credential bindings, PartialGroupInfo and SemiPrivateMessage. Extensions §4, §6; tree options §4;
 * semi-private §3.
 * @module
 */

import {
  AppAck,
  AppDataDictionary,
  Commit,
  ComponentId,
  CredentialBinding,
  dictionaryExtension,
  ExternalReceiver,
  expandWithLabel,
  GroupInfo,
  MLSMessage,
  MlsError,
  nobleCrypto,
  PartialGroupInfo,
  PreSharedKeyID,
  Proposal,
  PublicGroup,
  RatchetTreeNodes,
  RatchetTreeOption,
  readContent,
  SafeAAD,
  safeDecryptWithLabel,
  safeExportSecret,
  safeVerifyWithLabel,
  verifyCredentialBinding,
} from "@openmimi/mls";
import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import { type Expected, hex, textOf, toJson, unhex, type Vector } from "./envelope.ts";

type Input = Vector["input"];
type Evaluate = (input: Input) => Record<string, ReturnType<typeof toJson>>;

const suite = nobleCrypto.suite(1);
const octets = (input: Input, key: string): Uint8Array => unhex(textOf(input, key));
const read = <T>(input: Input, key: string, schema: Schema<T>): T => decode(schema, octets(input, key));
const number = (input: Input, key: string): number => Number(input[key]);

const structs: Readonly<Record<string, Schema<unknown>>> = {
  SafeAAD: SafeAAD as Schema<unknown>,
  PreSharedKeyID: PreSharedKeyID as Schema<unknown>,
  AppAck: AppAck as Schema<unknown>,
  AppDataDictionary: AppDataDictionary as Schema<unknown>,
  PartialGroupInfo: PartialGroupInfo as Schema<unknown>,
  RatchetTreeOption: RatchetTreeOption as Schema<unknown>,
};

/** Reads a struct, which has to give the same octets again. */
const decodeStruct: Evaluate = (input) => {
  const schema = structs[textOf(input, "struct")];
  if (schema === undefined) throw new Error(`there is no struct ${textOf(input, "struct")}`);
  const value = read(input, "octets", schema);
  if (hex(encode(schema, value)) !== input.octets) throw new Error("one value with two encodings");
  return { value: toJson(value) };
};

/** Extensions §4.4. */
const safeExporter: Evaluate = (input) => {
  const root = expandWithLabel(
    suite,
    octets(input, "epochSecret"),
    "application_export",
    new Uint8Array(),
    32,
  );
  const secret = safeExportSecret(suite, root, number(input, "componentId"));
  return { applicationExportSecret: hex(root), exportedSecret: hex(secret) };
};

/** Extensions §4.3. */
const safeVerify: Evaluate = (input) => {
  const verified = safeVerifyWithLabel(
    suite,
    octets(input, "publicKey"),
    number(input, "componentId"),
    textOf(input, "label"),
    octets(input, "content"),
    octets(input, "signature"),
  );
  if (!verified) throw new MlsError("invalid-signature", "it does not verify", "extensions §4.3");
  return {};
};

/** Extensions §4.2. */
const safeDecrypt: Evaluate = (input) => {
  const ciphertext = { kemOutput: octets(input, "kemOutput"), ciphertext: octets(input, "ciphertext") };
  const plaintext = safeDecryptWithLabel(
    suite,
    octets(input, "privateKey"),
    number(input, "componentId"),
    textOf(input, "label"),
    octets(input, "context"),
    ciphertext,
  );
  return { plaintext: hex(plaintext) };
};

/** Extensions §6.2.4. */
const content: Evaluate = (input) => {
  const data = octets(input, "mediaTypes");
  const group = [dictionaryExtension([{ componentId: ComponentId.contentMediaTypes, data }])];
  const { mediaType, content: inner } = readContent(group, octets(input, "applicationData"));
  return { mediaType: toJson(mediaType), content: hex(inner) };
};

/** Extensions §6.5.2. */
const credentialBinding: Evaluate = (input) => {
  const binding = read(input, "binding", CredentialBinding);
  const bindingSuite = nobleCrypto.suite(binding.cipherSuite);
  if (!verifyCredentialBinding(bindingSuite, binding, octets(input, "signatureKey")))
    throw new MlsError("invalid-signature", "it does not verify", "extensions §6.5.2");
  return { binding: toJson(binding) };
};

function groupOf(input: Input, options = {}): PublicGroup {
  const tree = read(input, "ratchetTree", RatchetTreeNodes);
  return PublicGroup.fromGroupInfo(nobleCrypto, read(input, "groupInfo", GroupInfo), tree, options);
}

/** Tree options §4. */
const partialGroupInfo: Evaluate = (input) => {
  const group = groupOf(input);
  const staged = group.stage(read(input, "commit", MLSMessage));
  const groupInfo = group.rebuildGroupInfo(staged, read(input, "partialGroupInfo", PartialGroupInfo));
  return { newGroupInfo: hex(encode(GroupInfo, groupInfo)) };
};

/** Semi-private §3.3. */
const semiPrivateMessage: Evaluate = (input) => {
  const receiver = read(input, "externalReceiver", ExternalReceiver);
  const group = groupOf(input, { receiver: { receiver, privateKey: octets(input, "receiverPrivateKey") } });
  const message = read(input, "message", MLSMessage);
  if (message.wireFormat === "semiPrivateMessage" && message.semiPrivateMessage.contentType === "commit") {
    const staged = group.stage(message);
    const { proposals, path } = staged;
    const commit = {
      proposals: proposals.map(({ proposal }) => ({ type: "proposal" as const, proposal })),
      path,
    };
    return { sender: staged.committer, commit: hex(encode(Commit, commit)) };
  }
  const { proposal, sender } = group.stageProposal(message);
  return {
    sender: sender.senderType === "member" ? sender.leafIndex : -1,
    proposal: hex(encode(Proposal, proposal)),
  };
};

const functions: Readonly<Record<string, Evaluate>> = {
  decode: decodeStruct,
  safeExporter,
  safeVerify,
  safeDecrypt,
  content,
  credentialBinding,
  partialGroupInfo,
  semiPrivateMessage,
};

/** What the implementation makes of an input of this kind. */
export function evaluateMlsExtension(input: Input): Expected {
  const run = functions[textOf(input, "function")];
  if (run === undefined) throw new Error(`there is no function ${textOf(input, "function")}`);
  try {
    return { valid: true, ...run(input) };
  } catch (error) {
    if (error instanceof MlsError || error instanceof TlsError) return { valid: false, reason: error.code };
    throw error;
  }
}
