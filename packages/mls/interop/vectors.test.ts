/** The vectors of the kind `mls-commits` before a public group of OpenMLS: a second opinion, and where it differs. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CipherSuiteId, GroupInfo, MLSMessage, RatchetTreeNodes } from "@openmimi/mls";
import { afterAll, describe, expect, it } from "vitest";
import { decoded } from "./octets.ts";
import { OpenMls } from "./openmls.ts";
import { Peer } from "./peer.ts";

interface Vector {
  readonly id: string;
  readonly input: {
    readonly groupInfo?: string;
    readonly newGroupInfo?: string;
    readonly ratchetTree: string;
    readonly messages: readonly string[];
    readonly receiver?: unknown;
  };
  readonly expected: { readonly valid: boolean; readonly groupContext?: string };
}

/** What OpenMLS does where it does not say the same, by the file and the end of the id. The README has the reasons. */
const differently: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  "app-data-update": {
    "external-sender": /^refuses: .*MissingProposal/,
    "dictionary-replaced-and-updated": /^another GroupContext$/,
    "remove-absent|remove-and-update": /^accepts$/,
    // Its application, which is openmls-peer, knows all components.
    "unknown-component|component-refuses": /^accepts$/,
    // It does not look at GroupInfos.
    "group-info-without-the-update": /^accepts$/,
  },
  "app-ephemeral": {
    "external-sender": /^refuses: .*MissingProposal/,
    "external-commit": /^refuses: .*InvalidInlineProposals/,
    // It asks nobody about AppEphemerals.
    "unknown-component|component-refuses": /^accepts$/,
    "before-default-proposals|after-app-data-updates|in-another-order": /^accepts$/,
  },
  "multi-credentials": {
    "multi-(suite|credential-type)-not-supported|multi-suite-of-nobody": /^accepts$/,
    "weak-multi-not-supported-by-one": /^accepts$/,
    "(weak-)?multi-signature-wrong|multi-of-another-signature-key": /^accepts$/,
  },
  negotiation: {
    "one-component-missing|no-app-components": /^accepts$/,
    "safe-aad-component-missing|safe-aad-not-listed": /^accepts$/,
    "authenticated-data-with-more-behind": /^accepts$/,
    "wire-format-not-listed|no-wire-formats|required-by-a-commit": /^accepts$/,
    // It does not look at GroupInfos.
    "group-info-.*": /^accepts$/,
  },
  "self-remove": {
    // The proposal alone; a commit of it is refused.
    "not-supported-by-all": /^accepts$/,
    "by-value|of-the-committer|beside-a-remove|beside-an-update|referred-to-twice": /^accepts$/,
  },
  "semi-private": { "add-of-a-client-that-does-not": /^accepts$/ },
};

const peer = new Peer();
afterAll(() => peer.close());
const engine = new OpenMls(peer, {
  cipherSuite: CipherSuiteId.MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
  wireFormat: "publicMessage",
});

/** What a public group of OpenMLS says to the last message; all others it has to take, unless it says so. */
async function judged({ input, expected }: Vector): Promise<string> {
  const server = await engine.server(
    decoded(GroupInfo, input.groupInfo ?? ""),
    decoded(RatchetTreeNodes, input.ratchetTree),
  );
  let said = "accepts";
  for (const message of input.messages) {
    const refusal = await server.process(decoded(MLSMessage, message)).then(
      () => undefined,
      (error: Error) => error.message,
    );
    said = refusal === undefined ? "accepts" : `refuses: ${refusal}`;
  }
  if (said !== "accepts" || expected.groupContext === undefined) return said;
  const { groupContext } = await server.view();
  return groupContext === expected.groupContext ? "accepts" : "another GroupContext";
}

const folder = join(import.meta.dirname, "..", "..", "..", "vectors", "mls-commits");

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const name = file.replace(".json", "");
  const { vectors } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { vectors: readonly Vector[] };
  const forServers = vectors.filter(
    ({ input }) => input.groupInfo !== undefined && input.receiver === undefined,
  );
  describe(name, () => {
    it.each(forServers.map((vector) => [vector.id.split("/").at(-1)!, vector] as const))(
      "%s",
      async (id, vector) => {
        const known = Object.entries(differently[name] ?? {}).find(([ids]) =>
          new RegExp(`^(${ids})$`).test(id),
        );
        const same = vector.expected.valid ? /^accepts$/ : /^refuses: /;
        expect(await judged(vector)).toMatch(known?.[1] ?? same);
      },
    );
  });
}
