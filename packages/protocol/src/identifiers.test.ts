import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdentifierError } from "./errors.ts";
import {
  clientUri,
  domainOf,
  fromPathSegment,
  groupUri,
  isMimiUri,
  parseMimiUri,
  providerUri,
  roomUri,
  toPathSegment,
  userOfClient,
  userUri,
} from "./identifiers.ts";
import { arbitraryDomain, arbitraryMimiUri, arbitraryName } from "./testing.ts";

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof IdentifierError) return `${error.code} @${error.offset}`;
    throw error;
  }
  return "accepted";
}

describe("parseMimiUri (protocol §3, reading R-027)", () => {
  it.each([
    ["mimi://a.example", "provider", []],
    ["mimi://a.example/u/alice", "user", ["alice"]],
    ["mimi://a.example/d/ClientA1", "client", ["ClientA1"]],
    ["mimi://a.example/d/alice/ClientA1", "client", ["alice", "ClientA1"]],
    [
      "mimi://example.com/d/3b52249d-68f9-45ce-8bf5-c799f3cad7ec/0003",
      "client",
      ["3b52249d-68f9-45ce-8bf5-c799f3cad7ec", "0003"],
    ],
    ["mimi://a.example/r/clubhouse", "room", ["clubhouse"]],
    ["mimi://hub.example/r/Rl33FWLCYWOwxHrYnpWDQg", "room", ["Rl33FWLCYWOwxHrYnpWDQg"]],
    ["mimi://example.com/r/engineering_team", "room", ["engineering_team"]],
    ["mimi://a.example/g/clubhouse", "group", ["clubhouse"]],
    ["mimi://a.example/p/0b6f", "pseudonym", ["0b6f"]],
    ["mimi://a.example/t/clubhouse/news", "topic", ["clubhouse", "news"]],
    ["mimi://xn--bcher-kva.example/u/zo%C3%AB", "user", ["zoë"]],
    ["mimi://a.example/u/a%2Fb", "user", ["a/b"]],
    ["mimi://a.example/u/a+b@c:d;e=f,g!$&'()*", "user", ["a+b@c:d;e=f,g!$&'()*"]],
    ["mimi://localhost/u/alice", "user", ["alice"]],
  ])("reads %s", (text, kind, path) => {
    const domain = text.split("/")[2];
    expect(parseMimiUri(text)).toEqual({ kind, domain, path, text });
  });

  it.each([
    ["", "invalid-scheme @0"],
    ["mimi:", "invalid-scheme @0"],
    ["MIMI://a.example/u/alice", "invalid-scheme @0"],
    ["mimi:/a.example/u/alice", "invalid-scheme @0"],
    ["https://a.example/u/alice", "invalid-scheme @0"],
    ["im:alice@a.example", "invalid-scheme @0"],
    [" mimi://a.example", "invalid-scheme @0"],
    ["mimi://", "invalid-domain @7"],
    ["mimi:///u/alice", "invalid-domain @7"],
    ["mimi://A.example/u/alice", "invalid-domain @7"],
    ["mimi://a.Example/u/alice", "invalid-domain @9"],
    ["mimi://a.example:443/u/alice", "invalid-domain @9"],
    ["mimi://alice@a.example", "invalid-domain @7"],
    ["mimi://a.example./u/alice", "invalid-domain @17"],
    ["mimi://a..example/u/alice", "invalid-domain @9"],
    ["mimi://-a.example/u/alice", "invalid-domain @7"],
    ["mimi://a_b.example/u/alice", "invalid-domain @7"],
    ["mimi://a%2Eexample/u/alice", "invalid-domain @7"],
    ["mimi://127.0.0.1/u/alice", "invalid-domain @15"],
    ["mimi://[::1]/u/alice", "invalid-domain @7"],
    ["mimi://bücher.example/u/alice", "invalid-domain @7"],
    [`mimi://${"a".repeat(64)}.example`, "invalid-domain @7"],
    [`mimi://${"a.".repeat(130)}example`, "invalid-domain @260"],
    ["mimi://a.example/", "unknown-kind @17"],
    ["mimi://a.example/b/bob", "unknown-kind @17"],
    ["mimi://a.example/U/alice", "unknown-kind @17"],
    ["mimi://a.example/constructor/alice", "unknown-kind @17"],
    ["mimi://a.example//u/alice", "unknown-kind @17"],
    ["mimi://a.example/u", "wrong-segment-count @17"],
    ["mimi://a.example/u/alice/phone", "wrong-segment-count @17"],
    ["mimi://a.example/d/a/b/c", "wrong-segment-count @17"],
    ["mimi://a.example/u/", "empty-segment @19"],
    ["mimi://a.example/u/alice/", "empty-segment @25"],
    ["mimi://a.example/d//ClientA1", "empty-segment @19"],
    ["mimi://a.example/u/.", "dot-segment @19"],
    ["mimi://a.example/d/alice/..", "dot-segment @25"],
    ["mimi://a.example/u/alice?x=1", "query-or-fragment @24"],
    ["mimi://a.example/u/alice#x", "query-or-fragment @24"],
    ["mimi://a.example?x", "query-or-fragment @16"],
    ["mimi://a.example/u/al ice", "invalid-character @21"],
    ["mimi://a.example/u/alice\n", "invalid-character @24"],
    ["mimi://a.example/u/zoë", "invalid-character @21"],
    ["mimi://a.example/u/a|b", "invalid-character @20"],
    ["mimi://a.example/u/a\\b", "invalid-character @20"],
    ["mimi://a.example/u/a%", "invalid-percent-encoding @20"],
    ["mimi://a.example/u/a%2", "invalid-percent-encoding @20"],
    ["mimi://a.example/u/a%2/b", "invalid-percent-encoding @20"],
    ["mimi://a.example/u/a%zz", "invalid-percent-encoding @20"],
    ["mimi://a.example/u/%61lice", "not-canonical @19"],
    ["mimi://a.example/u/al%7Eice", "not-canonical @21"],
    ["mimi://a.example/u/a%2fb", "not-canonical @20"],
    ["mimi://a.example/u/zo%c3%ab", "not-canonical @21"],
    ["mimi://a.example/u/a%00", "nul @20"],
    ["mimi://a.example/u/%FF", "invalid-utf8 @19"],
    ["mimi://a.example/u/%C0%AF", "invalid-utf8 @19"],
    ["mimi://a.example/u/%ED%A0%80", "invalid-utf8 @19"],
    [`mimi://a.example/u/${"a".repeat(4096)}`, "too-long @4096"],
  ])("refuses %s", (text, expected) => {
    expect(refusal(() => parseMimiUri(text))).toBe(expected);
    expect(isMimiUri(text)).toBe(false);
  });

  it("takes a URI of 4096 octets", () => {
    expect(parseMimiUri(`mimi://a.example/u/${"a".repeat(4077)}`).text).toHaveLength(4096);
  });

  it("says where and why", () => {
    expect(() => parseMimiUri("mimi://a.example/u/a%2fb")).toThrow(
      new IdentifierError("not-canonical", "lower-case hexadecimal digits", 20),
    );
  });
});

