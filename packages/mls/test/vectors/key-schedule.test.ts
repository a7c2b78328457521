import { encode } from "@openmimi/tls";
import { expect, it } from "vitest";
import { GroupContext } from "../../src/codec/index.ts";
import { deriveEpochSecrets, welcomeSecret } from "../../src/key-schedule.ts";
import { hex, published, runCases, toHex } from "./published.ts";

interface KeyScheduleEpoch {
  tree_hash: string;
  commit_secret: string;
  psk_secret: string;
  confirmed_transcript_hash: string;
  group_context: string;
  joiner_secret: string;
  welcome_secret: string;
  init_secret: string;
  sender_data_secret: string;
  encryption_secret: string;
  exporter_secret: string;
  epoch_authenticator: string;
  external_secret: string;
  confirmation_key: string;
  membership_key: string;
  resumption_psk: string;
  external_pub: string;
  exporter: { label: string; context: string; length: number; secret: string };
}

interface KeyScheduleCase {
  cipher_suite: number;
  group_id: string;
  initial_init_secret: string;
  epochs: KeyScheduleEpoch[];
}

it("key-schedule.json", (context) => {
  const cases = published<KeyScheduleCase>(context, "key-schedule.json");
  const count = runCases(cases, (item, { suiteOf }) => {
    const suite = suiteOf(item);
    let initSecret = hex(item.initial_init_secret);
    item.epochs.forEach((epoch, index) => {
      const groupContext = encode(GroupContext, {
        version: "mls10",
        cipherSuite: item.cipher_suite,
        groupId: hex(item.group_id),
        epoch: BigInt(index),
        treeHash: hex(epoch.tree_hash),
        confirmedTranscriptHash: hex(epoch.confirmed_transcript_hash),
        extensions: [],
      });
      expect(toHex(groupContext)).toBe(epoch.group_context);
      const pskSecret = hex(epoch.psk_secret);
      const commitSecret = hex(epoch.commit_secret);
      const { joinerSecret, secrets, roots } = deriveEpochSecrets(suite, {
        initSecret,
        commitSecret,
        pskSecret,
        groupContext,
      });
      expect(toHex(joinerSecret)).toBe(epoch.joiner_secret);
      expect(toHex(welcomeSecret(suite, joinerSecret, pskSecret))).toBe(epoch.welcome_secret);
      expect(toHex(roots.encryptionSecret)).toBe(epoch.encryption_secret);
      expect(toHex(secrets.externalKeyPair().publicKey)).toBe(epoch.external_pub);
      const { label, context: info, length, secret } = epoch.exporter;
      expect(toHex(secrets.exporter(label, hex(info), length))).toBe(secret);
      const { stored } = secrets;
      expect({
        init_secret: toHex(stored.initSecret),
        sender_data_secret: toHex(stored.senderDataSecret),
        exporter_secret: toHex(stored.exporterSecret),
        epoch_authenticator: toHex(stored.epochAuthenticator),
        external_secret: toHex(stored.externalSecret),
        confirmation_key: toHex(stored.confirmationKey),
        membership_key: toHex(stored.membershipKey),
        resumption_psk: toHex(stored.resumptionPsk),
      }).toEqual({
        init_secret: epoch.init_secret,
        sender_data_secret: epoch.sender_data_secret,
        exporter_secret: epoch.exporter_secret,
        epoch_authenticator: epoch.epoch_authenticator,
        external_secret: epoch.external_secret,
        confirmation_key: epoch.confirmation_key,
        membership_key: epoch.membership_key,
        resumption_psk: epoch.resumption_psk,
      });
      initSecret = Uint8Array.from(secrets.initSecret);
    });
  });
  expect(count).toBe(7);
});
