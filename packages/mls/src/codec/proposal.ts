/**
 * Proposals and commits. RFC 9420 §12.1, §12.4, extensions §4.7, §4.8, §6.3.
 *
 * A proposal's body has no length of its own: an unknown type would make the rest of a Commit unreadable, so the
 * set is closed and an unknown number is refused with its offset.
 * @module
 */

import { enumeration, type Infer, opaque, optional, select, struct, uint16, uint32 } from "@openmimi/tls";
import { Extension, HPKECiphertext, list, ProtocolVersion } from "./basic.ts";
import { PreSharedKeyID } from "./group.ts";
import { KeyPackage, LeafNode } from "./leaf-node.ts";
import { ProposalTypeId } from "./registry.ts";

/** RFC 9420 §12.1, extensions §7.3. */
export const ProposalType = enumeration("ProposalType", ProposalTypeId, 2);
export type ProposalType = Infer<typeof ProposalType>;

/** Extensions §4.7. */
export const AppDataUpdateOperation = enumeration("AppDataUpdateOperation", { update: 1, remove: 2 });

/** Extensions §4.7: `component_id | op | update<V>`. */
export const AppDataUpdate = select("AppDataUpdate", {
  before: { componentId: uint16 },
  on: ["op", AppDataUpdateOperation],
  cases: { update: { update: opaque() }, remove: {} },
});
export type AppDataUpdate = Infer<typeof AppDataUpdate>;

/** Extensions §4.8. */
export const AppEphemeral = struct("AppEphemeral", { componentId: uint16, data: opaque() });
export type AppEphemeral = Infer<typeof AppEphemeral>;

/** RFC 9420 §12.1.5. */
export const ReInit = struct("ReInit", {
  groupId: opaque(),
  version: ProtocolVersion,
  cipherSuite: uint16,
  extensions: list(Extension),
});

export type ReInit = Infer<typeof ReInit>;

/** RFC 9420 §12.1. */
export const Proposal = select("Proposal", {
  on: ["proposalType", ProposalType],
  cases: {
    add: { keyPackage: KeyPackage },
    update: { leafNode: LeafNode },
    remove: { removed: uint32 },
    psk: { psk: PreSharedKeyID },
    reinit: { reinit: ReInit },
    externalInit: { kemOutput: opaque() },
    groupContextExtensions: { extensions: list(Extension) },
    appDataUpdate: { appDataUpdate: AppDataUpdate },
    appEphemeral: { appEphemeral: AppEphemeral },
    selfRemove: {},
  },
});
export type Proposal = Infer<typeof Proposal>;

/** RFC 9420 §12.4. */
export const ProposalOrRefType = enumeration("ProposalOrRefType", { proposal: 1, reference: 2 });

/** RFC 9420 §12.4. */
export const ProposalOrRef = select("ProposalOrRef", {
  on: ["type", ProposalOrRefType],
  cases: { proposal: { proposal: Proposal }, reference: { reference: opaque() } },
});
export type ProposalOrRef = Infer<typeof ProposalOrRef>;

/** RFC 9420 §7.6. */
export const UpdatePathNode = struct("UpdatePathNode", {
  encryptionKey: opaque(),
  encryptedPathSecret: list(HPKECiphertext),
});

/** RFC 9420 §7.6. */
export const UpdatePath = struct("UpdatePath", { leafNode: LeafNode, nodes: list(UpdatePathNode) });
export type UpdatePath = Infer<typeof UpdatePath>;

/** RFC 9420 §12.4. */
export const Commit = struct("Commit", { proposals: list(ProposalOrRef), path: optional(UpdatePath) });
export type Commit = Infer<typeof Commit>;
