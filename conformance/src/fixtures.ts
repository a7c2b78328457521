/**
 * Things the target has to hold before a case can begin. The adapter makes them afresh for each case (L2); without
 * an adapter they are set up once by hand and listed in a fixtures file (L1).
 * @module
 */

/** Each kind of fixture and what a script learns about it. */
export interface Fixtures {
  /** A user of the target with at least one client, whose KeyPackages (cipher suite 0x0001) anybody may claim. */
  readonly user: FixtureUser;
  /** A user of the target with at least one client and no KeyPackage left. */
  readonly exhaustedUser: FixtureUser;
}

export interface FixtureUser {
  readonly userUri: string;
  readonly clientUris: readonly string[];
}
