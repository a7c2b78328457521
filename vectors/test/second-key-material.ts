/**
 * Claims for KeyPackages once more: what a target provider answers, by sentences of protocol §5.2 and of the readings,
 * and sharing nothing with the packages.
 * @module
 */

import { createHash, createPublicKey, verify } from "node:crypto";
import type { Json } from "@openmimi/vectors";
import { ascii, opaque, verifies } from "./second-crypto.ts";
import { type Fields, isCanonicalUri, readAll, struct, u8, uri } from "./second-decoder.ts";
import { BODIES } from "./second-structs.ts";
import { keyPackage } from "./second-structs-mls.ts";

interface Piece {
  readonly position: number;
  readonly digits: string;
  readonly fields: Fields;
  readonly isSpare: boolean;
}

const head = struct(
  ["protocol", u8],
  ["requestingUser", uri()],
  ["targetUser", uri()],
  ["roomId", uri(true)],
);
const read = (name: string, digits: string): Fields | undefined => {
  const value = readAll(BODIES[name] as NonNullable<(typeof BODIES)[string]>, digits);
  return value === "refused" ? undefined : (value as Fields);
};
const domainOf = (text: unknown): string => String(text).slice(7).split("/")[0] ?? "";

/** The user that a basic credential names. */
function userIn(credential: Json): string {
  const text = Buffer.from(String((credential as Fields).identity), "hex").toString("latin1");
  const [, provider, letter, first] = text.split(/^mimi:\/\/|\//);
  return letter === "d" ? `mimi://${provider}/u/${first}` : text;
}

/** DER around a point of P-256. */
const P256 = "3059301306072a8648ce3d020106082a8648ce3d030107034200";

function isSigned(digits: string, { acceptableCiphersuites, ...fields }: Fields): boolean {
  const signature = String(fields.keyMaterialRequestSignature);
  const signed = digits.slice(0, digits.length - opaque(signature).length);
  const key = String(fields.requesterSignatureKey);
  const suites = acceptableCiphersuites as number[];
  const isEdwards = (suite: number) => suite === 1 || suite === 3;
  if (key.length === 64) {
    return suites.some(isEdwards) && verifies(key, "KeyMaterialRequestTBS", signed, signature);
  }
  const der = Buffer.from(P256 + key, "hex");
  const content = opaque(ascii("MLS 1.0 KeyMaterialRequestTBS")) + opaque(signed);
  const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
  const octetsOf = (text: string) => Buffer.from(text, "hex");
  return suites.includes(2) && verify("sha256", octetsOf(content), publicKey, octetsOf(signature));
}

/** @returns why the claim is refused, or the request */
function admit(domain: string, claim: Fields): string | Fields {
  const digits = String(claim.request);
  const request = read("KeyMaterialRequest", digits);
  if (request === undefined) return "malformed";
  const { targetUser, requestingUser, roomId } = request;
  const path = decodeURIComponent(String(claim.pathSegment));
  if (!isCanonicalUri(path)) return "malformed";
  if (path !== targetUser) return "path-mismatch";
  for (const user of [targetUser, requestingUser])
    if (!/^mimi:\/\/[^/]+\/[up]\//.test(String(user))) return "not-a-user";
  const named = userIn(request.requesterCredential as Json);
  if (!named.includes("/u/")) return "invalid-credential";
  if (named !== requestingUser) return "requester-mismatch";
  if (!isSigned(digits, request)) return "invalid-signature";
  if (roomId === "" && claim.from !== domainOf(requestingUser)) return "not-the-requester";
  if (domainOf(targetUser) !== domain) return "not-here";
  if (roomId !== "" && claim.from !== domainOf(roomId)) return "not-the-hub";
  return request;
}

function refusedUser(input: Fields, { targetUser, requestingUser, roomId }: Fields): string | undefined {
  const known = (input.users as Fields[]).find(({ user }) => user === targetUser);
  if (known === undefined) return "userUnknown";
  if (known.status === "deleted") return "userDeleted";
  let isGranted = false;
  let isElsewhere = false;
  for (const grant of input.consent as Fields[]) {
    if (grant.targetUser !== targetUser || grant.requestingUser !== requestingUser) continue;
    if (!("roomId" in grant) || grant.roomId === roomId) isGranted = true;
    else isElsewhere = true;
  }
  if (isGranted) return undefined;
  return isElsewhere && roomId !== "" ? "noConsentForThisRoom" : "noConsent";
}

const DEFAULT_TYPES: Readonly<Record<string, readonly number[]>> = {
  extensionTypes: [1, 2, 3, 4, 5],
  proposalTypes: [1, 2, 3, 4, 5, 6, 7],
  credentialTypes: [],
};
const LISTS = [
  ["extensionTypes", "extensions"],
  ["proposalTypes", "proposals"],
  ["credentialTypes", "credentials"],
] as const;

function canAll(piece: Piece, required: Fields): boolean {
  const capabilities = (piece.fields.leafNode as Fields).capabilities as Fields;
  return LISTS.every(([demand, offer]) => {
    const has = [...(capabilities[offer] as number[]), ...(DEFAULT_TYPES[demand] ?? [])];
    return (required[demand] as number[]).every((type) => has.includes(type));
  });
}

/** Component 4 in the dictionary, or extension 10: with nothing else in either, their octets are these. */
const isSpare = (fields: Fields): boolean =>
  (fields.extensions as Fields[]).some(
    ({ extensionType, extensionData }) =>
      extensionType === 10 || (extensionType === 6 && extensionData === "03000400"),
  );

/** A target provider that keeps what is left. */
export class SecondTarget {
  readonly #input: Fields;
  readonly #stock = new Map<string, Piece[]>();

  constructor(input: Fields) {
    this.#input = input;
    for (const { clients } of input.users as Fields[])
      for (const { client, keyPackages } of clients as Fields[])
        this.#stock.set(
          String(client),
          (keyPackages as string[]).map((digits, position) => {
            const fields = readAll(keyPackage, digits) as Fields;
            return { position, digits, fields, isSpare: isSpare(fields) };
          }),
        );
  }

  /** @returns the answer without what else would be allowed, or why there is none */
  answer(claim: Fields): string | Fields {
    const digits = String(claim.request);
    if (digits !== "" && !digits.startsWith("01")) {
      const { targetUser } = readHead(digits);
      const octets = `${digits.slice(0, 2)}02${opaque(ascii(String(targetUser)))}00`;
      return { userStatus: "incompatibleProtocol", clients: [], octets };
    }
    const request = admit(String(this.#input.domain), claim);
    if (typeof request === "string") return request;
    const refused = refusedUser(this.#input, request);
    if (refused !== undefined) return this.#written(request, refused, []);
    const clients = this.#serve(request);
    const served = clients.filter(({ clientStatus }) => clientStatus === "success").length;
    const all = served === clients.length ? "success" : "partialSuccess";
    return this.#written(request, served === 0 ? "noCompatibleMaterial" : all, clients);
  }

  #alive(client: string): Piece[] {
    const now = Number(this.#input.nowSeconds);
    return (this.#stock.get(client) ?? []).filter(({ fields }) => {
      const { notBefore, notAfter } = (fields.leafNode as Fields).lifetime as Fields;
      return Number(notBefore) <= now && now + 60 <= Number(notAfter);
    });
  }

  #serve(request: Fields): Fields[] {
    const suites = request.acceptableCiphersuites as number[];
    const user = (this.#input.users as Fields[]).find(
      ({ user: uri }) => uri === request.targetUser,
    ) as Fields;
    const names = (user.clients as Fields[]).map(({ client }) => String(client));
    const usable = (client: string, suite: number) =>
      this.#alive(client).filter(
        (piece) =>
          piece.fields.cipherSuite === suite && canAll(piece, request.requiredCapabilities as Fields),
      );
    const popularity = suites.map((suite) => names.filter((name) => usable(name, suite).length > 0).length);
    const popular = suites[popularity.indexOf(Math.max(...popularity))] as number;
    return names.map((client) => {
      const suite = [popular, ...suites].find((candidate) => usable(client, candidate).length > 0);
      if (suite === undefined) {
        const clientStatus = this.#alive(client).length > 0 ? "nothingCompatible" : "keyMaterialExhausted";
        return { client, clientStatus };
      }
      const pieces = usable(client, suite);
      const plain = pieces.filter((piece) => !piece.isSpare);
      const ends = ({ fields }: Piece) => Number(((fields.leafNode as Fields).lifetime as Fields).notAfter);
      const soonest = (plain.length > 0 ? plain : pieces).reduce((best, next) =>
        ends(next) < ends(best) ? next : best,
      );
      const everything = [...new Set(suites)].flatMap((other) => usable(client, other));
      const others = everything.filter((piece) => !piece.isSpare);
      const allowed = (others.length > 0 ? others : everything).map(({ position }) => position).sort();
      this.#stock.set(
        client,
        (this.#stock.get(client) ?? []).filter((piece) => piece !== soonest),
      );
      return {
        client,
        clientStatus: "success",
        keyPackage: soonest.position,
        allowed,
        digits: soonest.digits,
      };
    });
  }

  #written({ targetUser }: Fields, userStatus: string, clients: readonly Fields[]): Fields {
    const codes = Object.keys(USER_CODES);
    const list = clients.map(({ client, clientStatus, digits = "" }) => {
      const name = opaque(ascii(String(client)));
      if (clientStatus === "success") return `00${name}${String(digits)}`;
      return clientStatus === "keyMaterialExhausted" ? `01${name}` : `02${name}00`;
    });
    const code = codes.indexOf(userStatus).toString(16).padStart(2, "0");
    const octetsOf = `01${code}${opaque(ascii(String(targetUser)))}${opaque(list.join(""))}`;
    return { userStatus, clients: clients.map(({ digits: _, ...rest }) => rest), octets: octetsOf };
  }
}

