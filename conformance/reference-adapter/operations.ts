/**
 * The operations of adapter/openapi.yaml, done by clients of the reference provider.
 * @module
 */

import { ClientError, type MimiClient, type StoredMessage } from "@openmimi/client";
import { decode, text } from "@openmimi/content";
import type { AdapterOperations, MessageView, RoomView } from "../src/adapter/operations.ts";
import type { Clients } from "./clients.ts";
import { AdapterProblem } from "./problem.ts";

/** The one suite of the reference clients. RFC 9420 §17.1. */
const CIPHER_SUITE = 1;

/** What each operation does. */
export type Handlers = {
  readonly [K in keyof AdapterOperations]?: (
    args: AdapterOperations[K]["arguments"],
  ) => Promise<AdapterOperations[K]["result"]>;
};

/** All but `reset`: the reference provider forgets nobody. */
export function handlersFor(clients: Clients, domain: string, version: string): Handlers {
  const inRoom = async <T>(clientUri: string, work: (client: MimiClient) => Promise<T>): Promise<T> =>
    work(await clients.find(clientUri));
  const handlers: Handlers = {
    info: async () => ({
      adapter: `OpenMIMI reference adapter ${version}`,
      provider: `OpenMIMI reference provider ${version}`,
      domain,
      operations: Object.keys(handlers),
      cipherSuites: [CIPHER_SUITE],
    }),
    createUser: async ({ name }) => ({ userUri: clients.createUser(name) }),
    createClient: async ({ userUri, device }) => ({ clientUri: await clients.createClient(userUri, device) }),
    publishKeyPackages: async ({
      clientUri,
      count,
      cipherSuite = CIPHER_SUITE,
      lifetime,
      lastResort = false,
    }) => {
      if (cipherSuite !== CIPHER_SUITE) {
        throw new AdapterProblem(
          "unsupported",
          `the reference clients have cipher suite ${CIPHER_SUITE} only`,
        );
      }
      const bounds =
        lifetime === undefined
          ? {}
          : { notBeforeMs: Number(lifetime.notBeforeMs), notAfterMs: Number(lifetime.notAfterMs) };
      const client = await clients.find(clientUri);
      return { keyPackageRefs: await client.publishKeyPackages(count, { ...bounds, lastResort }) };
    },
    countKeyPackages: async ({ clientUri }) =>
      inRoom(clientUri, async (client) => ({ available: await client.availableKeyPackages() })),
    createRoom: async ({ creator, name, preset }) => {
      const client = await clients.find(creator);
      const roomUri = await client.createRoom({ name, preset });
      return { roomUri, groupId: hex(client.roomView(roomUri).groupId) };
    },
    addUser: ({ clientUri, roomUri, userUri }) =>
      inRoom(clientUri, async (client) => epochOf(await client.addUser(roomUri, userUri))),
    removeUser: ({ clientUri, roomUri, userUri }) =>
      inRoom(clientUri, async (client) => epochOf(await client.removeUser(roomUri, userUri))),
    changeRole: ({ clientUri, roomUri, userUri, roleIndex }) =>
      inRoom(clientUri, async (client) => epochOf(await client.changeRole(roomUri, userUri, roleIndex))),
    sendText: ({ clientUri, roomUri, text: body }) =>
      inRoom(clientUri, async (client) => {
        const { messageId, acceptedTimestamp } = await client.send(roomUri, text(body));
        return { messageId, acceptedTimestampMs: String(acceptedTimestamp) };
      }),
    sendUpdate: ({ clientUri, roomUri }) =>
      inRoom(clientUri, async (client) => epochOf(await client.update(roomUri))),
    leave: ({ clientUri, roomUri }) =>
      inRoom(clientUri, async (client) => {
        await client.leave(roomUri);
        return {};
      }),
    commitPending: ({ clientUri, roomUri }) =>
      inRoom(clientUri, async (client) => {
        const committed = await client.commitPending(roomUri);
        return { ...epochOf(committed), committed: committed.committedProposals };
      }),
    joinExternally: ({ clientUri, roomUri }) =>
      inRoom(clientUri, async (client) => epochOf({ epoch: await client.joinExternally(roomUri) })),
    sync: ({ clientUri, waitMs = 0 }) =>
      inRoom(clientUri, async (client) => ({ events: (await client.sync({ waitMs })).processed })),
    roomView: ({ clientUri, roomUri }) => inRoom(clientUri, async (client) => roomView(client, roomUri)),
    setReports: ({ clientUri, delivery, read }) =>
      inRoom(clientUri, async (client) => {
        client.setReports({ delivery, read });
        return {};
      }),
    markRead: ({ clientUri, roomUri, messageId }) =>
      inRoom(clientUri, async (client) => {
        await client.markRead(roomUri, [messageId]);
        return {};
      }),
    renewRoom: ({ clientUri, roomUri }) =>
      inRoom(clientUri, async (client) => {
        await client.renewRoom(roomUri).catch((error: unknown) => {
          // The provider does not say more of a room than that there is none for who may not found it again.
          if (!(error instanceof ClientError) || error.code !== "not-found") throw error;
          throw new AdapterProblem("refused", error.message);
        });
        return { groupId: hex(client.roomView(roomUri).groupId) };
      }),
    messages: ({ clientUri, roomUri }) =>
      inRoom(clientUri, async (client) => ({ messages: (await client.messages(roomUri)).map(messageView) })),
  };
  return handlers;
}

function epochOf({ epoch }: { readonly epoch: bigint }): { epoch: string } {
  return { epoch: String(epoch) };
}

function roomView(client: MimiClient, roomUri: string): RoomView {
  const { epoch, epochAuthenticator, treeHash, participants, members } = client.roomView(roomUri);
  return { epoch: String(epoch), epochAuthenticator, treeHash, participants, members };
}

function messageView({ senderUri, messageId, acceptedTimestamp, content }: StoredMessage): MessageView {
  const body = textOf(content);
  return {
    senderUri,
    messageId,
    acceptedTimestampMs: String(acceptedTimestamp),
    ...(body === undefined ? {} : { text: body }),
  };
}

/** The text of a message that is one part of text. */
function textOf(octets: Uint8Array): string | undefined {
  const { nestedPart: part } = decode(octets);
  const isText = part.cardinality === "single" && part.contentType.startsWith("text/");
  return isText ? new TextDecoder().decode(part.content) : undefined;
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString("hex");
}
