import { describe, expect, it } from "vitest";
import { added, by, commit, list, member, role, room, uri } from "../test/kit.ts";
import { authorizeCommit } from "./authorize.ts";
import { authorizeMessage } from "./authorize-request.ts";
import { explain } from "./explain.ts";

const alice = member("alice");
const state = room({
  participants: { alice: 5, bob: 2 },
  roles: [
    role(2, [], {}, { roleName: "guest", maximumParticipantsConstraint: 1 }),
    role(5, ["canAddParticipant", "canSendMessage"], { 0: [2, 5] }),
  ],
});

describe("explain", () => {
  it("names every rule that was needed, and for whom", () => {
    const changes = by(alice, list({ add: { cathy: 5 } }), added("cathy"));
    expect(explain(authorizeCommit(state, commit(alice, { alice: 1 }, changes)))).toBe(
      [
        "allowed",
        "  canAddParticipant for mimi://a.example/u/alice, about mimi://c.example/u/cathy (policy §8.1.1)",
        "  canAddParticipant for mimi://a.example/u/alice, about mimi://c.example/u/cathy (policy §8.1.1)",
      ].join("\n"),
    );
  });

  it("says what failed, of which user and role, and where the drafts have it", () => {
    expect(explain(authorizeMessage(state, uri("bob")))).toBe(
      [
        "denied: missing-capability",
        "  role 2 (guest) of mimi://b.example/u/bob does not have canSendMessage",
        "  user mimi://b.example/u/bob",
        "  role 2",
        "  capability canSendMessage (0x0100)",
        "  see policy §8.3",
      ].join("\n"),
    );
    const full = commit(alice, { alice: 1 }, by(alice, list({ add: { cathy: 2 } })));
    expect(explain(authorizeCommit(state, full))).toBe(
      [
        "denied: maximum-participants",
        "  role 2 would have 2 participants, at most 1 are allowed",
        "  user mimi://c.example/u/cathy",
        "  role 2",
        "  see policy §8.1",
      ].join("\n"),
    );
  });
});
