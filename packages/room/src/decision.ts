/**
 * What the rules answer.
 * @module
 */

import type { CapabilityName } from "./capabilities.ts";

/** Why something was denied. A closed set: tests and callers may switch on it. */
export type DenialReason =
  // Who asks
  | "not-a-participant"
  | "banned"
  | "removal-pending"
  | "identity-changed"
  | "pseudonym-not-allowed"
  // What the asker's role lacks
  | "missing-capability"
  | "transition-not-authorized"
  | "no-preauthorization"
  | "not-the-hub"
  | "not-permitted"
  // What the change itself breaks
  | "malformed-update"
  | "invalid-component"
  | "unknown-role"
  | "component-not-removable"
  | "room-uri-changed"
  | "forbidden-combination"
  | "repeated-update"
  // What the room would become
  | "client-without-participant"
  | "clients-left"
  | "fixed-membership"
  | "parent-dependent"
  | "single-device"
  | "maximum-users"
  | "maximum-clients"
  | "maximum-participants"
  | "minimum-participants"
  | "maximum-active-participants"
  | "minimum-active-participants"
  // What the room does not admit
  | "external-commit-not-allowed"
  | "external-proposal-not-allowed"
  | "invalid-join-code"
  | "wire-format-not-allowed"
  // What the room does not admit in messages
  | "link-preview-not-allowed"
  | "asset-not-allowed"
  | "expiration-not-allowed"
  | "status-report-not-allowed"
  | "history-not-allowed";

/** A rule that allows something: a capability's name, or a few words. */
export interface Rule {
  readonly rule: string;
  readonly section: string;
}

/** One step of an allowance: which rule allowed what, to whom, about whom. */
export interface Ground extends Rule {
  /** Who acts: a user's URI, or a provider's for an external sender. */
  readonly by?: string;
  /** The user about whom it is, where that is another. */
  readonly user?: string;
}

/** Allowed, and by which rules. `rule` and `section` sum up; `grounds` are the steps. */
export interface Allowance {
  readonly allowed: true;
  readonly rule: string;
  readonly section: string;
  readonly grounds: readonly Ground[];
}

/** Denied, and why. */
export interface Denial {
  readonly allowed: false;
  readonly reason: DenialReason;
  /** The capability that is missing, or whose rule failed. */
  readonly capability?: CapabilityName;
  /** The user about whom it is: the actor, or the user that the change is for. */
  readonly user?: string;
  /** The role that lacks something, or whose constraint failed. */
  readonly roleIndex?: number;
  readonly message: string;
  readonly section: string;
}

export type Decision = Allowance | Denial;

/** What is known of a denial beside its reason. */
export interface DenialDetails {
  readonly section: string;
  readonly capability?: CapabilityName | undefined;
  readonly user?: string | undefined;
  readonly roleIndex?: number | undefined;
}

/** @internal How the rules leave in the middle; never leaves this package. */
export class Denied extends Error {
  override readonly name = "Denied";
  readonly denial: Denial;

  constructor(reason: DenialReason, message: string, details: DenialDetails) {
    super(message);
    const { section, capability, user, roleIndex } = details;
    this.denial = {
      allowed: false,
      reason,
      ...(capability === undefined ? {} : { capability }),
      ...(user === undefined ? {} : { user }),
      ...(roleIndex === undefined ? {} : { roleIndex }),
      message,
      section,
    };
  }
}

/** @internal Refuses. */
export function deny(reason: DenialReason, message: string, details: DenialDetails): never {
  throw new Denied(reason, message, details);
}

/** @internal Runs rules that collect grounds or refuse. */
export function decide(otherwise: Ground, rules: (grounds: Ground[]) => void): Decision {
  const grounds: Ground[] = [];
  try {
    rules(grounds);
  } catch (error) {
    if (error instanceof Denied) return error.denial;
    throw error;
  }
  const steps = grounds.length === 0 ? [otherwise] : grounds;
  const rule = [...new Set(steps.map((step) => step.rule))].join(", ");
  const section = [...new Set(steps.map((step) => step.section))].join(", ");
  return { allowed: true, rule, section, grounds: steps };
}
