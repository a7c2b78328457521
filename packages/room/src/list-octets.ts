/**
 * Participant-list updates on the octets of the list: the entries that stay are copied, not decoded, so that an update of
 * one user costs one copy of the list and no more. Protocol §7.5; RFC 9420 §2.1.2.
 * @module
 */

import { MAX_PARTICIPANTS, type ParticipantListUpdate, UserRolePair } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { type ListOperation, listOperations } from "./participants.ts";

/** With more newcomers than these, whoever is in the list is better looked up in a set. */
const MAX_NEWCOMERS = 8;
/** The longest content with a length of one octet, and of two. */
const ONE_OCTET = 0x3f;
const TWO_OCTETS = 0x3fff;

/** Where an octet string with its length begins and ends. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Reads the length in front of a vector; `undefined` where there is none in its shortest form. */
function vectorAt(octets: Uint8Array, at: number): Span | undefined {
  const first = octets[at];
  if (first === undefined || first >> 6 === 3) return undefined;
  const width = 1 << (first >> 6);
  let length = first & 0x3f;
  for (let index = 1; index < width; index++) length = length * 256 + (octets[at + index] ?? 0);
  const shortest = length <= ONE_OCTET ? 1 : length <= TWO_OCTETS ? 2 : 4;
  const start = at + width;
  return shortest === width && start + length <= octets.length ? { start, end: start + length } : undefined;
}

/** The place where each entry begins, and the end; `undefined` for what is no list. */
function entriesOf(octets: Uint8Array): readonly number[] | undefined {
  const content = vectorAt(octets, 0);
  if (content === undefined || content.end !== octets.length) return undefined;
  const starts: number[] = [];
  let at = content.start;
  while (at < content.end) {
    starts.push(at);
    const user = vectorAt(octets, at);
    if (user === undefined || user.end + 4 > content.end) return undefined;
    at = user.end + 4;
  }
  starts.push(at);
  return starts;
}

/**
 * Applies all updates of one commit to an encoded ParticipantListData. The entries that are there are taken as they are.
 *
 * @returns the encoded list after them; `undefined` if decoding is the better way: the list is none, or many are added
 * @throws {RoomError} `invalid-update`, as `applyParticipantListUpdates`
 */
export function updateListOctets(
  list: Uint8Array,
  updates: readonly ParticipantListUpdate[],
): Uint8Array | undefined {
  const newcomers = updates.flatMap(({ addedParticipants }) => addedParticipants.map(({ user }) => user));
  if (newcomers.length > MAX_NEWCOMERS) return undefined;
  const starts = entriesOf(list);
  if (starts === undefined || starts.length - 1 + newcomers.length > MAX_PARTICIPANTS) return undefined;
  const listed = whoIsListed(list, starts, newcomers);
  const participants = {
    length: starts.length - 1,
    at: (index: number) =>
      index < starts.length - 1
        ? decode(UserRolePair, list.subarray(starts[index], starts[index + 1]))
        : undefined,
  };
  return rewrite(
    list,
    starts,
    listOperations(participants, updates, (user) => listed.has(user)),
  );
}

/** Which of these users are in the list, compared octet by octet. */
function whoIsListed(list: Uint8Array, starts: readonly number[], users: readonly string[]): Set<string> {
  const listed = new Set<string>();
  const wanted = users.map((user) => ({ user, octets: encode(UserRolePair, { user, roleIndex: 0 }) }));
  for (const { user, octets } of wanted) {
    const length = octets.length - 4;
    for (let entry = 0; entry < starts.length - 1; entry++) {
      const start = starts[entry]!;
      if (starts[entry + 1]! - start !== octets.length) continue;
      let at = 0;
      while (at < length && list[start + at] === octets[at]) at++;
      if (at === length) listed.add(user);
    }
  }
  return listed;
}

/** One allocation: runs of entries that stay, changed roles, and the newcomers behind them. */
function rewrite(
  list: Uint8Array,
  starts: readonly number[],
  operations: readonly ListOperation[],
): Uint8Array {
  const added = operations
    .filter(({ index }) => index < 0)
    .map(({ user, to }) => encode(UserRolePair, { user, roleIndex: to }));
  const removed = operations.filter(({ index, to }) => index >= 0 && to === 0).map(({ index }) => index);
  removed.sort((a, b) => a - b);
  const gone = removed.reduce((sum, index) => sum + starts[index + 1]! - starts[index]!, 0);
  const [first, end] = [starts[0]!, starts.at(-1)!];
  const length = end - first - gone + added.reduce((sum, octets) => sum + octets.length, 0);
  const width = length <= ONE_OCTET ? 1 : length <= TWO_OCTETS ? 2 : 4;
  const next = new Uint8Array(width + length);
  for (let at = width - 1, rest = length; at >= 0; at--, rest = Math.floor(rest / 256))
    next[at] = rest & 0xff;
  next[0]! |= width === 4 ? 0x80 : width === 2 ? 0x40 : 0;
  let to = width;
  let from = first;
  const copy = (until: number) => {
    next.set(list.subarray(from, until), to);
    to += until - from;
  };
  const view = new DataView(next.buffer);
  const changed = operations.filter(({ index, to: role }) => index >= 0 && role !== 0);
  changed.sort((a, b) => a.index - b.index);
  let change = 0;
  /** Roles stand at the end of their entries. */
  const setRoles = (until: number) => {
    for (; change < changed.length && starts[changed[change]!.index]! < until; change++) {
      const { index, to: role } = changed[change]!;
      view.setUint32(to - (until - starts[index + 1]!) - 4, role);
    }
  };
  for (const index of [...removed, starts.length - 1]) {
    const until = starts[index]!;
    copy(until);
    setRoles(until);
    from = starts[index + 1] ?? until;
  }
  for (const octets of added) {
    next.set(octets, to);
    to += octets.length;
  }
  return next;
}
