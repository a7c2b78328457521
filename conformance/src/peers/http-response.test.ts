import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_HEADER_OCTETS, parseResponse } from "./http-response.ts";

const parse = (text: string, ended = false) => parseResponse(Buffer.from(text, "latin1"), ended);
const bodyOf = (text: string, ended = false) => {
  const parsed = parse(text, ended);
  return parsed.kind === "response" ? Buffer.from(parsed.response.body).toString() : parsed.kind;
};

describe("an answer", () => {
  it("ends with its length, its last chunk, or the connection", () => {
    expect(bodyOf("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef")).toBe("abc");
    expect(
      bodyOf("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
    ).toBe("abc");
    expect(bodyOf("HTTP/1.0 200 OK\r\n\r\nabc", true)).toBe("abc");
    expect(bodyOf("HTTP/1.1 204 No Content\r\n\r\n")).toBe("");
  });

  it("keeps its header fields as they came, twice if they came twice", () => {
    const parsed = parse("HTTP/1.1 200 OK\r\nX-a: 1 \r\nx-A:2\r\nContent-Length: 0\r\n\r\n");
    expect(parsed).toMatchObject({
      response: {
        status: 200,
        headers: [
          ["X-a", "1"],
          ["x-A", "2"],
          ["Content-Length", "0"],
        ],
      },
    });
  });

  it("has no body where it answers a HEAD", () => {
    const parsed = parseResponse(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"), false, true);
    expect(parsed).toMatchObject({ kind: "response", response: { status: 200, body: new Uint8Array() } });
  });

  it("may come after interim ones", () => {
    expect(bodyOf("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")).toBe("x");
  });

  it.each([
    ["", false, "incomplete"],
    ["HTTP/1.1 200 OK\r\nContent-", false, "incomplete"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", false, "incomplete"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", true, "malformed"],
    ["HTTP/1.1 200 OK\r\nContent-", true, "malformed"],
    ["HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", false, "malformed"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", false, "malformed"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", false, "malformed"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false, "malformed"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na", true, "malformed"],
    ["HTTP/1.1 200 OK\r\nno colon\r\n\r\n", false, "malformed"],
    ["SSH-2.0-x\r\n\r\n", false, "malformed"],
    ["x".repeat(MAX_HEADER_OCTETS + 1), false, "malformed"],
  ])("%j, ended %s: %s", (text, ended, kind) => {
    expect(parse(text, ended).kind).toBe(kind);
  });

  it("never throws, whatever comes", () => {
    const part = fc.constantFrom(
      "HTTP/1.1 200 OK",
      "\r\n",
      "Content-Length: 4",
      "Transfer-Encoding: chunked",
      "0",
      "a",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 4 }))), fc.boolean(), (parts, ended) => {
        parse(parts.join(""), ended);
      }),
      { seed: 42, numRuns: 2000 },
    );
  });
});
