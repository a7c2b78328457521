import { expect, it } from "vitest";
import { builtExamples } from "../build/examples.ts";
import { open, useChromium } from "./chromium.ts";

useChromium();

it("shows every example as its vector says it is", async () => {
  const page = await open();
  const seen = await page.evaluate(
    async (ids) => {
      const found: unknown[] = [];
      for (const id of ids) {
        document.querySelector<HTMLElement>(`[data-id="${id}"]`)?.click();
        while (document.getElementById("result")?.hidden !== false)
          await new Promise((resolve) => requestAnimationFrame(resolve));
        found.push([id, document.getElementById("pill")?.textContent, location.hash]);
      }
      return found;
    },
    builtExamples().map(({ id }) => id),
  );
  expect(seen).toEqual(
    builtExamples().map(({ id, valid }) => [id, valid ? "well-formed" : "invalid", `#example=${id}`]),
  );
});

it("has examples of all kinds, titled and with their sections", async () => {
  const page = await open();
  expect(await page.locator(".group h3").allInnerTexts()).toContain("Content that is wrong");
  const texts = await page.locator(".example").allInnerTexts();
  expect(texts.length).toBeGreaterThanOrEqual(30);
  for (const text of texts) expect(text).toMatch(/^[✓✗]\s+\S.*\s+\S+ §[\dA-Z.]+$/s);
});

it("an example has a link of its own", async () => {
  const page = await open({ fragment: "#example=content/examples/reply" });
  expect(await page.locator("#result-title").textContent()).toBe("MimiContent");
  await page.getByRole("button", { name: "Clear" }).click();
  expect(new URL(page.url()).hash).toBe("");
  await page.getByRole("button", { name: "A reaction" }).click();
  expect(new URL(page.url()).hash).toBe("#example=content/examples/reaction");
});