describe("building", () => {
  it("makes the examples of the draft", () => {
    expect(providerUri("a.example")).toBe("mimi://a.example");
    expect(userUri("a.example", "alice")).toBe("mimi://a.example/u/alice");
    expect(clientUri("a.example", "alice", "ClientA1")).toBe("mimi://a.example/d/alice/ClientA1");
    expect(roomUri("a.example", "clubhouse")).toBe("mimi://a.example/r/clubhouse");
    expect(groupUri("a.example", "clubhouse")).toBe("mimi://a.example/g/clubhouse");
  });

  it("encodes what has to be encoded", () => {
    expect(userUri("a.example", "zoë/x y")).toBe("mimi://a.example/u/zo%C3%AB%2Fx%20y");
    expect(refusal(() => userUri("a.example", ""))).toBe("empty-segment @19");
    expect(refusal(() => userUri("a.example", ".."))).toBe("dot-segment @19");
    expect(refusal(() => userUri("a.example", "a\0b"))).toBe("nul @20");
    expect(refusal(() => userUri("a.example", "\ud800"))).toBe("invalid-utf8 @0");
    expect(refusal(() => userUri("a.example/u/eve?", "alice"))).toBe("query-or-fragment @22");
  });

  it("is undone by parsing", () => {
    fc.assert(
      fc.property(arbitraryDomain, arbitraryName, arbitraryName, (domain, user, device) => {
        expect(parseMimiUri(clientUri(domain, user, device))).toMatchObject({ domain, path: [user, device] });
      }),
      { seed: 27 },
    );
  });
});

