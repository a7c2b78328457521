import {
  decode,
  encode,
  enumeration,
  type Infer,
  opaque,
  select,
  struct,
  TlsError,
  uint64,
  vector,
} from "@openmimi/tls";
import { expect, it } from "vitest";

const Kind = enumeration("Kind", { text: 1, time: 2 });
const Entry = select("Entry", {
  on: ["kind", Kind],
  cases: { text: { value: opaque() }, time: { time: uint64 } },
});
const Log = struct("Log", { entries: vector(Entry) });
type Log = Infer<typeof Log>;

it("the README's example works", () => {
  const log: Log = { entries: [{ kind: "time", time: 1n }] };
  const bytes = encode(Log, log);
  expect(decode(Log, bytes).entries[0]).toEqual({ kind: "time", time: 1n });
  expect(() => decode(Log, bytes.subarray(0, 5))).toThrow(TlsError);
});
