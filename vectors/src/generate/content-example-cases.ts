/**
 * Whole messages of each kind, as content §5 and Appendix B have them, in a made-up room.
 * @module
 */

import {
  attachment,
  conferencing,
  deletion,
  edit,
  encode,
  externalPart,
  type MessageOptions,
  type MimiContent,
  markdown,
  message,
  messageId,
  multiPart,
  reaction,
  reply,
  singlePart,
  statusMessage,
  text,
  unlike,
} from "@openmimi/content";
import { hex } from "./envelope.ts";
import { seededOctets } from "./seeded.ts";

/** A message of the room, with its sender and its place in it. */
export interface ExampleMessage {
  readonly id: string;
  readonly section: string;
  readonly senderUri: string;
  readonly content: MimiContent;
  readonly octets: string;
  readonly messageId: string;
  readonly notes?: string;
}

export const ROOM = "mimi://a.example/r/reading-club";
export const ALICE = "mimi://a.example/u/alice";
export const BOB = "mimi://b.example/u/bob";
export const CATHY = "mimi://c.example/u/cathy";

const random = seededOctets("content examples");
const messages: ExampleMessage[] = [];

type Build = (options: MessageOptions) => MimiContent;

/** Puts a message into the room. @returns its ID */
function say(id: string, section: string, senderUri: string, build: Build, notes?: string): Uint8Array {
  const content = build({ salt: random(16), senderUri, roomUri: ROOM });
  const bytes = encode(content);
  const own = messageId(bytes, senderUri, ROOM);
  const said = notes === undefined ? {} : { notes };
  messages.push({ id, section, senderUri, content, octets: hex(bytes), messageId: hex(own), ...said });
  return own;
}

const html = (language: string, body: string) => singlePart("text/html;charset=utf-8", body, { language });

const original = say("original", "5.1", ALICE, (options) =>
  markdown("Next week we read the __first__ chapter.", options),
);
const answer = say("reply", "5.2", BOB, (options) => reply(original, "Which  book?", options));
const liked = say("reaction", "5.3", CATHY, (options) => reaction(original, "❤", options));
say("reaction-of-several-code-points", "5.3", BOB, (options) => reaction(original, "👩🏽‍⚕️", options));
say("reactions", "B.2", CATHY, (options) => reaction(original, ["📚", "🍰", "👍"], options));
say("mention", "5.4", ALICE, (options) => markdown(`Ask [@Cathy](${CATHY}), she chose it.`, options));
say("mention-in-html", "5.4", ALICE, (options) =>
  message(html("", `<p>Ask <a href="${CATHY}">@Cathy</a>, she chose it.</p>`), options),
);
say("edit", "5.5", BOB, (options) => edit(answer, "Which book is it?", { ...options, inReplyTo: original }));
say("delete", "5.6", BOB, (options) => deletion(answer, { ...options, inReplyTo: original }));
say("unlike", "5.7", CATHY, (options) => unlike(liked, { ...options, inReplyTo: original }));
say("expiring-at", "5.8", ALICE, (options) =>
  markdown("The door code is 1234.", { ...options, expires: { relative: false, time: 1_798_761_600 } }),
);
say("expiring-after-reading", "5.8", ALICE, (options) =>
  markdown("Burn after reading.", { ...options, expires: { relative: true, time: 60 } }),
);
say("attachment", "5.9", BOB, (options) =>
  attachment(
    {
      contentType: "application/pdf",
      url: "https://b.example/asset/chapter-1",
      expires: 1_830_297_600,
      size: 123_456n,
      encAlg: 1,
      key: random(16),
      nonce: random(12),
      hashAlg: 1,
      contentHash: random(32),
      description: "The first chapter",
      filename: "chapter-1.pdf",
      language: "en",
    },
    options,
  ),
);
say("inline-image", "5.9", BOB, (options) =>
  message(
    externalPart({ contentType: "image/png", url: "https://b.example/asset/cover", disposition: 4 }),
    options,
  ),
);
say("conferencing", "5.10", ALICE, (options) =>
  conferencing(
    { url: "https://a.example/join/31337", description: "Join the reading club" },
    { ...options, topicId: new TextEncoder().encode("Meeting") },
  ),
);
say("in-a-topic", "5.11", CATHY, (options) => text("At six?", { ...options, topicId: original }));
say("plain-text", "7.1", BOB, (options) => text("Tschüß — 再见 👋", options));
say("alternatives", "B.1", ALICE, (options) =>
  message(
    multiPart("chooseOne", [
      singlePart("text/markdown;variant=GFM-MIMI", "# Hello"),
      singlePart("application/vnd.example.card", random(24)),
    ]),
    options,
  ),
);
say(
  "nested-alternatives",
  "B.3",
  ALICE,
  (options) => {
    const pages = (image: number) =>
      multiPart("chooseOne", [
        html("en", `<p>The cover</p><img src="cid:${image}@local.invalid">`),
        html("fr", `<p>La couverture</p><img src="cid:${image}@local.invalid">`),
      ]);
    const image = (type: string) => singlePart(type, random(20), { disposition: 4 });
    return message(
      multiPart("chooseOne", [
        multiPart("processAll", [pages(5), image("image/gif")]),
        multiPart("processAll", [pages(10), image("image/png")]),
      ]),
      options,
    );
  },
  "Four levels and eleven parts.",
);
say("single-unit", "4.4", BOB, (options) =>
  message(
    multiPart("singleUnit", [
      singlePart("text/markdown;variant=GFM-MIMI", "![](cid:2@local.invalid)"),
      singlePart("image/png", random(20), { disposition: 4 }),
    ]),
    options,
  ),
);
say("status-report", "4.4", BOB, (options) => statusMessage([{ messageId: original, status: 2 }], options));
say("with-extensions", "4.3", CATHY, (options) =>
  text("x", {
    ...options,
    unknownExtensions: new Map<number | string, Uint8Array>([
      ["x-mood", Uint8Array.of(0x63, 0x6a, 0x6f, 0x79)],
      [-1, Uint8Array.of(0xf5)],
      [300, Uint8Array.of(0x82, 0x01, 0x02)],
    ]),
  }),
);
say("without-uris", "4.3", BOB, ({ salt }) =>
  text("Who and where is said by MLS.", salt === undefined ? {} : { salt }),
);

/** All messages, in the order in which they were sent. */
export const EXAMPLES: readonly ExampleMessage[] = messages;
