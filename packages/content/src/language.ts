/**
 * Language tags: RFC 5646 §2.1, for the `language` of a part (draft-ietf-mimi-content-08 §4.4).
 * @module
 */

const LANGUAGE = "(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})";
const SCRIPT_AND_REGION = "(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?";
const VARIANTS = "(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*";
const EXTENSIONS = "(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*";
const PRIVATE_USE = "x(?:-[a-z0-9]{1,8})+";

const TAG = new RegExp(
  `^(?:${LANGUAGE}${SCRIPT_AND_REGION}${VARIANTS}${EXTENSIONS}(?:-${PRIVATE_USE})?|${PRIVATE_USE})$`,
  "i",
);

/** Tags from before the grammar, which it does not make. All others of their kind it does. */
const IRREGULAR = /^(?:i-[a-z]{3,8}|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de))$/i;

/** @internal @returns whether a text is well-formed as a `language`: empty, or language tags separated by commas */
export function isLanguageList(language: string): boolean {
  return language === "" || language.split(",").every((tag) => TAG.test(tag) || IRREGULAR.test(tag));
}
