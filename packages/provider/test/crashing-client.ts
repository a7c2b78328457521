/**
 * A client that speaks and listens until it is killed; client-crash.test.ts starts it again and again.
 *
 * Its messages are numbered. Where it left off it knows from its store alone. Each line that it writes is a number that
 * the hub has accepted.
 * @module
 */

import { readFileSync, writeSync } from "node:fs";
import { MimiClient } from "@openmimi/client";
import { nodeTransport, sqliteStore } from "@openmimi/client/node";

const [file = "", caFile = "", domain = "", connectTo = "", room = "", last = "0"] = process.argv.slice(2);
const ca = readFileSync(caFile, "utf8");
const transport = nodeTransport({ url: `https://${domain}`, ca, connectTo });
const client = await MimiClient.open(transport, sqliteStore(file));

// What was under way when the process before was killed is settled first.
await client.sync();
const own = (await client.messages(room)).filter((message) => message.own);
for (let number = own.length + 1; number <= Number(last); number++) {
  await client.sendText(room, String(number));
  writeSync(1, `${number}\n`);
  await client.sync();
}
for (;;) {
  writeSync(1, "done\n");
  await client.sync({ waitMs: 1000 });
}
