/** What the crashing process and the test that judges it must both know. */
export const CRASH = {
  roomUri: "mimi://a.example/r/clubhouse",
  followedUri: "mimi://b.example/r/lobby",
  destination: "b.example",
  userUri: "mimi://a.example/u/alice",
  /** Receives what is accepted in the hosted room; also the client whose KeyPackages are claimed. */
  hubClient: "mimi://a.example/d/alice/A1",
  /** Is in the followed room. */
  followerClient: "mimi://a.example/d/alice/A2",
} as const;

/** An event that carries an operation's name, and more octets than one page of the database. */
export function crashFanout(name: string): Uint8Array {
  return new TextEncoder().encode(`<${name}>`.padEnd(5_000, "."));
}

/** The names of the operations in concatenated events. */
export function namesIn(octets: Uint8Array): string[] {
  return [...new TextDecoder().decode(octets).matchAll(/<([^>]*)>/g)].map((match) => match[1] ?? "");
}
