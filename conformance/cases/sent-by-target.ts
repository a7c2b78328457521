/**
 * How a request of the target has to look. Protocol §4.1, §5.1; readings.
 * @module
 */

import type { Check, Checks } from "../src/checks.ts";
import type { HeaderFields } from "../src/transcript.ts";

/** The fields of that name, in any case. */
export function fieldsOf(headers: HeaderFields, name: string): string[] {
  return headers.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
}

/**
 * From names the target and Host the provider it is meant for, POST was used, and the certificate is the target's.
 * That it arrived at all shows that the directory was followed: the suite's paths cannot be guessed.
 */
export function sentAsTheDraftsWant(check: Checks, label: string, to: string): Check[] {
  const exchange = check.exchange(label);
  if (exchange === undefined) return [check.unknown(`${label}: a request`, "there is none")];
  const { n, request, tls, from: target } = exchange;
  const hosts = fieldsOf(request.headers, "host").map((host) => host.replace(/:\d+$/, ""));
  const trusted = tls?.targetAuthorized === true && tls.targetCertificateNames.includes(target);
  const names = tls?.targetCertificateNames.join(", ") ?? "";
  return [
    check.equals(`${label}: method`, request.method, "POST", n),
    check.equals(`${label}: From`, fieldsOf(request.headers, "from"), [`mimi@${target}`], n),
    check.equals(`${label}: Host`, hosts, [to], n),
    check.that(trusted, `${label}: a certificate of ${target}`, names === "" ? "none" : names, n),
  ];
}
