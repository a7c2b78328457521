/**
 * Reading a body up to a limit. Readings: 413 above it.
 * @module
 */

import { ProviderError } from "../errors.ts";

/**
 * Reads the whole body of a request.
 *
 * @throws {ProviderError} `too-large` as soon as that is known, `malformed` if the body breaks off
 */
export async function readBody(request: Request, maxOctets: number): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  if (declared !== null && !(Number(declared) <= maxOctets)) throw tooLarge(maxOctets);
  try {
    if (declared !== null) return within(new Uint8Array(await request.arrayBuffer()), maxOctets);
    return await readStream(request, maxOctets);
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    throw new ProviderError("malformed", "the body broke off", undefined, { cause: error });
  }
}

async function readStream(request: Request, maxOctets: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let octets = 0;
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    octets += value.length;
    if (octets > maxOctets) {
      // What follows is not kept, and nobody waits for its end.
      reader.cancel().catch(() => undefined);
      throw tooLarge(maxOctets);
    }
    chunks.push(value);
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : new Uint8Array(Buffer.concat(chunks));
}

function within(body: Uint8Array, maxOctets: number): Uint8Array {
  if (body.length > maxOctets) throw tooLarge(maxOctets);
  return body;
}

function tooLarge(maxOctets: number): ProviderError {
  return new ProviderError("too-large", `the body is over the limit of ${maxOctets} octets`);
}
