/**
 * What the interop tests ask of an engine, whichever it is.
 * @module
 */

import {
  type Extension,
  ExtensionType,
  type GroupContext,
  type GroupInfo,
  type KeyPackage,
  type MLSMessage,
  type PreSharedKeyID,
  type Proposal,
  ProposalTypeId,
  type RatchetTreeNodes,
  type Welcome,
} from "@openmimi/mls";

/** What every client here supports, with something that nobody knows (RFC 9420 §13.5). */
export const supported = {
  extensions: [ExtensionType.appDataDictionary, 0x3a3a],
  proposals: [0x5a5a, ProposalTypeId.appDataUpdate, ProposalTypeId.appEphemeral, ProposalTypeId.selfRemove],
};

/** The two engines. */
export type EngineName = "ours" | "OpenMLS";

/** What everybody who follows a group agrees on, as hexadecimal: context (with the dictionary) and tree. */
export interface View {
  readonly groupContext: string;
  readonly ratchetTree: string;
}

/** What members know besides. */
export interface MemberView extends View {
  readonly epochAuthenticator: string;
}

/** A commit that waits to be merged. */
export interface Committed {
  readonly commit: MLSMessage;
  readonly welcome?: Welcome;
  readonly groupInfo: GroupInfo;
}

/** What to commit. */
export interface Request {
  readonly proposals?: readonly Proposal[];
  /** Whether what is pending is committed too. Default: yes. */
  readonly pending?: boolean;
  readonly path?: boolean;
  readonly treeInWelcome?: boolean;
}

/** How to join from outside. */
export interface Joining {
  readonly groupInfo: GroupInfo;
  readonly ratchetTree: RatchetTreeNodes;
  readonly pending?: readonly MLSMessage[];
  readonly proposals?: readonly Proposal[];
}

/** What a message was. */
export type Received =
  | { readonly kind: "proposal" }
  | { readonly kind: "commit"; readonly ownRemoved: boolean }
  | { readonly kind: "application"; readonly sender: number; readonly applicationData: Uint8Array };

/** A client, and the group that it is in. */
export interface Member {
  readonly engine: EngineName;
  readonly name: string;
  /** Its place in the tree, once it is in a group. */
  leafIndex(): Promise<number>;
  /** A fresh one; the client can join by each of them. */
  keyPackage(): Promise<KeyPackage>;
  create(groupId: Uint8Array, extensions: readonly Extension[]): Promise<void>;
  join(welcome: Welcome, ratchetTree?: RatchetTreeNodes): Promise<void>;
  /** The client is in the new epoch at once. */
  joinExternally(joining: Joining): Promise<Committed>;
  propose(proposal: Proposal): Promise<MLSMessage>;
  proposeUpdate(): Promise<MLSMessage>;
  /** Before it is in the group: asks to be added. */
  joinProposal(groupContext: GroupContext): Promise<MLSMessage>;
  commit(request: Request): Promise<Committed>;
  mergePendingCommit(): Promise<void>;
  clearPendingCommit(): Promise<void>;
  /** A commit is merged. */
  process(message: MLSMessage): Promise<Received>;
  protect(applicationData: Uint8Array): Promise<MLSMessage>;
  groupInfo(): Promise<GroupInfo>;
  exporter(label: string, context: Uint8Array, length: number): Promise<Uint8Array>;
  safeExport(componentId: number): Promise<Uint8Array>;
  /** Makes a PSK known to the client. */
  know(id: PreSharedKeyID, psk: Uint8Array): Promise<void>;
  view(): Promise<MemberView>;
}

/** A server that follows one group. */
export interface Server {
  readonly engine: EngineName;
  /** A commit is merged; `groupInfo` is the committer's, of the epoch that the commit begins. */
  process(message: MLSMessage, groupInfo?: GroupInfo): Promise<void>;
  view(): Promise<View>;
}

/** An external sender. RFC 9420 §12.1.8. */
export interface Hub {
  readonly signatureKey: Uint8Array;
  propose(groupContext: GroupContext, senderIndex: number, proposal: Proposal): Promise<MLSMessage>;
}

/** Makes clients, servers and hubs. */
export interface Engine {
  readonly name: EngineName;
  client(name: string): Promise<Member>;
  hub(): Promise<Hub>;
  server(groupInfo: GroupInfo, ratchetTree: RatchetTreeNodes): Promise<Server>;
}

/** How clients are made. */
export interface ClientOptions {
  readonly cipherSuite: number;
  readonly wireFormat: "publicMessage" | "privateMessage";
  /** Fills application messages and private handshakes up to a multiple of this many octets, or so. Default: none. */
  readonly padding?: number;
}
