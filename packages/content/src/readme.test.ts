import { readFileSync } from "node:fs";
import {
  byLanguage,
  ContentError,
  decode,
  encode,
  findContentIdUris,
  MessageHistory,
  markdown,
  messageId,
  messageUris,
  nonsenseOf,
  processParts,
  REQUIRED_MEDIA_TYPES,
  reply,
  supporting,
} from "@openmimi/content";
import { markdownToHtml } from "@openmimi/content/markdown";
import { expect, it } from "vitest";
import { refusal } from "../test/fixtures.ts";

const senderUri = "mimi://a.example/u/alice";
const roomUri = "mimi://a.example/r/club";

it("the README's first example works", () => {
  const bytes = encode(markdown("Hi _everyone_", { senderUri, roomUri }));
  const content = decode(bytes);
  const uris = messageUris(content, { senderUri, roomUri }); // refuses a spoofed URI
  const id = messageId(bytes, uris.senderUri, uris.roomUri);
  const answer = encode(reply(id, "Hi Alice", { senderUri: "mimi://b.example/u/bob", roomUri }));
  expect(decode(answer).inReplyTo).toEqual(id);
  const error = refusal(() => decode(answer.subarray(0, 40)));
  expect(error).toBeInstanceOf(ContentError);
  expect([error.code, error.path]).toEqual(["truncated", "MimiContent.inReplyTo"]);
});

it("the README's second example works", () => {
  const content = markdown("Hi _everyone_");
  const id = messageId(encode(content), senderUri, roomUri);
  const [acceptedTimestampMs, nowMs] = [1_800_000_000_000n, 1_800_000_000_000n];

  const history = new MessageHistory({ authorize: ({ actorUri, authorUri }) => actorUri === authorUri });

  const circumstances = { messageId: id, acceptedTimestampMs, nowMs, senderIsMember: true };
  const nonsense = nonsenseOf(content, { ...circumstances, isKnown: (other) => history.isKnown(other) });
  if (nonsense === undefined) history.add({ messageId: id, acceptedTimestampMs, senderUri, content });

  const understands = supporting({ mediaTypes: [...REQUIRED_MEDIA_TYPES, "image/png"] });
  const receiver = { understands, choose: byLanguage(["fr", "en"]), references: findContentIdUris };
  const shown = history.messages().map(({ state, body }) => {
    if (body === undefined) return `(${state})`;
    const [first] = processParts({ ...content, nestedPart: body }, receiver).parts;
    if (first?.part.cardinality !== "single") return "(nothing that can be shown)";
    return markdownToHtml(new TextDecoder().decode(first.part.content));
  });
  expect(shown).toEqual(["<p>Hi <em>everyone</em></p>\n"]);
  const again = nonsenseOf(content, { ...circumstances, isKnown: (other) => history.isKnown(other) });
  expect(again?.code).toBe("duplicate-message-id");
});

it("the examples above are the README's", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1]!.split("\n"));
  const counts = examples.map((lines) => {
    const statements = lines.filter((line) => /^(?:const |if \(nonsense)/.test(line));
    for (const line of statements) expect(source).toContain(line);
    return statements.length;
  });
  expect(counts).toEqual([7, 7]);
});