/** Protocol §5.2, with what may stand in their place: a provider may conceal what it knows. */
export const USER_CODES: Readonly<Record<string, readonly string[]>> = {
  success: [],
  partialSuccess: [],
  incompatibleProtocol: [],
  noCompatibleMaterial: [],
  userUnknown: ["noConsent"],
  noConsent: [],
  noConsentForThisRoom: ["noConsent"],
  userDeleted: ["userUnknown", "noConsent"],
};

function readHead(digits: string): Fields {
  // Only the start is of a form that can be known: look at growing pieces until one is whole.
  for (let end = 2; end <= digits.length; end += 2) {
    const value = readAll(head, digits.slice(0, end));
    if (value !== "refused") return value as Fields;
  }
  throw new Error("no head");
}

/** @returns the KeyPackages that a requester may use, or undefined where the answer contradicts something */
export function usableAnswer(requestDigits: string, responseDigits: string): Fields[] | undefined {
  const request = read("KeyMaterialRequest", requestDigits);
  const response = read("KeyMaterialResponse", responseDigits);
  if (request === undefined || response === undefined || response.userUri !== request.targetUser)
    return undefined;
  const clients = response.clients as Fields[];
  const served = clients.filter(({ clientStatus }) => clientStatus === "success");
  const fitting: Readonly<Record<string, boolean>> = {
    success: served.length > 0 && served.length === clients.length,
    partialSuccess: served.length > 0,
    noCompatibleMaterial: served.length === 0,
  };
  if (!(fitting[String(response.userStatus)] ?? clients.length === 0)) return undefined;
  const names = clients.map(({ clientUri }) => String(clientUri));
  if (new Set(names).size < names.length) return undefined;
  if (names.some((name) => domainOf(name) !== domainOf(request.targetUser))) return undefined;
  const isOf = ({ clientUri, keyPackage: fields }: Fields): boolean => {
    const { cipherSuite, leafNode } = fields as Fields;
    const identity = ((leafNode as Fields).credential as Fields).identity;
    return (
      (request.acceptableCiphersuites as number[]).includes(Number(cipherSuite)) &&
      identity === ascii(String(clientUri)) &&
      userIn((leafNode as Fields).credential as Json) === request.targetUser
    );
  };
  if (!served.every(isOf)) return undefined;
  return served.map(({ clientUri }) => {
    // The KeyPackage stands behind the name of its client; its end is where one can be read.
    const name = opaque(ascii(String(clientUri)));
    const at = responseDigits.indexOf(name) + name.length;
    return { client: String(clientUri), reference: referenceOf(wholeAt(responseDigits.slice(at))) };
  });
}

function wholeAt(digits: string): string {
  for (let end = 2; end <= digits.length; end += 2) {
    const piece = digits.slice(0, end);
    if (readAll(keyPackage, piece) !== "refused") return piece;
  }
  throw new Error("no KeyPackage");
}

/** RFC 9420 §5.2, with SHA-256. */
function referenceOf(digits: string): string {
  const label = opaque(ascii("MLS 1.0 KeyPackage Reference"));
  return createHash("sha256")
    .update(Buffer.from(label + opaque(digits), "hex"))
    .digest("hex");
}
