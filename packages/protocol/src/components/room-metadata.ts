/**
 * What people see of a room: name, descriptions, avatar, subject, mood. Protocol §7.6.
 * @module
 */

import { type Infer, opaque, struct, text, vector } from "@openmimi/tls";
import { PresentUri, Uri, UTF8String } from "./uri.ts";

/** One description. The media type is text as in MIME (reading R-136); empty means text/plain;charset=utf-8. */
export const RichDescription = struct("RichDescription", {
  mediaType: text(1024),
  languageTag: text(256),
  descriptionContent: opaque(0xffff),
});
export type RichDescription = Infer<typeof RichDescription>;

/** The data of component 0x0023, and its update, which replaces them. */
export const RoomMetaData = struct("RoomMetaData", {
  roomUri: PresentUri,
  roomName: UTF8String,
  roomDescriptions: vector(RichDescription, { maxElements: 256 }),
  roomAvatar: Uri,
  roomSubject: UTF8String,
  roomMood: UTF8String,
});
export type RoomMetaData = Infer<typeof RoomMetaData>;
