/**
 * Room components: the data and the updates of MIMI's entries in app_data_dictionary. Protocol §5.4.1, §7, policy §3-§7.
 * @module
 */

export * from "./assets.ts";
export * from "./base-room-policy.ts";
export * from "./chat-bots.ts";
export * from "./chat-history.ts";
export * from "./franking.ts";
export * from "./ids.ts";
export * from "./join-links.ts";
export * from "./link-previews.ts";
export * from "./logging.ts";
export * from "./message-expiration.ts";
export * from "./operational-policy.ts";
export * from "./optionality.ts";
export * from "./participant-list.ts";
export * from "./preauthorized-users.ts";
export * from "./roles.ts";
export * from "./room-metadata.ts";
export * from "./status-notifications.ts";
export { PresentUri, Uri, UTF8String } from "./uri.ts";
