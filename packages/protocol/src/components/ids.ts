/**
 * The numbers of MIMI's components. Protocol §10, policy §10.1 (suggested values).
 * @module
 */

/** Component IDs of the GroupContext's dictionary; `frankAad` stands in the Safe AAD of messages instead. */
export const MimiComponentId = {
  frankAad: 0x0020,
  frankingAgent: 0x0021,
  participantList: 0x0022,
  roomMetadata: 0x0023,
  operationalPolicy: 0x0024,
  rolesList: 0x0025,
  preauthList: 0x0026,
  baseRoomPolicy: 0x0027,
  statusNotificationPolicy: 0x0028,
  joinLinkPolicy: 0x0029,
  joinLinks: 0x002a,
  linkPreviewPolicy: 0x002b,
  assetPolicy: 0x002c,
  loggingPolicy: 0x002d,
  chatHistoryPolicy: 0x002e,
  botPolicy: 0x002f,
  messageExpirationPolicy: 0x0030,
} as const;

/** The name of a MIMI component, as a key of {@link MimiComponentId}. */
export type MimiComponentName = keyof typeof MimiComponentId;
