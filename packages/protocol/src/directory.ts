/**
 * The directory and its URL templates. Protocol §5.1; readings.
 * @module
 */

import { ProtocolError } from "./errors.ts";
import { percentEncode } from "./percent.ts";

/** Where a provider's directory is, below its own domain (reading R-023). */
export const DIRECTORY_PATH = "/.well-known/mimi-protocol-directory";

/** The endpoints with the variable of each, as in a directory that is made here (reading R-019). */
export const ENDPOINTS = {
  keyMaterial: "targetUser",
  update: "roomId",
  notify: "roomId",
  submitMessage: "roomId",
  groupInfo: "roomId",
  requestConsent: "targetDomain",
  updateConsent: "requesterDomain",
  identifierQuery: "domain",
  reportAbuse: "roomId",
  proxyDownload: "downloadUrl",
} as const;
/** The name of an endpoint: a key of the directory. */
export type EndpointName = keyof typeof ENDPOINTS;

/** The endpoints that a provider offers, each with its URL template; `ohttpGateway` is a plain URL (reading R-024). */
export type Directory = Readonly<Partial<Record<EndpointName | "ohttpGateway", string>>>;

/** Values for the variables of templates, not yet encoded. `targetUser` and `requesterUser` are accepted from peers. */
export interface TemplateValues {
  readonly targetUser?: string;
  readonly requesterUser?: string;
  readonly roomId?: string;
  readonly targetDomain?: string;
  readonly requesterDomain?: string;
  readonly domain?: string;
  readonly downloadUrl?: string;
}

const VARIABLES: readonly string[] = [
  "targetUser",
  "requesterUser",
  "roomId",
  "targetDomain",
  "requesterDomain",
  "domain",
  "downloadUrl",
] satisfies (keyof TemplateValues)[];
const NAMES: readonly string[] = [...Object.keys(ENDPOINTS), "ohttpGateway"];
const MAX_DIRECTORY_OCTETS = 65536;
const MAX_TEMPLATE_OCTETS = 4096;
const SECTION = "protocol §5.1";

function refuse(message: string, cause?: unknown): never {
  throw new ProtocolError("invalid-directory", message, SECTION, { cause });
}

/**
 * A directory of endpoints below one URL.
 *
 * @param baseUrl https, for example `https://mimi.a.example/v1`
 * @param endpoints those that are offered; all by default
 * @throws {ProtocolError} `invalid-directory`
 * @example
 * ```ts
 * buildDirectory("https://a.example/v1").update; // "https://a.example/v1/update/{roomId}"
 * ```
 */
export function buildDirectory(
  baseUrl: string,
  endpoints: readonly EndpointName[] = Object.keys(ENDPOINTS) as EndpointName[],
): Directory {
  checkUrl("the base URL", baseUrl);
  const base = baseUrl.replace(/\/$/, "");
  return Object.fromEntries(endpoints.map((name) => [name, `${base}/${name}/{${ENDPOINTS[name]}}`]));
}

/**
 * Reads a directory document. Unknown keys are ignored, and a missing key means that the service is not offered
 * (reading R-023).
 *
 * @param json the document's text, or what JSON.parse made of it
 * @throws {ProtocolError} `invalid-directory`
 */
export function parseDirectory(json: unknown): Directory {
  const document = typeof json === "string" ? parseJson(json) : json;
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    return refuse("the directory is no JSON object");
  }
  const directory: Record<string, string> = {};
  for (const name of NAMES) {
    if (!Object.hasOwn(document, name)) continue;
    const template: unknown = (document as Record<string, unknown>)[name];
    if (typeof template !== "string") return refuse(`${name} is no text`);
    checkUrl(name, template.replaceAll(/\{[^{}]*\}/g, "variable"));
    directory[name] = template;
  }
  return directory;
}

function parseJson(text: string): unknown {
  if (text.length > MAX_DIRECTORY_OCTETS)
    refuse(`the directory has more than ${MAX_DIRECTORY_OCTETS} octets`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    return refuse("the directory is no JSON", cause);
  }
}

function checkUrl(what: string, text: string): void {
  if (text.length > MAX_TEMPLATE_OCTETS) refuse(`${what} has more than ${MAX_TEMPLATE_OCTETS} octets`);
  const url = URL.parse(text);
  if (url?.protocol !== "https:") refuse(`${what} is no https URL`);
  if (url?.username !== "" || url?.password !== "") refuse(`${what} holds user information`);
  if (text.includes("#")) refuse(`${what} has a fragment`);
}

/**
 * Puts values into a template: everything outside unreserved characters is percent-encoded (RFC 6570 level 1, reading
 * The template is otherwise used exactly as it is (reading R-018).
 *
 * @throws {ProtocolError} `invalid-template` for an unknown variable, or one without a value
 * @example
 * ```ts
 * expandTemplate("https://b.example/update/{roomId}", { roomId: "mimi://b.example/r/x" });
 * // "https://b.example/update/mimi%3A%2F%2Fb.example%2Fr%2Fx"
 * ```
 */
export function expandTemplate(template: string, values: TemplateValues): string {
  const refuseTemplate = (message: string): never => {
    throw new ProtocolError("invalid-template", message, SECTION);
  };
  const expanded = template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    if (!VARIABLES.includes(name)) return refuseTemplate(`the variable ${JSON.stringify(name)} is unknown`);
    const value = values[name as keyof TemplateValues];
    return value === undefined ? refuseTemplate(`there is no value for ${name}`) : percentEncode(value);
  });
  return /[{}]/.test(expanded) ? refuseTemplate("a brace without its counterpart") : expanded;
}
