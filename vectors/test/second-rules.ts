/**
 * What the vectors are about, worked out a second time and as plainly as can be.
 * @module
 */

import { type Fields, readAll } from "./second-decoder.ts";
import { appDataDictionary, requiredCapabilities } from "./second-structs.ts";

/** Protocol §7.5. @returns `undefined` for an invalid commit */
export function applyToList(before: readonly Fields[], updates: readonly Fields[]): Fields[] | undefined {
  const roles = new Map(before.map(({ user, roleIndex }) => [String(user), Number(roleIndex)]));
  const touched: string[] = [];
  const userAt = (index: unknown): string => String(before[Number(index)]?.user ?? "nobody");
  const additions: [string, number][] = [];
  const removals: string[] = [];
  for (const { changedRoleParticipants, removedIndices, addedParticipants } of updates) {
    for (const { userIndex, roleIndex } of changedRoleParticipants as Fields[]) {
      if (roleIndex === 0) return undefined;
      touched.push(userAt(userIndex));
      roles.set(userAt(userIndex), Number(roleIndex));
    }
    for (const index of removedIndices as number[]) {
      touched.push(userAt(index));
      removals.push(userAt(index));
    }
    for (const { user, roleIndex } of addedParticipants as Fields[]) {
      if (roleIndex === 0 || before.some((participant) => participant.user === user)) return undefined;
      touched.push(String(user));
      additions.push([String(user), Number(roleIndex)]);
    }
  }
  if (touched.includes("nobody") || new Set(touched).size < touched.length) return undefined;
  const kept = [...roles].filter(([user]) => !removals.includes(user));
  return [...kept, ...additions].map(([user, roleIndex]) => ({ user, roleIndex }));
}

type Dictionary = Map<number, string>;

function dictionaryIn(extensions: readonly Fields[]): Dictionary | undefined {
  const data = extensions.find(({ extensionType }) => extensionType === 6)?.extensionData;
  if (data === undefined) return undefined;
  const { componentData } = readAll(appDataDictionary, String(data)) as { componentData: Fields[] };
  return new Map(componentData.map((entry) => [Number(entry.componentId), String(entry.data)]));
}

function isLocked(extensions: readonly Fields[]): boolean {
  const data = extensions.find(({ extensionType }) => extensionType === 3)?.extensionData;
  if (data === undefined) return false;
  const { proposalTypes } = readAll(requiredCapabilities, String(data)) as { proposalTypes: number[] };
  return proposalTypes.includes(8);
}

function written(dictionary: Dictionary): string {
  const size = (digits: string) => (digits.length / 2).toString(16).padStart(2, "0") + digits;
  const entries = [...dictionary].sort(([a], [b]) => a - b);
  return size(entries.map(([id, data]) => id.toString(16).padStart(4, "0") + size(data)).join(""));
}

/** Extensions §4.7, for the three components of the vectors. @returns `undefined` for an invalid commit */
export function applyToDictionary(
  before: readonly Fields[],
  proposals: readonly Fields[],
): Fields[] | undefined {
  const replacement = proposals.find(
    ({ proposalType }) => proposalType === "groupContextExtensions",
  )?.extensions;
  const extensions = ((replacement as Fields[] | undefined) ?? before).map((extension) => ({ ...extension }));
  if (
    isLocked(before) &&
    JSON.stringify([...(dictionaryIn(before) ?? ["none"])]) !==
      JSON.stringify([...(dictionaryIn(extensions) ?? ["none"])])
  ) {
    return undefined;
  }
  const updates = proposals.flatMap(({ appDataUpdate }) =>
    appDataUpdate === undefined ? [] : [appDataUpdate as Fields],
  );
  if (updates.length === 0) return extensions;
  const dictionary = dictionaryIn(extensions) ?? new Map<number, string>();
  for (const id of new Set(updates.map(({ componentId }) => Number(componentId)))) {
    const own = updates.filter(({ componentId }) => componentId === id);
    if (own.some(({ op }) => op === "remove")) {
      if (own.length > 1 || !dictionary.delete(id)) return undefined;
    } else if (id === 0xf001) {
      dictionary.set(id, (dictionary.get(id) ?? "") + own.map(({ update }) => update).join(""));
    } else if (id === 0xf002) {
      dictionary.set(id, String(own.at(-1)?.update));
    } else {
      return undefined;
    }
  }
  const place = extensions.find(({ extensionType }) => extensionType === 6);
  if (place === undefined) extensions.push({ extensionType: 6, extensionData: written(dictionary) });
  else place.extensionData = written(dictionary);
  return extensions;
}

const ENDPOINTS = [
  "keyMaterial",
  "update",
  "notify",
  "submitMessage",
  "groupInfo",
  "requestConsent",
  "updateConsent",
  "identifierQuery",
  "reportAbuse",
  "proxyDownload",
  "ohttpGateway",
];

/** Protocol §5.1. @returns the endpoints that are offered, or `undefined` for what is no directory */
export function readDirectory(text: string): Fields | undefined {
  let document: Fields | null;
  try {
    document = JSON.parse(text) as Fields | null;
  } catch {
    return undefined;
  }
  if (document === null || typeof document !== "object" || Array.isArray(document)) return undefined;
  const offered = Object.entries(document).filter(([key]) => ENDPOINTS.includes(key));
  const good = offered.every(
    ([, url]) => typeof url === "string" && /^https:\/\/[a-z0-9.]+\/[^#]*$/.test(url),
  );
  return good ? Object.fromEntries(offered) : undefined;
}

/** RFC 6570 §3.2.2. @returns `undefined` for a template that cannot be used */
export function expand(template: string, values: Fields): string | undefined {
  const url = template.replaceAll(/\{([A-Za-z]+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : encodeURIComponent(String(value)).replaceAll(/[!'()*]/g, encodeSign);
  });
  return url.includes("{") || url.includes("}") ? undefined : url;
}

/** encodeURIComponent leaves these five signs as they are. */
export function encodeSign(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}
