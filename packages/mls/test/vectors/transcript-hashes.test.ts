import { expect, it } from "vitest";
import { AuthenticatedContent } from "../../src/codec/index.ts";
import { confirmationTag } from "../../src/framing/content.ts";
import { confirmedTranscriptHash, interimTranscriptHash } from "../../src/transcript.ts";
import { decodeExactly, hex, published, runCases, toHex } from "./published.ts";

interface TranscriptCase {
  cipher_suite: number;
  confirmation_key: string;
  authenticated_content: string;
  interim_transcript_hash_before: string;
  confirmed_transcript_hash_after: string;
  interim_transcript_hash_after: string;
}

it("transcript-hashes.json", (context) => {
  const cases = published<TranscriptCase>(context, "transcript-hashes.json");
  const count = runCases(cases, (item, { suiteOf }) => {
    const suite = suiteOf(item);
    const commit = decodeExactly(AuthenticatedContent, item.authenticated_content);
    expect(commit.content.contentType).toBe("commit");
    const confirmed = confirmedTranscriptHash(suite, hex(item.interim_transcript_hash_before), commit);
    expect(toHex(confirmed)).toBe(item.confirmed_transcript_hash_after);
    const tag = commit.auth.confirmationTag!;
    expect(toHex(confirmationTag(suite, hex(item.confirmation_key), confirmed))).toBe(toHex(tag));
    expect(toHex(interimTranscriptHash(suite, confirmed, tag))).toBe(item.interim_transcript_hash_after);
  });
  expect(count).toBe(7);
});
