import { expect, it } from "vitest";
import { MlsError } from "./errors.ts";

it("an error says what is wrong, against which rule, and which kind of check refused", () => {
  const error = new MlsError("invalid-signature", "it does not verify", "RFC 9420 §6.1");
  expect(error.message).toBe("it does not verify (RFC 9420 §6.1)");
  expect(error).toMatchObject({ code: "invalid-signature", section: "RFC 9420 §6.1", layer: "cryptography" });
  expect(new MlsError("pending-proposals", "commit first", "RFC 9420 §12.4").layer).toBe("usage");
  expect(new MlsError("invalid-tree", "no tree", "RFC 9420 §7.9").layer).toBe("validation");
});
