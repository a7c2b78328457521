/**
 * The kinds of things that the target has to hold before a case can begin; see fixtures.ts.
 * @module
 */

/** Each kind of fixture and what a script learns about it. */
export interface Fixtures {
  /** A user of the target with one client or more, each with KeyPackages (cipher suite 0x0001) that anybody may claim. */
  readonly user: FixtureUser;
  /** A user of the target with one client or more and no KeyPackage left. */
  readonly exhaustedUser: FixtureUser;
}

export const FIXTURE_KINDS = ["user", "exhaustedUser"] as const satisfies readonly (keyof Fixtures)[];

export interface FixtureUser {
  readonly userUri: string;
  readonly clientUris: readonly string[];
}
