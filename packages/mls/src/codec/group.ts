/**
 * GroupContext, key schedule inputs, GroupInfo and Welcome. RFC 9420 §8, §12.4.3.
 * @module
 */

import {
  enumeration,
  type Infer,
  opaque,
  optional,
  select,
  struct,
  uint16,
  uint32,
  uint64,
} from "@openmimi/tls";
import { Extension, HPKECiphertext, list, ProtocolVersion } from "./basic.ts";

/** RFC 9420 §8.1. */
export const GroupContext = struct("GroupContext", {
  version: ProtocolVersion,
  cipherSuite: uint16,
  groupId: opaque(),
  epoch: uint64,
  treeHash: opaque(),
  confirmedTranscriptHash: opaque(),
  extensions: list(Extension),
});
export type GroupContext = Infer<typeof GroupContext>;

/** RFC 9420 §8.4, extensions §4.5. */
export const PSKType = enumeration("PSKType", { external: 1, resumption: 2, application: 3 });
/** RFC 9420 §8.4. */
export const ResumptionPSKUsage = enumeration("ResumptionPSKUsage", { application: 1, reinit: 2, branch: 3 });

/** RFC 9420 §8.4, extensions §4.5. */
export const PreSharedKeyID = select("PreSharedKeyID", {
  on: ["pskType", PSKType],
  cases: {
    external: { pskId: opaque() },
    resumption: { usage: ResumptionPSKUsage, pskGroupId: opaque(), pskEpoch: uint64 },
    application: { componentId: uint16, pskId: opaque() },
  },
  after: { pskNonce: opaque() },
});
export type PreSharedKeyID = Infer<typeof PreSharedKeyID>;

/** RFC 9420 §8.4. */
export const PSKLabel = struct("PSKLabel", { id: PreSharedKeyID, index: uint16, count: uint16 });

const groupInfoBody = {
  groupContext: GroupContext,
  extensions: list(Extension),
  confirmationTag: opaque(),
  signer: uint32,
};

/** RFC 9420 §12.4.3: what a GroupInfo's signature covers. */
export const GroupInfoTBS = struct("GroupInfoTBS", groupInfoBody);

/** RFC 9420 §12.4.3. */
export const GroupInfo = struct("GroupInfo", { ...groupInfoBody, signature: opaque() });
export type GroupInfo = Infer<typeof GroupInfo>;

/** RFC 9420 §12.4.3.1. */
export const GroupSecrets = struct("GroupSecrets", {
  joinerSecret: opaque(),
  pathSecret: optional(struct("PathSecret", { pathSecret: opaque() })),
  psks: list(PreSharedKeyID),
});
export type GroupSecrets = Infer<typeof GroupSecrets>;

/** RFC 9420 §12.4.3.1. */
export const EncryptedGroupSecrets = struct("EncryptedGroupSecrets", {
  newMember: opaque(),
  encryptedGroupSecrets: HPKECiphertext,
});

/** RFC 9420 §12.4.3.1. */
export const Welcome = struct("Welcome", {
  cipherSuite: uint16,
  secrets: list(EncryptedGroupSecrets),
  encryptedGroupInfo: opaque(),
});
export type Welcome = Infer<typeof Welcome>;
