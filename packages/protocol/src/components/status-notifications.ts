/**
 * Delivery notifications and read receipts. Policy §6.1.
 * @module
 */

import { type Infer, struct } from "@openmimi/tls";
import { Optionality } from "./optionality.ts";

/** The data of component 0x0028, and its update, which replaces them. */
export const StatusNotificationPolicy = struct("StatusNotificationPolicy", {
  deliveryNotifications: Optionality,
  readReceipts: Optionality,
});
export type StatusNotificationPolicy = Infer<typeof StatusNotificationPolicy>;
