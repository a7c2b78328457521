import { describe, expect, it } from "vitest";
import { ROOM } from "../test/handmade.ts";
import { buildDirectory, DIRECTORY_PATH, expandTemplate, parseDirectory } from "./directory.ts";
import { downloadUrlFromPathSegment } from "./download-url.ts";
import { ProtocolError } from "./errors.ts";
import { domainOfFrom, fromHeader } from "./http.ts";

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

describe("the directory (protocol §5.1)", () => {
  it("has a template for every endpoint, below one URL", () => {
    expect(DIRECTORY_PATH).toBe("/.well-known/mimi-protocol-directory");
    expect(buildDirectory("https://mimi.example.com/v1/")).toEqual({
      keyMaterial: "https://mimi.example.com/v1/keyMaterial/{targetUser}",
      update: "https://mimi.example.com/v1/update/{roomId}",
      notify: "https://mimi.example.com/v1/notify/{roomId}",
      submitMessage: "https://mimi.example.com/v1/submitMessage/{roomId}",
      groupInfo: "https://mimi.example.com/v1/groupInfo/{roomId}",
      requestConsent: "https://mimi.example.com/v1/requestConsent/{targetDomain}",
      updateConsent: "https://mimi.example.com/v1/updateConsent/{requesterDomain}",
      identifierQuery: "https://mimi.example.com/v1/identifierQuery/{domain}",
      reportAbuse: "https://mimi.example.com/v1/reportAbuse/{roomId}",
      proxyDownload: "https://mimi.example.com/v1/proxyDownload/{downloadUrl}",
    });
    expect(buildDirectory("https://a.example:8443", ["notify"])).toEqual({
      notify: "https://a.example:8443/notify/{roomId}",
    });
    expect(refusal(() => buildDirectory("http://a.example"))).toMatch(/^invalid-directory: /);
  });

  it("is read: unknown keys are ignored, missing ones are not offered (reading R-023)", () => {
    const document = {
      update: "https://mimi.example.com/v1/update{roomId}",
      notify: "https://mimi.example.com/v1/notify/{roomId}",
      ohttpGateway: "https://mimi.example.com/gateway",
      newThing: 7,
    };
    // The template of update lacks a slash in the draft's sample; it is used as it is (reading R-018).
    const { newThing: _, ...known } = document;
    expect(parseDirectory(JSON.stringify(document))).toEqual(known);
    expect(parseDirectory(document)).toEqual(known);
    expect(parseDirectory("{}")).toEqual({});
    const directory = buildDirectory("https://a.example/v1");
    expect(parseDirectory(JSON.stringify(directory))).toEqual(directory);
  });

  it.each([
    ["no JSON", '{"proxyDownload" "https://a.example/{downloadUrl}"}', "the directory is no JSON"],
    ["an array", "[]", "the directory is no JSON object"],
    ["null", "null", "the directory is no JSON object"],
    ["nothing", "", "the directory is no JSON"],
    ["a number", '{"update": 1}', "update is no text"],
    ["http", '{"update": "http://a.example/{roomId}"}', "update is no https URL"],
    ["a relative URL", '{"update": "/update/{roomId}"}', "update is no https URL"],
    ["user information", '{"update": "https://a@a.example/{roomId}"}', "update holds user information"],
    ["a fragment", '{"update": "https://a.example/#{roomId}"}', "update has a fragment"],
    [
      "a long URL",
      JSON.stringify({ update: `https://a.example/${"x".repeat(4096)}` }),
      "update has more than 4096 octets",
    ],
    [
      "a long document",
      JSON.stringify({ x: "x".repeat(70_000) }),
      "the directory has more than 65536 octets",
    ],
  ])("is refused when it holds %s", (_, text, expected) => {
    const result = refusal(() => parseDirectory(text));
    expect(result).toMatch(/^invalid-directory: /);
    expect(result).toContain(expected);
  });

  it("does not read what an object inherits", () => {
    expect(parseDirectory(Object.create({ update: "x" }))).toEqual({});
  });
});

