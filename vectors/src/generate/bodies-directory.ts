/**
 * The directory document and its templates. Protocol §5.1.
 * @module
 */

import { buildDirectory } from "@openmimi/protocol";
import type { Case } from "./envelope.ts";
import { BOB, ROOM } from "./room.ts";

const whole = buildDirectory("https://mimi.example.com/v1");

function documents(): Case[] {
  const valid = (id: string, document: string, notes?: string, readings = ["R-023"]): Case => ({
    id,
    input: { endpoint: "directory", document },
    readings,
    ...(notes === undefined ? {} : { notes }),
  });
  const invalid = (id: string, document: string, notes?: string): Case => ({
    ...valid(id, document, notes),
    reason: "invalid-directory",
  });
  return [
    valid("directory", JSON.stringify(whole), "All ten endpoints.", ["R-018", "R-019"]),
    valid(
      "directory-of-a-follower",
      JSON.stringify({ keyMaterial: whole.keyMaterial, notify: whole.notify }),
    ),
    valid("directory-empty", "{}", "Nothing is offered."),
    valid(
      "directory-unknown-key",
      '{"notify": "https://mimi.example.com/n/{roomId}", "new": [1]}',
      "It is ignored.",
    ),
    valid(
      "directory-template-without-slash",
      '{"update": "https://mimi.example.com/v1/update{roomId}"}',
      "As in the draft's sample; to be used exactly as it is.",
      ["R-018"],
    ),
    valid(
      "directory-user-in-consent",
      '{"requestConsent": "https://mimi.example.com/v1/requestConsent/{targetUser}"}',
      "As in the draft's sample.",
      ["R-019"],
    ),
    valid("directory-ohttp-gateway", '{"ohttpGateway": "https://mimi.example.com/ohttp"}', undefined, [
      "R-024",
    ]),
    invalid(
      "directory-sample-without-colon",
      '{"proxyDownload" "https://mimi.example.com/v1/{downloadUrl}"}',
      "As in the draft's sample.",
    ),
    invalid("directory-nothing", ""),
    invalid("directory-array", "[]"),
    invalid("directory-text", '"https://mimi.example.com/v1"'),
    invalid("directory-null-document", "null"),
    invalid("directory-true", "true"),
    invalid("directory-list-of-urls", '{"update": ["https://mimi.example.com/v1/update/{roomId}"]}'),
    invalid("directory-object-for-a-url", '{"update": {"url": "https://mimi.example.com/{roomId}"}}'),
    invalid("directory-empty-url", '{"update": ""}'),
    invalid("directory-mailto", '{"update": "mailto:mimi@example.com"}'),
    invalid(
      "directory-one-bad-among-good",
      '{"notify": "https://mimi.example.com/n/{roomId}", "update": "http://mimi.example.com/u/{roomId}"}',
    ),
    invalid("directory-number", '{"update": 1}'),
    invalid("directory-null", '{"update": null}'),
    invalid("directory-http", '{"update": "http://mimi.example.com/v1/update/{roomId}"}'),
    invalid("directory-relative", '{"update": "/v1/update/{roomId}"}'),
    invalid("directory-user-information", '{"update": "https://u@mimi.example.com/{roomId}"}'),
    invalid("directory-fragment", '{"update": "https://mimi.example.com/#{roomId}"}'),
  ];
}

function templates(): Case[] {
  const values = {
    roomId: ROOM,
    targetUser: BOB,
    domain: "b.example",
    downloadUrl: "https://b.example/f?a=1&b=ü",
  };
  const template = (id: string, text: string, reason?: string, notes?: string): Case => ({
    id,
    input: { endpoint: "directory", template: text, values },
    readings: ["R-018", "R-020"],
    ...(reason === undefined ? {} : { reason }),
    ...(notes === undefined ? {} : { notes }),
  });
  return [
    template("template-room", "https://mimi.example.com/v1/update/{roomId}"),
    template("template-user-in-query", "https://mimi.example.com/v1/keyMaterial?user={targetUser}&x=%20"),
    template("template-domain-twice", "https://mimi.example.com/{domain}/{domain}"),
    template("template-download-url", "https://mimi.example.com/{downloadUrl}"),
    template("template-without-variable", "https://mimi.example.com/ohttp"),
    template("template-unknown-variable", "https://mimi.example.com/{room}", "invalid-template"),
    template(
      "template-operator",
      "https://mimi.example.com/{+roomId}",
      "invalid-template",
      "RFC 6570 level 1 only.",
    ),
    template("template-two-variables", "https://mimi.example.com/{roomId,domain}", "invalid-template"),
    template("template-open-brace", "https://mimi.example.com/{roomId", "invalid-template"),
    template("template-no-value", "https://mimi.example.com/{requesterDomain}", "invalid-template"),
  ];
}

/** All cases about the directory. */
export function directoryBodies(): Case[] {
  return [...documents(), ...templates()];
}
