/**
 * Groups whose handshakes travel as SemiPrivateMessage, and their receiver outside. Semi-private §3.
 * @module
 */

import {
  type Capabilities,
  type Extension,
  ExtensionType,
  ExternalReceiver,
  ExternalReceivers,
  ProposalTypeId,
  WireFormatId,
  WireFormats,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { hex, type Json } from "../envelope.ts";
import { seededCrypto } from "../seeded.ts";
import type { Receiver } from "./forge.ts";
import { ascii, type ClientSketch, extension, Scene } from "./scene.ts";

const formats = (extensionType: number): Extension =>
  extension(extensionType, encode(WireFormats, { wireFormats: [WireFormatId.semiPrivateMessage] }));

/** What the members of such groups list. */
export const receiverCapabilities: Partial<Capabilities> = {
  extensions: [
    ExtensionType.appDataDictionary,
    ExtensionType.supportedWireFormats,
    ExtensionType.requiredWireFormats,
    ExtensionType.externalReceivers,
  ],
  proposals: [ProposalTypeId.appDataUpdate, ProposalTypeId.selfRemove],
};
/** A client that can be in such a group. */
export const receiverClient: ClientSketch = {
  capabilities: receiverCapabilities,
  leafExtensions: [formats(ExtensionType.supportedWireFormats)],
};

/** A group that requires SemiPrivateMessage and names one receiver. */
export function receiverScene(seed: string): { readonly scene: Scene; readonly receiver: Receiver } {
  const { publicKey, privateKey } = seededCrypto(`receiver of ${seed}`).suite(1).generateHpkeKeyPair();
  const receiver: ExternalReceiver = {
    externalReceiverPublicKey: publicKey,
    credential: { credentialType: "basic", identity: ascii("mimi://hub.example") },
  };
  const scene = new Scene(seed, {
    extensions: [
      formats(ExtensionType.requiredWireFormats),
      extension(ExtensionType.externalReceivers, encode(ExternalReceivers, [receiver])),
    ],
    members: [receiverClient, receiverClient, receiverClient],
  });
  return { scene, receiver: { receiver, privateKey } };
}

/** The receiver in the input of a server. */
export const receiverInput = ({ receiver, privateKey }: Receiver): Json => ({
  externalReceiver: hex(encode(ExternalReceiver, receiver)),
  privateKey: hex(privateKey),
});
