import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { open, useChromium, verdict } from "./chromium.ts";

useChromium();

/** What axe finds: rule, and where. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ["violations"] }),
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

/** Small ones: each octet in view costs axe time. */
const FRAGMENTS = {
  start: "",
  result: "#example=endpoint-bodies/report-abuse/report",
  error: "#example=content/extensions/sender-and-room-swapped",
};

it.each(Object.entries(FRAGMENTS))("axe finds nothing, light or dark: %s", async (name, fragment) => {
  const page = await open({ fragment });
  if (fragment !== "") await verdict(page);
  expect(await violations(page)).toEqual([]);
  if (name === "result") {
    await page.locator("#tree .row").nth(5).click();
    await page.locator("#tree .row").nth(7).hover();
  }
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await violations(page)).toEqual([]);
});

it("the colour of every depth can be read on its tint, selected or not", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await open({ fragment: FRAGMENTS.start, colorScheme });
    const ratios = await page.evaluate(contrasts);
    expect(ratios.length).toBe(14);
    for (const [name, ratio] of ratios) expect(ratio, `${name}, ${colorScheme}`).toBeGreaterThanOrEqual(4.5);
  }
});

/** Runs in the page: the contrast of WCAG 2.2 (1.4.3) of the colours as a browser paints them. */
function contrasts(): [name: string, ratio: number][] {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (canvas === null) return [];
  const luminance = (colour: string): number => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = Array.from(canvas.getImageData(0, 0, 1, 1).data, (octet) => {
      const share = octet / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const painted = (colour: string, parent: HTMLElement): string => {
    parent.style.setProperty("color", colour);
    return getComputedStyle(parent).color;
  };
  const ratio = (ink: string, ground: string): number => {
    const [dark = 0, light = 0] = [luminance(ink), luminance(ground)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const probe = document.createElement("span");
  document.body.append(probe);
  const found: [string, number][] = [];
  const add = (name: string, ink: string, ground: string): void => {
    found.push([`${name} ${ink} on ${ground}`, ratio(painted(ink, probe), painted(ground, probe))]);
  };
  for (let depth = 0; depth < 6; depth++) {
    probe.className = `h${depth}`;
    for (const ground of ["var(--depth-tint)", "var(--card)"])
      add(`depth ${depth}`, "var(--depth-ink)", ground);
  }
  add("selected", "var(--on-accent)", "var(--accent)");
  add("wrong", "var(--on-bad)", "var(--bad)");
  return found;
}

it("a phone shows all of it: narrow, without scrolling sideways", async () => {
  const page = await open({ fragment: FRAGMENTS.error, viewport: { width: 360, height: 740 } });
  await verdict(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(await page.locator("#hex").getAttribute("aria-colcount")).toBe("10");
  const hex = await page.locator("#hex").evaluate((element) => [element.scrollWidth, element.clientWidth]);
  expect(hex[0]).toBeLessThanOrEqual(hex[1] ?? 0);
  expect(await violations(page)).toEqual([]);
});

it("everything can be reached and done with the keyboard alone", async () => {
  const page = await open();
  const focused = () =>
    page.evaluate(() => {
      const { activeElement: element } = document;
      return element === null ? "" : element.id || (element.getAttribute("data-id") ?? element.tagName);
    });
  const tabTo = async (wanted: string): Promise<void> => {
    for (let step = 0; step < 80 && (await focused()) !== wanted; step++) await page.keyboard.press("Tab");
    expect(await focused()).toBe(wanted);
  };
  await tabTo("content/extensions/sender-and-room-swapped");
  await page.keyboard.press("Enter");
  expect(await verdict(page)).toBe("invalid");
  expect(await focused()).toBe("result");
  await tabTo("tree");
  await tabTo("hex");
  await page.keyboard.press("Control+Home");
  await tabTo("copy-octets");
  const outline = await page
    .locator("#copy-octets")
    .evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline).toBe("solid");
});

it("says the result in a live region, and names what it shows", async () => {
  const page = await open({ fragment: FRAGMENTS.result });
  await verdict(page);
  expect(await page.locator("#live").textContent()).toMatch(/^AbuseReport, well-formed, \d+ octets\.$/);
  expect(await page.getByRole("tree", { name: "Fields" }).count()).toBe(1);
  expect(await page.getByRole("grid", { name: "Octets" }).count()).toBe(1);
  const field = page.getByRole("treeitem", { name: /^reportingUser .*octets \d/ }).first();
  expect(await field.getAttribute("aria-level")).toBe("2");
  const cell = page.getByRole("gridcell", { name: /^18, octet 0, AbuseReport\.reportingUser/ });
  expect(await cell.count()).toBe(1);
});

it("where the focus points stays in the document, wherever the view is", async () => {
  const page = await open({ fragment: "#example=endpoint-bodies/update/commit-full" });
  await page.locator("#hex").evaluate((element) => element.scrollTo(0, element.scrollHeight));
  const pointed = await page.locator("#hex").getAttribute("aria-activedescendant");
  await expect.poll(() => page.locator("#hex .row").last().getAttribute("aria-rowindex")).not.toBe("1");
  expect(await page.locator(`#${pointed}`).count()).toBe(1);
});
