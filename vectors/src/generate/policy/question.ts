/**
 * Questions of policy as JSON, and what the implementation answers. Policy §8; protocol §5.
 * @module
 */

import {
  type Actor,
  authorizeAbuseReport,
  authorizeCapability,
  authorizeCommit,
  authorizeContent,
  authorizeGroupInfo,
  authorizeHandshakeFormat,
  authorizeHistory,
  authorizeKeyMaterial,
  authorizeMessage,
  authorizeProposal,
  authorizeReceive,
  Capability,
  type CapabilityName,
  type Change,
  type ChangeBody,
  type CommitFacts,
  type ContentFacts,
  checkNewRoom,
  type Decision,
  type HandshakeFormat,
  RoomError,
  roomStateOf,
  withPending,
} from "@openmimi/room";
import { decode } from "@openmimi/tls";
import { type Expected, hex, type Json, toJson, unhex, type Vector } from "../envelope.ts";
import { type Components, componentSchemas, updateSchemas, uri } from "./sketch.ts";

/** What is asked, with the room in octets and whatever the question needs in JSON. */
export type Input = Vector["input"];

const number = (id: number) => `0x${id.toString(16).padStart(4, "0")}`;

function inputOf(question: string, components: Components, rest: Readonly<Record<string, Json>>): Input {
  const known = [...components].flatMap(([id, data]) => {
    const schema = componentSchemas.get(id);
    return schema === undefined ? [] : [[number(id), toJson(decode(schema, data))] as const];
  });
  return {
    question,
    room: Object.fromEntries(known),
    components: Object.fromEntries([...components].map(([id, data]) => [number(id), hex(data)])),
    ...rest,
  };
}

/** A basic credential with the URI as identity goes without saying. */
function actorJson({ kind, user, claims }: Actor): Json {
  const [only] = claims;
  const usual =
    claims.length === 1 && only?.claimId.credentialType === 1 && hex(only.claimValue) === hexText(user);
  return { kind, user, ...(usual ? {} : { claims: toJson(claims) }) };
}

const hexText = (text: string) => hex(new TextEncoder().encode(text));

function changeJson({ by, byReference, ...body }: Change): Json {
  const common = { by: actorJson(by), ...(byReference ? { byReference } : {}) };
  const fields = toJson(body) as Readonly<Record<string, Json>>;
  if (body.kind !== "componentUpdate") {
    const id = "componentId" in body ? { componentId: number(body.componentId) } : {};
    return { ...fields, ...id, ...common };
  }
  const { kind, componentId, update } = body;
  const schema = updateSchemas.get(componentId) ?? componentSchemas.get(componentId);
  return {
    kind,
    componentId: number(componentId),
    ...readable(schema, update),
    update: hex(update),
    ...common,
  };
}

function readable(schema: Parameters<typeof decode>[0] | undefined, octets: Uint8Array): { value?: Json } {
  if (schema === undefined) return {};
  try {
    return { value: toJson(decode(schema, octets)) };
  } catch {
    return {};
  }
}

/** What may stand beside the changes. */
export interface Around {
  readonly pending?: readonly Change[];
  readonly joinCode?: { readonly roleIndex: number } | "unverifiable";
  /** Names. */
  readonly parentParticipants?: readonly string[];
}

function around({ pending, joinCode, parentParticipants }: Around): Readonly<Record<string, Json>> {
  return {
    ...(pending === undefined ? {} : { pending: pending.map(changeJson) }),
    ...(joinCode === undefined ? {} : { joinCode }),
    ...(parentParticipants === undefined ? {} : { parentParticipants: parentParticipants.map(uri) }),
  };
}

const clientsJson = (counts: Readonly<Record<string, number>>): Json =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [uri(name), count]));

/** May this commit? `members`: name to number of clients. */
export function commit(
  components: Components,
  committer: Actor,
  members: Readonly<Record<string, number>>,
  changes: readonly Change[],
  more: Around = {},
): Input {
  return inputOf("commit", components, {
    clients: clientsJson(members),
    committer: actorJson(committer),
    changes: changes.map(changeJson),
    ...around(more),
  });
}

/** May these proposals, sent together without a commit? */
export function proposals(
  components: Components,
  members: Readonly<Record<string, number>>,
  changes: readonly Change[],
  more: Around = {},
): Input {
  const rest = { clients: clientsJson(members), changes: changes.map(changeJson), ...around(more) };
  return inputOf("proposals", components, rest);
}

/** May this user send this content? */
export function content(components: Components, name: string, facts: ContentFacts): Input {
  return inputOf("content", components, { user: uri(name), content: toJson(facts) });
}

/** Questions with nothing but names and numbers. */
export function simple(
  question:
    | "message"
    | "receive"
    | "groupInfo"
    | "keyMaterial"
    | "capability"
    | "history"
    | "abuseReport"
    | "handshakeFormat",
  components: Components,
  rest: Readonly<Record<string, Json>>,
): Input {
  return inputOf(question, components, rest);
}

/** May a room begin like this? */
export function newRoom(
  components: Components,
  members: Readonly<Record<string, number>>,
  roomUri: string,
  more: Pick<Around, "parentParticipants"> = {},
): Input {
  return inputOf("newRoom", components, { clients: clientsJson(members), roomUri, ...around(more) });
}

type Fields = Readonly<Record<string, Json>>;

