import { expect, it } from "vitest";
import { loadDrafts, parseDrafts } from "./drafts.ts";
import { SpecError } from "./errors.ts";
import { loadReadings } from "./readings.ts";
import { loadRequirements } from "./requirements.ts";

it("cites the revisions that are implemented", () => {
  const documents = Object.fromEntries(loadDrafts().map(({ shortName, document }) => [shortName, document]));
  expect(documents).toMatchObject({
    protocol: "draft-ietf-mimi-protocol-06",
    content: "draft-ietf-mimi-content-08",
    policy: "draft-ietf-mimi-room-policy-03",
    extensions: "draft-ietf-mls-extensions-10",
    mls: "RFC 9420",
  });
});

it("defines every name that a requirement or a reading cites", () => {
  const names = new Set(loadDrafts().map(({ shortName }) => shortName));
  const cited = [
    ...loadRequirements().map(({ draft }) => draft),
    ...loadReadings().flatMap(({ drafts }) => drafts),
  ];
  expect(cited.filter((name) => !names.has(name))).toEqual([]);
});

const GOOD = { shortName: "x", document: "RFC 1", title: "t", role: "r", url: "https://a.example/" };
it.each([
  ["a draft without its revision", [{ ...GOOD, document: "draft-ietf-mimi-protocol" }], "invalid-value"],
  ["a name twice", [GOOD, { ...GOOD, document: "RFC 2" }], "duplicate-id"],
  ["a plain http address", [{ ...GOOD, url: "http://a.example/" }], "invalid-value"],
  ["something else than a list", GOOD, "malformed"],
] as const)("refuses %s", (_, value, code) => {
  const read = () => parseDrafts("drafts.json", JSON.stringify(value));
  expect(read).toThrow(SpecError);
  expect(read).toThrow(expect.objectContaining({ code, file: "drafts.json" }));
});
