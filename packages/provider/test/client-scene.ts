/**
 * The client API without sockets, beside a hub scene; other providers answer what the test says.
 * @module
 */

import { nobleCrypto } from "@openmimi/mls";
import { expect } from "vitest";
import { standardChecks } from "../src/checks.ts";
import { clientApp } from "../src/client-api/app.ts";
import { defaultLimits } from "../src/config.ts";
import type { Fetch } from "../src/http/listener.ts";
import { createLogger } from "../src/logging.ts";
import type { OutgoingAnswer } from "../src/outgoing/send.ts";
import { HubScene } from "./hub-scene.ts";
import type { Member } from "./member.ts";

/** A call of the client API. */
export interface ClientCallOptions {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly json?: unknown;
  readonly octets?: Uint8Array;
  readonly text?: string;
}

/** What JSON answers have in them, each some of it. */
interface ClientJson {
  readonly token: string;
  readonly detail: string;
  readonly hubSender: string;
  readonly frankingAgent: string;
  readonly events: readonly unknown[];
}

/** Its answer; JSON is parsed. */
export interface ClientAnswer {
  readonly status: number;
  readonly type: string;
  readonly value: ClientJson;
  /** The body as it came. */
  readonly octets: Uint8Array;
  readonly headers: { get(name: string): string | null };
}

export class ClientScene {
  readonly hub: HubScene;
  readonly closing = new AbortController();
  /** What other providers were asked. */
  readonly asked: { domain: string; service: string; uri: string }[] = [];
  /** What they answer. */
  answer: () => OutgoingAnswer = () => ({ status: 200, headers: {}, body: new Uint8Array([7]) });
  readonly #app: Fetch;

  private constructor(hub: HubScene) {
    this.hub = hub;
    const { store, keys, calls } = hub;
    this.#app = clientApp({
      domain: "a.example",
      crypto: nobleCrypto,
      store,
      keys,
      rooms: hub.rooms,
      dependants: hub.dependants,
      checks: standardChecks,
      groupOptions: {},
      nowMs: () => hub.nowMs,
      keyPackagesPerClient: 3,
      mimiUrl: "https://a.example",
      limits: { ...defaultLimits, inboxWaitMs: 10_000 },
      logger: createLogger("silent"),
      closing: this.closing.signal,
      forwarding: {
        domain: "a.example",
        followedRooms: store.followedRooms,
        hub: calls,
        peers: {
          call: async (domain, service, uri) => {
            this.asked.push({ domain, service, uri });
            return this.answer();
          },
        },
      },
    });
  }

  static async start(): Promise<ClientScene> {
    return new ClientScene(await HubScene.start());
  }

  async call(
    path: string,
    { method, token, json, octets, text }: ClientCallOptions = {},
  ): Promise<ClientAnswer> {
    const body = json === undefined ? (octets ?? text) : JSON.stringify(json);
    const request = new Request(`https://a.example/client/v1/${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: body as string }),
    });
    const response = await this.#app(request, {});
    const type = response.headers.get("content-type") ?? "";
    const answered = new Uint8Array(await response.arrayBuffer());
    const value: ClientJson = type.includes("json") ? JSON.parse(new TextDecoder().decode(answered)) : {};
    return { status: response.status, type, value, octets: answered, headers: response.headers };
  }

  /** Registers a member. @returns its token */
  async register(member: Member): Promise<string> {
    const [user, device] = [member.userUri.split("/").at(-1), member.clientUri.split("/").at(-1)];
    const { status, value } = await this.call("clients", { json: { user, device } });
    expect(status).toBe(201);
    return value.token;
  }
}

/** What a refusal looks like. */
export const problem = (status: number, code: string) => ({
  status,
  type: "application/problem+json",
  value: expect.objectContaining({ code, title: code, detail: expect.any(String) }),
});
