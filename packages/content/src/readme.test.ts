import { readFileSync } from "node:fs";
import { ContentError, decode, encode, markdown, messageId, messageUris, reply } from "@openmimi/content";
import { expect, it } from "vitest";
import { refusal } from "../test/fixtures.ts";

it("the README's example works", () => {
  const senderUri = "mimi://a.example/u/alice";
  const roomUri = "mimi://a.example/r/club";
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

it("the example above is the README's", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const lines = /```ts\n(.*?)```/s
    .exec(readme)![1]!
    .split("\n")
    .filter((line) => line.startsWith("const "));
  expect(lines).toHaveLength(7);
  for (const line of lines) expect(source).toContain(line);
});
