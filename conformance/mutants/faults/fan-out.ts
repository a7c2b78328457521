/**
 * Faults in what a hub fans out, and to whom. Protocol §5.5.
 * @module
 */

import { domainOf, type FanoutMessage, kindOf } from "@openmimi/protocol";
import { type Acceptance, type ProviderConfig, standardChecks } from "@openmimi/provider";
import type { Mutant, Parts } from "../mutant.ts";
import { withChecks } from "../tools/checks.ts";
import { fanningOut, fanningOutOther, isWelcome, withStore } from "../tools/store.ts";

/** Whether another provider has brought it, and not a client of the hub's own. */
const isOfOthers = ({ answerKey }: Acceptance): boolean => answerKey?.source.startsWith("mimi:") === false;

export const fanOutFaults: readonly Mutant[] = [
  {
    name: "answers-without-fan-out",
    fault: "The answer is given before anything is sent, and what was to be sent is forgotten.",
    section: "protocol §5.5",
    parts: (config) =>
      fanningOutOther(config, (event) => [isWelcome(event) ? event : { ...event, destinations: [] }]),
    caughtBy: ["hub/submit/accepted"],
  },
  {
    name: "welcomes-forgotten",
    fault: "Welcomes for clients of other providers are taken and not delivered.",
    section: "protocol §5.5, PROTO-FAN-03",
    parts: (config) =>
      fanningOutOther(config, (event) => [isWelcome(event) ? { ...event, destinations: [] } : event]),
    caughtBy: ["hub/update/creator-adds-user"],
  },
  {
    name: "welcomes-by-reference-only",
    fault:
      "A Welcome goes only where a remembered KeyPackageRef points; the leaf that it is for is not looked at.",
    section: "protocol §5.5, reading R-109",
    parts(config) {
      const routed = new Set<string>();
      return withStore(config, ({ rooms, keyPackages }) => ({
        rooms: {
          ...rooms,
          ...fanningOut(rooms, (event) => {
            const destinations = event.destinations.filter((domain) => routed.has(domain));
            return [isWelcome(event) ? { ...event, destinations } : event];
          }),
        },
        keyPackages: {
          ...keyPackages,
          async routes(references) {
            const found = await keyPackages.routes(references);
            routed.clear();
            for (const domain of found) if (domain !== undefined) routed.add(domain);
            return found;
          },
        },
      }));
    },
    caughtBy: ["hub/update/add-user-of-unknown-key-package"],
  },
  {
    name: "welcomes-to-one-provider",
    fault: "A Welcome for clients of several providers goes to the first of them.",
    section: "protocol §5.5, reading R-090",
    parts: (config) =>
      fanningOutOther(config, (event) => [
        isWelcome(event) ? { ...event, destinations: event.destinations.slice(0, 1) } : event,
      ]),
    caughtBy: ["hub/update/add-users-of-two-providers"],
  },
  {
    name: "welcomes-to-all-providers",
    fault: "A Welcome goes to every known provider: whom it is not for cannot open it.",
    section: "protocol §5.5, PROTO-KM-26",
    parts: (config) =>
      fanningOutOther(config, (event) => [
        isWelcome(event) ? { ...event, destinations: Object.keys(config.peers ?? {}) } : event,
      ]),
    caughtBy: ["key-material/relay/welcome"],
  },
  {
    name: "welcomes-to-others-only",
    fault: "Welcomes for the hub's own clients are not delivered where another provider's user adds them.",
    section: "protocol §5.5, PROTO-FAN-03",
    parts: (config) =>
      fanningOutOther(config, (event, acceptance) => [
        isWelcome(event) && isOfOthers(acceptance) ? { ...event, clients: [] } : event,
      ]),
    caughtBy: ["hub/update/add-local-user"],
  },
  {
    name: "own-clients-not-told",
    fault: "The hub's own clients get no handshakes of other providers' users.",
    section: "protocol §5.5, PROTO-FAN-01",
    parts: (config) =>
      fanningOutOther(config, (event, acceptance) => {
        const kind = kindOf(event.fanout.message);
        const isHandshake = kind === "commit" || kind === "proposal";
        return [isHandshake && isOfOthers(acceptance) ? { ...event, clients: [] } : event];
      }),
    caughtBy: ["hub/update/add-user"],
  },
  {
    name: "welcomes-without-tree",
    fault: "A Welcome is fanned out without the ratchet tree: the receiver is thought to have it.",
    section: "protocol §5.5, reading R-056",
    parts: (config) =>
      fanningOutOther(config, (event, acceptance) => {
        if (!isWelcome(event) || !isOfOthers(acceptance)) return [event];
        const fanout: FanoutMessage = {
          ...event.fanout,
          ratchetTreeOption: { representation: "distributionService" },
        };
        return [{ ...event, fanout }];
      }),
    caughtBy: ["hub/fan-out/welcome"],
  },
  {
    name: "proposals-one-by-one",
    fault: "Of proposals that came together only the first is fanned out.",
    section: "protocol §5.5, PROTO-FAN-13",
    parts: (config) =>
      fanningOutOther(config, (event, acceptance) => {
        const isMeant = kindOf(event.fanout.message) === "proposal" && isOfOthers(acceptance);
        return [isMeant ? { ...event, fanout: { ...event.fanout, moreProposals: [] } } : event];
      }),
    caughtBy: ["hub/leave/proposed"],
  },
  {
    name: "voided-proposals-forgotten",
    fault:
      "What an external commit could not refer to is forgotten, so that who wanted to leave stays listed.",
    section: "protocol §5.5, readings R-062, R-092",
    parts: (config) =>
      fanningOutOther(config, (event) => [
        kindOf(event.fanout.message) === "commit"
          ? { ...event, fanout: { ...event.fanout, externalProposals: [] } }
          : event,
      ]),
    caughtBy: ["hub/external/after-self-remove"],
  },
  {
    name: "tells-everybody",
    fault: "Everything is sent to all known providers, whether or not they have participants.",
    section: "protocol §5.5, PROTO-FAN-01",
    parts: (config) =>
      fanningOutOther(config, (event) => [
        isWelcome(event) ? event : { ...event, destinations: Object.keys(config.peers ?? {}) },
      ]),
    caughtBy: ["hub/fan-out/only-participants"],
  },
  {
    name: "forgets-the-removed",
    fault: "The commit that removes a provider's last user is not sent to that provider.",
    section: "protocol §5.5, PROTO-FAN-12",
    parts: (config) => forgettingTheRemoved(config),
    caughtBy: ["hub/fan-out/removing-commit"],
  },
  {
    name: "remembers-the-removed",
    fault: "A provider whose users have all gone goes on getting everything.",
    section: "protocol §5.5, reading R-095",
    parts(config) {
      const known = new Map<string, Set<string>>();
      return fanningOutOther(config, (event, { roomUri }) => {
        const destinations = known.get(roomUri) ?? new Set();
        known.set(roomUri, destinations);
        for (const domain of event.destinations) destinations.add(domain);
        return [isWelcome(event) ? event : { ...event, destinations: [...destinations] }];
      });
    },
    caughtBy: ["hub/leave/nothing-meanwhile", "hub/leave/nothing-afterwards"],
  },
];

/** Whom a commit removes is known to the check of its policy, just before it is accepted. */
function forgettingTheRemoved(config: ProviderConfig): Parts {
  const removed = new Map<string, readonly string[]>();
  const { policyAllowsCommit } = standardChecks;
  return {
    ...withChecks({
      policyAllowsCommit(state, facts) {
        const users = facts.changes.flatMap((one) => (one.kind === "clientRemoved" ? [one.user] : []));
        removed.set(facts.roomUri ?? "", users.map(domainOf));
        return policyAllowsCommit(state, facts);
      },
    }),
    ...fanningOutOther(config, (event, { roomUri }) => {
      if (kindOf(event.fanout.message) !== "commit") return [event];
      const gone = removed.get(roomUri) ?? [];
      return [{ ...event, destinations: event.destinations.filter((domain) => !gone.includes(domain)) }];
    }),
  };
}
