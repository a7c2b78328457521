/**
 * Every vector once more, by code that shares nothing with the packages: what is published has two witnesses.
 */

import { createHash, createHmac } from "node:crypto";
import type { Json, Vector } from "@openmimi/vectors";
import { describe, expect, it } from "vitest";
import { ascii, opaque, openWithLabel, verifies } from "./second-crypto.ts";
import { type Fields, isCanonicalUri, type Read, readAll } from "./second-decoder.ts";
import { applyToDictionary, applyToList, encodeSign, expand, readDirectory } from "./second-rules.ts";
import { BODIES, contents, participantList, participantListUpdate } from "./second-structs.ts";
import { commit, extensions, mlsMessage, proposal } from "./second-structs-mls.ts";
import { vectorFiles } from "./vector-files.ts";

const files = vectorFiles(
  "identifiers",
  "endpoint-bodies",
  "participant-list-updates",
  "extension-proposals",
);
const covered = new Set<string>();
const vectorsOf = (...paths: readonly string[]): [string, Vector][] =>
  paths.flatMap((path) => {
    covered.add(path);
    return (files.get(path) ?? []).map((vector): [string, Vector] => [vector.id, vector]);
  });
const text = (vector: Vector, key: string): string => String(vector.input[key]);

/** The octets without the signature vector at their end. */
const unsigned = (digits: string, signature: string) =>
  digits.slice(0, digits.length - opaque(signature).length);