describe("expandTemplate (readings R-018 to R-020)", () => {
  it("encodes all but unreserved characters", () => {
    expect(expandTemplate("https://a.example/v1/update/{roomId}", { roomId: ROOM })).toBe(
      "https://a.example/v1/update/mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse",
    );
    expect(expandTemplate("https://a.example/?u={targetUser}&x=%20", { targetUser: "zoë$&~" })).toBe(
      "https://a.example/?u=zo%C3%AB%24%26~&x=%20",
    );
    expect(expandTemplate("https://a.example/{domain}/{domain}", { domain: "b.example" })).toBe(
      "https://a.example/b.example/b.example",
    );
    expect(expandTemplate("https://a.example/ohttp", {})).toBe("https://a.example/ohttp");
  });

  it.each([
    ["https://a.example/{room}", 'the variable "room" is unknown'],
    ["https://a.example/{+roomId}", 'the variable "+roomId" is unknown'],
    ["https://a.example/{roomId,domain}", "is unknown"],
    ["https://a.example/{constructor}", "is unknown"],
    ["https://a.example/{}", 'the variable "" is unknown'],
    ["https://a.example/{targetUser}", "there is no value for targetUser"],
    ["https://a.example/{roomId", "a brace without its counterpart"],
    ["https://a.example/roomId}", "a brace without its counterpart"],
  ])("refuses %s", (template, expected) => {
    const result = refusal(() => expandTemplate(template, { roomId: ROOM, domain: "a.example" }));
    expect(result).toMatch(/^invalid-template: /);
    expect(result).toContain(expected);
  });
});

describe("downloadUrlFromPathSegment (reading R-124)", () => {
  it("undoes the template", () => {
    const url = "https://assets.b.example:8443/f/1?sig=a%20b&x=1";
    const path = expandTemplate("https://a.example/proxyDownload/{downloadUrl}", { downloadUrl: url });
    expect(downloadUrlFromPathSegment(path.slice(path.lastIndexOf("/") + 1))).toBe(url);
  });

  it.each([
    "https://b.example",
    "https://b.example/a/../b?",
    "HTTPS://b.example/%7e",
    "https://[2001:db8::1]/x",
  ])("is not rewritten: %s", (url) => {
    expect(downloadUrlFromPathSegment(encodeURIComponent(url))).toBe(url);
  });

  it.each([
    ["http%3A%2F%2Fb.example%2Fx", "no https URL"],
    ["https%3Ab.example", "no https URL"],
    ["ftp%3A%2F%2Fb.example", "no https URL"],
    ["https%3A%2F%2Fu%3Ap%40b.example%2Fx", "the URL holds user information"],
    ["https%3A%2F%2Fb.example%2Fx%23y", "the URL has a fragment"],
    ["https%3A%2F%2Fb.example%2Fx%20y", "no https URL"],
    ["https%3A%2F%2Fb.example%5C%40c.example", "no https URL"],
    ["https%3A%2F%2Fb.example%2Fx%00", "an encoded NUL"],
    ["https%3A%2F%2Fb.example%2F%FF", "not UTF-8"],
    ["https%3A/b.example", "not one encoded segment"],
    ["https%3A%2F%2F", "no https URL"],
    ["", "no https URL"],
    ["x".repeat(30_000), "too long"],
  ])("refuses %s", (segment, expected) => {
    const result = refusal(() => downloadUrlFromPathSegment(segment));
    expect(result).toMatch(/^invalid-download-url: /);
    expect(result).toContain(expected);
  });
});

describe("the From header (protocol §4.1, reading R-016)", () => {
  it("is mimi at the domain, exactly", () => {
    expect(fromHeader("a.example")).toBe("mimi@a.example");
    expect(domainOfFrom("mimi@a.example")).toBe("a.example");
    expect(domainOfFrom("mimi@A.Example")).toBe("a.example");
    for (const header of [
      "",
      "mimi",
      "mimi@",
      "Mimi@a.example",
      "xmimi@a.example",
      "mimi+x@a.example",
      "<mimi@a.example>",
      "mimi@a.example, mimi@b.example",
      "mimi@a.example ",
      "mimi@127.0.0.1",
      "mimi@[::1]",
    ]) {
      expect(domainOfFrom(header)).toBeUndefined();
    }
  });
});
