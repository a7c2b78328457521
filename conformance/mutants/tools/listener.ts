/**
 * Changes the listener for other providers, which no part of a provider replaces: where the process makes it.
 * @module
 */

import https, { type Server, type ServerOptions } from "node:https";
import { syncBuiltinESMExports } from "node:module";

type Handler = Parameters<typeof https.createServer>[1];
/** Makes a server as node:https does. */
export type MakeServer = (options: ServerOptions, handler: Handler) => Server;

/**
 * Has this process make the listener with mutual TLS in another way. It is for a process that runs one mutant.
 *
 * @param make is given what node:https does
 */
export function makingListener(make: (makeServer: MakeServer) => MakeServer): void {
  const makeServer: MakeServer = https.createServer.bind(https);
  const changed = make(makeServer);
  // The clients' side asks for no certificate and stays as it is.
  const chosen: MakeServer = (options, handler) =>
    options.requestCert === true ? changed(options, handler) : makeServer(options, handler);
  https.createServer = chosen as typeof https.createServer;
  syncBuiltinESMExports();
}
