/**
 * Values that stand for nothing, so that nobody forgets to ignore what is unknown. RFC 9420 §13.5, extensions §5.1.
 * @module
 */

import { type Capabilities, type ComponentData, isGrease } from "./codec/index.ts";
import type { CipherSuite } from "./crypto/provider.ts";

/** A random one of the fifteen GREASE values of RFC 9420, or, for components, of the eight of extensions §7.5. */
function randomGrease(suite: CipherSuite, kinds: 8 | 15): number {
  for (;;) {
    const octet = suite.random(1)[0]! & 0xf;
    if (octet < kinds) return (octet << 12) | (octet << 4) | 0x0a0a;
  }
}

/** Capabilities with a GREASE value in each list that may have one; `versions` is left alone. RFC 9420 §7.2, §13.5. */
export function withGrease(suite: CipherSuite, capabilities: Capabilities): Capabilities {
  const add = (list: readonly number[]): number[] => [...list, randomGrease(suite, 15)];
  const { versions, cipherSuites, extensions, proposals, credentials } = capabilities;
  return {
    versions,
    cipherSuites: add(cipherSuites),
    extensions: add(extensions),
    proposals: add(proposals),
    credentials: add(credentials),
  };
}

/** Entries of a leaf's, KeyPackage's or GroupInfo's dictionary with one that stands for nothing. Extensions §5.1. */
export function withGreaseComponent(suite: CipherSuite, entries: readonly ComponentData[]): ComponentData[] {
  if (entries.some(({ componentId }) => isGrease(componentId))) return [...entries];
  return [...entries, { componentId: randomGrease(suite, 8), data: suite.random(1) }];
}

/**
 * A list of components in ascending order, with one that stands for nothing: for `app_components` and `safe_aad` of a
 * leaf. Extensions §5.1.
 */
export function withGreaseListed(suite: CipherSuite, componentIds: readonly number[]): number[] {
  const list = componentIds.some(isGrease) ? componentIds : [...componentIds, randomGrease(suite, 8)];
  return [...list].sort((a, b) => a - b);
}