describe("relations", () => {
  it("finds a provider and a client's user (reading R-028)", () => {
    expect(domainOf("mimi://b.example/r/x")).toBe("b.example");
    expect(userOfClient("mimi://a.example/d/zo%C3%AB+1/phone")).toBe("mimi://a.example/u/zo%C3%AB+1");
    expect(refusal(() => userOfClient("mimi://a.example/d/ClientA1"))).toBe("wrong-kind @17");
    expect(refusal(() => userOfClient("mimi://a.example/u/alice"))).toBe("wrong-kind @17");
  });

  it("tells kinds apart", () => {
    expect(isMimiUri("mimi://a.example/u/alice", "user", "pseudonym")).toBe(true);
    expect(isMimiUri("mimi://a.example/r/x", "user", "pseudonym")).toBe(false);
  });
});

describe("path segments (readings R-020 to R-022)", () => {
  it("puts a whole URI into one segment", () => {
    expect(toPathSegment("mimi://a.example/r/clubhouse")).toBe("mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse");
    expect(toPathSegment("mimi://a.example/u/a%2Fb")).toBe("mimi%3A%2F%2Fa.example%2Fu%2Fa%252Fb");
  });

  it("is undone by fromPathSegment", () => {
    fc.assert(
      fc.property(arbitraryMimiUri, (uri) => {
        expect(fromPathSegment(toPathSegment(uri))).toBe(uri);
        expect(toPathSegment(uri)).toMatch(/^[A-Za-z0-9._~%-]+$/);
      }),
      { seed: 21 },
    );
  });

  it.each([
    // Decoded exactly once; the digits of a segment may be in either case, those of the URI may not.
    ["mimi%3a%2f%2fa.example%2fr%2fclubhouse", "mimi://a.example/r/clubhouse"],
    ["mimi:%2F%2Fa.example%2Fr%2Fclubhouse", "mimi://a.example/r/clubhouse"],
    ["%6Dimi%3A%2F%2Fa.example%2Fr%2Fclubhouse", "mimi://a.example/r/clubhouse"],
    ["mimi%3A%2F%2Fa.example%2Fu%2Fa%252Fb", "mimi://a.example/u/a%2Fb"],
    // The flows of the draft have authority and path without the scheme.
    ["a.example/r/clubhouse", "mimi://a.example/r/clubhouse"],
    ["a.example/d/alice/ClientA1", "mimi://a.example/d/alice/ClientA1"],
  ])("reads %s", (segment, uri) => {
    expect(fromPathSegment(segment)).toBe(uri);
  });

  it.each([
    ["", "invalid-scheme @0"],
    ["a.example", "invalid-scheme @0"],
    ["a.example%2Fr%2Fclubhouse", "invalid-scheme @0"],
    ["a.example/clubhouse", "unknown-kind @10"],
    ["a.example/r/club%2fhouse", "not-canonical @16"],
    ["mimi://a.example/r/clubhouse", "invalid-domain @0"],
    ["mimi%253A%252F%252Fa.example%252Fr%252Fx", "invalid-scheme @0"],
    ["mimi%3A%2F%2Fa.example%2Fr%2Fx%00", "nul @30"],
    ["mimi%3A%2F%2Fa.example%2Fr%2F%FF", "invalid-utf8 @0"],
    ["mimi%3A%2F%2Fa.example%2Fr%2Fzo%C3%AB", "invalid-character @21"],
    ["mimi%3A%2F%2Fa.example%2Fr%2Fx%", "invalid-percent-encoding @30"],
    ["mimi%3A%2F%2Fa.example%2Fr%2F%2e%2e", "dot-segment @19"],
    ["mimi%3A%2F%2Fa.example%2Fr%2Fx%3Fy", "query-or-fragment @20"],
    ["mimi%3A%2F%2FA.example%2Fr%2Fx", "invalid-domain @7"],
    ["%".repeat(13_000), "too-long @4096"],
  ])("refuses %s", (segment, expected) => {
    expect(refusal(() => fromPathSegment(segment))).toBe(expected);
  });

  it("throws nothing but IdentifierError", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^mimi:\/\/[a.%/0-9A-Fu]*$/)),
        (text) => {
          for (const read of [parseMimiUri, fromPathSegment]) refusal(() => read(text));
        },
      ),
      { seed: 22, numRuns: 2000 },
    );
  });
});
