/**
 * Every check that the drafts ask of a provider, each under its own name. The server calls them here and nowhere
 * else, so that a provider with one check left out can be put together from outside, to test who notices.
 * @module
 */

import * as groupInfo from "./checks/group-info.ts";
import * as keyMaterial from "./checks/key-material.ts";
import * as message from "./checks/message.ts";
import * as notify from "./checks/notify.ts";
import * as relations from "./checks/relations.ts";
import * as room from "./checks/room.ts";
import * as transport from "./checks/transport.ts";
import * as update from "./checks/update.ts";

/** The checks as the drafts ask for them. */
export const standardChecks = {
  ...transport,
  ...keyMaterial,
  ...update,
  ...message,
  ...groupInfo,
  ...notify,
  ...room,
  ...relations,
};

/** The checks of a provider, by name. */
export type ProviderChecks = Readonly<typeof standardChecks>;
