/**
 * Transcript hashes. RFC 9420 §8.2.
 * @module
 */

import { encode, opaque, struct } from "@openmimi/tls";
import { type AuthenticatedContent, FramedContent, WireFormat } from "./codec/index.ts";
import type { CipherSuite } from "./crypto/provider.ts";

const ConfirmedTranscriptHashInput = struct("ConfirmedTranscriptHashInput", {
  wireFormat: WireFormat,
  content: FramedContent,
  signature: opaque(),
});
const InterimTranscriptHashInput = struct("InterimTranscriptHashInput", { confirmationTag: opaque() });

function hashBoth(suite: CipherSuite, first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return suite.hash(whole);
}

/** The confirmed transcript hash after a commit. */
export function confirmedTranscriptHash(
  suite: CipherSuite,
  interimBefore: Uint8Array,
  commit: AuthenticatedContent,
): Uint8Array {
  const { wireFormat, content, auth } = commit;
  return hashBoth(
    suite,
    interimBefore,
    encode(ConfirmedTranscriptHashInput, { wireFormat, content, signature: auth.signature }),
  );
}

/** The interim transcript hash after a commit. */
export function interimTranscriptHash(
  suite: CipherSuite,
  confirmed: Uint8Array,
  confirmationTag: Uint8Array,
): Uint8Array {
  return hashBoth(suite, confirmed, encode(InterimTranscriptHashInput, { confirmationTag }));
}
