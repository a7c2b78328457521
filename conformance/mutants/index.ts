/**
 * All mutants.
 * @module
 */

import { acceptanceFaults } from "./faults/acceptance.ts";
import { answerFaults } from "./faults/answers.ts";
import { claimRelayFaults } from "./faults/claim-relay.ts";
import { clientFaults } from "./faults/client.ts";
import { clientPolicyFaults } from "./faults/client-policies.ts";
import { deliveryFaults } from "./faults/delivery.ts";
import { directoryFaults } from "./faults/directory.ts";
import { distributionFaults } from "./faults/distribution.ts";
import { fanOutFaults } from "./faults/fan-out.ts";
import { groupInfoFaults } from "./faults/group-info.ts";
import { handshakeFaults } from "./faults/handshakes.ts";
import { httpFaults } from "./faults/http.ts";
import { keyMaterialFaults } from "./faults/key-material.ts";
import { messageFaults } from "./faults/messages.ts";
import { notifyFaults } from "./faults/notify.ts";
import { relationFaults } from "./faults/relations.ts";
import { strictnessFaults } from "./faults/strictness.ts";
import { transportFaults } from "./faults/transport.ts";
import type { Mutant } from "./mutant.ts";

/** In the order in which they are published. */
export const mutants: readonly Mutant[] = [
  ...answerFaults,
  ...transportFaults,
  ...httpFaults,
  ...directoryFaults,
  ...keyMaterialFaults,
  ...claimRelayFaults,
  ...handshakeFaults,
  ...strictnessFaults,
  ...acceptanceFaults,
  ...messageFaults,
  ...groupInfoFaults,
  ...relationFaults,
  ...fanOutFaults,
  ...deliveryFaults,
  ...notifyFaults,
  ...distributionFaults,
  ...clientFaults,
  ...clientPolicyFaults,
];

/** @throws {Error} naming it, when there is no such mutant */
export function findMutant(name: string): Mutant {
  const found = mutants.find((mutant) => mutant.name === name);
  if (found === undefined) throw new Error(`no mutant is called ${name}; --list shows all`);
  return found;
}
