import { expect, it } from "vitest";
import { createLogger } from "./logging.ts";

it("writes one line of JSON per event, from its level on", () => {
  const lines: string[] = [];
  const logger = createLogger("info", (line) => lines.push(line));
  logger.debug("unseen");
  logger.info("seen", { epoch: 7n, reason: "two\nlines", absent: undefined });
  createLogger("silent", (line) => lines.push(line)).error("unseen");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(lines[0] as string)).toMatchObject({
    level: "info",
    event: "seen",
    epoch: "7",
    reason: "two\nlines",
  });
});
