import { annotate, TlsError } from "@openmimi/tls";
import { arbitrary } from "@openmimi/tls/arbitrary";
import { checkBytes, mutate, mutation } from "@openmimi/tls/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hex,
  octets,
  privateMessage,
  publicCommit,
  publicProposal,
  refusal,
  remove,
  selfRemove,
  uint,
  v,
  welcome,
} from "../../test/handmade.ts";
import { expectWire } from "../../test/wire.ts";
import { bodyOverrides } from "../testing.ts";
import { decodeFanoutMessages, encodeFanoutMessages, FanoutMessage, FanoutMessages } from "./index.ts";

const time = uint(8, 1_777_000_000_123);
const frank = ["01", "f0".repeat(32), "0001", v("51 52")].join("");
const tree = `01 ${v("00")}`;

const MESSAGES = {
  application: [time, privateMessage(1), "00"].join(""),
  franked: [time, privateMessage(1), frank].join(""),
  welcome: [time, "0001 0003", welcome, tree].join(""),
  proposal: [time, publicProposal(selfRemove), v(publicProposal(remove))].join(""),
  commit: [time, publicCommit(), "00"].join(""),
  externalCommit: [time, publicCommit(), v(publicProposal(remove, 6))].join(""),
};

describe("FanoutMessage (protocol §5.5)", () => {
  it.each([
    ["application", {}],
    ["franked", { frank: { frankingSignatureCiphersuite: 1 } }],
    ["welcome", { ratchetTreeOption: { representation: "full" } }],
    ["proposal", { moreProposals: [{ wireFormat: "publicMessage" }] }],
    ["commit", { externalProposals: [] }],
    ["externalCommit", { externalProposals: [{ wireFormat: "publicMessage" }] }],
  ] as const)("carries a %s with what belongs to it (reading R-084)", (kind, expected) => {
    const [message] = decodeFanoutMessages(octets(MESSAGES[kind]));
    expect(message).toMatchObject({ timestamp: 1_777_000_000_123n, ...expected });
    expect(Object.keys(message as object)).toHaveLength(kind === "application" ? 2 : 3);
    expectWire(FanoutMessage, message as FanoutMessage, MESSAGES[kind]);
  });

  it("is accepted with a Protocol octet in front (reading R-084)", () => {
    const [message] = decodeFanoutMessages(octets("01", MESSAGES.commit));
    expect(message).toMatchObject({ protocol: "mls10", timestamp: 1_777_000_000_123n });
    expectWire(FanoutMessage, message as FanoutMessage, `01${MESSAGES.commit}`);
  });

  it.each([
    ["a time beyond 2^56", ["02", MESSAGES.commit.slice(2)], "invalid-value FanoutMessage.timestamp @0"],
    [
      "no presence octet of the frank (reading R-085)",
      [time, privateMessage(1)],
      "truncated FanoutMessage.frank",
    ],
    [
      "no tree behind a Welcome",
      [time, "0001 0003", welcome],
      "truncated FanoutMessage.ratchetTreeOption.representation",
    ],
    ["no list behind a commit", [time, publicCommit()], "truncated FanoutMessage.externalProposals"],
    [
      "a bare Welcome (reading R-040)",
      [time, welcome, tree],
      "unknown-value FanoutMessage.message.wireFormat @10",
    ],
    ["a KeyPackage", [time, "0001 0005"], "truncated FanoutMessage.message.keyPackage"],
    [
      "a private commit",
      [time, privateMessage(3), "00"],
      "invalid-value FanoutMessage.message @8: expected an application message in a PrivateMessage or a Welcome or",
    ],
    [
      "a wire format that is not defined",
      [time, "0001 0006"],
      "unknown-value FanoutMessage.message.wireFormat @10: WireFormat 6 is not defined",
    ],
    [
      "a commit among the external proposals",
      [time, publicCommit(), v(publicCommit())],
      "invalid-value FanoutMessage.externalProposals[0]",
    ],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(FanoutMessage, ...wire)).toContain(expected);
  });
});

describe("the body of /notify (reading R-086)", () => {
  const all = Object.values(MESSAGES).join("").replaceAll(" ", "");

  it("is FanoutMessages back to back", () => {
    const messages = decodeFanoutMessages(octets(all));
    expect(messages).toHaveLength(6);
    expect(hex(encodeFanoutMessages(messages))).toBe(all);
    const { tree, error } = annotate(FanoutMessages, octets(all));
    expect(error).toBeUndefined();
    expect(tree.children.map(({ name, start }) => [name, start])).toEqual([
      ["[0]", 0],
      ["[1]", 34],
      ["[2]", 105],
      ["[3]", 133],
      ["[4]", 202],
      ["[5]", 241],
    ]);
  });

  it("is refused as a whole", () => {
    expect(refusal(FanoutMessages, all, MESSAGES.commit.slice(0, -2))).toMatch(
      /^truncated FanoutMessages\[6\].externalProposals/,
    );
    expect(refusal(FanoutMessages)).toBe(
      "truncated FanoutMessages[0].timestamp @0: needs 4 octets, 0 are left",
    );
    expect(refusal(FanoutMessages, all, "00")).toMatch(/^truncated FanoutMessages\[6\].timestamp/);
    expect(refusal(FanoutMessages, MESSAGES.commit.repeat(1025))).toMatch(
      /^limit-exceeded FanoutMessages\[1024\] @\d+: more than 1024 messages$/,
    );
  });

  it("is not written empty", () => {
    expect(() => encodeFanoutMessages([])).toThrow(TlsError);
  });

  it("survives mutation", () => {
    const bodies = fc.array(arbitrary(FanoutMessage, bodyOverrides), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(bodies, fc.array(mutation, { minLength: 1, maxLength: 4 }), (messages, mutations) => {
        const body = encodeFanoutMessages(messages);
        expect(checkBytes(FanoutMessages, body)).toBe("decoded");
        for (const choice of mutations) checkBytes(FanoutMessages, mutate(body, choice));
      }),
      { seed: 86, numRuns: 60 },
    );
  });
});
