import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { marked, open, paste, useChromium, verdict } from "./chromium.ts";

useChromium();

const MEBIBYTE = 1024 * 1024;

/** A ratchet tree of blank nodes, one octet each: the most fields that octets can have. */
function blankTree(): Buffer {
  const tree = Buffer.alloc(MEBIBYTE);
  tree.writeUInt32BE(0x80000000 + MEBIBYTE - 4);
  return tree;
}

/** One answer with a thousand octets of each key package would not do: octets that are nothing, the same in every run. */
function noise(): Buffer {
  let state = 1;
  return Buffer.from(
    Uint8Array.from({ length: MEBIBYTE }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    }),
  );
}

async function give(page: Page, buffer: Buffer): Promise<void> {
  await page.locator("#file").setInputFiles({ name: "large.bin", mimeType: "", buffer });
  await verdict(page);
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
  await give(page, noise());
  expect(await page.locator("#text-note").textContent()).toContain("1,048,576 octets, too many to show here");
  expect(await page.locator("#hex-note").textContent()).toContain("only the rows in view");
  await expectUsable(page);
});

it("one mebibyte with as many fields as there can be stays usable", { timeout: 60_000 }, async () => {
  const page = await open();
  await page.getByLabel("Read as").selectOption("RatchetTreeNodes");
  await give(page, blankTree());
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
  const tree = Buffer.alloc(4 * MEBIBYTE);
  tree.writeUInt32BE(0x80000000 + 4 * MEBIBYTE - 4);
  await page.locator("#file").setInputFiles({ name: "tree.bin", mimeType: "", buffer: tree });
  await page.getByRole("button", { name: "Stop" }).click();
  expect(await page.locator("#action-note").textContent()).toContain("Stopped.");
  expect(await page.locator("#waiting").isVisible()).toBe(false);
  await page.getByLabel("Read as").selectOption("RatchetTreeNodes");
  await verdict(page);
  expect(await page.locator("#result-title").textContent()).toBe("RatchetTreeNodes");
  await page.getByRole("button", { name: "Clear" }).click();
  await paste(page, "0001010401");
  expect(await verdict(page)).toBe("invalid");
  await give(page, noise());
  expect(await page.locator("#result").isVisible()).toBe(true);
});

it("takes a large text by paste, without putting it into the text area", async () => {
  const page = await open();
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const target = document.getElementById("text");
    target?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, noise().toString("hex"));
  await verdict(page);
  expect(await page.locator("#size").textContent()).toContain("1,048,576 octets");
  expect(await page.getByLabel("Octets, as hex or base64").inputValue()).toBe("");
});

it("refuses what is larger than it can show, and says how much that is", async () => {
  const page = await open();
  const buffer = Buffer.alloc(5 * MEBIBYTE, 0xff);
  await page.locator("#file").setInputFiles({ name: "huge.bin", mimeType: "", buffer });
  await expect.poll(() => page.locator("#text-note").textContent()).toContain("up to 4,194,304 octets");
  expect(await page.locator("#result").isVisible()).toBe(false);
});
