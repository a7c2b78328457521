import { describe, it } from "vitest";
import { expectAllowed, expectDenied, operational, role, room } from "../test/kit.ts";
import { authorizeHandshakeFormat } from "./handshake-format.ts";

const den = (...handshakeFormats: number[]) =>
  room({
    participants: { alice: 2 },
    roles: [role(2, [])],
    parts: { operational: operational({ handshakeFormats }) },
  });
const PUBLIC = 1;
const SEMI_PRIVATE = 0xf0;

describe("handshake_formats (policy §7, reading R-063)", () => {
  it("binds commits and proposals of members", () => {
    const commit = (wireFormat: number) => ({ wireFormat, senderType: "member" }) as const;
    expectAllowed(authorizeHandshakeFormat(den(SEMI_PRIVATE), commit(SEMI_PRIVATE)), "handshake_formats");
    expectDenied(authorizeHandshakeFormat(den(SEMI_PRIVATE), commit(PUBLIC)), "wire-format-not-allowed");
    expectAllowed(authorizeHandshakeFormat(den(PUBLIC, SEMI_PRIVATE), commit(PUBLIC)));
  });

  it("binds nothing where it is empty or not there", () => {
    const commit = { wireFormat: SEMI_PRIVATE, senderType: "member" } as const;
    expectAllowed(authorizeHandshakeFormat(den(), commit));
    expectAllowed(authorizeHandshakeFormat(room({ participants: {}, roles: [] }), commit));
  });

  it("leaves what must be a PublicMessage anyway", () => {
    for (const senderType of ["external", "newMemberProposal", "newMemberCommit"] as const) {
      expectAllowed(authorizeHandshakeFormat(den(SEMI_PRIVATE), { wireFormat: PUBLIC, senderType }));
      expectDenied(
        authorizeHandshakeFormat(den(SEMI_PRIVATE), { wireFormat: SEMI_PRIVATE, senderType }),
        "wire-format-not-allowed",
      );
    }
    const selfRemove = { senderType: "member", selfRemove: true } as const;
    expectAllowed(authorizeHandshakeFormat(den(SEMI_PRIVATE), { ...selfRemove, wireFormat: PUBLIC }));
    expectDenied(
      authorizeHandshakeFormat(den(SEMI_PRIVATE), { ...selfRemove, wireFormat: SEMI_PRIVATE }),
      "wire-format-not-allowed",
    );
  });
});
