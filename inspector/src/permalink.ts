/**
 * The view as the fragment of a URL, which browsers never send.
 * @module
 */

/** Browsers and messengers cut longer ones in different places. */
const MAX_LENGTH = 32_000;

/** So many octets a link carries. */
export const MAX_LINKED_OCTETS = 22_500;

/** What a link reproduces. */
export interface View {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly as?: string | undefined;
  readonly senderUri?: string | undefined;
  readonly roomUri?: string | undefined;
  /** The selected field, as `addressOf` writes it. */
  readonly at?: string | undefined;
}

/** What a fragment asks for. */
export type Fragment =
  | { readonly kind: "none" }
  | { readonly kind: "example"; readonly id: string }
  | { readonly kind: "view"; readonly view: View }
  | { readonly kind: "unreadable" };

/**
 * Writes a view.
 *
 * @returns the fragment with its `#`; undefined when it would be longer than links can be
 * @example
 * fragmentOf({ octets: Uint8Array.of(0, 1), as: "Proposal" }); // "#o=AAE&as=Proposal"
 */
export function fragmentOf({ octets, as, senderUri, roomUri, at }: View): string | undefined {
  if (octets.length > MAX_LINKED_OCTETS) return undefined;
  const fields = new URLSearchParams({ o: base64urlOf(octets) });
  if (as !== undefined) fields.set("as", as);
  if (senderUri !== undefined) fields.set("sender", senderUri);
  if (roomUri !== undefined) fields.set("room", roomUri);
  if (at !== undefined) fields.set("at", at);
  const fragment = `#${fields}`;
  return fragment.length > MAX_LENGTH ? undefined : fragment;
}

/** The fragment of an example of the gallery. */
export function exampleFragment(id: string): string {
  return `#example=${id}`;
}

/**
 * Reads a fragment.
 *
 * @param fragment with or without its `#`; whatever it says, nothing is thrown
 */
export function readFragment(fragment: string): Fragment {
  const text = fragment.replace(/^#/, "");
  const fields = new URLSearchParams(text);
  const example = fields.get("example");
  if (example !== null) return { kind: "example", id: example };
  const spelled = fields.get("o");
  // A fragment of the page itself, such as that of a skip link.
  if (spelled === null) return { kind: "none" };
  const octets = octetsOf(spelled);
  if (octets === undefined || text.length > MAX_LENGTH) return { kind: "unreadable" };
  return {
    kind: "view",
    view: {
      octets,
      ...taken("as", fields.get("as")),
      ...taken("senderUri", fields.get("sender")),
      ...taken("roomUri", fields.get("room")),
      ...taken("at", fields.get("at")),
    },
  };
}

function taken<Name extends string>(name: Name, value: string | null): { readonly [key in Name]?: string } {
  return value === null || value === "" ? {} : ({ [name]: value } as { readonly [key in Name]?: string });
}

/** Without padding. */
function base64urlOf(octets: Uint8Array): string {
  let binary = "";
  for (const octet of octets) binary += String.fromCharCode(octet);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function octetsOf(base64url: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(base64url) || base64url.length % 4 === 1) return undefined;
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
