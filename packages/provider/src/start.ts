/**
 * A provider: hub and follower, with its listeners, its deliveries and its database. Protocol §4, §5.
 * @module
 */

import { buildDirectory, type EndpointName } from "@openmimi/protocol";
import { roomComponents } from "@openmimi/room";
import { clientApp } from "./client-api/app.ts";
import { type ProviderConfig, withDefaults } from "./config.ts";
import { type Delivery, startDelivery } from "./delivery/worker.ts";
import { notifyEndpoint } from "./follower/notify.ts";
import { type Fetch, type Listener, listen } from "./http/listener.ts";
import { type MimiEndpoint, mimiApp } from "./http/mimi-app.ts";
import { Dependants } from "./hub/dependants.ts";
import { hubCalls } from "./hub/endpoints.ts";
import { JoinRequests } from "./hub/join-requests.ts";
import { obtainHubKeys } from "./hub/keys.ts";
import { RequestLimiter } from "./hub/request-limiter.ts";
import { HubRooms } from "./hub/rooms.ts";
import { reasonOf } from "./logging.ts";
import { createPeers, type Peers } from "./outgoing/peers.ts";
import { createSender } from "./outgoing/send.ts";
import { type ProviderParts, standardParts } from "./parts.ts";

/** A provider that runs. */
export interface RunningProvider {
  /** Where the providers' side listens, for example `https://127.0.0.1:8443`. */
  readonly mimiUrl: string;
  /** Where the clients' side listens. */
  readonly clientUrl: string;
  /** Finishes running requests and stops. What was accepted and not delivered waits in the database. */
  close(): Promise<void>;
}

/** What is offered here of the directory's services (reading R-023: a missing key is a service not offered). */
const OFFERED = [
  "keyMaterial",
  "update",
  "notify",
  "submitMessage",
  "groupInfo",
] as const satisfies EndpointName[];

const GRACE_MS = 5_000;
const PRUNE_EVERY_MS = 600_000;
/** Longer than any hub goes on trying (reading R-087). */
const NOTIFICATIONS_MS = 30 * 86_400_000;

/**
 * Starts a provider.
 *
 * @param given parts to use instead of the standard ones
 * @throws {ConfigError}, {StoreError}, or an error of node:net if a listener cannot be bound
 * @example
 * ```ts
 * const provider = await startProvider(checkConfig(JSON.parse(text), directory));
 * process.once("SIGTERM", () => provider.close());
 * ```
 */
export async function startProvider(
  config: ProviderConfig,
  given: Partial<ProviderParts> = {},
): Promise<RunningProvider> {
  const settings = withDefaults(config);
  const parts = standardParts(config, given);
  const { store, logger } = parts;
  const { tls, limits, peers: addresses } = settings;
  const sender = createSender({
    tls,
    peers: addresses,
    timeoutMs: limits.peerMs,
    maxAnswerOctets: limits.answerOctets,
  });
  const stops: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0)) await step();
  };
  try {
    const nowMs = () => parts.clock.nowMs();
    const { domain } = settings;
    const send = parts.wrapOutgoing(sender.send);
    const peers = createPeers({ domain, send, directoryMs: limits.directoryMs, nowMs, logger });
    const closing = new AbortController();
    const apps = await makeApps(settings, parts, peers, closing.signal);

    const listenOn = { tls, limits, logger };
    const mimi = await listen({ ...listenOn, address: settings.mimi, mutual: true, fetch: apps.mimi });
    stops.push(() => mimi.close(GRACE_MS));
    const clients = await listen({
      ...listenOn,
      address: settings.clientApi,
      mutual: false,
      fetch: apps.clients,
    });
    stops.push(() => clients.close(GRACE_MS));
    const delivery = await deliver(settings, parts, peers);
    const pruning = setInterval(() => prune(parts, limits.repeatMs), PRUNE_EVERY_MS);
    stops.unshift(() => {
      closing.abort();
      clearInterval(pruning);
    });
    // What is under way to another provider is given up; it will be sent again.
    stops.push(
      () => sender.close(),
      delivery.stop,
      () => apps.dependants.settled(),
    );

    const [mimiUrl, clientUrl] = [urlOf(mimi), urlOf(clients)];
    logger.info("started", { domain, mimiUrl, clientUrl });
    let closed: Promise<void> | undefined;
    const close = async () => {
      await stop();
      await store.close();
      logger.info("stopped", { domain });
    };
    return {
      mimiUrl,
      clientUrl,
      close: () => {
        closed ??= close();
        return closed;
      },
    };
  } catch (error) {
    await stop();
    sender.close();
    await store.close();
    throw error;
  }
}

