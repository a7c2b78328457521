/**
 * What the peers share during one case: the log, the answers that the script has set, and what has arrived.
 * @module
 */

import type { Awaited, Endpoint, PeerHandler, PeerName, ReceivedRequest } from "../context.ts";
import { CaseStopped } from "../errors.ts";
import type { Recorder } from "../recorder.ts";

const DEFAULT_PATIENCE_MS = 10_000;

/** The state of one case. */
export interface CaseSession {
  readonly recorder: Recorder;
  /** Part of every name that the case makes; what the target sends about one of them belongs to this case. */
  readonly tag: string;
  handlerOf(peer: PeerName, endpoint: Endpoint): PeerHandler | undefined;
  setHandler(peer: PeerName, endpoint: Endpoint, handler: PeerHandler): void;
  arrived(peer: PeerName, request: ReceivedRequest): void;
  received(peer: PeerName, endpoint: Endpoint, about?: string): readonly ReceivedRequest[];
  waitFor(peer: PeerName, domain: string, awaited: Awaited): Promise<ReceivedRequest>;
  /** Ends every wait, now and later, with this reason. */
  abort(stopped: CaseStopped): void;
  /** Fulfilled when the case is aborted. */
  readonly aborted: Promise<CaseStopped>;
  /** Throws once the case was aborted or has ended. */
  checkAlive(): void;
  /** Registers something to undo when the case ends. */
  onEnd(undo: () => void): void;
  end(): void;
}

interface Arrival {
  readonly peer: PeerName;
  readonly request: ReceivedRequest;
  taken: boolean;
}

/** Starts the state of a case. `patienceMs` is how long a wait lasts that does not say. */
export function startSession(
  recorder: Recorder,
  tag: string,
  patienceMs: number = DEFAULT_PATIENCE_MS,
): CaseSession {
  const handlers = new Map<string, PeerHandler>();
  const arrivals: Arrival[] = [];
  const waiting = new Set<() => void>();
  const undo: (() => void)[] = [];
  let aborted: CaseStopped | undefined;
  const { promise, resolve: tell } = Promise.withResolvers<CaseStopped>();
  const wake = () => {
    for (const look of [...waiting]) look();
  };
  return {
    recorder,
    tag,
    handlerOf: (peer, endpoint) => handlers.get(`${peer} ${endpoint}`),
    setHandler: (peer, endpoint, handler) => void handlers.set(`${peer} ${endpoint}`, handler),
    arrived(peer, request) {
      arrivals.push({ peer, request, taken: false });
      wake();
    },
    received: (peer, endpoint, about) =>
      arrivals
        .filter((arrival) => arrival.peer === peer && fits(arrival.request, { endpoint, about }))
        .map((arrival) => arrival.request),
    waitFor(peer, domain, awaited) {
      const timeoutMs = awaited.timeoutMs ?? patienceMs;
      const about = awaited.about === undefined ? "" : ` about ${awaited.about}`;
      const expected = `a request to ${domain} at ${awaited.endpoint}${about} within ${timeoutMs} ms`;
      const startedAtMs = performance.now();
      const { label } = awaited;
      return new Promise((resolve, reject) => {
        const done = (exchange: number | undefined) => {
          clearTimeout(timer);
          waiting.delete(look);
          const found = exchange === undefined ? {} : { exchange };
          recorder.add({ kind: "wait", label, expected, timeoutMs, ...found }, startedAtMs);
        };
        const look = () => {
          const arrival = arrivals.find(
            (one) =>
              (!one.taken || awaited.again === true) && one.peer === peer && fits(one.request, awaited),
          );
          if (arrival !== undefined) {
            arrival.taken = true;
            done(arrival.request.n);
            resolve(arrival.request);
          } else if (aborted !== undefined) {
            done(undefined);
            reject(aborted);
          }
        };
        const timer = setTimeout(() => {
          done(undefined);
          reject(new CaseStopped("wait", `${label}: waited in vain for ${expected}`));
        }, timeoutMs);
        waiting.add(look);
        look();
      });
    },
    abort(stopped) {
      aborted ??= stopped;
      tell(aborted);
      wake();
    },
    aborted: promise,
    checkAlive() {
      if (aborted !== undefined) throw aborted;
    },
    onEnd: (one) => void undo.push(one),
    end() {
      aborted ??= new CaseStopped("timeout", "the case has ended");
      wake();
      for (const one of undo.splice(0)) one();
    },
  };
}

function fits(
  request: ReceivedRequest,
  wanted: Pick<Awaited, "endpoint" | "where"> & { about?: string | undefined },
): boolean {
  return (
    request.endpoint === wanted.endpoint &&
    (wanted.about === undefined || request.about === wanted.about) &&
    (wanted.where?.(request) ?? true)
  );
}
