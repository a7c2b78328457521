/**
 * Puts script and style into index.html and forbids everything else: the page is one file, also from a disk.
 * @module
 */

import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** Moves every chunk and style into the document that names it, and adds the content security policy. */
export function selfContained(): Plugin {
  return {
    name: "openmimi-self-contained",
    enforce: "post",
    generateBundle(_, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") throw new Error("the build made no index.html");
      const scripts: string[] = [];
      const styles: string[] = [];
      for (const [name, made] of Object.entries(bundle)) {
        if (made === page) continue;
        if (made.type === "chunk") scripts.push(made.code);
        else if (name.endsWith(".css")) styles.push(String(made.source));
        else throw new Error(`${name} cannot be put into the page`);
        delete bundle[name];
      }
      page.source = contained(String(page.source), scripts, styles);
    },
  };
}

/**
 * The document with its one script at the end of its body, its one style, and a policy that allows those two by hash.
 *
 * @throws Error when there is not exactly one script, which could not be put into another order
 */
export function contained(html: string, scripts: readonly string[], styles: readonly string[]): string {
  const [script, ...others] = scripts;
  if (script === undefined || others.length > 0)
    throw new Error(`the build made ${scripts.length} scripts instead of one`);
  const code = inScript(script);
  const style = styles.join("\n");
  if (/<\/style/i.test(style)) throw new Error("the style would end its element");
  const bare = html.replaceAll(/\s*<(?:script [^>]*src=[^>]*><\/script>|link rel="stylesheet"[^>]*>)/g, "");
  return bare
    .replace(/(<meta charset="utf-8" ?\/?>)/, (meta) => `${meta}\n    ${policy(code, style)}`)
    .replace("</head>", () => `<style>${style}</style>\n  </head>`)
    .replace("</body>", () => `<script type="module">${code}</script>\n  </body>`);
}

/** What would end the element, or begin a comment in it, stands in strings only, where an escape is the same. */
function inScript(code: string): string {
  return code.replaceAll(/<(?=\/script|!--)/gi, "\\x3C");
}

/**
 * The browser refuses every text as markup, wherever it may come from: the one policy of trusted types makes none, but
 * starts the thread, which runs the script of the page.
 */
function policy(code: string, style: string): string {
  const rules = [
    "default-src 'none'",
    `script-src ${hashOf(code)}`,
    `style-src ${hashOf(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types inspection-thread",
    "worker-src blob:",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${rules.join("; ")}" />`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