function readActor(json: Json): Actor {
  const { kind, user, claims } = json as unknown as Omit<Actor, "claims"> & {
    claims?: readonly { claimId: { credentialType: number; id: string }; claimValue: string }[];
  };
  const said = claims?.map(({ claimId, claimValue }) => ({
    claimId: { ...claimId, id: unhex(claimId.id) },
    claimValue: unhex(claimValue),
  }));
  const usual = [
    { claimId: { credentialType: 1, id: new Uint8Array() }, claimValue: new TextEncoder().encode(user) },
  ];
  return { kind, user, claims: said ?? usual };
}

function readChange(json: Json): Change {
  const { by, byReference = false, componentId, value: _, update, ...rest } = json as Fields;
  const id = componentId === undefined ? {} : { componentId: Number(componentId) };
  const octets = update === undefined ? {} : { update: unhex(String(update)) };
  const body = { ...rest, ...id, ...octets } as unknown as ChangeBody;
  return { ...body, by: readActor(by ?? null), byReference: byReference === true };
}

/** The facts of a commit or of proposals. */
export function readFacts(input: Input): Omit<CommitFacts, "committer"> & {
  readonly committer?: Actor;
  readonly pending: readonly Change[];
} {
  const byUser = new Map(Object.entries((input.clients ?? {}) as Record<string, number>));
  const total = [...byUser.values()].reduce((sum, count) => sum + count, 0);
  const { committer, joinCode, parentParticipants } = input;
  return {
    clients: { byUser, total },
    changes: ((input.changes ?? []) as Json[]).map(readChange),
    pending: ((input.pending ?? []) as Json[]).map(readChange),
    ...(committer === undefined ? {} : { committer: readActor(committer) }),
    ...(joinCode === undefined ? {} : { joinCode: joinCode as NonNullable<CommitFacts["joinCode"]> }),
    ...(parentParticipants === undefined
      ? {}
      : { parentParticipants: new Set(parentParticipants as string[]) }),
  };
}

/** The components of a room by number. */
export function readComponents(input: Input): (id: number) => Uint8Array | undefined {
  const components = input.components as Record<string, string>;
  return (id) => {
    const octets = components[number(id)];
    return octets === undefined ? undefined : unhex(octets);
  };
}

/** A message. */
export function readContent(input: Input): ContentFacts {
  const { assets, ...rest } = input.content as unknown as Omit<ContentFacts, "assets"> & {
    assets: readonly (Omit<ContentFacts["assets"][number], "size"> & { size: string })[];
  };
  return { ...rest, assets: assets.map((asset) => ({ ...asset, size: BigInt(asset.size) })) };
}

/** The whole decision. @throws {RoomError} where the room cannot be read */
export function decidePolicy(input: Input): Decision {
  const component = readComponents(input);
  const text = (key: string) => String(input[key]);
  const { committer, pending, ...facts } = readFacts(input);
  if (input.question === "newRoom") return checkNewRoom(component, facts.clients, text("roomUri"), facts);
  const state = withPending(roomStateOf(component), pending);
  switch (input.question) {
    case "commit":
      return authorizeCommit(state, { ...facts, committer: committer as Actor });
    case "proposals":
      return authorizeProposal(state, facts);
    case "content":
      return authorizeContent(state, text("user"), readContent(input));
    case "message":
      return authorizeMessage(state, text("user"));
    case "receive":
      return authorizeReceive(state, text("user"));
    case "groupInfo": {
      const { user, joiningCode, codeRoleIndex } = input;
      const code = joiningCode === undefined ? undefined : unhex(String(joiningCode));
      const { claims } = readActor({ kind: "joiner", user: user ?? null });
      const role = codeRoleIndex === undefined ? {} : { codeRoleIndex: Number(codeRoleIndex) };
      return authorizeGroupInfo(state, text("user"), code, { ...facts, claims, ...role });
    }
    case "keyMaterial":
      return authorizeKeyMaterial(state, text("user"), text("targetUser"));
    case "capability":
      return authorizeCapability(state, text("user"), text("capability") as CapabilityName);
    case "history": {
      const { automatic, oldestSeconds } = input;
      return authorizeHistory(state, text("user"), {
        automatic: automatic === true,
        oldestSeconds: Number(oldestSeconds),
      });
    }
    case "abuseReport": {
      const { reportingUser } = input;
      const who = reportingUser === undefined ? {} : { reportingUser: String(reportingUser) };
      return authorizeAbuseReport(state, { ...who, fromDomain: text("fromDomain") });
    }
    default: {
      const { wireFormat, senderType, selfRemove } = input as unknown as HandshakeFormat;
      return authorizeHandshakeFormat(state, {
        wireFormat,
        senderType,
        ...(selfRemove === undefined ? {} : { selfRemove }),
      });
    }
  }
}

/** What the implementation makes of an input of this kind. */
export function evaluatePolicy(input: Input): Expected {
  try {
    const decision = decidePolicy(input);
    if (decision.allowed)
      return { valid: true, rules: [...new Set(decision.grounds.map(({ rule }) => rule))] };
    const { reason, capability, user, roleIndex } = decision;
    return {
      valid: false,
      reason,
      ...(capability === undefined
        ? {}
        : { capability: { name: capability, number: number(Capability[capability]) } }),
      ...(user === undefined ? {} : { user }),
      ...(roleIndex === undefined ? {} : { roleIndex }),
    };
  } catch (error) {
    if (error instanceof RoomError) return { valid: false, reason: error.code };
    throw error;
  }
}
