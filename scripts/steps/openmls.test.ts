import { expect, it } from "vitest";
import { isUnreachable } from "./openmls.ts";

it.each([
  "error: failed to get `openmls` as a dependency\nCaused by: download of config.json failed",
  "warning: spurious network error (2 tries remaining): [6] Couldn't resolve host name",
  "error: failed to download from `https://registry.example/x`\nCaused by: [28] Timeout was reached",
])("a registry that cannot be reached is nobody's fault: %s", (output) => {
  expect(isUnreachable(output)).toBe(true);
});

it.each([
  "error: cannot update the lock file Cargo.lock because --locked was passed to prevent this",
  "error: failed to parse manifest at Cargo.toml",
  "",
])("a fault of ours is one: %s", (output) => {
  expect(isUnreachable(output)).toBe(false);
});
