import { expect, it } from "vitest";
import { marked, open, paste, selectedRow, textOf, useChromium, verdict } from "./chromium.ts";

useChromium();

it("shows everything up to the error, and marks the octet", async () => {
  const page = await open({ fragment: "#example=endpoint-bodies/update/welcome-wrapped" });
  expect(await verdict(page)).toBe("invalid");
  const stop = Number(/octet (\d+)/.exec(await textOf(page, "#problem"))?.[1]);
  expect(await marked(page, "wrong")).toEqual([stop]);
  expect(await selectedRow(page)).toBe("error");
  expect(await page.locator("#live").textContent()).toContain(`Error at octet ${stop}`);
  const unread = page.locator(`#hex [role=gridcell].unread[data-octet="${stop + 1}"]`);
  await expect.poll(() => unread.count()).toBe(1);
  await page.locator("#tree").focus();
  await page.keyboard.press("Home");
  await page.locator("#problem").getByRole("button").click();
  expect(await marked(page, "cursor")).toEqual([stop]);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("hex");
});

it("marks the end where octets are missing", async () => {
  const page = await open({ fragment: "#example=endpoint-bodies/notify/second-message-cut" });
  expect(await verdict(page)).toBe("invalid");
  const length = Number(/([\d,]+) octets/.exec(await textOf(page, "#size"))?.[1]?.replace(",", ""));
  expect(await marked(page, "wrong")).toEqual([length]);
  const cell = page.locator(`#hex [role=gridcell][data-octet="${length}"]`);
  expect(await cell.textContent()).toBe("··");
  expect(await cell.getAttribute("aria-label")).toMatch(/^missing, octet \d+, error here/);
});

it("says what is wrong with a text", async () => {
  const page = await open();
  const note = page.locator("#text-note");
  await paste(page, "00zz!");
  await expect.poll(() => note.textContent()).toContain('character 5 is "!"');
  expect(await page.getByLabel("Octets, as hex or base64").getAttribute("aria-invalid")).toBe("true");
  expect(await page.locator("#result").isVisible()).toBe(false);
  await paste(page, "12345");
  await expect.poll(() => note.textContent()).toContain("these are 5");
  await paste(page, "");
  await expect.poll(() => note.textContent()).toBe("");
});
