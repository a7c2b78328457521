import { afterEach, describe, expect, it, vi } from "vitest";
import { optional, refined, vector } from "./composites.ts";
import { TlsError } from "./errors.ts";
import { enumeration, nothing, opaque, uint8, uint16, uint64 } from "./primitives.ts";
import { decode, encode, type Schema } from "./schema.ts";
import { given, select, struct } from "./struct.ts";

/** Every kind of field, made anew: a schema is compiled when it is first used. */
function schemas() {
  const Kind = enumeration("Kind", { plain: 1, listed: 2, none: 200 });
  const Inner = struct("Inner", { small: uint8, maybe: optional(uint16), data: opaque() });
  const Chosen = select("Chosen", {
    before: { maybe: optional(uint8), epoch: uint64 },
    on: ["kind", Kind],
    cases: { plain: { inner: Inner }, listed: { list: vector(Inner) }, none: {} },
    after: {
      tail: given(
        "tail",
        (value: { kind: string; epoch: bigint }): Schema<number | undefined> =>
          value.kind === "none" || value.epoch > 5n
            ? (nothing as Schema<number | undefined>)
            : (uint8 as Schema<number | undefined>),
      ),
      end: refined(optional(uint8), (value) => (value === 9 ? "nine" : undefined)),
    },
  });
  return struct("Outer", { "a name-with.signs": uint8, chosen: Chosen, last: uint16 });
}

const inner = { small: 1, maybe: 2, data: Uint8Array.of(3) };
const values = [
  { chosen: { maybe: 1, epoch: 1n, kind: "plain" as const, inner, tail: 7, end: 1 } },
  { chosen: { epoch: 9n, kind: "plain" as const, inner: { small: 1, data: new Uint8Array(100) } } },
  { chosen: { epoch: 2n ** 63n, kind: "listed" as const, list: [inner, inner] } },
  { chosen: { maybe: 0, epoch: 2n ** 53n, kind: "none" as const } },
].map((value) => ({ "a name-with.signs": 5, ...value, last: 0xffff }));

const outcome = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return `${error.code} ${error.message}`;
  }
};

afterEach(() => vi.unstubAllGlobals());

describe("structs as straight-line code and as loops", () => {
  /** Schemas that were used while no code could be made. */
  function looped() {
    const Forbidden = class {
      constructor() {
        throw new EvalError("unsafe-eval");
      }
    };
    vi.stubGlobal("Function", Forbidden);
    const schema = schemas();
    outcome(() => decode(schema, new Uint8Array()));
    for (const value of values) encode(schema, value);
    vi.unstubAllGlobals();
    return schema;
  }

  it("write and read the same", () => {
    const loops = looped();
    const compiled = schemas();
    for (const value of values) {
      const octets = encode(compiled, value);
      expect(octets).toEqual(encode(loops, value));
      expect(decode(compiled, octets)).toEqual(value);
      expect(JSON.stringify(Object.keys(decode(compiled, octets).chosen))).toBe(
        JSON.stringify(Object.keys(decode(loops, octets).chosen)),
      );
    }
  });

  it("refuse the same, with the same path and offset, wherever the octets end or change", () => {
    const loops = looped();
    const compiled = schemas();
    for (const value of values) {
      const octets = encode(compiled, value);
      for (let at = 0; at < octets.length; at++) {
        const cut = octets.subarray(0, at);
        expect(outcome(() => decode(compiled, cut))).toEqual(outcome(() => decode(loops, cut)));
        for (const change of [1, 0x40, 0xff]) {
          const changed = octets.slice();
          changed[at] = changed[at]! ^ change;
          expect(outcome(() => decode(compiled, changed))).toEqual(outcome(() => decode(loops, changed)));
        }
      }
    }
  });

  it("refuse the same values", () => {
    const loops = looped();
    const compiled = schemas();
    const chosen = values[0]!.chosen;
    const bad: unknown[] = [
      undefined,
      {},
      { ...values[0], "a name-with.signs": 256 },
      { ...values[0], chosen: { ...chosen, kind: "other" } },
      { ...values[0], chosen: { ...chosen, inner: { small: 1 } } },
      { ...values[0], chosen: { ...chosen, end: 9 } },
    ];
    for (const value of bad) {
      const refused = outcome(() => encode(compiled, value as (typeof values)[0]));
      expect(refused).toMatch(/^unencodable /);
      expect(refused).toEqual(outcome(() => encode(loops, value as (typeof values)[0])));
    }
  });
});
