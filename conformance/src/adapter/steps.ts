/**
 * The steps of the adapter check: a small room of two users, from creation to an external join.
 * @module
 */

import { type AdapterClient, AdapterError } from "./client.ts";
import type { AdapterOperations } from "./operations.ts";

/** What the steps know of each other. */
export interface StepState {
  /** Makes names unique. */
  readonly tag: string;
  readonly call: AdapterClient["call"];
  alice?: string;
  aliceClient?: string;
  aliceTablet?: string;
  bob?: string;
  bobClient?: string;
  room?: string;
}

/** One step: says what is wrong, or nothing. */
export interface Step {
  readonly operation: keyof AdapterOperations;
  readonly tried: string;
  /** Whether later steps make no sense without it. */
  readonly needed?: true;
  perform(state: StepState): Promise<string | undefined>;
}

const TEXT = "Good morning, schön & <fine> \u{1f44b}";

/** In this order. An operation that has several steps is wrong when one of them is. */
export const STEPS: readonly Step[] = [
  {
    operation: "reset",
    tried: "forgetting everything",
    async perform(state) {
      await state.call("reset", {});
      return undefined;
    },
  },
  {
    operation: "createUser",
    tried: "two users",
    needed: true,
    async perform(state) {
      const { domain } = await state.call("info", {});
      state.alice = (await state.call("createUser", { name: `alice-${state.tag}` })).userUri;
      state.bob = (await state.call("createUser", { name: `bob-${state.tag}` })).userUri;
      if (state.alice === state.bob) return "two users have one URI";
      const foreign = [state.alice, state.bob].find((uri) => !uri.startsWith(`mimi://${domain}/`));
      return foreign === undefined ? undefined : `${foreign} is not of the domain ${domain} that info names`;
    },
  },
  {
    operation: "createClient",
    tried: "a client for each",
    needed: true,
    async perform(state) {
      const make = async (userUri: string | undefined, device: string) =>
        (await state.call("createClient", { userUri: userUri ?? "", device })).clientUri;
      state.aliceClient = await make(state.alice, "phone");
      state.bobClient = await make(state.bob, "phone");
      const { aliceClient, bobClient } = state;
      return aliceClient === bobClient ? "two clients have one URI" : undefined;
    },
  },
  {
    operation: "createClient",
    tried: "a client of a user who does not exist",
    perform: (state) =>
      expectProblem("not-found", () =>
        state.call("createClient", { userUri: `${state.alice}-nobody`, device: "phone" }),
      ),
  },
  {
    operation: "publishKeyPackages",
    tried: "three KeyPackages of one client",
    needed: true,
    async perform(state) {
      const { keyPackageRefs } = await state.call("publishKeyPackages", { clientUri: bob(state), count: 3 });
      return new Set(keyPackageRefs).size === 3 ? undefined : "expected three different KeyPackageRefs";
    },
  },
  {
    operation: "countKeyPackages",
    tried: "the stock after publishing",
    async perform(state) {
      const { available } = await state.call("countKeyPackages", { clientUri: bob(state) });
      return available === 3 ? undefined : `expected 3 available, got ${available}`;
    },
  },
  {
    operation: "createRoom",
    tried: "a cooperative room",
    needed: true,
    async perform(state) {
      const made = { creator: alice(state), name: `room-${state.tag}`, preset: "cooperative" as const };
      state.room = (await state.call("createRoom", made)).roomUri;
      return undefined;
    },
  },
  {
    operation: "roomView",
    tried: "the room as its creator sees it",
    needed: true,
    async perform(state) {
      const view = await state.call("roomView", inRoom(state, alice(state)));
      if (!view.participants.some(({ userUri }) => userUri === state.alice)) {
        return "the creator is not among the participants";
      }
      return view.members.includes(alice(state))
        ? undefined
        : "the creator's client is not among the members";
    },
  },
  {
    operation: "addUser",
    tried: "adding the other user",
    needed: true,
    async perform(state) {
      await state.call("addUser", { ...inRoom(state, alice(state)), userUri: state.bob ?? "" });
      const view = await state.call("roomView", inRoom(state, alice(state)));
      return view.members.includes(bob(state)) ? undefined : "the added client is not among the members";
    },
  },
  {
    operation: "sync",
    tried: "the Welcome reaching the added client",
    needed: true,
    async perform(state) {
      await state.call("sync", { clientUri: bob(state), waitMs: 5000 });
      return agree(state, [alice(state), bob(state)]);
    },
  },
  {
    operation: "sendText",
    tried: "a text with characters beyond ASCII",
    needed: true,
    async perform(state) {
      await state.call("sendText", { ...inRoom(state, bob(state)), text: TEXT });
      return undefined;
    },
  },
  {
    operation: "messages",
    tried: "that text at the other client",
    async perform(state) {
      await state.call("sync", { clientUri: alice(state), waitMs: 5000 });
      const { messages } = await state.call("messages", inRoom(state, alice(state)));
      const last = messages.at(-1);
      if (last?.text !== TEXT) return "the text did not arrive as it was sent";
      return last.senderUri === state.bob
        ? undefined
        : `expected the sender ${state.bob}, got ${last.senderUri}`;
    },
  },
  {
    operation: "sendUpdate",
    tried: "a commit with a path",
    async perform(state) {
      const before = await state.call("roomView", inRoom(state, alice(state)));
      const { epoch } = await state.call("sendUpdate", inRoom(state, alice(state)));
      if (BigInt(epoch) !== BigInt(before.epoch) + 1n) return `epoch ${before.epoch} became ${epoch}`;
      await state.call("sync", { clientUri: bob(state), waitMs: 5000 });
      return agree(state, [alice(state), bob(state)]);
    },
  },
  {
    operation: "joinExternally",
    tried: "a second client of a participant",
    async perform(state) {
      const made = await state.call("createClient", { userUri: state.alice ?? "", device: "tablet" });
      state.aliceTablet = made.clientUri;
      await state.call("joinExternally", inRoom(state, made.clientUri));
      for (const clientUri of [alice(state), bob(state)]) {
        await state.call("sync", { clientUri, waitMs: 5000 });
      }
      return agree(state, [alice(state), bob(state), made.clientUri]);
    },
  },
  {
    operation: "setReports",
    tried: "a client that reports nothing of its own accord",
    async perform(state) {
      await state.call("setReports", { clientUri: bob(state), delivery: false, read: false });
      return undefined;
    },
  },
  {
    operation: "markRead",
    tried: "the other user reading that text",
    async perform(state) {
      const { messages } = await state.call("messages", inRoom(state, bob(state)));
      const { messageId = "" } = messages.at(-1) ?? {};
      await state.call("markRead", { ...inRoom(state, bob(state)), messageId });
      return undefined;
    },
  },
  {
    operation: "renewRoom",
    tried: "founding a room again that has clients",
    perform: (state) => expectProblem("refused", () => state.call("renewRoom", inRoom(state, alice(state)))),
  },
  {
    operation: "leave",
    tried: "the other user leaving",
    needed: true,
    async perform(state) {
      await state.call("leave", inRoom(state, bob(state)));
      return undefined;
    },
  },
  {
    operation: "commitPending",
    tried: "committing the proposals of the one who leaves",
    needed: true,
    async perform(state) {
      await state.call("sync", { clientUri: alice(state), waitMs: 5000 });
      await state.call("commitPending", inRoom(state, alice(state)));
      const view = await state.call("roomView", inRoom(state, alice(state)));
      return view.members.includes(bob(state)) ? "the client that left is still a member" : undefined;
    },
  },
  {
    operation: "removeUser",
    tried: "removing a user who was added again",
    async perform(state) {
      const room = inRoom(state, alice(state));
      await state.call("addUser", { ...room, userUri: state.bob ?? "" });
      await state.call("removeUser", { ...room, userUri: state.bob ?? "" });
      const view = await state.call("roomView", room);
      return view.members.includes(bob(state)) ? "the removed client is still a member" : undefined;
    },
  },
  {
    operation: "changeRole",
    tried: "giving another user the creator's role",
    async perform(state) {
      const room = inRoom(state, alice(state));
      const userUri = state.bob ?? "";
      await state.call("addUser", { ...room, userUri });
      const roleOf = async (user: string | undefined) => {
        const { participants } = await state.call("roomView", room);
        return participants.find((one) => one.userUri === user)?.roleIndex;
      };
      const roleIndex = (await roleOf(state.alice)) ?? 0;
      await state.call("changeRole", { ...room, userUri, roleIndex });
      const got = await roleOf(userUri);
      return got === roleIndex ? undefined : `expected the role ${roleIndex}, got ${got}`;
    },
  },
];

const alice = (state: StepState): string => state.aliceClient ?? "";
const bob = (state: StepState): string => state.bobClient ?? "";
const inRoom = (state: StepState, clientUri: string) => ({ clientUri, roomUri: state.room ?? "" });

async function agree(state: StepState, clients: readonly string[]): Promise<string | undefined> {
  const views = await Promise.all(
    clients.map((clientUri) => state.call("roomView", inRoom(state, clientUri))),
  );
  const fingerprints = new Set(
    views.map(
      (view) => `epoch ${view.epoch}, authenticator ${view.epochAuthenticator}, tree ${view.treeHash}`,
    ),
  );
  return fingerprints.size === 1 ? undefined : `clients disagree: ${[...fingerprints].join("; ")}`;
}

async function expectProblem(
  code: AdapterError["code"],
  call: () => Promise<unknown>,
): Promise<string | undefined> {
  try {
    await call();
  } catch (error) {
    if (error instanceof AdapterError && error.code === code) return undefined;
    throw error;
  }
  return `expected the problem ${code}, got a result`;
}
