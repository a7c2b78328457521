import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { hoveredRow, marked, open, selectedRow, useChromium } from "./chromium.ts";

useChromium();

const EXAMPLE = "#example=content/examples/original";
const octet = (page: Page, number: number) => page.locator(`#hex [role=gridcell][data-octet="${number}"]`);
const row = (page: Page, name: string) =>
  page.locator("#tree .row").filter({ has: page.getByText(name, { exact: true }) });
const from = (start: number, end: number) => Array.from({ length: end - start }, (_, index) => start + index);

it("a field shows its octets, an octet its field: under the pointer", async () => {
  const page = await open({ fragment: EXAMPLE });
  await row(page, "salt").hover();
  expect(await marked(page, "hovered")).toEqual(from(1, 18));
  await octet(page, 18).hover();
  expect(await hoveredRow(page)).toBe("replaces");
  expect(await marked(page, "hovered")).toEqual([18]);
  await page.getByRole("heading", { level: 1 }).hover();
  expect(await marked(page, "hovered")).toEqual([]);
});

it("by click, with details", async () => {
  const page = await open({ fragment: EXAMPLE });
  await row(page, "salt").click();
  expect(await marked(page, "selected")).toEqual(from(1, 18));
  expect(await page.locator("#detail").textContent()).toContain("MimiContent.salt");
  await octet(page, 19).click();
  expect(await selectedRow(page)).toBe("topicId");
  expect(await marked(page, "cursor")).toEqual([19]);
  expect(await page.locator("#detail").textContent()).toContain("19 (1 octet)");
});

it("an octet of a frame belongs to the field that holds the others", async () => {
  const page = await open({ fragment: EXAMPLE });
  await octet(page, 22).click();
  expect(await selectedRow(page)).toBe("mimiExtensions");
  const around = await marked(page, "around");
  expect(around[0]).toBe(22);
  expect(around.length).toBeGreaterThan(50);
});

it("by keyboard: from field to octets and back", async () => {
  const page = await open({ fragment: EXAMPLE });
  await page.locator("#tree").focus();
  await page.keyboard.press("ArrowDown");
  expect(await selectedRow(page)).toBe("salt");
  expect(await marked(page, "selected")).toEqual(from(1, 18));
  await page.keyboard.press("Enter");
  expect(await marked(page, "cursor")).toEqual([1]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  expect(await marked(page, "cursor")).toEqual([18]);
  expect(await selectedRow(page)).toBe("replaces");
  await page.keyboard.press("Control+End");
  expect(await marked(page, "cursor")).toEqual([161]);
  await page.keyboard.press("Home");
  expect(await marked(page, "cursor")).toEqual([160]);
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("tree");
});

it("the tree does what trees do", async () => {
  const page = await open({ fragment: EXAMPLE });
  await page.locator("#tree").focus();
  await page.keyboard.press("End");
  const last = await page.locator("#tree .row").last().locator(".name").textContent();
  expect(await selectedRow(page)).toBe(last);
  await page.keyboard.press("ArrowLeft");
  expect(await selectedRow(page)).toBe("nestedPart");
  const rows = () => page.locator("#tree .row").count();
  const before = await rows();
  await page.keyboard.press("ArrowLeft");
  expect(await page.locator("#tree [aria-selected=true]").getAttribute("aria-expanded")).toBe("false");
  expect(await rows()).toBeLessThan(before);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  expect(await rows()).toBe(before);
  expect(await selectedRow(page)).toBe("disposition");
  await page.keyboard.press("Home");
  expect(await selectedRow(page)).toBe("MimiContent");
  const pointed = await page.locator("#tree").getAttribute("aria-activedescendant");
  expect(await page.locator(`#${pointed} .name`).textContent()).toBe("MimiContent");
});

it("opens what is around a field that an octet points at", async () => {
  const page = await open({ fragment: EXAMPLE });
  await page.getByRole("button", { name: "Collapse" }).click();
  await octet(page, 161).hover();
  expect(await hoveredRow(page)).toBe("nestedPart");
  await octet(page, 161).click();
  expect(await selectedRow(page)).not.toBe("nestedPart");
  expect(await row(page, "nestedPart").getAttribute("aria-expanded")).toBe("true");
});

it("inspects a field alone, and goes back", async () => {
  const page = await open({ fragment: "#example=endpoint-bodies/consent/grant" });
  const name = page.locator("#tree .row").filter({ hasText: "KeyPackage" }).filter({ hasText: "[0]" });
  await name.click();
  await page.getByRole("button", { name: "Inspect alone" }).click();
  expect(await page.locator("#result-title").textContent()).toBe("KeyPackage");
  expect(await page.locator("#pill").textContent()).toBe("well-formed");
  await page.getByRole("button", { name: "Back" }).click();
  expect(await page.locator("#result-title").textContent()).toBe("ConsentEntry");
  expect(await selectedRow(page)).toBe("[0]");
});
