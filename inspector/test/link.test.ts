import { expect, inject, it, onTestFinished } from "vitest";
import { servePage } from "../build/serve.ts";
import { marked, open, openAlone, paste, selectedRow, useChromium, verdict } from "./chromium.ts";

useChromium();

async function served(): Promise<string> {
  const server = await servePage(inject("pagePath"), 0);
  onTestFinished(() => server.close());
  return server.url;
}

const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };

it("a link reproduces the view", async () => {
  const url = await served();
  const page = await openAlone(url, CLIPBOARD);
  await paste(page, "000101040100000000");
  await verdict(page);
  await page.getByLabel("Read as").selectOption("MLSMessage");
  await page.getByLabel("Sender URI").fill("mimi://a.example/u/alice");
  await page.getByLabel("Room URI").fill("mimi://a.example/r/club?&#");
  await page.keyboard.press("Tab");
  await page.locator("#hex [role=gridcell][data-octet='2']").click();
  const field = await selectedRow(page);
  const selected = await marked(page, "selected");
  expect(new URL(page.url()).hash).toBe("");
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect.poll(() => page.locator("#action-note").textContent()).toBe("The link is copied.");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(page.url());

  const other = await openAlone(link);
  expect(await other.getByLabel("Octets, as hex or base64").inputValue()).toBe("000101040100000000");
  expect(await other.getByLabel("Read as").inputValue()).toBe("MLSMessage");
  expect(await other.getByLabel("Sender URI").inputValue()).toBe("mimi://a.example/u/alice");
  expect(await other.getByLabel("Room URI").inputValue()).toBe("mimi://a.example/r/club?&#");
  expect(await selectedRow(other)).toBe(field);
  expect(await marked(other, "selected")).toEqual(selected);
});

it("a page that shows something else has no link, and a new link is followed", async () => {
  const page = await open({ fragment: "#o=AAEBBA&as=MLSMessage" });
  expect(await page.locator("#result-title").textContent()).toBe("MLSMessage");
  await page.getByLabel("Read as").selectOption("Proposal");
  expect(new URL(page.url()).hash).toBe("");
  await page.evaluate(() => {
    location.hash = "#o=AAoAAg&as=Commit";
  });
  await expect.poll(() => page.locator("#result-title").textContent()).toBe("Commit");
  expect(await page.locator("#size").textContent()).toContain("4 octets");
});

it("says that something is too large for a link", async () => {
  const page = await open();
  await page
    .locator("#file")
    .setInputFiles({ name: "big", mimeType: "", buffer: Buffer.alloc(40_000, 0xff) });
  await verdict(page);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect
    .poll(() => page.locator("#action-note").textContent())
    .toContain("40,000 octets are too many for a link");
  expect(new URL(page.url()).hash).toBe("");
});

it("says that a link is damaged", async () => {
  const page = await open();
  for (const fragment of ["#o=", "#o=%%%", "#o=A", "#o=a%20b%3Cimg%3E", "#example=nothing"]) {
    await page.evaluate((hash) => {
      document.getElementById("action-note")?.replaceChildren();
      location.hash = hash;
    }, fragment);
    await expect
      .poll(() => page.locator("#action-note").textContent(), { message: fragment })
      .toMatch(/^The link is/);
    expect(await page.locator("#result").isVisible()).toBe(false);
  }
});

it("a skip link leaves the link alone", async () => {
  const page = await open({ fragment: "#o=AAEBBA&as=MLSMessage" });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("tree");
  expect(new URL(page.url()).hash).toBe("#o=AAEBBA&as=MLSMessage");
});
