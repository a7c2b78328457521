/**
 * Text in HTML.
 * @module
 */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** @internal @returns the text for use between tags or in a quoted attribute */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!).replaceAll("\0", "\ufffd");
}

/** @internal @returns a URI for use in an attribute: what is not ASCII or might end the attribute is percent-encoded */
export function escapeUri(uri: string): string {
  const encoded = uri.replace(/[^!#$%&'()*+,\-./0-9:;=?@A-Z[\]_a-z~]+/g, (characters) =>
    encodeURIComponent(characters.toWellFormed()),
  );
  return escapeHtml(encoded);
}
