/**
 * The files of the kind `mls-extensions`.
 * @module
 */

import { type Case, type GeneratedFile, makeVectors, vectorFile } from "./envelope.ts";
import {
  appAckCases,
  bindingCases,
  contentCases,
  dictionaryCases,
  exporterCases,
  labelCases,
  pskCases,
  safeAadCases,
} from "./mls-extension-cases.ts";
import { partialCases, semiPrivateCases, treeOptionCases } from "./mls-extension-groups.ts";
import { evaluateMlsExtension } from "./mls-extensions.ts";

const EXTENSIONS = "draft-ietf-mls-extensions-10";
const TREE_OPTIONS = "draft-mahy-mls-ratchet-tree-options-03";
const SEMI_PRIVATE = "draft-mahy-mls-semiprivatemessage-07";

function fileOf(name: string, draft: string, title: string, cases: readonly Case[]): GeneratedFile {
  const base = { draft, section: "1", readings: [] };
  const vectors = makeVectors(`mls-extensions/${name}`, base, cases, evaluateMlsExtension);
  return vectorFile("mls-extensions", name, title, vectors);
}

/** SafeAAD, safe exporter and labels, content advertisement, credentials; tree options; SemiPrivateMessage. */
export function mlsExtensionFiles(): GeneratedFile[] {
  return [
    fileOf("safe-aad", EXTENSIONS, "SafeAAD in octets", safeAadCases),
    fileOf("safe-exporter", EXTENSIONS, "Exported secrets of components", exporterCases),
    fileOf("safe-labels", EXTENSIONS, "Signatures and ciphertexts of components", labelCases()),
    fileOf("application-psks", EXTENSIONS, "Names of application PSKs in octets", pskCases),
    fileOf("dictionaries", EXTENSIONS, "app_data_dictionary in octets", dictionaryCases),
    fileOf("app-ack", EXTENSIONS, "AppAck in octets", appAckCases),
    fileOf("content", EXTENSIONS, "application_data of groups with media types", contentCases),
    fileOf("credential-bindings", EXTENSIONS, "Bindings of multi-credentials", bindingCases()),
    fileOf("ratchet-tree-options", TREE_OPTIONS, "RatchetTreeOption in octets", treeOptionCases),
    fileOf("partial-group-info", TREE_OPTIONS, "GroupInfo made whole after a commit", partialCases()),
    fileOf(
      "semi-private-message",
      SEMI_PRIVATE,
      "SemiPrivateMessage for a receiver outside",
      semiPrivateCases(),
    ),
  ];
}
