/**
 * Faults with rooms that have to do with others, rooms without clients, and joining links. Policy §5, §6.2.
 * @module
 */

import { standardChecks } from "@openmimi/provider";
import type { Mutant } from "../mutant.ts";
import { withChecks } from "../tools/checks.ts";

const { joinLinkUsable } = standardChecks;

export const relationFaults: readonly Mutant[] = [
  {
    name: "dependants-forgotten",
    fault: "Who leaves a room stays in the rooms that depend on it.",
    section: "policy §5, POLICY-BASE-07",
    parts: () => withChecks({ strandedUsers: () => [] }),
    caughtBy: ["hub/dependants/left-parent", "hub/dependants/removed-from-parent"],
  },
  {
    name: "fixed-rooms-at-will",
    fault: "The same participants can have any number of rooms of fixed membership.",
    section: "policy §5, POLICY-BASE-05",
    parts: () => withChecks({ fixedParticipants: () => undefined }),
    caughtBy: ["hub/fixed/second-room"],
  },
  {
    name: "rooms-never-end",
    fault: "A room without clients waits for somebody to come back.",
    section: "policy §5, POLICY-BASE-14",
    parts: () => withChecks({ groupHasEnded: () => false }),
    caughtBy: ["hub/ended/not-persistent", "hub/ended/persistent"],
  },
  {
    name: "rooms-never-persist",
    fault: "A persistent room ends with its last client like any other.",
    section: "policy §5, POLICY-BASE-15",
    parts: () => withChecks({ mayRenewRoom: () => false }),
    caughtBy: ["hub/ended/persistent"],
  },
  {
    name: "links-never-expire",
    fault: "Joining links are good for ever.",
    section: "policy §6.2, POLICY-JL-03",
    parts: () =>
      withChecks({ joinLinkUsable: ({ expiresMs: _, ...link }, nowMs) => joinLinkUsable(link, nowMs) }),
    caughtBy: ["hub/join-links/expired"],
  },
  {
    name: "links-for-everybody",
    fault: "A joining link for one user is good for any number.",
    section: "policy §6.2, POLICY-JL-04",
    parts: () =>
      withChecks({ joinLinkUsable: (link, nowMs) => joinLinkUsable({ ...link, multiuser: true }, nowMs) }),
    caughtBy: ["hub/join-links/one-user", "hub/join-links/raced"],
  },
  {
    name: "links-for-one",
    fault: "Every joining link is good for one user only.",
    section: "policy §6.2, POLICY-JL-04",
    parts: () =>
      withChecks({ joinLinkUsable: (link, nowMs) => joinLinkUsable({ ...link, multiuser: false }, nowMs) }),
    caughtBy: ["hub/join-links/several-users"],
  },
];
