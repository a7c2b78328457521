import { describe, expect, it } from "vitest";
import { expectAllowed, expectDenied, list, member, proposedBy, role, room, uri } from "../test/kit.ts";
import { authorizeAbuseReport, authorizeCapability, authorizeHistory } from "./authorize-action.ts";
import { Capability, type CapabilityName, capabilitySection } from "./capabilities.ts";
import { withPending } from "./pending.ts";
import type { RoomParts } from "./state.ts";

/** canOpenJoin stands on role 0 only (policy §8.1.1). */
const names = (Object.keys(Capability) as CapabilityName[]).filter((name) => name !== "canOpenJoin");
const den = (capabilities: readonly CapabilityName[], parts: Partial<RoomParts> = {}) =>
  room({
    participants: { alice: 5, bob: 2, cathy: 1 },
    roles: [role(1, capabilities), role(2, []), role(5, capabilities, { 5: [2] })],
    parts,
  });

describe("capabilities (policy §8, §10.2)", () => {
  it.each(names)("%s is had by who has the role", (name) => {
    expectAllowed(authorizeCapability(den([name]), uri("alice"), name), name);
    const others = names.filter((other) => other !== name);
    expectDenied(authorizeCapability(den(others), uri("alice"), name), "missing-capability", name);
  });

  it("are nothing to who is not there, or banned, or about to lose them", () => {
    expectDenied(authorizeCapability(den(["canCopyLink"]), uri("dora"), "canCopyLink"), "not-a-participant");
    expectDenied(authorizeCapability(den(["canCopyLink"]), uri("cathy"), "canCopyLink"), "banned");
    const pending = withPending(
      den(["canCopyLink"]),
      proposedBy(member("alice"), list({ change: { 0: 2 } })),
    );
    expectDenied(authorizeCapability(pending, uri("alice"), "canCopyLink"), "missing-capability");
  });

  it.each([
    ["canKick", "policy §8.1"],
    ["canKnock", "policy §8.7"],
    ["canEditOtherTopic", "policy §8.3"],
    ["canDownloadAttachment", "policy §8.4"],
    ["canSendLink", "policy §8.3"],
    ["canChangeRoomMood", "policy §8.2"],
    ["canShareScreen", "policy §8.5"],
    ["canDestroyRoom", "policy §8.6"],
    ["canSendMLSPSKProposal", "policy §8.7"],
  ] as const)("%s is described in %s", (name, section) => {
    expect(capabilitySection(name)).toBe(section);
  });

  it("77 are registered, each number once", () => {
    expect(new Set(Object.values(Capability)).size).toBe(77);
  });
});

describe("reports of abuse (protocol §5.9, policy §8.3, reading R-123)", () => {
  const room1 = den(["canReportAbuse"]);
  it("need the capability of who reports, and a provider that speaks for it", () => {
    const report = (name: string, fromDomain = `${name[0]}.example`) =>
      authorizeAbuseReport(room1, { reportingUser: uri(name), fromDomain });
    expectAllowed(report("alice"), "canReportAbuse");
    expectDenied(report("bob"), "missing-capability", "canReportAbuse");
    expectDenied(report("cathy"), "banned");
    expectDenied(report("dora"), "not-a-participant");
    expectDenied(report("alice", "b.example"), "not-permitted");
    expectDenied(
      authorizeAbuseReport(room1, { reportingUser: "nobody", fromDomain: "a.example" }),
      "not-permitted",
    );
  });

  it("may be anonymous where the provider has somebody who could have made them", () => {
    expectAllowed(authorizeAbuseReport(room1, { fromDomain: "a.example" }), "canReportAbuse");
    for (const fromDomain of ["b.example", "c.example", "d.example"])
      expectDenied(authorizeAbuseReport(room1, { fromDomain }), "missing-capability", "canReportAbuse");
  });
});

describe("history (policy §6.6)", () => {
  const sharing = { automatic: false, oldestSeconds: 60 };
  const history = {
    historySharing: "optional",
    rolesThatCanShare: [5],
    automaticallyShare: false,
    maxTimePeriod: 60,
  } as const;
  const shared = den([], { history: { ...history, rolesThatCanShare: [5] } });

  it("is shared by the roles that are listed, for so long", () => {
    expectAllowed(authorizeHistory(shared, uri("alice"), sharing), "roles_that_can_share");
    expectDenied(authorizeHistory(shared, uri("bob"), sharing), "history-not-allowed");
    expectDenied(authorizeHistory(shared, uri("cathy"), sharing), "banned");
    expectDenied(authorizeHistory(shared, uri("dora"), sharing), "not-a-participant");
    expectDenied(
      authorizeHistory(shared, uri("alice"), { ...sharing, oldestSeconds: 61 }),
      "history-not-allowed",
    );
  });

  it("is shared automatically only where that is permitted, and not at all where it is forbidden", () => {
    const automatic = { ...sharing, automatic: true };
    expectDenied(authorizeHistory(shared, uri("alice"), automatic), "history-not-allowed");
    const willing = den([], { history: { ...history, rolesThatCanShare: [5], automaticallyShare: true } });
    expectAllowed(authorizeHistory(willing, uri("alice"), automatic));
    const silent = den([], { history: { historySharing: "forbidden" } });
    expectDenied(authorizeHistory(silent, uri("alice"), sharing), "history-not-allowed");
    expectAllowed(authorizeHistory(den([]), uri("alice"), automatic), "no history policy");
  });
});
