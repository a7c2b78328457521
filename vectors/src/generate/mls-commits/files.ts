/**
 * The files of the kind `mls-commits`: handshakes before a server that follows the group, or before a member of it.
 * @module
 */

import { type Case, Draft, type GeneratedFile, makeVectors, vectorFile } from "../envelope.ts";
import { appDataUpdateCases, appEphemeralCases } from "./app-data-cases.ts";
import { credentialCases } from "./credential-cases.ts";
import { evaluateMlsCommit } from "./evaluate.ts";
import { negotiationCases } from "./negotiation-cases.ts";
import { selfRemoveCases } from "./self-remove-cases.ts";
import { semiPrivateCommitCases } from "./semi-private-cases.ts";

function fileOf(name: string, title: string, cases: readonly Case[], draft: string): GeneratedFile {
  const base = { draft, section: "4", readings: [] };
  const vectors = makeVectors(`mls-commits/${name}`, base, cases, evaluateMlsCommit);
  return vectorFile("mls-commits", name, title, vectors);
}

/** AppDataUpdate, AppEphemeral, SelfRemove, negotiation, multi-credentials, SemiPrivateMessage. */
export function mlsCommitFiles(): GeneratedFile[] {
  const { extensions } = Draft;
  return [
    fileOf("app-data-update", "Commits with AppDataUpdate", appDataUpdateCases(), extensions),
    fileOf("app-ephemeral", "Commits with AppEphemeral", appEphemeralCases(), extensions),
    fileOf("self-remove", "SelfRemove, on its own and in commits", selfRemoveCases(), extensions),
    fileOf("negotiation", "Adding clients to groups that demand something", negotiationCases(), extensions),
    fileOf("multi-credentials", "Adding clients with multi-credentials", credentialCases(), extensions),
    fileOf(
      "semi-private",
      "SemiPrivateMessages before members and before a receiver outside",
      semiPrivateCommitCases(),
      "draft-mahy-mls-semiprivatemessage-07",
    ),
  ];
}
