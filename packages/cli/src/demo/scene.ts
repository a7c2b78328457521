/**
 * What the steps of the demo share: its actors, its checks, and waiting for what must happen.
 * @module
 */

import type { ClientEvent, MimiClient, RoomView } from "@openmimi/client";
import type { Report } from "./trace.ts";
import { tracedTransport } from "./traced-transport.ts";
import type { Domain, World } from "./world.ts";

/** How long anything in the demo may take. */
const PATIENCE_MS = 60_000;

/** A check failed, or what had to happen did not. */
export class DemoFailure extends Error {
  override readonly name = "DemoFailure";
}

/** A client with the name that it has in the draft. */
export interface Actor {
  readonly name: string;
  readonly domain: Domain;
  readonly client: MimiClient;
}

/** A request between providers that a step must cause. */
export interface Arrow {
  readonly from: Domain;
  readonly to: Domain;
  readonly endpoint: "keyMaterial" | "update" | "submitMessage" | "groupInfo" | "notify";
  /** What it carries. */
  readonly carries: string;
}

/** One run of the demo. */
export class Scene {
  readonly world: World;
  readonly report: Report;
  checks = 0;
  failed = 0;
  /** While true, requests of clients are not reported one by one. */
  quiet = false;
  /** Requests of clients that had to be sent again. */
  repeated = 0;
  /** Events of clients that must not happen in a room where everybody keeps to the rules. */
  readonly refusals: string[] = [];
  readonly #marks = new Map<Domain, number>();

  constructor(world: World, report: Report) {
    this.world = world;
    this.report = report;
  }

  /** Begins a step: arrows are looked for from here on. */
  step(section: string, title: string): void {
    for (const domain of Object.keys(this.world.addresses) as Domain[]) {
      this.#marks.set(domain, this.world.provider(domain).log.length);
    }
    this.report({ kind: "step", section, title });
  }

  async actor(domain: Domain, user: string, name: string): Promise<Actor> {
    const client = await this.world.client(domain, user, name, (transport) =>
      tracedTransport(
        transport,
        { client: name, provider: domain },
        this.report,
        () => this.quiet,
        () => {
          this.repeated += 1;
        },
      ),
    );
    return { name, domain, client };
  }

  /** Counts and reports a check. */
  check(text: string, ok: boolean, detail?: string): void {
    this.checks += 1;
    if (!ok) this.failed += 1;
    this.report({ kind: "check", text, ok, ...(ok || detail === undefined ? {} : { detail }) });
  }

  /**
   * Waits until the receiving provider has answered each request, and reports it. Providers answer /notify with 201 and
   * everything else with 200 (readings ).
   */
  async arrows(...arrows: readonly Arrow[]): Promise<void> {
    for (const { from, to, endpoint, carries } of arrows) {
      const provider = this.world.provider(to);
      const line = await this.#within(
        `${from} sends ${carries} to ${to}`,
        provider.when(
          ({ event, caller, endpoint: at }) => event === "answered" && caller === from && at === endpoint,
          this.#marks.get(to) ?? 0,
        ),
      );
      // The next arrow of this kind is another request.
      this.#marks.set(to, provider.log.indexOf(line) + 1);
      const status = Number(line.status);
      this.report({ kind: "request", link: "mimi", from, to, endpoint, status, answer: carries });
      if (status !== (endpoint === "notify" ? 201 : 200)) {
        this.check(`${to} accepts ${carries}`, false, `it answers ${status}`);
      }
    }
  }

  /** Syncs a client until something holds for it, and reports what it finds in its inbox. */
  async until(actor: Actor, what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (performance.now() > giveUpAt) throw new DemoFailure(`${actor.name}: ${what} did not happen`);
      const { events } = await actor.client.sync({ waitMs: 1000 });
      for (const event of events) this.#deliver(actor, event);
    }
  }

  /** Waits until a client is in an epoch. */
  async reaches(actor: Actor, room: string, epoch: bigint): Promise<void> {
    await this.until(actor, `epoch ${epoch}`, () => viewOf(actor, room)?.epoch === epoch);
  }

  /** Whether these are the members of the room, and all show the same epoch, authenticator, tree and participants. */
  agree(room: string, actors: readonly Actor[]): void {
    const views = actors.map(({ client }) => client.roomView(room));
    const different = new Set(views.map(fingerprint));
    const [view] = views;
    if (view === undefined) throw new DemoFailure("nobody to agree");
    const { epoch, participants, members, epochAuthenticator, treeHash } = view;
    const clients = actors.map(({ client }) => client.clientUri);
    const everybody = members.length === clients.length && members.every((uri) => clients.includes(uri));
    const state = `epoch ${epoch}, ${participants.length} participants`;
    const hashes = `authenticator ${epochAuthenticator.slice(0, 8)}, tree ${treeHash.slice(0, 8)}`;
    const all = members.length === 2 ? "both" : `all ${members.length}`;
    const text = `${all} clients agree: ${state}, ${hashes}`;
    this.check(text, everybody && different.size === 1, [...different].join("; "));
  }

  #deliver(actor: Actor, event: ClientEvent): void {
    if (event.kind === "refused")
      this.refusals.push(`${actor.name} refused a ${event.what}: ${event.reason}`);
    if (this.quiet) return;
    const { domain: from, name: to } = actor;
    this.report({ kind: "delivery", from, to, what: describe(event) });
  }

  async #within<T>(what: string, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new DemoFailure(`${what}: it did not happen`)), PATIENCE_MS);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A room as the actor knows it, or nothing. */
export function viewOf({ client }: Actor, room: string): RoomView | undefined {
  return client.rooms().find(({ roomUri }) => roomUri === room);
}

function fingerprint({ epoch, epochAuthenticator, treeHash, participants }: RoomView): string {
  const list = participants.map(({ userUri, roleIndex }) => `${userUri} ${roleIndex}`).join(", ");
  return `epoch ${epoch}, authenticator ${epochAuthenticator}, tree ${treeHash}, participants ${list}`;
}

function describe(event: ClientEvent): string {
  switch (event.kind) {
    case "joined":
      return `Welcome: joined in epoch ${event.epoch}`;
    case "message":
      return `message of ${event.message.senderUri}, frank ${event.message.franking}`;
    case "epochChanged":
      return `Commit of ${event.by}: epoch ${event.epoch}`;
    case "proposal":
      return `proposal ${event.proposalType} of ${event.by}`;
    case "removed":
      return `removed in epoch ${event.epoch}`;
    case "notSent":
      return "a message could not be sent";
    case "refused":
      return `refused: ${event.reason}`;
  }
}
