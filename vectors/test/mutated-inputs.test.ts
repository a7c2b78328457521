/**
 * 200,000 inputs, made of valid ones by a few changes, through every decoder: whatever they are, nothing comes out but
 * a value or the decoder's own error, and a value has one encoding.
 */

import {
  ContentError,
  decode as decodeContent,
  decodeStatusReport,
  encode as encodeContent,
  encodeStatusReport,
  markdown,
  parseMediaType,
} from "@openmimi/content";
import {
  GroupInfo,
  KeyPackage,
  MLSMessage,
  MlsError,
  PublicGroup,
  RatchetTreeNodes,
  Welcome,
} from "@openmimi/mls";
import {
  BaseRoomPolicy,
  domainOfFrom,
  downloadUrlFromPathSegment,
  expandTemplate,
  FrankingAgentData,
  frankAadOf,
  fromPathSegment,
  IdentifierError,
  identityOf,
  MimiComponentId,
  ParticipantListData,
  ParticipantListUpdate,
  PreAuthData,
  ProtocolError,
  parseDirectory,
  parseMimiUri,
  providerOf,
  RoleData,
  RoomMetaData,
} from "@openmimi/protocol";
import { cooperativeRoom } from "@openmimi/room";
import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import { expect, it } from "vitest";
import { STRUCTS } from "../src/generate/body-tools.ts";
import { HUB, playFlow, ROOM } from "../src/generate/room.ts";
import { seededOctets } from "../src/generate/seeded.ts";
import { vectorsOfKinds } from "./vector-files.ts";

const INPUTS = 200_000;

interface Decoder {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** Throws a decoder's own error, or anything else to fail. */
  readonly read: (octets: Uint8Array) => void;
}

const own = [TlsError, ContentError, IdentifierError, ProtocolError, MlsError];
const utf8 = new TextEncoder();
const text = (octets: Uint8Array) => new TextDecoder("latin1").decode(octets);

function wire<T>(schema: Schema<T>, ...values: (T | undefined)[]): Decoder {
  const samples = values.flatMap((value) => (value === undefined ? [] : [encode(schema, value)]));
  return octetsOf(schema, samples);
}

function octetsOf<T>(schema: Schema<T>, samples: readonly Uint8Array[]): Decoder {
  const read = (octets: Uint8Array) => sameAgain(octets, encode(schema, decode(schema, octets)));
  return { name: schema.name, samples, read };
}

function sameAgain(octets: Uint8Array, again: Uint8Array): void {
  if (Buffer.compare(octets, again) !== 0)
    throw new Error(`a second encoding: ${Buffer.from(octets).toString("hex")}`);
}

function bodies(): Decoder[] {
  const samples = new Map<string, Uint8Array[]>();
  for (const { input } of vectorsOfKinds("endpoint-bodies")) {
    if (input.struct === undefined) continue;
    const list = samples.get(String(input.struct)) ?? [];
    samples.set(String(input.struct), [...list, new Uint8Array(Buffer.from(String(input.octets), "hex"))]);
  }
  return Object.entries(STRUCTS).map(([name, schema]) =>
    octetsOf(schema as Schema<unknown>, samples.get(name) ?? []),
  );
}

function components(): Decoder[] {
  const room = cooperativeRoom({
    roomUri: ROOM,
    creator: "mimi://a.example/u/alice",
    frankingAgent: HUB.frankingAgent,
  });
  const of = <T>(id: number, schema: Schema<T>) => octetsOf(schema, [room.get(id) ?? new Uint8Array()]);
  return [
    of(MimiComponentId.participantList, ParticipantListData),
    of(MimiComponentId.roomMetadata, RoomMetaData),
    of(MimiComponentId.rolesList, RoleData),
    of(MimiComponentId.preauthList, PreAuthData),
    of(MimiComponentId.baseRoomPolicy, BaseRoomPolicy),
    of(MimiComponentId.frankingAgent, FrankingAgentData),
    wire(ParticipantListUpdate, {
      changedRoleParticipants: [{ userIndex: 1, roleIndex: 2 }],
      removedIndices: [0],
      addedParticipants: [{ user: "mimi://b.example/u/bob", roleIndex: 2 }],
    }),
  ];
}

function contents(): Decoder[] {
  const salt = seededOctets("salt")(16);
  const message = encodeContent(
    markdown("Hi _all_", { salt, senderUri: "mimi://a.example/u/alice", roomUri: ROOM }),
  );
  const report = encodeStatusReport([{ messageId: seededOctets("id")(32), status: 1 }]);
  return [
    {
      name: "MimiContent",
      samples: [message],
      read: (octets) => sameAgain(octets, encodeContent(decodeContent(octets))),
    },
    {
      name: "status report",
      samples: [report],
      read: (octets) => sameAgain(octets, encodeStatusReport(decodeStatusReport(octets))),
    },
  ];
}

