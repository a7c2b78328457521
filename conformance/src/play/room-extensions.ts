/**
 * The GroupContext with which the suite's hub begins a room. Protocol §7; policy appendix A.1; reading R-137.
 * @module
 */

import { MediaType } from "@openmimi/content";
import {
  ComponentId,
  ComponentsList,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  type ExternalSender,
  ExternalSenders,
  MediaTypeList,
  ProposalTypeId,
  RequiredCapabilities,
} from "@openmimi/mls";
import { MimiComponentId, providerCredential } from "@openmimi/protocol";
import { cooperativeRoom } from "@openmimi/room";
import { encode, type Schema } from "@openmimi/tls";

/** The role that whoever is added gets: the ordinary user of the cooperative room. Policy appendix A.1. */
export const ORDINARY_ROLE = 2;

/** Policy components by their IDs. */
export type Components = readonly (readonly [componentId: number, data: Uint8Array])[];

/** What a room of the suite's hub is about. */
export interface SuiteRoomInit {
  readonly roomUri: string;
  readonly creator: string;
  readonly hubDomain: string;
  readonly hubPublicKey: Uint8Array;
  /** Beside those of the cooperative room, or in their place. */
  readonly components?: Components;
}

/** The suite's hub as external sender. Protocol §7.4, reading R-030. */
export function hubSender(domain: string, signatureKey: Uint8Array): ExternalSender {
  return { signatureKey, credential: providerCredential(domain) };
}

/** The extensions of the new group. */
export function roomExtensions({
  roomUri,
  creator,
  hubDomain,
  hubPublicKey,
  components = [],
}: SuiteRoomInit): Extension[] {
  const sender = hubSender(hubDomain, hubPublicKey);
  const frankingAgent = { frankingSignatureKey: hubPublicKey, credential: sender.credential };
  const usual: readonly number[] = [MimiComponentId.rolesList, MimiComponentId.preauthList];
  const policyComponentIds = [...new Set([...usual, ...components.map(([id]) => id)])];
  const basePolicy = { policyComponentIds };
  const cooperative = cooperativeRoom({ roomUri, creator, name: "Suite", frankingAgent, basePolicy });
  const room = [...new Map([...cooperative, ...components])].map(([componentId, data]) => ({
    componentId,
    data,
  }));
  const componentIds = room.map(({ componentId }) => componentId).toSorted((a, b) => a - b);
  const mimiContent = { type: MediaType.mimiContent, parameters: [] };
  const extension = <T>(extensionType: number, schema: Schema<T>, value: T): Extension => ({
    extensionType,
    extensionData: encode(schema, value),
  });
  return [
    extension(ExtensionType.requiredCapabilities, RequiredCapabilities, {
      extensionTypes: [ExtensionType.appDataDictionary],
      proposalTypes: [ProposalTypeId.appDataUpdate, ProposalTypeId.selfRemove],
      credentialTypes: [],
    }),
    extension(ExtensionType.externalSenders, ExternalSenders, [sender]),
    dictionaryExtension([
      { componentId: ComponentId.appComponents, data: encode(ComponentsList, { componentIds }) },
      {
        componentId: ComponentId.safeAad,
        data: encode(ComponentsList, { componentIds: [MimiComponentId.frankAad] }),
      },
      {
        componentId: ComponentId.contentMediaTypes,
        data: encode(MediaTypeList, { mediaTypeList: [mimiContent] }),
      },
      ...room,
    ]),
  ];
}

/** What the leaf of a member says that its Capabilities have no place for. Extensions §4.6, §4.9, §6.2. */
export function leafDictionary(mediaTypes: readonly string[] = RECEIVED_MEDIA_TYPES): Extension {
  const understood = [
    ComponentId.appComponents,
    ComponentId.safeAad,
    ComponentId.contentMediaTypes,
    ...Object.values(MimiComponentId),
  ];
  const componentIds = understood.toSorted((a, b) => a - b);
  const list = (ids: readonly number[]) => encode(ComponentsList, { componentIds: [...ids] });
  const mediaTypeList = mediaTypes.map((type) => ({ type, parameters: [] }));
  return dictionaryExtension([
    { componentId: ComponentId.appComponents, data: list(componentIds) },
    { componentId: ComponentId.safeAad, data: list([MimiComponentId.frankAad]) },
    { componentId: ComponentId.contentMediaTypes, data: encode(MediaTypeList, { mediaTypeList }) },
  ]);
}

/** Content §7.1. */
const RECEIVED_MEDIA_TYPES: readonly string[] = [MediaType.mimiContent, "text/plain", "text/markdown"];
