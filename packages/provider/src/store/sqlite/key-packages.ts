/**
 * KeyPackages of own clients, and the routes of claimed ones (protocol 5.2).
 * @module
 */

import { StoreError } from "../errors.ts";
import type { ClaimedClient, KeyPackageClaim, KeyPackageRecord } from "../records.ts";
import type { KeyPackageStore } from "../store.ts";
import { type Database, fromSeconds, integer, number, octets, text } from "./database.ts";
import { clientIdOf, userOf } from "./events.ts";
import type { GroupCommit } from "./group-commit.ts";

/** So many KeyPackages of one client and suite are looked at in one claim: a stock that never fits costs little. */
const MAX_CANDIDATES = 100;

export function sqliteKeyPackages(commit: GroupCommit): KeyPackageStore {
  return {
    publish: (keyPackages) =>
      commit.write(({ database }) => {
        const published: Uint8Array[] = [];
        const refused: Uint8Array[] = [];
        for (const keyPackage of keyPackages) {
          const stored = insert(database, publisher(database, keyPackage.clientUri), keyPackage);
          (stored ? published : refused).push(keyPackage.reference);
        }
        return { published, refused };
      }),

    claim: (claim) => commit.write(({ database }) => claimOfUser(database, claim)),

    available: (clientUri, nowSeconds) =>
      commit.read((database) => {
        const row = database.get(
          `SELECT count(*) AS available FROM key_packages JOIN clients USING (client_id)
           WHERE client_uri = ? AND octets IS NOT NULL AND not_before <= ? AND not_after >= ?`,
          clientUri,
          nowSeconds,
          nowSeconds,
        );
        return number(row ?? {}, "available");
      }),

    targets: (references) =>
      commit.read((database) =>
        references.map((reference) => {
          const row = database.get(
            `SELECT client_uri, claimed_by FROM key_packages JOIN clients USING (client_id)
             WHERE reference = ? AND routable = 1`,
            reference,
          );
          if (row === undefined) return undefined;
          const clientUri = text(row, "client_uri");
          return row.claimed_by === null ? { clientUri } : { clientUri, claimedBy: text(row, "claimed_by") };
        }),
      ),

    rememberRoutes: (routes) =>
      commit.write(({ database }) => {
        for (const { reference, domain, notAfterSeconds } of routes) {
          // The first provider that handed the KeyPackage out keeps it: a later one cannot draw its Welcome away.
          database.run(
            "INSERT INTO key_package_routes (reference, domain, not_after) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            reference,
            domain,
            fromSeconds(notAfterSeconds),
          );
        }
      }),

    routes: (references) =>
      commit.read((database) =>
        references.map((reference) => {
          const row = database.get("SELECT domain FROM key_package_routes WHERE reference = ?", reference);
          return row && text(row, "domain");
        }),
      ),
  };
}

/** A Welcome for these was accepted: their routes, of both sides, have served (protocol 5.2, last paragraph). */
export function forgetRoutes(database: Database, references: readonly Uint8Array[]): void {
  for (const reference of references) {
    database.run("DELETE FROM key_package_routes WHERE reference = ?", reference);
    database.run("UPDATE key_packages SET routable = 0, octets = NULL WHERE reference = ?", reference);
  }
}

/** Nobody may use them any more: their octets and routes are deleted, their references stay taken. */
export function pruneKeyPackages(database: Database, nowSeconds: bigint): void {
  database.run(
    "UPDATE key_packages SET routable = 0, octets = NULL WHERE routable = 1 AND not_after < ?",
    nowSeconds,
  );
  database.run("DELETE FROM key_package_routes WHERE not_after < ?", nowSeconds);
}

function publisher(database: Database, clientUri: string): number {
  const clientId = clientIdOf(database, clientUri);
  if (clientId !== undefined) return clientId;
  if (userOf(database, clientUri) !== undefined) {
    throw new StoreError("user-deleted", `the user of ${clientUri} was deleted`);
  }
  throw new StoreError("client-unknown", `${clientUri} is not registered`);
}

