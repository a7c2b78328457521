import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { expect, inject, it, onTestFinished } from "vitest";
import { open, openAlone, paste, useChromium, verdict } from "./chromium.ts";

useChromium();

const MARKUP = `<img src=x onerror="document.title='hacked'"><script>document.title='hacked'</script>`;

async function expectNoMarkup(page: Page): Promise<void> {
  expect(await page.locator("img, iframe, object, embed").count()).toBe(0);
  expect(await page.locator("script").count()).toBe(1);
  expect(await page.title()).toBe("OpenMIMI Inspector");
}

/** MIMI content of one part, in CBOR by hand: builders would not make such a message. */
function contentOf(type: string, content: string): string {
  const text = (major: number, value: string): Buffer => {
    const octets = Buffer.from(value);
    const head = octets.length < 24 ? [major + octets.length] : [major + 24, octets.length];
    return Buffer.concat([Buffer.from(head), octets]);
  };
  const head = Buffer.from("8750000102030405060708090a0b0c0d0e0ff640f6f6a085016001", "hex");
  return Buffer.concat([head, text(0x60, type), text(0x40, content)]).toString("hex");
}

it("what is in octets is text: names, types, content", async () => {
  const page = await open();
  await paste(page, contentOf(`text/html;x=${MARKUP}`, MARKUP));
  expect(await verdict(page)).toBe("well-formed");
  for (const name of ["contentType", "content"]) {
    const row = page.locator("#tree .row").filter({ has: page.getByText(name, { exact: true }) });
    expect(await row.textContent()).toContain("<img src=x onerror=");
    await row.click();
    expect(await page.locator("#detail").textContent()).toContain("<img src=x onerror=");
  }
  await expectNoMarkup(page);
});

it("so is what comes by link, file name and form", async () => {
  const fields = new URLSearchParams({ o: "AAEBBA", as: MARKUP, sender: MARKUP, room: MARKUP, at: MARKUP });
  const page = await open({ fragment: `#${fields}` });
  expect(await page.getByLabel("Sender URI").inputValue()).toBe(MARKUP);
  await page.locator("#file").setInputFiles({ name: `${MARKUP}.bin`, mimeType: "", buffer: Buffer.alloc(0) });
  await expect.poll(() => page.locator("#text-note").textContent()).toContain("<img src=x");
  await expectNoMarkup(page);
});

it("the browser refuses markup from a text, and any network, whatever the script would want", async () => {
  const reached: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    reached.push(url);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const page = await openAlone(pathToFileURL(inject("pagePath")).href);
  // These are reported in the console, which is a trouble in any other test.
  page.context().removeAllListeners("console");
  page.context().removeAllListeners("request");
  const outcomes = await page.evaluate(async (target) => {
    const outcome = async (act: () => unknown): Promise<string> => {
      try {
        await act();
        return "done";
      } catch (error) {
        return (error as Error).name;
      }
    };
    return [
      await outcome(() => {
        document.body.innerHTML = "<b>";
      }),
      await outcome(() => fetch(target)),
      await outcome(() => new WebSocket(target.replace("http", "ws"))),
      await outcome(
        () =>
          new Promise((resolve, reject) => {
            const image = new Image();
            image.onload = resolve;
            image.onerror = () => reject(new TypeError("refused"));
            image.src = target;
          }),
      ),
      String(navigator.sendBeacon(target)),
    ];
  }, `http://127.0.0.1:${port}/`);
  const [markup, fetched, , image] = outcomes;
  expect([markup, fetched, image]).toEqual(["TypeError", "TypeError", "TypeError"]);
  expect(reached).toEqual([]);
});

it("shows control characters and direction marks as what they are not", async () => {
  const page = await open();
  await paste(page, contentOf("text/plain;\u202e", "a\u202e\u0000\u2066evil"));
  expect(await verdict(page)).toBe("well-formed");
  expect(await page.locator("#tree").textContent()).toContain("text/plain;\ufffd");
  expect(await page.locator("#tree").textContent()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
