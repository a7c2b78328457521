/**
 * Groups that follow another one: reinitialized and branched. RFC 9420 §11.2, §11.3.
 * @module
 */

import { encode } from "@openmimi/tls";
import { Credential, type GroupContext, type ReInit } from "../codec/index.ts";
import type { MlsError } from "../errors.ts";
import { sameOctets } from "../octets.ts";
import { resumptionLookup } from "./epoch.ts";
import type { MemberOptions, ResumptionLookup } from "./options.ts";
import type { MemberState } from "./store.ts";

/** How the new group follows the old one. */
export type LinkUsage = "reinit" | "branch";

/** What has to be known of the old group. */
export interface LinkedGroup {
  readonly groupContext: GroupContext;
  /** The ReInit that ended the group. */
  readonly reinit?: ReInit;
  /** Of the members of one epoch, as long as it is known. */
  credentials(epoch: bigint): Credential[] | undefined;
  readonly resumption: ResumptionLookup;
}

/** The old group as a new one looks at it. */
export function linkedGroup({ public: group, epoch, past, reinit }: MemberState): LinkedGroup {
  const { groupContext } = group;
  return {
    groupContext,
    ...(reinit === undefined ? {} : { reinit }),
    credentials: (at) => {
      if (at === group.epoch) return group.members().map(({ leafNode }) => leafNode.credential);
      const ended = past.find((item) => item.groupContext.epoch === at);
      return ended?.senders.map(({ credential }) => credential);
    },
    resumption: resumptionLookup(group, epoch, past),
  };
}

/** Whether two credentials speak for one member where the application does not say it: the same octets. */
const sameCredential = (a: Credential, b: Credential): boolean =>
  sameOctets(encode(Credential, a), encode(Credential, b));

/**
 * Checks a new group against the old one.
 *
 * @param epoch of the old group, as the PSK names it
 * @param refuse what to throw
 */
export function checkLink(
  old: LinkedGroup,
  usage: LinkUsage,
  epoch: bigint,
  next: { readonly groupContext: GroupContext; readonly credentials: readonly Credential[] },
  { sameMember = sameCredential }: MemberOptions,
  refuse: (message: string) => MlsError,
): void {
  const { groupContext } = next;
  const members = old.credentials(epoch);
  if (members === undefined) throw refuse(`epoch ${epoch} of the old group is not known any more`);
  const known = (credential: Credential) => members.some((member) => sameMember(member, credential));
  if (!next.credentials.every(known)) throw refuse("somebody was no member of the old group");
  if (usage === "branch") {
    if (groupContext.cipherSuite !== old.groupContext.cipherSuite)
      throw refuse("a subgroup has the cipher suite of its group");
    return;
  }
  const { reinit } = old;
  if (reinit === undefined || epoch !== old.groupContext.epoch)
    throw refuse("the old group was not reinitialized by the commit that began this epoch");
  const missing = members.some((member) => !next.credentials.some((other) => sameMember(member, other)));
  if (missing) throw refuse("a member of the old group is missing");
  const matches =
    reinit.version === groupContext.version &&
    reinit.cipherSuite === groupContext.cipherSuite &&
    sameOctets(reinit.groupId, groupContext.groupId) &&
    sameExtensions(reinit, groupContext);
  if (!matches) throw refuse("the new group is not the one that the ReInit announced");
}

function sameExtensions(a: Pick<ReInit, "extensions">, b: Pick<GroupContext, "extensions">): boolean {
  return (
    a.extensions.length === b.extensions.length &&
    a.extensions.every(({ extensionType, extensionData }, index) => {
      const other = b.extensions[index]!;
      return extensionType === other.extensionType && sameOctets(extensionData, other.extensionData);
    })
  );
}
