/**
 * A process that works on a store until it is killed; sqlite-crash.test.ts starts it and looks at what it leaves.
 *
 * Each line that it writes is an operation that was answered. It dies by SIGKILL: from outside, or by its own hand in
 * the middle of the acceptance whose number it was given.
 * @module
 */

import { writeSync } from "node:fs";
import {
  acceptedCommit,
  acceptedMessage,
  keyPackage,
  octetsOf,
  sha256,
} from "../src/store/contract/fixtures.ts";
import type { AcceptedMessage } from "../src/store/records.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import { CRASH, crashFanout } from "./crash-names.ts";
import { seededRandom } from "./seeded-random.ts";

const [path = "", round = "", seed = "0", dieAtAcceptance = ""] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const store = openSqliteStore(path);
const claimable = Array.from({ length: 200 }, (_, index) => keyPackage(`${round} package ${index}`));
await store.keyPackages.publish(claimable);

let operations = 0;
let acceptances = 0;

/** Dies in the transaction if this is the acceptance to die in. */
function perhapsDie(): void {
  acceptances += 1;
  if (dieAtAcceptance !== "" && acceptances === Number(dieAtAcceptance)) process.kill(process.pid, "SIGKILL");
}

function accepted(name: string): AcceptedMessage {
  return acceptedMessage(`answer ${name}`, [
    { fanout: crashFanout(name), destinations: [CRASH.destination], clients: [CRASH.hubClient] },
  ]);
}

async function handshakeOrMessage(name: string): Promise<boolean> {
  const isCommit = name.startsWith("commit");
  const reference = sha256(name);
  const notAfterSeconds = 2n ** 60n;
  if (isCommit) await store.keyPackages.rememberRoutes([{ reference, domain: "b.example", notAfterSeconds }]);
  const room = await store.rooms.head(CRASH.roomUri);
  const epoch = room?.epoch ?? 0n;
  const acceptance = {
    roomUri: CRASH.roomUri,
    expectedEpoch: epoch,
    expectedRevision: room?.revision ?? 0,
    nowMs: 1000,
    answerKey: { source: CRASH.destination, path: "/", bodyHash: reference },
  };
  const result = isCommit
    ? await store.rooms.acceptHandshake(acceptance, () => {
        perhapsDie();
        return acceptedCommit(epoch + 1n, {
          ...accepted(name),
          publicGroup: octetsOf(`group ${name}`),
          welcomedKeyPackages: [reference],
        });
      })
    : await store.rooms.acceptMessage(acceptance, () => {
        perhapsDie();
        return accepted(name);
      });
  return result.outcome === "accepted";
}

async function operate(): Promise<void> {
  const kind = ["message", "message", "message", "commit", "notify", "claim"][Math.floor(random() * 6)] ?? "";
  const name = `${kind} ${round} ${operations++}`;
  if (kind === "notify") {
    const notification = {
      hub: "b.example",
      roomUri: CRASH.followedUri,
      bodyHash: sha256(name),
      nowMs: 1000,
    };
    await store.followedRooms.acceptNotification(notification, (room) => {
      perhapsDie();
      const event = { fanout: crashFanout(name), contentHash: sha256(name), acceptedTimestampMs: 1n };
      return { events: [{ ...event, clients: room.clients }], joined: [], left: [], welcomedKeyPackages: [] };
    });
    writeSync(1, `${name}\n`);
  } else if (kind === "claim") {
    const request = {
      userUri: CRASH.userUri,
      cipherSuites: [1],
      nowSeconds: 1_800_000_000n,
      marginSeconds: 0n,
    };
    const [claimed] = await store.keyPackages.claim({ ...request, claimedBy: "b.example" });
    if (claimed?.status === "success") writeSync(1, `claim ${Buffer.from(claimed.keyPackage.octets)}\n`);
  } else if (await handshakeOrMessage(name)) {
    writeSync(1, `${name}\n`);
  }
}

for (;;) {
  const together = 1 + Math.floor(random() * 12);
  await Promise.all(Array.from({ length: together }, operate));
}
