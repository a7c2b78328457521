/**
 * Messages of the kinds that the draft shows in content §5 and Appendix B, and of their sizes.
 * @module
 */

import {
  attachment,
  conferencing,
  deletion,
  edit,
  encode,
  type MimiContent,
  markdown,
  message,
  multiPart,
  reaction,
  reply,
  singlePart,
  unlike,
} from "@openmimi/content";

const first = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 1 : (index * 37) & 0xff));
const second = first.map((octet, index) => (index === 0 ? 1 : octet ^ 0x5a));

/** Whose messages they are: the URIs go into the message IDs. */
export const SENDER = "mimi://example.com/u/alice-smith";
export const ROOM = "mimi://example.com/r/engineering_team";
const options = { senderUri: SENDER, roomUri: ROOM };

const html = (language: string, text: string, image: number) =>
  singlePart("text/html;charset=utf-8", `<p>${text}</p><img src="cid:${image}@local.invalid">`, { language });
const image = (contentType: string) =>
  singlePart(contentType, new Uint8Array(60).fill(0x9d), { disposition: 4 });
const translated = (image: number) =>
  multiPart("chooseOne", [html("en", "The cake is ready", image), html("fr", "Le gâteau est prêt", image)]);

const messages: readonly MimiContent[] = [
  markdown("Hi all, release 4.1 is out. __Thanks  a  lot__, everybody!", options),
  reply(first, "Well done! _Congratulations_ to you", options),
  reaction(first, "❤", options),
  markdown("Kudos to [@Alice Smith](mimi://example.com/u/alice-smith) for the release", options),
  message(
    singlePart(
      "text/html;charset=utf-8",
      '<p>Kudos to <a href="mimi://example.com/u/alice-smith">@Alice</a></p>',
    ),
    options,
  ),
  edit(first, "Well done! _Congratulations_ to all of you", { ...options, inReplyTo: second }),
  deletion(first, { ...options, inReplyTo: second }),
  unlike(second, { ...options, inReplyTo: first }),
  markdown("__*The printer moves*__ to the second floor in twenty minutes", {
    ...options,
    expires: { relative: false, time: 1_800_000_000 },
  }),
  attachment(
    {
      contentType: "video/mp4",
      url: "https://example.com/storage/c7Xq0FzvWn2.mp4",
      size: 512_334_961n,
      encAlg: 1,
      key: first.subarray(16),
      nonce: first.subarray(20),
      hashAlg: 1,
      contentHash: second,
      description: "A walk through the new office",
      filename: "office.mp4",
      language: "en",
    },
    options,
  ),
  conferencing(
    { url: "https://example.com/join/31337", description: "Join the weekly conference" },
    { ...options, topicId: new TextEncoder().encode("Weekly") },
  ),
  message(
    multiPart("chooseOne", [
      singlePart("text/markdown;variant=GFM-MIMI", "# Hello\n\nA plain _greeting_"),
      singlePart("application/vnd.example.proprietary", new Uint8Array(48).fill(0xde)),
    ]),
    options,
  ),
  reaction(first, ["❤", "🍰", "👍🏽"], options),
  message(
    multiPart("chooseOne", [
      multiPart("processAll", [translated(5), image("image/gif")]),
      multiPart("processAll", [translated(10), image("image/png")]),
    ]),
    options,
  ),
];

/** The encodings. */
export const corpus: readonly Uint8Array[] = messages.map((content) => encode(content));

/** @returns the corpus many times over, every message newly allocated */
export function manyMessages(): Uint8Array[] {
  return Array.from({ length: 30 }, () => corpus.map((bytes) => bytes.slice())).flat();
}
