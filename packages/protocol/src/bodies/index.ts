/**
 * The bodies of all endpoints. Protocol §5; proxyDownload (§5.10.2) has none.
 * @module
 */

export * from "./common.ts";
export * from "./consent.ts";
export * from "./group-info.ts";
export * from "./identifier-query.ts";
export * from "./key-material.ts";
export * from "./notify.ts";
export * from "./pseudonymous-credential.ts";
export * from "./report-abuse.ts";
export * from "./submit-message.ts";
export * from "./update.ts";
