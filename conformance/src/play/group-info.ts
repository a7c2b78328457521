/**
 * Asking a hub for group information, and joining with it. Protocol §5.6; readings.
 * @module
 */

import {
  type GroupInfo,
  MemberGroup,
  type MLSMessage,
  MlsError,
  nobleCrypto,
  type Proposal,
  type RatchetTreeNodes,
} from "@openmimi/mls";
import {
  type GroupInfoRatchetTreeTBE,
  GroupInfoRequest,
  type GroupInfoRequestTBS,
  GroupInfoResponse,
  openGroupInfoResponse,
  ProtocolError,
  signGroupInfoRequest,
} from "@openmimi/protocol";
import { decode, encode, TlsError } from "@openmimi/tls";
import type { CaseContext } from "../context.ts";
import { GROUP_OPTIONS, SUITE, type SuiteClient } from "./suite-client.ts";
import type { TargetRoom } from "./target-room.ts";

/** A signed request with the key that opens its answer. */
export interface GroupInfoAsked {
  readonly request: GroupInfoRequest;
  readonly body: Uint8Array;
  readonly groupInfoPrivateKey: Uint8Array;
}

/** The request of a client, with whatever is changed before signing. */
export function askGroupInfo(client: SuiteClient, change: Partial<GroupInfoRequestTBS> = {}): GroupInfoAsked {
  const encryption = SUITE.generateHpkeKeyPair();
  const tbs: GroupInfoRequestTBS = {
    protocol: "mls10",
    cipherSuite: SUITE.id,
    requestingSignatureKey: client.signatureKeys.publicKey,
    requestingCredential: client.keyPackage().keyPackage.leafNode.credential,
    groupInfoPublicKey: encryption.publicKey,
    joiningCode: new Uint8Array(),
    ...change,
  };
  const signed = signGroupInfoRequest(
    SUITE,
    { ...tbs, cipherSuite: SUITE.id },
    client.signatureKeys.privateKey,
  );
  const request = { ...signed, cipherSuite: tbs.cipherSuite };
  return { request, body: encode(GroupInfoRequest, request), groupInfoPrivateKey: encryption.privateKey };
}

/** What the hub gave. */
export interface GroupInfoGiven {
  readonly contents: GroupInfoRatchetTreeTBE;
  readonly tree: RatchetTreeNodes;
}

/**
 * Asks for the group information of the room and opens the answer. Stops the case where the target does not give it;
 * what is wrong with it stands in the observation `LABEL opens`.
 */
export async function fetchGroupInfo(
  context: CaseContext,
  here: TargetRoom,
  label: string,
  client: SuiteClient,
  change: Partial<GroupInfoRequestTBS> = {},
): Promise<GroupInfoGiven> {
  const { request, body, groupInfoPrivateKey } = askGroupInfo(client, change);
  const octets = (await here.groupInfo(label, body, {}, client.peer)).expect(200);
  let problem: string;
  try {
    const response = decode(GroupInfoResponse, octets);
    if (response.status !== "success") return context.stop("answer", `${label}: ${response.status}`);
    const opening = { request, groupInfoPrivateKey, roomId: here.roomUri, response };
    const contents = openGroupInfoResponse(nobleCrypto, opening);
    context.observe(opens(label), true);
    const { ratchetTreeOption: tree } = contents;
    if (tree.representation === "full") return { contents, tree: tree.ratchetTree };
    problem = `the tree is given as ${tree.representation}, which tells a joiner nothing`;
  } catch (error) {
    if (!(error instanceof TlsError || error instanceof ProtocolError)) throw error;
    problem = error.message;
    context.observe(opens(label), problem);
  }
  return context.stop("decode", `${label}: ${problem}`);
}

/** The label of the observation that {@link fetchGroupInfo} makes: `true`, or what was wrong. */
export function opens(label: string): string {
  return `${label} opens`;
}

/** An external commit that was made and not yet sent. */
export interface ExternalJoin {
  readonly group: MemberGroup;
  readonly commit: MLSMessage;
  readonly groupInfo: GroupInfo;
}

/** Makes the external commit of a client; the pending SelfRemoves are referred to unless told otherwise. */
export function externalJoin(
  context: CaseContext,
  client: SuiteClient,
  { contents, tree }: GroupInfoGiven,
  change: { readonly proposals?: readonly Proposal[]; readonly pending?: readonly MLSMessage[] } = {},
): ExternalJoin {
  const { groupInfo } = contents;
  const pending = contents.pendingProposals.map(({ proposal }) => proposal);
  try {
    const init = { groupInfo, ratchetTree: tree, own: client.keyPackage(), pending, ...change };
    return MemberGroup.joinExternally(nobleCrypto, init, GROUP_OPTIONS);
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    return context.stop("decode", `the GroupInfo lets ${client.clientUri} not join: ${error.message}`);
  }
}