describe("identifiers", () => {
  it.each(vectorsOf("identifiers/uris.json"))("%s", (_, vector) => {
    const uri = text(vector, "uri");
    expect(isCanonicalUri(uri)).toBe(vector.expected.valid);
    if (!vector.expected.valid) return;
    const [domain, letter = "", ...names] = uri.slice("mimi://".length).split("/");
    const kinds: Record<string, string> = {
      "": "provider",
      u: "user",
      d: "client",
      r: "room",
      g: "group",
      p: "pseudonym",
      t: "topic",
    };
    const user = names.length === 2 ? `mimi://${domain}/u/${names[0]}` : null;
    expect(vector.expected).toEqual({
      valid: true,
      kind: kinds[letter],
      domain,
      path: names.map(decodeURIComponent),
      ...(letter === "d" ? { user } : {}),
      pathSegment: encodeURIComponent(uri).replaceAll(/[!'()*]/g, encodeSign),
    });
  });

  it.each(vectorsOf("identifiers/path-segments.json"))("%s", (_, vector) => {
    const segment = text(vector, "pathSegment");
    let uri = `mimi://${segment}`;
    try {
      if (!segment.includes("/")) uri = decodeURIComponent(segment);
    } catch {
      uri = "";
    }
    expect(isCanonicalUri(uri)).toBe(vector.expected.valid);
    if (vector.expected.valid) expect(vector.expected.uri).toBe(uri);
  });

  it.each(vectorsOf("identifiers/from-headers.json"))("%s", (_, vector) => {
    const domain = /^mimi@([A-Za-z0-9.-]+)$/.exec(text(vector, "from"))?.[1]?.toLowerCase();
    expect(domain !== undefined && isCanonicalUri(`mimi://${domain}`)).toBe(vector.expected.valid);
    if (vector.expected.valid) expect(vector.expected.domain).toBe(domain);
  });

  it.each(vectorsOf("identifiers/credentials.json"))("%s", (_, vector) => {
    const uri = Buffer.from(text(vector, "basicIdentity"), "hex").toString("latin1");
    const [, domain, kind, name] = /^mimi:\/\/([^/]+)\/(u|p|d)\/([^/]+)(?:\/[^/]+)?$/.exec(uri) ?? [];
    const bare = kind === "d" && uri.split("/").length === 5;
    expect(isCanonicalUri(uri) && kind !== undefined && !bare).toBe(vector.expected.valid);
    if (!vector.expected.valid) return;
    const user = kind === "d" ? `mimi://${domain}/u/${name}` : uri;
    expect(vector.expected).toEqual({ valid: true, user, client: kind === "d" ? uri : null, domain });
  });
});

describe("endpoint bodies", () => {
  const names = [
    "key-material",
    "update",
    "submit-message",
    "notify",
    "group-info",
    "consent",
    "identifier-query",
    "report-abuse",
  ];
  it.each(vectorsOf(...names.map((name) => `endpoint-bodies/${name}.json`)))(
    "%s",
    (_, { input, expected }) => {
      const value = readAll(BODIES[String(input.struct)] as Read, String(input.octets));
      expect(value).toEqual(expected.valid ? expected.value : "refused");
    },
  );

  it.each(
    vectorsOf("endpoint-bodies/key-material.json", "endpoint-bodies/group-info.json").filter(
      ([, { expected }]) => "signatureVerifies" in expected,
    ),
  )("%s: the signature", (_, vector) => {
    const value = (vector.expected as unknown as { value: Fields }).value;
    const label = `${text(vector, "struct")}TBS`;
    const key = String(value.requesterSignatureKey ?? value.requestingSignatureKey);
    const signature = String(value.keyMaterialRequestSignature ?? value.signature);
    const signed = unsigned(text(vector, "octets"), signature);
    // Reading R-097: the joining code, empty here, may also be a presence octet; its octet is 00 all the same.
    expect(verifies(key, label, signed, signature)).toBe(
      (vector.expected as { signatureVerifies?: Json }).signatureVerifies,
    );
  });

  it("the sealed GroupInfo is signed by the hub and holds what the vector says", () => {
    const [[, vector] = []] = vectorsOf("endpoint-bodies/group-info.json").filter(
      ([, { expected }]) => "contents" in expected,
    );
    if (vector === undefined || !vector.expected.valid) throw new Error("there is no such vector");
    const value = vector.expected.value as Fields;
    const signature = String(value.signature);
    const { signatureKey } = value.hubSender as Fields;
    const signed = unsigned(text(vector, "octets"), signature);
    expect(verifies(String(signatureKey), "GroupInfoResponseTBS", signed, signature)).toBe(true);
    const { kemOutput, ciphertext } = value.encryptedGroupinfoAndTree as Fields;
    const label = "GroupInfo and ratchet_tree encryption";
    const plaintext = openWithLabel(
      text(vector, "groupInfoPrivateKey"),
      label,
      text(vector, "roomId"),
      String(kemOutput),
      String(ciphertext),
    );
    expect(readAll(contents, plaintext)).toEqual(vector.expected.contents);
  });

  it.each(vectorsOf("endpoint-bodies/proxy-download.json"))("%s", (_, { input, expected }) => {
    const segment = String(input.pathSegment);
    let url: string | undefined;
    try {
      // One segment, decoded once: https, a host, perhaps a port, and no user, no fragment, nothing but visible ASCII.
      url = segment.length > 24_576 || segment.includes("/") ? undefined : decodeURIComponent(segment);
    } catch {
      url = undefined;
    }
    const [, port = "1"] = /^https:\/\/[a-z0-9.-]+(?::([0-9]+))?(?:[/?][\x21-\x5b\x5d-\x7e]*)?$/i.exec(
      url ?? "",
    ) ?? ["", "0"];
    const isGood = url !== undefined && !url.includes("#") && Number(port) > 0 && Number(port) < 65_536;
    expect(isGood).toBe(expected.valid);
    if (expected.valid) expect(url).toBe(expected.url);
  });

  it.each(vectorsOf("endpoint-bodies/directory.json"))("%s", (_, { input, expected }) => {
    const actual =
      typeof input.document === "string"
        ? readDirectory(input.document)
        : expand(String(input.template), input.values as Fields);
    expect(actual ?? "refused").toEqual(expected.valid ? (expected.directory ?? expected.url) : "refused");
  });
});

describe("participant lists", () => {
  it.each(vectorsOf("participant-list-updates/updates.json"))("%s", (_, { input, expected }) => {
    const before = readAll(participantList, String(input.listOctets));
    const updates = (input.updateOctets as string[]).map((update) => readAll(participantListUpdate, update));
    if (input.list !== undefined) {
      expect(before).toEqual({ participants: input.list });
      expect(updates).toEqual(input.updates);
    }
    const malformed = before === "refused" || updates.includes("refused");
    const after = malformed
      ? undefined
      : applyToList((before as Fields).participants as Fields[], updates as Fields[]);
    expect(after ?? "refused").toEqual(expected.valid ? expected.list : "refused");
    if (!expected.valid) return;
    const written = (after ?? []).map(
      ({ user, roleIndex }) => opaque(ascii(String(user))) + Number(roleIndex).toString(16).padStart(8, "0"),
    );
    expect(expected.listOctets).toBe(opaque(written.join("")));
  });
});

describe("proposals of the extensions draft", () => {
  it.each(vectorsOf("extension-proposals/proposals.json"))("%s", (_, { input, expected }) => {
    const value = readAll(input.struct === "Commit" ? commit : proposal, String(input.octets));
    expect(value).toEqual(expected.valid ? expected.value : "refused");
  });

  it.each(vectorsOf("extension-proposals/public-messages.json"))("%s", (_, vector) => {
    const { expected } = vector;
    const message = readAll(mlsMessage, text(vector, "octets"));
    expect(message === "refused").toBe(!expected.valid);
    if (!expected.valid) return;
    const { publicMessage } = message as { publicMessage: Fields };
    expect(publicMessage).toEqual(expected.value);
    const { signature } = publicMessage.auth as { signature: string };
    const tag = publicMessage.membershipTag === undefined ? "" : opaque(String(publicMessage.membershipTag));
    const body = text(vector, "octets");
    // RFC 9420 §6.1: version, wire format and content; then the context, unless the sender is external.
    const contentOctets = body.slice(0, body.length - tag.length - opaque(signature).length);
    const tbs = contentOctets + (tag === "" ? "" : text(vector, "groupContext"));
    expect(verifies(text(vector, "signatureKey"), "FramedContentTBS", tbs, signature)).toBe(
      expected.signatureVerifies,
    );
    const mac = createHmac("sha256", Buffer.from(text(vector, "membershipKey"), "hex"));
    const wanted = mac.update(Buffer.from(tbs + opaque(signature), "hex")).digest("hex");
    expect(tag === "" ? null : tag === opaque(wanted)).toBe(expected.membershipTagVerifies);
    // RFC 9420 §5.2: wire format, content, authentication.
    const authenticated = contentOctets.slice(4) + opaque(signature);
    expect(expected.authenticatedContent).toBe(authenticated);
    const input = opaque(ascii("MLS 1.0 Proposal Reference")) + opaque(authenticated);
    expect(expected.reference).toBe(createHash("sha256").update(Buffer.from(input, "hex")).digest("hex"));
  });

  it.each(vectorsOf("extension-proposals/dictionary.json"))("%s", (_, { input, expected }) => {
    const before = readAll(extensions, String(input.extensions)) as Fields[];
    const proposals = (input.proposals as string[]).map((octets) => readAll(proposal, octets) as Fields);
    const after = applyToDictionary(before, proposals);
    expect(after ?? "refused").toEqual(
      expected.valid ? readAll(extensions, String(expected.extensions)) : "refused",
    );
  });
});

it("no file is left out", () => {
  expect([...covered].sort()).toEqual([...files.keys()].sort());
});