type Settings = ReturnType<typeof withDefaults>;

/** Both sides of the server. */
async function makeApps(
  settings: Settings,
  parts: ProviderParts,
  peers: Peers,
  closing: AbortSignal,
): Promise<{ mimi: Fetch; clients: Fetch; dependants: Dependants }> {
  const { domain, limits, mimiBaseUrl } = settings;
  const { crypto, store, checks, claims, consent, logger } = parts;
  const nowMs = () => parts.clock.nowMs();
  const groupOptions = { components: roomComponents, now: () => BigInt(Math.floor(nowMs() / 1000)) };
  const keys = await obtainHubKeys(crypto, store.secrets, domain);
  const shared = { domain, crypto, store, checks, claims, keys, nowMs, logger };
  const rooms = new HubRooms(store.rooms, crypto, groupOptions);
  const dependants = new Dependants({ ...shared, rooms });
  dependants.lookAtAll();
  const hub = hubCalls({
    ...shared,
    consent,
    peers,
    rooms,
    dependants,
    joinRequests: new JoinRequests(limits.externalJoinMs, nowMs),
    limiter: new RequestLimiter(limits.requestsPerMinute, nowMs),
  });
  const base = new URL(`${mimiBaseUrl}/v1`);
  const endpoint =
    (name: keyof typeof hub): MimiEndpoint =>
    async ({ caller, uri, body }) => ({ status: 200, body: await hub[name]({ domain: caller }, uri, body) });
  const mimi = mimiApp({
    hosts: [domain, base.hostname],
    prefix: base.pathname,
    directory: JSON.stringify(buildDirectory(base.href, OFFERED)),
    endpoints: {
      keyMaterial: { variable: "targetUser", handle: endpoint("keyMaterial") },
      update: { variable: "roomId", handle: endpoint("update") },
      submitMessage: { variable: "roomId", handle: endpoint("submitMessage") },
      groupInfo: { variable: "roomId", handle: endpoint("groupInfo") },
      notify: { variable: "roomId", handle: (call) => notifyEndpoint(shared, call) },
    },
    maxBodyOctets: limits.bodyOctets,
    checks,
    nowMs,
    logger,
  });
  const clients = clientApp({
    ...shared,
    rooms,
    dependants,
    groupOptions,
    keyPackagesPerClient: limits.keyPackagesPerClient,
    forwarding: { domain, peers, followedRooms: store.followedRooms, hub },
    mimiUrl: mimiBaseUrl,
    limits,
    closing,
  });
  return { mimi: parts.wrapHandler(mimi), clients, dependants };
}

function deliver({ retry }: Settings, { store, logger }: ProviderParts, peers: Peers): Promise<Delivery> {
  return startDelivery({
    outbox: store.outbox,
    retry,
    logger,
    send: async (destination, roomUri, body) => {
      const { status, headers } = await peers.call(destination, "notify", roomUri, body);
      return { status, retryAfter: headers["retry-after"] };
    },
  });
}

function prune({ store, clock, logger }: ProviderParts, answersMs: number): void {
  store
    .prune({ nowMs: clock.nowMs(), answersMs, notificationsMs: NOTIFICATIONS_MS })
    .catch((error: unknown) => {
      logger.error("prune-failed", { reason: reasonOf(error) });
    });
}

function urlOf({ host, port }: Listener): string {
  return `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
