/**
 * Hyperlinks in text, their previews, and the proxy that fetches them. Policy §6.3.
 * @module
 */

import { type Infer, refined, select, vector } from "@openmimi/tls";
import { Optionality } from "./optionality.ts";
import { PresentUri } from "./uri.ts";

/** A vector by the letter of the struct (reading R-178); the prose asks for exactly one where a proxy may be used. */
const linkPreviewProxy = refined(vector(PresentUri, { maxElements: 1 }), (proxies) =>
  proxies.length === 1 ? undefined : "a proxy may be used and none is named",
);

const fields = select("LinkPreviewPolicy", {
  before: {
    autodetectHyperlinksInText: Optionality,
    sendLinkPreviews: Optionality,
    automaticLinkPreviews: Optionality,
  },
  on: ["linkPreviewProxyUse", Optionality],
  cases: { optional: { linkPreviewProxy }, required: { linkPreviewProxy }, forbidden: {} },
});

/** The data of component 0x002b, and its update, which replaces them. */
export const LinkPreviewPolicy = refined(fields, ({ autodetectHyperlinksInText }) =>
  autodetectHyperlinksInText === "required"
    ? "autodetect_hyperlinks_in_text must not be mandatory"
    : undefined,
);
export type LinkPreviewPolicy = Infer<typeof LinkPreviewPolicy>;
