/**
 * A rendered text as a tree: element names and texts, without what is for looks only.
 * @module
 */

/** A text; or an element: its name, its attributes if there are any, and what is in it. */
export type Tree = string | Element;
/** The name first. */
interface Element extends ReadonlyArray<Tree | Attributes> {}
type Attributes = { readonly [name: string]: string | number | boolean };

const VOID: ReadonlySet<string> = new Set(["br", "hr", "input", "img"]);
/** In these a line end between elements means nothing. */
const BLOCKS: ReadonlySet<string> = new Set(["", "blockquote", "ul", "ol", "table", "thead", "tbody", "tr"]);
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

const plain = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? "");

/** Attributes that say something about the text. */
function attributesOf(name: string, written: string): Attributes {
  const value = (attribute: string): string | undefined => {
    const found = new RegExp(` ${attribute}="([^"]*)"`).exec(written)?.[1];
    return found === undefined ? undefined : plain(found);
  };
  const styles = value("class") ?? "";
  if (name === "a") return { href: value("href") ?? "" };
  if (name === "ol" && value("start") !== undefined) return { start: Number(value("start")) };
  if (name === "input") return { checked: / checked/.test(written) };
  if (name === "code" && styles.startsWith("language-"))
    return { language: styles.slice("language-".length) };
  if ((name === "th" || name === "td") && styles.startsWith("align-"))
    return { align: styles.slice("align-".length) };
  return {};
}

/** Reads the HTML that our renderer makes, which is well-formed. */
export function treeOf(html: string): Tree[] {
  type Open = { name: string; attributes: Attributes; children: (Tree | Attributes)[] };
  const root: Open = { name: "", attributes: {}, children: [] };
  const open: Open[] = [root];
  const top = (): Open => open[open.length - 1] ?? root;
  const element = ({ name, attributes, children }: Open): Tree =>
    Object.keys(attributes).length === 0 ? [name, ...children] : [name, attributes, ...children];
  for (const [, closing, name = "", written = "", text] of html.matchAll(
    /<(\/?)([a-z0-9]+)([^>]*)>|([^<]+)/g,
  )) {
    if (text !== undefined) {
      const isBetween = BLOCKS.has(top().name) || (top().name === "li" && text.trim() === "");
      if (!(isBetween && text.trim() === "")) top().children.push(plain(text));
    } else if (closing === "/") {
      const done = open.pop() ?? root;
      top().children.push(element(done));
    } else if (VOID.has(name))
      top().children.push(element({ name, attributes: attributesOf(name, written), children: [] }));
    else open.push({ name, attributes: attributesOf(name, written), children: [] });
  }
  return root.children as Tree[];
}
