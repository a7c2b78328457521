import { expect, it } from "vitest";
import type { ClaimedClient, KeyPackageClaim, KeyPackageRecord } from "../records.ts";
import type { Store } from "../store.ts";
import {
  ALICE,
  ALICE_1,
  ALICE_2,
  keyPackage,
  NOW_MS,
  NOW_SECONDS,
  registerAlice,
  type StoreHarness,
  sha256,
  textOf,
} from "./fixtures.ts";

function claimOf(store: Store, change: Partial<KeyPackageClaim> = {}): Promise<readonly ClaimedClient[]> {
  return store.keyPackages.claim({
    userUri: ALICE,
    cipherSuites: [1],
    nowSeconds: NOW_SECONDS,
    marginSeconds: 0n,
    claimedBy: "b.example",
    ...change,
  });
}

/** What each client contributed: the text of its KeyPackage or its code. */
function summary(claimed: readonly ClaimedClient[]): (string | undefined)[] {
  return claimed.map((entry) =>
    entry.status === "success" ? textOf(entry.keyPackage.octets) : entry.status,
  );
}

/** KeyPackages of own clients (protocol 5.2). */
export function keyPackagesContract(make: () => Promise<StoreHarness>): void {
  it("takes a reference once, for ever", async () => {
    const { store } = await make();
    await registerAlice(store);
    const one = keyPackage("one");
    expect(await store.keyPackages.publish([one, keyPackage("two"), one])).toEqual({
      published: [sha256("one"), sha256("two")],
      refused: [sha256("one")],
    });
    expect(await store.keyPackages.available(ALICE_1, NOW_SECONDS)).toBe(2);
    expect(summary(await claimOf(store))).toEqual(["one", "keyMaterialExhausted"]);
    await store.prune({ nowMs: NOW_MS + 2_000_000, answersMs: 0, notificationsMs: 0 });
    for (const again of [one, { ...one, clientUri: ALICE_2 }]) {
      expect((await store.keyPackages.publish([again])).refused).toEqual([sha256("one")]);
    }
  });

  it("publishes for registered clients only, and nothing of a publication that names another", async () => {
    const { store } = await make();
    await registerAlice(store);
    const stranger = keyPackage("two", { clientUri: "mimi://a.example/d/bob/B1" });
    await expect(store.keyPackages.publish([keyPackage("one"), stranger])).rejects.toMatchObject({
      code: "client-unknown",
    });
    expect(await store.keyPackages.available(ALICE_1, NOW_SECONDS)).toBe(0);
  });

  it("issues each KeyPackage once, whole, to however many ask at once, and after a restart", async () => {
    const harness = await make();
    await registerAlice(harness.store);
    const names = Array.from({ length: 20 }, (_, index) => `package ${index}`);
    await harness.store.keyPackages.publish(names.map((name) => keyPackage(name)));
    const first = await Promise.all(names.slice(0, 12).map(() => claimOf(harness.store)));
    const store = await harness.reopen();
    const second = await Promise.all(names.map(() => claimOf(store)));
    const issued = [...first, ...second].map((claimed) => claimed[0]);
    const packages = issued.flatMap((entry) => (entry?.status === "success" ? [entry.keyPackage] : []));
    expect(packages.map((issuedOne) => textOf(issuedOne.octets)).sort()).toEqual([...names].sort());
    expect(packages[0]).toEqual(keyPackage(textOf(packages[0]?.octets) ?? ""));
    expect(issued.filter((entry) => entry?.status === "keyMaterialExhausted")).toHaveLength(12);
  });

  it("issues one for each client, in order of registration", async () => {
    const { store } = await make();
    await registerAlice(store);
    await store.keyPackages.publish([keyPackage("of 2", { clientUri: ALICE_2 }), keyPackage("of 1")]);
    expect(summary(await claimOf(store))).toEqual(["of 1", "of 2"]);
    expect(await claimOf(store, { userUri: "mimi://a.example/u/nobody" })).toEqual([]);
  });

  it("issues nothing outside its lifetime, nor what expires within the margin (reading R-042)", async () => {
    const { store } = await make();
    await registerAlice(store);
    await store.keyPackages.publish([
      keyPackage("expired", { notAfterSeconds: NOW_SECONDS - 1n }),
      keyPackage("future", { notBeforeSeconds: NOW_SECONDS + 1n }),
      keyPackage("soon", { notAfterSeconds: NOW_SECONDS + 59n }),
    ]);
    expect(await store.keyPackages.available(ALICE_1, NOW_SECONDS)).toBe(1);
    expect(summary(await claimOf(store, { marginSeconds: 60n }))[0]).toBe("keyMaterialExhausted");
    expect(summary(await claimOf(store))[0]).toBe("soon");
    await store.keyPackages.publish([keyPackage("endless", { notAfterSeconds: 2n ** 64n - 1n })]);
    expect(summary(await claimOf(store, { marginSeconds: 60n }))[0]).toBe("endless");
  });

  it("issues the last resort last, and once like every other (reading R-041)", async () => {
    const { store } = await make();
    await registerAlice(store);
    await store.keyPackages.publish([
      keyPackage("reserve", { lastResort: true, notAfterSeconds: NOW_SECONDS + 5n }),
      keyPackage("late", { notAfterSeconds: NOW_SECONDS + 500n }),
      keyPackage("early", { notAfterSeconds: NOW_SECONDS + 50n }),
    ]);
    const issued = [];
    for (let round = 0; round < 4; round += 1) issued.push(summary(await claimOf(store))[0]);
    expect(issued).toEqual(["early", "late", "reserve", "keyMaterialExhausted"]);
  });

  it("prefers the suite that most clients have, then the earliest of each (reading R-043)", async () => {
    const { store } = await make();
    await registerAlice(store);
    await store.keyPackages.publish([
      keyPackage("1 in suite 1"),
      keyPackage("1 in suite 2", { cipherSuite: 2 }),
      keyPackage("2 in suite 2", { clientUri: ALICE_2, cipherSuite: 2 }),
      keyPackage("2 in suite 3", { clientUri: ALICE_2, cipherSuite: 3 }),
    ]);
    expect(summary(await claimOf(store, { cipherSuites: [1, 2] }))).toEqual(["1 in suite 2", "2 in suite 2"]);
    expect(summary(await claimOf(store, { cipherSuites: [3, 1] }))).toEqual(["1 in suite 1", "2 in suite 3"]);
  });

  it("tells an exhausted client from one without a compatible KeyPackage", async () => {
    const { store } = await make();
    await registerAlice(store);
    await store.keyPackages.publish([keyPackage("poor"), keyPackage("rich"), keyPackage("poorer")]);
    expect(summary(await claimOf(store, { cipherSuites: [7] }))[0]).toBe("nothingCompatible");
    const seen: KeyPackageRecord[] = [];
    const compatible = (candidate: KeyPackageRecord): boolean => {
      seen.push(candidate);
      return textOf(candidate.octets) === "rich";
    };
    expect(summary(await claimOf(store, { compatible }))).toEqual(["rich", "keyMaterialExhausted"]);
    expect(seen[0]).toEqual(keyPackage("poor"));
    expect(summary(await claimOf(store, { compatible }))[0]).toBe("nothingCompatible");
    expect(await store.keyPackages.available(ALICE_1, NOW_SECONDS)).toBe(2);
  });

  it("claims nothing when the check throws", async () => {
    const { store } = await make();
    await registerAlice(store);
    await store.keyPackages.publish([keyPackage("one")]);
    const compatible = (): boolean => {
      throw new RangeError("undecodable");
    };
    await expect(claimOf(store, { compatible })).rejects.toThrow(RangeError);
    expect(summary(await claimOf(store))[0]).toBe("one");
  });

  it("remembers whose KeyPackage it is and who claimed it, until it has expired", async () => {
    const { store } = await make();
    await registerAlice(store);
    await store.keyPackages.publish([
      keyPackage("one"),
      keyPackage("two", { notAfterSeconds: NOW_SECONDS + 2000n }),
    ]);
    await claimOf(store);
    const references = [sha256("two"), sha256("unknown"), sha256("one")];
    expect(await store.keyPackages.targets(references)).toEqual([
      { clientUri: ALICE_1 },
      undefined,
      { clientUri: ALICE_1, claimedBy: "b.example" },
    ]);
    await store.prune({ nowMs: NOW_MS + 1_001_000, answersMs: 0, notificationsMs: 0 });
    expect(await store.keyPackages.targets(references)).toEqual([
      { clientUri: ALICE_1 },
      undefined,
      undefined,
    ]);
  });

  it("remembers at which provider a claimed KeyPackage is at home, until it has expired", async () => {
    const harness = await make();
    const route = (name: string, domain: string, notAfterSeconds = NOW_SECONDS + 10n) => ({
      reference: sha256(name),
      domain,
      notAfterSeconds,
    });
    await harness.store.keyPackages.rememberRoutes([
      route("one", "b.example"),
      route("two", "c.example", 2n ** 64n - 1n),
    ]);
    await harness.store.keyPackages.rememberRoutes([route("one", "evil.example")]);
    const store = await harness.reopen();
    const references = [sha256("two"), sha256("unknown"), sha256("one")];
    expect(await store.keyPackages.routes(references)).toEqual(["c.example", undefined, "b.example"]);
    await store.prune({ nowMs: NOW_MS + 11_000, answersMs: 0, notificationsMs: 0 });
    expect(await store.keyPackages.routes(references)).toEqual(["c.example", undefined, undefined]);
  });
}
