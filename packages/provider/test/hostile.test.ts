/**
 * Bytes from nowhere: every endpoint answers, nothing breaks, nothing changes. Reading R-012.
 */

import { nobleCrypto } from "@openmimi/mls";
import { encodeFanoutMessages, type FanoutMessage } from "@openmimi/protocol";
import { expect, it } from "vitest";
import { standardChecks } from "../src/checks.ts";
import { notifyEndpoint } from "../src/follower/notify.ts";
import { asProviderError } from "../src/http/problem.ts";
import { createLogger } from "../src/logging.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import type { Store } from "../src/store/store.ts";
import { A, B, HubScene, ROOM } from "./hub-scene.ts";
import { commitBody, Member, proposalBody } from "./member.ts";
import { seededRandom } from "./seeded-random.ts";

const SEED = 20_260_501;
const MUTATIONS = 250;

type Random = () => number;

/** Flips, inserts, deletes, repeats or cuts. */
function mutate(body: Uint8Array, random: Random): Uint8Array {
  const at = Math.floor(random() * body.length);
  const octet = Math.floor(random() * 256);
  const length = 1 + Math.floor(random() * 8);
  switch (Math.floor(random() * 5)) {
    case 0:
      return body.with(at, octet);
    case 1:
      return new Uint8Array([...body.subarray(0, at), octet, ...body.subarray(at)]);
    case 2:
      return new Uint8Array([...body.subarray(0, at), ...body.subarray(at + length)]);
    case 3:
      return new Uint8Array([
        ...body.subarray(0, at),
        ...body.subarray(at, at + length),
        ...body.subarray(at),
      ]);
    default:
      return body.slice(0, at);
  }
}

it("answers mutated bodies with a refusal, and keeps its state", async () => {
  const random = seededRandom(SEED);
  const frozen = freezable();
  const scene = await HubScene.withBob({ store: frozen.store });
  const anna = new Member("a.example", "anna", "A1");
  await scene.register(anna);
  const { bob } = scene;
  const { commit, groupInfo } = bob.group.commit({ path: true });
  bob.group.clearPendingCommit();
  const cathy = new Member("b.example", "cathy", "C1");
  const own = cathy.keyPackage();
  const withWelcome = bob.group.commit({ proposals: [{ proposalType: "add", keyPackage: own.keyPackage }] });
  bob.group.clearPendingCommit();
  const fanout = {
    timestamp: 1n,
    message: { version: "mls10", wireFormat: "welcome", welcome: withWelcome.welcome },
    ratchetTreeOption: { representation: "full", ratchetTree: bob.group.public.ratchetTree() },
  } as FanoutMessage;
  const notifyParts = {
    domain: "b.example",
    store: scene.store,
    crypto: nobleCrypto,
    checks: standardChecks,
    nowMs: () => scene.nowMs,
    logger: createLogger("silent"),
  };
  // Before the proposals: nobody sends messages while one is pending (RFC 9420 §12.4).
  const message = bob.message("hello");
  const targets: Record<string, { body: Uint8Array; call: (body: Uint8Array) => Promise<unknown> }> = {
    commit: { body: commitBody(commit, groupInfo), call: (body) => scene.calls.update(B, ROOM, body) },
    welcome: {
      body: commitBody(withWelcome.commit, withWelcome.groupInfo, withWelcome.welcome),
      call: (body) => scene.calls.update(B, ROOM, body),
    },
    proposal: {
      body: proposalBody(bob.group.propose({ proposalType: "selfRemove" }).message),
      call: (body) => scene.calls.update(B, ROOM, body),
    },
    message: { body: message, call: (body) => scene.calls.submitMessage(B, ROOM, body) },
    groupInfo: { body: bob.groupInfoRequest().body, call: (body) => scene.calls.groupInfo(B, ROOM, body) },
    keyMaterial: {
      body: bob.keyMaterialRequest(anna.userUri, ROOM),
      call: (body) => scene.calls.keyMaterial(B, anna.userUri, body),
    },
    notify: {
      body: encodeFanoutMessages([fanout, fanout]),
      call: (body) => notifyEndpoint(notifyParts, { caller: "c.example", uri: "mimi://c.example/r/x", body }),
    },
  };
  const before = await scene.store.rooms.load(ROOM);
  frozen.freeze();
  const failures: string[] = [];
  for (const [name, { body, call }] of Object.entries(targets)) {
    for (let count = 0; count < MUTATIONS; count++) {
      const mutated = mutate(body, random);
      if (Buffer.compare(mutated, body) === 0) continue;
      try {
        await call(mutated);
      } catch (error) {
        const { status } = asProviderError(error, createLogger("silent"));
        if (status >= 500)
          failures.push(`${name} ${Buffer.from(mutated).toString("hex")}: ${(error as Error).stack}`);
      }
    }
  }
  expect(failures).toEqual([]);
  const after = await scene.store.rooms.load(ROOM);
  expect({ ...after, lastAcceptedTimestampMs: 0n }).toEqual({ ...before, lastAcceptedTimestampMs: 0n });
  // And it still works.
  frozen.thaw();
  const last = scene.alice.group.commit({ path: true });
  expect((await scene.update(A, commitBody(last.commit, last.groupInfo))).responseCode).toBe("success");
});

/**
 * A store whose rooms can be frozen: a handshake is answered and nothing changes. Some mutations must be accepted,
 * since a hub can verify neither membership tags nor what is encrypted in a Welcome (reading R-065).
 */
function freezable() {
  const inner = openSqliteStore(":memory:");
  let frozen = false;
  const rooms: Store["rooms"] = {
    ...inner.rooms,
    acceptHandshake: async (acceptance, accept) =>
      frozen
        ? { outcome: "repeated", answer: accept(1n).answer }
        : inner.rooms.acceptHandshake(acceptance, accept),
  };
  const freeze = (to: boolean) => () => {
    frozen = to;
  };
  return { store: { ...inner, rooms }, freeze: freeze(true), thaw: freeze(false) };
}
