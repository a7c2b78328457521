/**
 * Multi-credentials of those who are added. Extensions §6.5.
 * @module
 */

import {
  type Capabilities,
  type CredentialBinding,
  CredentialTypeId,
  type Proposal,
  signCredentialBinding,
} from "@openmimi/mls";
import type { Case } from "../envelope.ts";
import { seededCrypto } from "../seeded.ts";
import { changedCommit, flipped, withoutPath, withValues } from "./forge.ts";
import { ascii, type ClientSketch, Scene } from "./scene.ts";

type Bindings = (signatureKey: Uint8Array) => CredentialBinding[];
type BoundCredential = CredentialBinding["credential"];
type Kind = "multi" | "weakMulti";

const suiteOf = (name: string, id = 1) => seededCrypto(`mls-commits credentials: ${name}`).suite(id);

/** A binding for a signature key, by the holder of a key of some cipher suite. */
function bindingBy(
  cipherSuite: number,
  name: string,
  credential?: BoundCredential,
): (key: Uint8Array) => CredentialBinding {
  const suite = suiteOf(name, cipherSuite);
  const { publicKey, privateKey } = suite.generateSignatureKeyPair();
  const bound = credential ?? { credentialType: "basic" as const, identity: ascii(name) };
  return (signatureKey) =>
    signCredentialBinding(suite, { credential: bound, credentialKey: publicKey }, signatureKey, privateKey);
}

const suite1 = bindingBy(1, "dave at work");
const suite3 = bindingBy(3, "dave at home");
/** One that nobody here can verify: its cipher suite is for private use. */
const unknownSuite = (key: Uint8Array): CredentialBinding => ({ ...suite1(key), cipherSuite: 0xf0c0 });

const client = (credential: Kind, cipherSuites: readonly number[], bindings?: Bindings): ClientSketch => {
  const capabilities: Partial<Capabilities> = {
    cipherSuites: [...cipherSuites],
    credentials: [CredentialTypeId.basic, CredentialTypeId[credential]],
  };
  if (bindings === undefined) return { capabilities };
  return {
    capabilities,
    credential: (signatureKey) => ({ credentialType: credential, bindings: bindings(signatureKey) }),
  };
};

/** Which cipher suites the three members list. */
type Suites = readonly [readonly number[], readonly number[], readonly number[]];

/** Adds dave with these bindings to a group whose members list these suites. */
function add(
  kind: Kind,
  id: string,
  suites: Suites,
  bindings: Bindings,
  reason?: string,
  notes?: string,
): Case {
  const members = suites.map((cipherSuites) => client(kind, cipherSuites));
  const stage = new Scene(`credentials ${id}`, { members }).stage(id);
  const dave = stage.client("dave", client(kind, [1, 3], bindings));
  const proposal: Proposal = { proposalType: "add", keyPackage: dave.keyPackage };
  const given = { id, section: "6.5", ...(notes === undefined ? {} : { notes }) };
  if (reason === undefined) {
    const { commit, groupInfo } = stage.alice.commit({ proposals: [proposal] });
    return { ...given, input: stage.server([commit], groupInfo) };
  }
  const { commit } = stage.alice.commit({ path: true });
  const forged = changedCommit(stage, commit, stage.signaturePrivateKey("alice"), (body) =>
    withoutPath(withValues(proposal)(body)),
  );
  return { ...given, reason, input: stage.server([forged]) };
}

const both: Bindings = (key) => [suite1(key), suite3(key)];
const everywhere: Suites = [
  [1, 3],
  [1, 3],
  [1, 3],
];
const partly: Suites = [[1, 3], [1, 3], [1]];
const ofOther = (binding: (key: Uint8Array) => CredentialBinding): Bindings => {
  const other = suiteOf("another signature key").generateSignatureKeyPair().publicKey;
  return () => [binding(other)];
};
const certificate: BoundCredential = { credentialType: "x509", certificates: [{ certData: ascii("none") }] };

/** Extensions §6.5.2: `multi`. */
function multiCases(): Case[] {
  const refused = "invalid-credential";
  const missing = "missing-capability";
  const scene = new Scene("credentials multi-not-supported", {
    members: [client("multi", [1]), client("multi", [1]), {}],
  });
  const stage = scene.stage("multi-not-supported");
  const dave = stage.client(
    "dave",
    client("multi", [1], (key) => [suite1(key)]),
  );
  const { commit } = stage.alice.commit({ path: true });
  const value: Proposal = { proposalType: "add", keyPackage: dave.keyPackage };
  return [
    add("multi", "multi", everywhere, both, undefined, "Every member supports every binding."),
    add(
      "multi",
      "multi-of-another-cipher-suite",
      everywhere,
      (key) => [suite3(key)],
      undefined,
      "The group has cipher suite 1, the binding has cipher suite 3, which every member lists.",
    ),
    add("multi", "multi-suite-not-supported", partly, both, missing, "One member does not list suite 3."),
    add(
      "multi",
      "multi-credential-type-not-supported",
      everywhere,
      (key) => [suite1(key), bindingBy(1, "a certificate", certificate)(key)],
      missing,
      "No member lists X.509 credentials, and the certificate is none.",
    ),
    add("multi", "multi-suite-of-nobody", everywhere, (key) => [suite1(key), unknownSuite(key)], missing),
    add(
      "multi",
      "multi-signature-wrong",
      everywhere,
      (key) => {
        const [first, second] = both(key) as [CredentialBinding, CredentialBinding];
        return [first, { ...second, signature: flipped(second.signature) }];
      },
      refused,
    ),
    add("multi", "multi-of-another-signature-key", everywhere, ofOther(suite1), refused),
    {
      ...{ id: "multi-not-supported", section: "6.5", reason: missing },
      input: stage.server([
        changedCommit(stage, commit, stage.signaturePrivateKey("alice"), (body) =>
          withoutPath(withValues(value)(body)),
        ),
      ]),
      notes: "One member does not list credential type 3.",
    },
  ];
}

/** Extensions §6.5.2: `weak-multi`. */
function weakCases(): Case[] {
  return [
    add("weakMulti", "weak-multi", everywhere, both),
    add(
      "weakMulti",
      "weak-multi-partly-supported",
      [[1, 3], [3, 1], [1]],
      both,
      undefined,
      "One member supports one of the bindings only.",
    ),
    add(
      "weakMulti",
      "weak-multi-suite-of-nobody",
      everywhere,
      (key) => [suite1(key), unknownSuite(key)],
      undefined,
      "A binding that cannot be verified here is passed over.",
    ),
    add(
      "weakMulti",
      "weak-multi-not-supported-by-one",
      partly,
      (key) => [suite3(key)],
      "missing-capability",
      "One member supports none of the bindings.",
    ),
    add(
      "weakMulti",
      "weak-multi-signature-wrong",
      everywhere,
      (key) => {
        const [first, second] = both(key) as [CredentialBinding, CredentialBinding];
        return [first, { ...second, signature: flipped(second.signature) }];
      },
      "invalid-credential",
      "Every binding that is supported here has to be valid.",
    ),
  ];
}

/** Multi-credentials. Extensions §6.5. */
export function credentialCases(): Case[] {
  return [...multiCases(), ...weakCases()];
}
