/**
 * A user's client: an MLS member with its message history, over a provider's client API.
 * @module
 */

export { ClientError, type ClientErrorCode } from "./errors.ts";
export type * from "./store.ts";
export {
  DEFAULT_RETRY,
  type RetryPolicy,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";
