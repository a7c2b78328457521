/**
 * Vectors of the kind `endpoint-bodies`. Protocol §5.
 * @module
 */

import { consentBodies } from "./bodies-consent.ts";
import { directoryBodies } from "./bodies-directory.ts";
import { groupInfoBodies } from "./bodies-group-info.ts";
import { identifierQueryBodies } from "./bodies-identifier-query.ts";
import { keyMaterialBodies } from "./bodies-key-material.ts";
import { notifyBodies } from "./bodies-notify.ts";
import { proxyDownloadBodies } from "./bodies-proxy-download.ts";
import { reportAbuseBodies } from "./bodies-report-abuse.ts";
import { submitMessageBodies } from "./bodies-submit-message.ts";
import { updateBodies } from "./bodies-update.ts";
import { evaluateBody } from "./body-tools.ts";
import { type Case, Draft, type GeneratedFile, makeVectors, vectorFile } from "./envelope.ts";
import type { Flow } from "./room.ts";

function file(name: string, title: string, section: string, cases: readonly Case[]): GeneratedFile {
  const base = { draft: Draft.protocol, section, readings: [] };
  const vectors = makeVectors(`endpoint-bodies/${name}`, base, cases, evaluateBody);
  return vectorFile("endpoint-bodies", name, title, vectors);
}

/** All files of this kind. */
export function endpointBodyFiles(flow: Flow): GeneratedFile[] {
  return [
    file("directory", "The directory and its URL templates", "5.1", directoryBodies()),
    file("key-material", "POST /keyMaterial/{targetUser}", "5.2", keyMaterialBodies(flow)),
    file("update", "POST /update/{roomId}", "5.3", updateBodies(flow)),
    file("submit-message", "POST /submitMessage/{roomId}", "5.4", submitMessageBodies(flow)),
    file("notify", "POST /notify/{roomId}", "5.5", notifyBodies(flow)),
    file("group-info", "POST /groupInfo/{roomId}", "5.6", groupInfoBodies(flow)),
    file("consent", "POST /requestConsent and /updateConsent", "5.7", consentBodies(flow)),
    file("identifier-query", "POST /identifierQuery/{domain}", "5.8", identifierQueryBodies()),
    file("report-abuse", "POST /reportAbuse/{roomId}", "5.9", reportAbuseBodies(flow)),
    file("proxy-download", "GET /proxyDownload/{downloadUrl}", "5.10.2", proxyDownloadBodies()),
  ];
}
