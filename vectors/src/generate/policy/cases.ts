/**
 * Cases of policy decisions in a few words.
 * @module
 */

import type { CapabilityName, DenialReason } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import type { Input } from "./question.ts";

type More = Pick<Case, "notes" | "readings">;

/** What has to be allowed. */
export const allows = (id: string, section: string, input: Input, more: More = {}): Case => ({
  id,
  section,
  input,
  readings: [],
  ...more,
});

/** What has to be denied, and why. */
export const denies = (
  id: string,
  section: string,
  reason: DenialReason,
  input: Input,
  more: More = {},
): Case => ({
  id,
  section,
  input,
  reason,
  readings: [],
  ...more,
});

/** The same with a capability and without it. */
export function both(
  id: string,
  section: string,
  capability: CapabilityName,
  ask: (capabilities: readonly CapabilityName[]) => Input,
  { reason = "missing-capability", ...more }: More & { readonly reason?: DenialReason } = {},
): Case[] {
  return [
    allows(`${id}-held`, section, ask([capability]), more),
    denies(`${id}-missing`, section, reason, ask([]), more),
  ];
}
