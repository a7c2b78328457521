/**
 * The client API: how clients of this provider reach it. Our own, not part of MIMI; described in the package's README.
 * @module
 */

import { ExternalSender } from "@openmimi/mls";
import { FrankingAgentData, MIMI_MEDIA_TYPE } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { type Context, Hono } from "hono";
import type { ProviderChecks } from "../checks.ts";
import type { Limits } from "../config.ts";
import { ProviderError } from "../errors.ts";
import { readBody } from "../http/body.ts";
import type { Connection, Fetch } from "../http/listener.ts";
import { asProviderError, jsonProblem } from "../http/problem.ts";
import { findRoute, parseTarget, uriOfPath } from "../http/route.ts";
import { type CreateRoomParts, createRoom } from "../hub/create-room.ts";
import { type DestroyRoomParts, destroyRoom } from "../hub/destroy-room.ts";
import { keptRoom } from "../hub/kept-room.ts";
import type { HubRooms } from "../hub/rooms.ts";
import type { Logger } from "../logging.ts";
import { toBase64 } from "../octets.ts";
import type { ClientRecord, Store } from "../store/store.ts";
import { availableKeyPackages, type ClientsParts, publishKeyPackages, registerClient } from "./clients.ts";
import { type ClientCall, type ForwardParts, forward } from "./forward.ts";
import { inboxJson, readInbox } from "./inbox.ts";
import { countAt, countInQuery, octetsAt, octetsListAt, readObject, textAt } from "./json.ts";

/** What {@link clientApp} needs. */
export interface ClientAppParts extends ClientsParts, CreateRoomParts, DestroyRoomParts {
  readonly store: Store;
  readonly rooms: HubRooms;
  readonly checks: ProviderChecks;
  readonly forwarding: ForwardParts;
  readonly mimiUrl: string;
  readonly limits: Limits;
  readonly logger: Logger;
  /** Aborted when the provider closes: long polls end. */
  readonly closing: AbortSignal;
}

type Env = { Bindings: Connection };

/** A request whose client is known. */
interface Asked {
  readonly c: Context<Env>;
  readonly client: ClientRecord;
  /** What stands in the path behind the name of the endpoint, still encoded. */
  readonly rest: string;
}

type Endpoint = (parts: ClientAppParts, asked: Asked) => Promise<Response>;
type OpenEndpoint = (parts: ClientAppParts, c: Context<Env>) => Promise<Response>;

const PREFIX = "/client/v1";

/** Without a token. */
const openEndpoints: Readonly<Record<string, OpenEndpoint>> = {
  "GET provider": async (parts) => json(200, describeProvider(parts)),
  "POST clients": async (parts, c) => {
    const body = readObject(await bodyOf(parts, c));
    return json(201, await registerClient(parts, textAt(body, "user", 128), textAt(body, "device", 128)));
  },
};

const endpoints: Readonly<Record<string, Endpoint>> = {
  "GET keyPackages": async (parts, { client }) =>
    json(200, { available: await availableKeyPackages(parts, client) }),
  "POST keyPackages": async (parts, { c, client }) => {
    const body = readObject(await bodyOf(parts, c));
    const keyPackages = octetsListAt(body, "keyPackages", parts.keyPackagesPerClient);
    return json(201, await publishKeyPackages(parts, client, keyPackages));
  },
  "POST rooms": async (parts, { c, client }) => {
    const body = readObject(await bodyOf(parts, c));
    const acceptedTimestamp = await createRoom(parts, client, {
      roomUri: textAt(body, "roomUri", 4096),
      groupInfo: octetsAt(body, "groupInfo"),
      ratchetTree: octetsAt(body, "ratchetTree"),
    });
    return json(201, { acceptedTimestamp: String(acceptedTimestamp) });
  },
  "GET rooms": async (parts, { client, rest }) => {
    if (rest === "") throw nothingHere();
    const ended = await parts.rooms.findEnded(uriOfPath(rest, "roomId"));
    const kept = ended && keptRoom(ended.group);
    if (kept === undefined || !parts.checks.mayRenewRoom(kept, client.userUri)) throw nothingHere();
    const components = [...kept.components].map(([componentId, data]) => ({
      componentId,
      data: toBase64(data),
    }));
    return json(200, { components });
  },
  "POST destroyRoom": async (parts, { client, rest }) => {
    if (rest === "") throw nothingHere();
    await destroyRoom(parts, client, uriOfPath(rest, "roomId"));
    return new Response(null, { status: 204 });
  },
  "POST keyMaterial": mimiCall("keyMaterial", "targetUser"),
  "POST update": mimiCall("update", "roomId"),
  "POST submitMessage": mimiCall("submitMessage", "roomId"),
  "POST groupInfo": mimiCall("groupInfo", "roomId"),
  "GET inbox": async (parts, { c, client, rest }) => {
    if (rest !== "") throw nothingHere();
    const query = new URL(c.req.url).searchParams;
    const { inboxEvents, inboxWaitMs } = parts.limits;
    const limit = countInQuery(query, "limit", inboxEvents, inboxEvents);
    const after = countInQuery(query, "after", 0, Number.MAX_SAFE_INTEGER);
    const waitMs = countInQuery(query, "wait", 0, inboxWaitMs);
    const signals = [parts.closing, c.req.raw.signal];
    const wanted = { after, limit: Math.max(1, limit), waitMs };
    return json(200, inboxJson(await readInbox(parts.store.inbox, client, wanted, signals)));
  },
  "POST inbox": async (parts, { c, client, rest }) => {
    if (rest !== "acknowledge") throw nothingHere();
    const through = countAt(readObject(await bodyOf(parts, c)), "through");
    await parts.store.inbox.acknowledge(client.clientUri, through);
    return new Response(null, { status: 204 });
  },
};