function texts(): Decoder[] {
  const of = (name: string, read: (value: string) => unknown, ...samples: string[]): Decoder => ({
    name,
    samples: samples.map((sample) => utf8.encode(sample)),
    read: (octets) => void read(text(octets)),
  });
  const directory =
    '{"update": "https://mimi.example.com/v1/update/{roomId}", "notify": "https://b.example/{roomId}"}';
  const identity = (read: (credential: Parameters<typeof identityOf>[0]) => unknown) => (value: string) =>
    read({ credentialType: "basic", identity: utf8.encode(value) });
  const certificate = (value: string) =>
    identityOf({
      credentialType: "x509",
      certificates: [{ certData: Uint8Array.from(value, (sign) => sign.charCodeAt(0)) }],
    });
  return [
    of("mimi: URI", parseMimiUri, "mimi://a.example/d/zo%C3%AB/A1", ROOM),
    of("path segment", fromPathSegment, "mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse", "a.example/r/clubhouse"),
    of("download URL", downloadUrlFromPathSegment, "https%3A%2F%2Fb.example%2Ff%3Fa%3D1"),
    of("From header", domainOfFrom, "mimi@a.example"),
    of("directory", parseDirectory, directory),
    of(
      "template",
      (value) => expandTemplate(value, { roomId: ROOM }),
      "https://a.example/v1/update/{roomId}?x={roomId}",
    ),
    of("identity", identity(identityOf), "mimi://a.example/d/alice/A1"),
    of("provider", identity(providerOf), "mimi://a.example"),
    of(
      "certificate",
      certificate,
      "0\u00160\u0014\u00a3\u00120\u00100\u000e\u0006\u0003U\u001d\u0011\u0004\u00070\u0005\u0086\u0003a:b",
    ),
    of("media type", parseMediaType, "text/markdown;variant=GFM-MIMI"),
  ];
}

function mls(): Decoder[] {
  const flow = playFlow();
  const stored = flow.hubBeforeJoin.serialize();
  const aad =
    flow.message.message.wireFormat === "privateMessage"
      ? flow.message.message.privateMessage.authenticatedData
      : stored;
  return [
    wire(
      MLSMessage,
      flow.addBob.commit,
      flow.join.commit,
      flow.message.message,
      ...flow.leave,
      flow.replacement,
    ),
    wire(Welcome, flow.addBob.welcome),
    wire(GroupInfo, flow.groupInfo),
    wire(KeyPackage, flow.clients.a1.own.keyPackage),
    wire(RatchetTreeNodes, flow.treeWithBob),
    { name: "SafeAAD", samples: [aad], read: (octets) => void frankAadOf(octets) },
    {
      name: "PublicGroup",
      samples: [stored],
      read: (octets) => void PublicGroup.deserialize(HUB.crypto, octets),
    },
  ];
}

/** One to four changes: an octet flipped, inserted, deleted or set, a part repeated, the end cut off. */
function mutated(sample: Uint8Array, random: (count: number) => Uint8Array): Uint8Array {
  let octets = sample;
  const [count = 0] = random(1);
  for (let change = 0; change <= count % 4; change++) {
    const [kind = 0, octet = 0, high = 0, low = 0] = random(4);
    const at = (high * 256 + low) % (octets.length + 1);
    const before = octets.subarray(0, at);
    const behind = octets.subarray(at + 1);
    const pieces = [
      [before, [(octets[at] ?? 0) ^ (1 << (octet % 8))], behind],
      [before, [octet], octets.subarray(at)],
      [before, [], behind],
      [before, [[0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xff][octet % 8] as number], behind],
      [before, octets.subarray(at, at + (octet % 32)), octets.subarray(at)],
      [before, [], []],
    ][kind % 6] as ArrayLike<number>[];
    octets = Uint8Array.from(pieces.flatMap((piece) => Array.from(piece)));
  }
  return octets;
}

it(`${INPUTS} mutated inputs raise nothing but the decoders' own errors`, () => {
  const decoders = [...bodies(), ...components(), ...contents(), ...texts(), ...mls()];
  const random = seededOctets("mutated inputs");
  const failures: string[] = [];
  let refused = 0;
  for (let input = 0; input < INPUTS; input++) {
    const decoder = decoders[input % decoders.length] as Decoder;
    const [choice = 0] = random(1);
    const octets = mutated(decoder.samples[choice % decoder.samples.length] as Uint8Array, random);
    try {
      decoder.read(octets);
    } catch (error) {
      if (own.some((type) => error instanceof type)) refused++;
      else failures.push(`${decoder.name}: ${String(error)} from ${Buffer.from(octets).toString("hex")}`);
    }
  }
  expect(failures.slice(0, 5)).toEqual([]);
  expect(refused).toBeGreaterThan(INPUTS / 2);
}, 240_000);
