import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { helpText } from "./help.ts";

it("is the comment at the top, without its frame", () => {
  const source = "/**\n * Does it.\n *\n *     command --now\n * @module\n */\n\nimport x;\n/** Else. */\n";
  expect(helpText(source)).toBe("Does it.\n\n    command --now\n");
});

it.each(["test", "bench", "soak", "interop"])("%s.ts prints it and does nothing else", (name) => {
  const script = join(import.meta.dirname, `${name}.ts`);
  const text = execFileSync(process.execPath, [script, "--help"], { encoding: "utf8" });
  expect(text).toContain(`npm run ${name}`.replace("npm run test", "npm test"));
});
