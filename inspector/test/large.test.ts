import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { marked, open, useChromium, verdict } from "./chromium.ts";

useChromium();

const MEBIBYTE = 1024 * 1024;

/** A ratchet tree of blank nodes, one octet each, has the most fields; noise is nothing known, the same in every run. */
type Kind = "tree" | "noise";

/** Gives the page a file that is made in it: this much takes long to get there. */
async function give(page: Page, kind: Kind, size: number): Promise<void> {
  await page.evaluate(
    ([what, length]) => {
      const octets = new Uint8Array(length);
      if (what === "tree") new DataView(octets.buffer).setUint32(0, 0x80000000 + length - 4);
      let state = 1;
      if (what === "noise")
        for (let index = 0; index < length; index++) {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          octets[index] = state >>> 16;
        }
      const files = new DataTransfer();
      files.items.add(new File([octets], `${what}.bin`));
      const input = document.getElementById("file") as HTMLInputElement;
      input.files = files.files;
      input.dispatchEvent(new Event("change"));
    },
    [kind, size] as const,
  );
}

async function expectUsable(page: Page): Promise<void> {
  expect(await page.locator("*").count()).toBeLessThan(6000);
  await page.locator("#hex").focus();
  await page.keyboard.press("Control+End");
  expect(await marked(page, "cursor")).toEqual([MEBIBYTE - 1]);
  await page.locator("#hex").evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
  const middle = page.locator("#hex [role=gridcell][data-octet]").nth(400);
  await middle.click();
  const [octet] = await marked(page, "cursor");
  expect(octet).toBeGreaterThan(MEBIBYTE / 4);
  expect(octet).toBeLessThan((MEBIBYTE / 4) * 3);
  await page.locator("#tree").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  expect(await page.locator("#tree [aria-selected=true]").count()).toBe(1);
}

it("one mebibyte that is nothing known stays usable, with a note", async () => {
  const page = await open();
  await give(page, "noise", MEBIBYTE);
  await verdict(page);
  expect(await page.locator("#text-note").textContent()).toContain("1,048,576 octets, too many to show here");
  expect(await page.locator("#hex-note").textContent()).toContain("only the rows in view");
  await expectUsable(page);
});

it("one mebibyte with as many fields as there can be stays usable", { timeout: 60_000 }, async () => {
  const page = await open();
  await page.getByLabel("Read as").selectOption("RatchetTreeNodes");
  await give(page, "tree", MEBIBYTE);
  await verdict(page);
  expect(await page.locator("#size").textContent()).toMatch(/\d{3},\d{3} fields/);
  await expectUsable(page);
  await page.getByRole("button", { name: "Expand all" }).click();
  await page.locator("#tree").focus();
  await page.keyboard.press("End");
  expect((await marked(page, "cursor"))[0]).toBeGreaterThan(MEBIBYTE / 8);
  expect(await page.locator("*").count()).toBeLessThan(6000);
});

it("what takes long can be stopped, and the page goes on", async () => {
  const page = await open();
  await give(page, "tree", 4 * MEBIBYTE);
  await page.getByRole("button", { name: "Stop" }).click();
  expect(await page.locator("#action-note").textContent()).toContain("Stopped.");
  expect(await page.locator("#waiting").isVisible()).toBe(false);
  await page.getByLabel("Read as").selectOption("MimiContent");
  expect(await verdict(page)).toBe("invalid");
  expect(await page.locator("#size").textContent()).toContain("4,194,304 octets");
  await page.getByRole("button", { name: "Clear" }).click();
  await give(page, "noise", 8192);
  await expect.poll(() => page.locator("#size").textContent()).toContain("8,192 octets");
});

it("takes a large text by paste, without putting it into the text area", async () => {
  const page = await open();
  await page.evaluate((length) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "f7".repeat(length));
    const target = document.getElementById("text");
    target?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, MEBIBYTE);
  await verdict(page);
  expect(await page.locator("#size").textContent()).toContain("1,048,576 octets");
  expect(await page.getByLabel("Octets, as hex or base64").inputValue()).toBe("");
});

it("refuses what is larger than it can show, and says how much that is", async () => {
  const page = await open();
  await give(page, "noise", 5 * MEBIBYTE);
  await expect.poll(() => page.locator("#text-note").textContent()).toContain("up to 4,194,304 octets");
  expect(await page.locator("#result").isVisible()).toBe(false);
});
