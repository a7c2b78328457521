import { decode, encode } from "@openmimi/tls";
import { expect, it } from "vitest";
import { GroupContext, GroupInfo, GroupInfoTBS, GroupSecrets, MLSMessage } from "../../src/codec/index.ts";
import { decryptWithLabel, verifyWithLabel } from "../../src/crypto/labels.ts";
import { confirmationTag } from "../../src/framing/content.ts";
import { keyPackageReference } from "../../src/key-package.ts";
import { epochFromJoiner, pskSecret, welcomeKeys } from "../../src/key-schedule.ts";
import { sameOctets } from "../../src/octets.ts";
import { decodeExactly, hex, published, runCases, toHex } from "./published.ts";

interface WelcomeCase {
  cipher_suite: number;
  init_priv: string;
  signer_pub: string;
  key_package: string;
  welcome: string;
}

it("welcome.json", (context) => {
  const cases = published<WelcomeCase>(context, "welcome.json");
  const count = runCases(cases, (item, { suiteOf }) => {
    const suite = suiteOf(item);
    const first = decodeExactly(MLSMessage, item.key_package);
    const second = decodeExactly(MLSMessage, item.welcome);
    if (first.wireFormat !== "keyPackage" || second.wireFormat !== "welcome")
      throw new Error("other messages");
    const { welcome } = second;
    const reference = keyPackageReference(suite, first.keyPackage);
    const entry = welcome.secrets.find(({ newMember }) => sameOctets(newMember, reference))!;
    const opened = decryptWithLabel(
      suite,
      hex(item.init_priv),
      "Welcome",
      welcome.encryptedGroupInfo,
      entry.encryptedGroupSecrets,
    );
    const { joinerSecret } = decodeExactly(GroupSecrets, toHex(opened));
    const psk = pskSecret(suite, []);
    const { key, nonce } = welcomeKeys(suite, joinerSecret, psk);
    const groupInfo = decode(GroupInfo, suite.open(key, nonce, new Uint8Array(), welcome.encryptedGroupInfo));
    const tbs = encode(GroupInfoTBS, groupInfo);
    expect(verifyWithLabel(suite, hex(item.signer_pub), "GroupInfoTBS", tbs, groupInfo.signature)).toBe(true);
    const groupContext = encode(GroupContext, groupInfo.groupContext);
    const { secrets } = epochFromJoiner(suite, joinerSecret, psk, groupContext);
    const { confirmedTranscriptHash } = groupInfo.groupContext;
    const tag = confirmationTag(suite, secrets.confirmationKey, confirmedTranscriptHash);
    expect(toHex(tag)).toBe(toHex(groupInfo.confirmationTag));
  });
  expect(count).toBe(7);
});
