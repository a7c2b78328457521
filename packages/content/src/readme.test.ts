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
  processParts,
  REQUIRED_MEDIA_TYPES,
  receiveMessage,
  reply,
  supporting,
} from "@openmimi/content";
import { partToHtml } from "@openmimi/content/markdown";
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
  const bytes = encode(markdown("Hi _everyone_"));
  const [acceptedTimestampMs, nowMs] = [1_800_000_000_000n, 1_800_000_000_000n];

  const history = new MessageHistory(); // only authors change their messages, unless `authorize` says otherwise

  const envelope = { senderUri, roomUri, acceptedTimestampMs, nowMs, senderIsMember: true };
  const { messageId, outcome } = receiveMessage(history, bytes, envelope);
  expect(outcome.taken).toBe(true);

  history.markRead(messageId, nowMs);
  const gone = history.advanceTo(nowMs + 1_000n);
  expect(gone).toEqual([]);

  const understands = supporting({ mediaTypes: [...REQUIRED_MEDIA_TYPES, "image/png"] });
  const receiver = { understands, choose: byLanguage(["fr", "en"]), references: findContentIdUris };
  const shown = history.messages().map(({ state, body }) => {
    if (body === undefined) return `(${state})`;
    const { parts } = processParts({ nestedPart: body }, receiver);
    return parts.map(({ part }) => partToHtml(part) ?? `(${part.contentType})`).join("");
  });
  expect(shown).toEqual(["<p>Hi <em>everyone</em></p>\n"]);
  expect(receiveMessage(history, bytes, envelope).outcome).toMatchObject({ reason: "nonsense" });
});

it("the examples above are the README's", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1]!.split("\n"));
  const counts = examples.map((lines) => {
    const statements = lines.filter((line) => /^(?:const |history\.| {2}(?:const|return) )/.test(line));
    for (const line of statements) expect(source).toContain(line);
    return statements.length;
  });
  expect(counts).toEqual([7, 10]);
});