/** Makes the handler of the clients' side. */
export function clientApp(parts: ClientAppParts): Fetch {
  const app = new Hono<Env>({ getPath: () => "/" });

  app.all("/", async (c) => {
    const { path } = parseTarget(c.env.target ?? new URL(c.req.url).pathname);
    const route = findRoute(path, PREFIX);
    if (route === undefined) throw nothingHere();
    const name = `${c.req.method} ${route.endpoint}`;
    const open = Object.hasOwn(openEndpoints, name) ? openEndpoints[name] : undefined;
    if (open !== undefined) return open(parts, c);
    const allow = ["GET", "POST"].filter(
      (method) =>
        `${method} ${route.endpoint}` in openEndpoints || `${method} ${route.endpoint}` in endpoints,
    );
    if (allow.length === 0) throw nothingHere();
    const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
    if (endpoint === undefined) {
      const headers = { allow: allow.join(", ") };
      throw new ProviderError("method-not-allowed", `expected ${headers.allow}`, undefined, { headers });
    }
    // Who asks is settled before a body is read.
    const client = await authenticate(parts, c);
    return endpoint(parts, { c, client, rest: route.rest });
  });

  app.onError((error, c) => {
    const problem = asProviderError(error, parts.logger);
    parts.logger.info("client-refused", {
      method: c.req.method,
      target: (c.env.target ?? "").slice(0, 500),
      status: problem.status,
      reason: problem.message,
    });
    return jsonProblem(problem);
  });

  return (request, connection) => app.fetch(request, connection);
}

/** One of the four calls that go to a hub: octets for octets. */
function mimiCall(call: ClientCall, variable: string): Endpoint {
  return async (parts, { c, client, rest }) => {
    if (rest === "") throw nothingHere();
    const uri = uriOfPath(rest, variable);
    const answer = await forward(parts.forwarding, client, call, uri, await bodyOf(parts, c));
    const headers = { "content-type": MIMI_MEDIA_TYPE };
    return new Response(answer as Uint8Array<ArrayBuffer>, { status: 200, headers });
  };
}

async function authenticate({ store }: ClientAppParts, c: Context<Env>): Promise<ClientRecord> {
  const [, token] = /^Bearer ([A-Za-z0-9._~+/=-]{16,200})$/i.exec(c.req.header("authorization") ?? "") ?? [];
  const client = token === undefined ? undefined : await store.clients.findByToken(token);
  if (client !== undefined) return client;
  const headers = { "www-authenticate": "Bearer" };
  throw new ProviderError("unauthenticated", "the token is missing or unknown", undefined, { headers });
}

/** What a client needs to found a room: the hub's entry in external_senders, and its franking agent. */
function describeProvider({ domain, mimiUrl, keys }: ClientAppParts): unknown {
  const hubSender = keys.hubSender(DEFAULT_SUITE);
  const frankingAgent = keys.frankingAgent(DEFAULT_SUITE);
  if (hubSender === undefined || frankingAgent === undefined) {
    throw new ProviderError("internal", `cipher suite ${DEFAULT_SUITE} is not supported`);
  }
  return {
    domain,
    mimiUrl,
    hubSender: toBase64(encode(ExternalSender, hubSender)),
    frankingAgent: toBase64(encode(FrankingAgentData, frankingAgent)),
  };
}

/** RFC 9420 §17.1: mandatory to implement. */
const DEFAULT_SUITE = 0x0001;

function bodyOf({ limits }: ClientAppParts, c: Context<Env>): Promise<Uint8Array> {
  return readBody(c.req.raw, limits.bodyOctets);
}

function json(status: 200 | 201, value: unknown): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
}

function nothingHere(): ProviderError {
  return new ProviderError("not-found", "there is nothing at this path");
}