function insert(database: Database, clientId: number, keyPackage: KeyPackageRecord): boolean {
  return (
    database.run(
      `INSERT INTO key_packages (reference, client_id, cipher_suite, not_before, not_after, last_resort, octets)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      keyPackage.reference,
      clientId,
      keyPackage.cipherSuite,
      fromSeconds(keyPackage.notBeforeSeconds),
      fromSeconds(keyPackage.notAfterSeconds),
      keyPackage.lastResort ? 1 : 0,
      keyPackage.octets,
    ) === 1
  );
}

interface Candidate {
  readonly keyPackageId: number;
  readonly keyPackage: KeyPackageRecord;
}

interface ClientStock {
  readonly clientUri: string;
  readonly clientId: number;
  /** The KeyPackage that would be issued, for each acceptable suite that has one. */
  readonly bySuite: ReadonlyMap<number, Candidate>;
}

function claimOfUser(database: Database, claim: KeyPackageClaim): ClaimedClient[] {
  const stocks: ClientStock[] = database
    .all(
      `SELECT client_id, client_uri FROM clients
       WHERE user_uri = ? AND token_hash IS NOT NULL ORDER BY client_id`,
      claim.userUri,
    )
    .map((row) => {
      const clientUri = text(row, "client_uri");
      const clientId = number(row, "client_id");
      return { clientUri, clientId, bySuite: stockOf(database, clientId, clientUri, claim) };
    });
  const common = commonSuite(stocks, claim.cipherSuites);
  return stocks.map((stock): ClaimedClient => {
    // Reading R-043: the suite that most clients share, else the earliest listed one that this client has.
    const suite = [common, ...claim.cipherSuites].find(
      (candidate) => candidate !== undefined && stock.bySuite.has(candidate),
    );
    const chosen = suite === undefined ? undefined : stock.bySuite.get(suite);
    if (chosen === undefined) {
      const status = hasStock(database, stock.clientId, claim) ? "nothingCompatible" : "keyMaterialExhausted";
      return { clientUri: stock.clientUri, status };
    }
    // Issued once and never again, the last resort included (reading R-041): its octets leave the store.
    database.run(
      "UPDATE key_packages SET octets = NULL, claimed_by = ? WHERE key_package_id = ?",
      claim.claimedBy,
      chosen.keyPackageId,
    );
    return { clientUri: stock.clientUri, status: "success", keyPackage: chosen.keyPackage };
  });
}

function stockOf(
  database: Database,
  clientId: number,
  clientUri: string,
  claim: KeyPackageClaim,
): Map<number, Candidate> {
  const bySuite = new Map<number, Candidate>();
  const stocked = new Set(
    database
      .all(
        "SELECT DISTINCT cipher_suite FROM key_packages WHERE client_id = ? AND octets IS NOT NULL",
        clientId,
      )
      .map((row) => number(row, "cipher_suite")),
  );
  for (const cipherSuite of new Set(claim.cipherSuites)) {
    // A request may list 65,536 suites: only what is in stock is worth a look.
    if (!stocked.has(cipherSuite)) continue;
    const rows = database.all(
      `SELECT key_package_id, reference, not_before, not_after, last_resort, octets FROM key_packages
       WHERE client_id = ? AND cipher_suite = ? AND octets IS NOT NULL AND not_before <= ? AND not_after >= ?
       ORDER BY last_resort, not_after, key_package_id LIMIT ?`,
      clientId,
      cipherSuite,
      claim.nowSeconds,
      claim.nowSeconds + claim.marginSeconds,
      claim.compatible === undefined ? 1 : MAX_CANDIDATES,
    );
    for (const row of rows) {
      const keyPackage: KeyPackageRecord = {
        reference: octets(row, "reference"),
        clientUri,
        cipherSuite,
        notBeforeSeconds: integer(row, "not_before"),
        notAfterSeconds: integer(row, "not_after"),
        lastResort: number(row, "last_resort") === 1,
        octets: octets(row, "octets"),
      };
      if (claim.compatible !== undefined && !claim.compatible(keyPackage)) continue;
      bySuite.set(cipherSuite, { keyPackageId: number(row, "key_package_id"), keyPackage });
      break;
    }
  }
  return bySuite;
}

/** The earliest listed suite for which the most clients have a KeyPackage. */
function commonSuite(stocks: readonly ClientStock[], cipherSuites: readonly number[]): number | undefined {
  let best: { readonly suite: number; readonly clients: number } | undefined;
  for (const suite of new Set(cipherSuites)) {
    const clients = stocks.filter((stock) => stock.bySuite.has(suite)).length;
    if (best === undefined || clients > best.clients) best = { suite, clients };
  }
  return best?.suite;
}

function hasStock(database: Database, clientId: number, claim: KeyPackageClaim): boolean {
  const row = database.get(
    `SELECT 1 FROM key_packages
     WHERE client_id = ? AND octets IS NOT NULL AND not_before <= ? AND not_after >= ? LIMIT 1`,
    clientId,
    claim.nowSeconds,
    claim.nowSeconds + claim.marginSeconds,
  );
  return row !== undefined;
}
