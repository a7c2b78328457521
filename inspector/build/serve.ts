/**
 * Serves the page on loopback, for browsers that are strict with files.
 * @module
 */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A running server. */
export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves one file at `/`.
 *
 * @param port 0 takes any that is free
 * @throws Error when the port is in use
 */
export async function servePage(path: string, port: number): Promise<PageServer> {
  const page = readFileSync(path);
  const server = createServer(({ url, method }, response) => {
    const isPage = url?.split("?")[0] === "/" && (method === "GET" || method === "HEAD");
    response.writeHead(isPage ? 200 : 404, {
      "content-type": isPage ? "text/html; charset=utf-8" : "text/plain",
      "x-content-type-options": "nosniff",
      // What a policy in the page cannot say.
      "content-security-policy": "frame-ancestors 'none'",
    });
    response.end(method === "HEAD" ? undefined : isPage ? page : "There is one page here: /\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
