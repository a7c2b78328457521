/**
 * MIMI content (draft-ietf-mimi-content-08) and message status (draft-mahy-mimi-message-status-01).
 * @module
 */

export {
  attachment,
  type Body,
  conferencing,
  deletion,
  edit,
  type MessageOptions,
  markdown,
  message,
  reaction,
  reply,
  statusMessage,
  text,
  unlike,
} from "./builders.ts";
export { decode, encode } from "./codec.ts";
export { type DescribedItem, type DescribeOptions, type Description, describe } from "./describe.ts";
export { ContentError, type ContentErrorCode } from "./errors.ts";
export {
  AeadAlgorithm,
  checkExternal,
  DEFAULT_MAX_EXTERNAL_OCTETS,
  type ExternalPolicy,
  type ExternalProtection,
  encryptExternal,
  HashAlgorithm,
  openExternal,
  type ProtectedExternal,
  type ProtectOptions,
  plainExternal,
} from "./external.ts";
export {
  type Authorize,
  authorOnly,
  type ChangeAction,
  type MessageChange,
} from "./history/authorize.ts";
export {
  type HistoryInput,
  type HistoryOptions,
  type HistoryOutcome,
  type HistoryPage,
  MessageHistory,
} from "./history/history.ts";
export {
  actionOf,
  type MessageAction,
  type MessageKind,
  type ReactionReceiver,
  reactionsIn,
} from "./history/kind.ts";
export type { HistoryLimits } from "./history/limits.ts";
export { type MessageEnvelope, type ReceivedMessage, receiveMessage } from "./history/receive.ts";
export type { HistoryMessage, MessageReaction, MessageVersion, ReplyChain } from "./history/view.ts";
export { MediaType, type ParsedMediaType, parseMediaType, sameMediaType } from "./media-type.ts";
export { type HashFunction, type MessageUris, messageId, messageUris, SHA_256 } from "./message-id.ts";
export {
  Cardinality,
  type ContentLimits,
  DEFAULT_MAX_OCTETS,
  Disposition,
  type Expiration,
  type ExtensionKey,
  type Extensions,
  type ExternalPart,
  MAX_EXTENSION_LEVELS,
  MAX_PART_LEVELS,
  MAX_PARTS,
  MAX_TOPIC_ID_OCTETS,
  MESSAGE_ID_OCTETS,
  type MessageId,
  type MimiContent,
  type MultiPart,
  type NestedPart,
  type NullPart,
  type PartHeader,
  PartSemantics,
  SALT_OCTETS,
  type SinglePart,
} from "./model.ts";
export { dispositionName } from "./names.ts";
export {
  type Circumstances,
  CLOCK_TOLERANCE_MS,
  FORMAT_PUBLISHED_MS,
  type Nonsense,
  type NonsenseCode,
  type NonsensePolicy,
  nonsenseOf,
  YEAR_SECONDS,
} from "./nonsense.ts";
export { type ExternalFields, externalPart, multiPart, nullPart, singlePart } from "./part-builders.ts";
export {
  contentIdUri,
  type IndexedPart,
  indexParts,
  languageTags,
  parseContentIdUri,
  resolveContentIdUri,
} from "./parts.ts";
export {
  byLanguage,
  type ProcessedPart,
  type Processing,
  processParts,
  type Receiver,
} from "./process.ts";
export { ExtensionNumber } from "./read/extensions.ts";
export { findContentIdUris } from "./references.ts";
export { deriveSalt, SALT_SECRET_LABEL } from "./salt.ts";
export {
  decodeStatusReport,
  encodeStatusReport,
  MessageStatus,
  type MessageStatusReport,
  messageStatusName,
  type PerMessageStatus,
  STATUS_MEDIA_TYPE,
} from "./status-report.ts";
export { type OrderedStatus, standingStatus, statusChanges } from "./status-transition.ts";
export {
  effectiveDisposition,
  RECOMMENDED_MEDIA_TYPES,
  REQUIRED_MEDIA_TYPES,
  type Support,
  supporting,
} from "./support.ts";
