/**
 * The cases in which the target is a follower: its users are in a room of the suite's hub.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import { followerForbidden } from "./follower-forbidden.ts";
import { followerHandshakes } from "./follower-handshakes.ts";
import { followerJoin } from "./follower-join.ts";
import { followerMessages } from "./follower-messages.ts";
import { followerNotify } from "./follower-notify.ts";
import { followerNotifyRefused } from "./follower-notify-refused.ts";
import { followerNotifyTwice } from "./follower-notify-twice.ts";
import { followerPolicies } from "./follower-policies.ts";
import { followerRefusals } from "./follower-refusals.ts";
import { followerWelcome } from "./follower-welcome.ts";

export const follower: readonly ConformanceCase[] = [
  ...followerWelcome,
  ...followerNotify,
  ...followerNotifyTwice,
  ...followerNotifyRefused,
  ...followerMessages,
  ...followerHandshakes,
  ...followerRefusals,
  ...followerJoin,
  ...followerPolicies,
  ...followerForbidden,
];
