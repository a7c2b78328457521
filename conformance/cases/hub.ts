/**
 * The cases in which the target is the hub of a room.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import { hubAdd } from "./hub-add.ts";
import { hubExternal } from "./hub-external.ts";
import { hubFanout } from "./hub-fanout.ts";
import { hubFranking } from "./hub-franking.ts";
import { hubGroupInfo } from "./hub-group-info.ts";
import { hubGroupInfoRefused } from "./hub-group-info-refused.ts";
import { hubJoinLinks } from "./hub-join-links.ts";
import { hubLeave } from "./hub-leave.ts";
import { hubProposals } from "./hub-proposals.ts";
import { hubRelations } from "./hub-relations.ts";
import { hubRoles } from "./hub-roles.ts";
import { hubSubmit } from "./hub-submit.ts";
import { hubSubmitRefused } from "./hub-submit-refused.ts";
import { hubUpdate } from "./hub-update.ts";
import { hubUpdateEpoch } from "./hub-update-epoch.ts";
import { hubUpdateGroupInfo } from "./hub-update-group-info.ts";
import { hubUpdateMalformed } from "./hub-update-malformed.ts";
import { hubUpdateParticipants } from "./hub-update-participants.ts";
import { hubUpdatePolicy } from "./hub-update-policy.ts";
import { hubUpdateSender } from "./hub-update-sender.ts";

export const hub: readonly ConformanceCase[] = [
  ...hubUpdate,
  ...hubAdd,
  ...hubProposals,
  ...hubLeave,
  ...hubUpdateEpoch,
  ...hubUpdateSender,
  ...hubUpdateMalformed,
  ...hubUpdateGroupInfo,
  ...hubUpdateParticipants,
  ...hubUpdatePolicy,
  ...hubRoles,
  ...hubExternal,
  ...hubRelations,
  ...hubJoinLinks,
  ...hubSubmit,
  ...hubSubmitRefused,
  ...hubFranking,
  ...hubGroupInfo,
  ...hubGroupInfoRefused,
  ...hubFanout,
];
