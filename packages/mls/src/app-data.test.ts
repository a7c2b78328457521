import { describe, expect, it } from "vitest";
import { appending, text } from "../test/actors.ts";
import { coded } from "../test/forge.ts";
import { applyAppDataUpdates, type ComponentLogic, checkAppEphemerals } from "./app-data.ts";
import { type AppDataUpdate, type Extension, ExtensionType } from "./codec/index.ts";
import { componentOf, dictionaryExtension, dictionaryOf } from "./extensions.ts";

const update = (componentId: number, data: string): AppDataUpdate => ({
  componentId,
  op: "update",
  update: text(data),
});
const remove = (componentId: number): AppDataUpdate => ({ componentId, op: "remove" });
const other: Extension = { extensionType: 0xf001, extensionData: text("other") };
const existing = dictionaryExtension([
  { componentId: 2, data: text("two") },
  { componentId: 9, data: text("nine") },
]);

describe("extensions §4.7: AppDataUpdate", () => {
  it("gives every component its updates in the order of the commit", () => {
    const seen: [number, string | undefined, string[]][] = [];
    const decode = (octets: Uint8Array) => new TextDecoder().decode(octets);
    const logic: ComponentLogic = (id, current, updates) => {
      seen.push([id, current === undefined ? undefined : decode(current), updates.map(decode)]);
      return text(`${id}`);
    };
    const { extensions, changes } = applyAppDataUpdates(
      [other, existing],
      [update(9, "a"), update(5, "b"), update(9, "c"), remove(2)],
      logic,
    );
    expect(seen).toEqual([
      [9, "nine", ["a", "c"]],
      [5, undefined, ["b"]],
    ]);
    expect(extensions.map(({ extensionType }) => extensionType)).toEqual([
      0xf001,
      ExtensionType.appDataDictionary,
    ]);
    expect(dictionaryOf(extensions).map(({ componentId }) => componentId)).toEqual([5, 9]);
    expect(changes.get(2)).toEqual({ before: text("two") });
    expect(changes.get(5)).toEqual({ after: text("5") });
    expect(changes.get(9)).toEqual({ before: text("nine"), after: text("9") });
  });

  it("appends a dictionary where there is none, and leaves one where it was", () => {
    expect(applyAppDataUpdates([other], [update(1, "x")], appending).extensions[1]).toEqual(
      dictionaryExtension([{ componentId: 1, data: text("x") }]),
    );
    expect(applyAppDataUpdates([existing, other], [update(2, "!")], appending).extensions[1]).toBe(other);
    expect(applyAppDataUpdates([other], [], appending).extensions).toEqual([other]);
  });

  it("leaves an empty dictionary when the last component is removed", () => {
    const one = dictionaryExtension([{ componentId: 1, data: text("x") }]);
    expect(dictionaryOf(applyAppDataUpdates([one], [remove(1)], appending).extensions)).toEqual([]);
  });

  const bad: [string, AppDataUpdate[]][] = [
    ["removes a component twice", [remove(2), remove(2)]],
    ["removes and updates a component", [update(2, "x"), remove(2)]],
    ["removes what is not there", [remove(3)]],
  ];
  it.each(bad)("refuses a list that %s", (_name, updates) => {
    expect(() => applyAppDataUpdates([existing], updates, appending)).toThrow(
      coded("invalid-app-data-update"),
    );
  });

  it("refuses what the component refuses, whatever it throws", () => {
    for (const thrown of [new RangeError("no"), "no"]) {
      const logic = () => {
        throw thrown;
      };
      expect(() => applyAppDataUpdates([], [update(1, "x")], logic)).toThrow(
        coded("invalid-app-data-update"),
      );
    }
  });

  it("refuses every update where no component is known", () => {
    expect(() => applyAppDataUpdates([], [update(1, "x")])).toThrow(coded("invalid-app-data-update"));
    expect(() => applyAppDataUpdates([existing], [remove(2)])).toThrow(coded("invalid-app-data-update"));
    expect(componentOf([existing], 2)).toEqual(text("two"));
  });
});

it("extensions §4.7: refuses to remove a component that the application does not know", () => {
  const logic = Object.assign(() => text("new"), { knows: (componentId: number) => componentId === 9 });
  expect(() => applyAppDataUpdates([existing], [remove(2)], logic)).toThrow(coded("invalid-app-data-update"));
  const { extensions } = applyAppDataUpdates([existing], [update(9, "x")], logic);
  expect(componentOf(applyAppDataUpdates(extensions, [remove(9)], logic).extensions, 9)).toBeUndefined();
});

describe("extensions §4.8: AppEphemeral", () => {
  const list = [
    { componentId: 5, data: text("a") },
    { componentId: 5, data: text("b") },
  ];

  it("gives the data to their component, in order", () => {
    const seen: Uint8Array[] = [];
    const extensions = [{ extensionType: 0xf0a0, extensionData: text("x") }];
    checkAppEphemerals(list, extensions, (_id, data, context) => {
      seen.push(data);
      expect(context).toBe(extensions);
    });
    expect(seen).toEqual([text("a"), text("b")]);
  });

  it("refuses unknown components, and what the component refuses", () => {
    expect(() => checkAppEphemerals(list, [])).toThrow(coded("invalid-app-ephemeral"));
    const logic = () => {
      throw new Error("no");
    };
    expect(() => checkAppEphemerals(list, [], logic)).toThrow(coded("invalid-app-ephemeral"));
  });
});
