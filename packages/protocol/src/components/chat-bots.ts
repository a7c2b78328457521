/**
 * Which bots a room admits. Policy §6.7.
 * @module
 */

import { bool, type Infer, refined, struct, text, uint32, vector } from "@openmimi/tls";
import { Uri } from "./uri.ts";

const fields = struct("Bot", {
  name: text(1024),
  description: text(0xffff),
  homepage: Uri,
  localClientBot: bool,
  botRoleIndex: uint32,
  canTargetMessageInGroup: bool,
  perUserContent: bool,
});

/** One bot. A bot inside somebody's client is no participant, so it has role 0. */
export const Bot = refined(fields, ({ localClientBot, botRoleIndex }) =>
  localClientBot && botRoleIndex !== 0 ? `a local client bot has role ${botRoleIndex}, not 0` : undefined,
);
export type Bot = Infer<typeof Bot>;

/** The data of component 0x002f, and its update, which replaces them. */
export const BotPolicy = struct("BotPolicy", { allowedBots: vector(Bot, { maxElements: 1024 }) });
export type BotPolicy = Infer<typeof BotPolicy>;
