/**
 * Octets of policy components, put together by hand. RFC 9420 §2.1; policy appendix B.
 * @module
 */

import { hex } from "../envelope.ts";

/** A number of so many octets. */
const number =
  (octets: number) =>
  (value: number | bigint): string =>
    BigInt(value)
      .toString(16)
      .padStart(2 * octets, "0");
export const n8 = number(1);
export const n16 = number(2);
export const n32 = number(4);
export const n64 = number(8);

/** A vector with its length in front (RFC 9420 §2.1.2). */
export function v(...parts: readonly string[]): string {
  const content = parts.join("");
  const length = content.length / 2;
  if (length < 64) return n8(length) + content;
  return n16(0x4000 + length) + content;
}

/** A text in a vector. */
export const t = (text: string): string => v(hex(new TextEncoder().encode(text)));

/** optional<T>: its presence, then the value. */
export const present = (value: string): string => `01${value}`;
export const absent = "00";

const pair = (from: number, ...targets: number[]) => n32(from) + v(...targets.map(n32));

/** Role. Policy §3. */
export const role = (
  index: number,
  name: string,
  capabilities: readonly number[],
  limits: string,
  ...changes: readonly (readonly [number, ...number[]])[]
): string =>
  n32(index) +
  t(name) +
  t("") +
  v(...capabilities.map(n16)) +
  limits +
  v(...changes.map(([from, ...targets]) => pair(from, ...targets)));

/** minimum, maximum, minimum and maximum of the active. */
export const limits = (least: number, most: string, leastActive: number, mostActive: string): string =>
  n32(least) + most + n32(leastActive) + mostActive;
export const noLimits = limits(0, absent, 0, absent);

/** A PreAuthRoleEntry with claims `[credential type, id, value]`. Policy §4. */
export const entry = (target: string, ...claims: readonly (readonly [number, string, string])[]): string =>
  v(...claims.map(([type, id, value]) => n16(type) + v(id) + v(value))) + target;

/** BaseRoomPolicy. Policy §5. */
export const base = ({
  fixed = 0,
  dependent = 0,
  parents = [],
  devices = 1,
  clients = absent,
  users = absent,
  flags = "000000",
  ids = [],
}: {
  readonly fixed?: number;
  readonly dependent?: number;
  readonly parents?: readonly string[];
  readonly devices?: number;
  readonly clients?: string;
  readonly users?: string;
  readonly flags?: string;
  readonly ids?: readonly number[];
} = {}): string =>
  n8(fixed) +
  n8(dependent) +
  v(...parents.map(t)) +
  n8(devices) +
  clients +
  users +
  flags +
  v(...ids.map(n16));

/** AssetPolicy. Policy §6.4; reading R-179. */
export const assets = ({
  location = 0,
  domains = [],
  allowed = [],
  refused = [],
  fallback = 0,
  sizes = [1, 2, 3, 4],
  forbidden = [],
  permitted = [],
}: {
  readonly location?: number;
  readonly domains?: readonly (readonly [string, ...string[]])[];
  readonly allowed?: readonly number[];
  readonly refused?: readonly number[];
  readonly fallback?: number;
  readonly sizes?: readonly (number | bigint)[];
  readonly forbidden?: readonly string[];
  readonly permitted?: readonly string[];
} = {}): string =>
  n8(location) +
  v(...domains.map(([provider, ...destinations]) => t(provider) + v(...destinations.map(t)))) +
  v(...allowed.map(n8)) +
  v(...refused.map(n8)) +
  n8(fallback) +
  sizes.map(n64).join("") +
  v(...forbidden.map((type) => t(type) + v())) +
  v(...permitted);

/** OperationalParameters with a pending_proposal_policy. Policy §7; readings. */
export const operational = (pending: string, formats: readonly number[] = [1], flags = "0101"): string => {
  const capabilities = v().repeat(10);
  const times = n64(1) + n64(2) + n64(3);
  return (
    capabilities.repeat(3) +
    v(...formats.map(n16)) +
    flags +
    pending +
    times +
    (n8(2) + n16(64) + n32(1000)) +
    (n64(10) + n64(20) + n64(30)) +
    times +
    n32(5) +
    times +
    n32(6)
  );
};
