import { pathToFileURL } from "node:url";
import { expect, inject, it } from "vitest";
import { builtExamples } from "../build/examples.ts";
import { open, openAlone, paste, useChromium, verdict } from "./chromium.ts";

useChromium();

const { octets: hex } = builtExamples().find(({ id }) => id === "content/examples/original") as {
  octets: string;
};
const octets = Buffer.from(hex, "hex");
const size = `${octets.length} octets`;

it("takes hex and base64, with what people leave in between", async () => {
  const page = await open();
  const spellings = [
    ...[
      hex,
      `0x${hex.toUpperCase()}`,
      hex.replaceAll(/../g, "$&:").slice(0, -1),
      hex.replaceAll(/.{32}/g, "$&\n"),
    ],
    ...[octets.toString("base64"), octets.toString("base64url")],
  ];
  for (const text of spellings) {
    await page.getByRole("button", { name: "Clear" }).click({ force: true });
    await paste(page, text);
    expect(await verdict(page)).toBe("well-formed");
    expect(await page.locator("#size").textContent()).toContain(size);
    expect(await page.locator("#result-title").textContent()).toBe("MimiContent");
  }
});

it("takes files: of octets, and of text that spells them", async () => {
  const page = await open();
  for (const buffer of [octets, Buffer.from(`${hex}\n`)]) {
    await page.locator("#file").setInputFiles({ name: "message.bin", mimeType: "", buffer });
    expect(await verdict(page)).toBe("well-formed");
    await expect.poll(() => page.getByLabel("Octets, as hex or base64").inputValue()).toBe(hex);
    await page.getByRole("button", { name: "Clear" }).click();
  }
  await page.locator("#file").setInputFiles({ name: "nothing.bin", mimeType: "", buffer: Buffer.alloc(0) });
  await expect.poll(() => page.locator("#text-note").textContent()).toBe("nothing.bin is empty.");
});

it("takes a file that is dropped", async () => {
  const page = await open();
  await page.evaluate(
    (bytes) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(bytes)], "dropped.bin"));
      dispatchEvent(new DragEvent("dragover", { dataTransfer, cancelable: true }));
    },
    [...octets],
  );
  expect(await page.locator("#drop").isVisible()).toBe(true);
  await page.evaluate(
    (bytes) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(bytes)], "dropped.bin"));
      dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
    },
    [...octets],
  );
  expect(await verdict(page)).toBe("well-formed");
  expect(await page.locator("#drop").isVisible()).toBe(false);
});

it("reads them as what they have to be", async () => {
  const page = await open();
  await paste(page, hex);
  await verdict(page);
  await page.getByLabel("Read as").selectOption("KeyPackage");
  expect(await page.locator("#pill").textContent()).toBe("invalid");
  expect(await page.locator("#result-title").textContent()).toBe("KeyPackage");
  await page.getByLabel("Read as").selectOption("");
  expect(await page.locator("#result-title").textContent()).toBe("MimiContent");
});

it("computes what takes a sender and a room", async () => {
  const {
    octets: text,
    senderUri = "",
    roomUri = "",
  } = builtExamples().find(({ id }) => id === "message-ids/uris/derived-uris") as {
    octets: string;
    senderUri?: string;
    roomUri?: string;
  };
  const page = await open();
  await paste(page, text);
  await verdict(page);
  const id = "01eb1a982b1ce6d3d13b3154c14998e4dadb4a329d755372f7d62eef03c2be6e";
  expect(await page.locator("#facts").textContent()).not.toContain(id);
  await page.getByLabel("Sender URI").fill(senderUri);
  await page.getByLabel("Room URI").fill(roomUri);
  await page.keyboard.press("Tab");
  await expect.poll(() => page.locator("#facts").textContent()).toContain(id);
});

it("has a light and a dark face, by system and by choice", async () => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const page = await openAlone(pathToFileURL(inject("pagePath")).href, { colorScheme: "dark" });
  const dark = await background();
  const theme = page.getByRole("button", { name: "Theme" });
  await theme.click();
  expect(await theme.textContent()).toBe("Theme: light");
  const light = await background();
  expect(light).not.toBe(dark);
  await theme.click();
  expect(await background()).toBe(dark);
  await page.reload();
  expect(await theme.textContent()).toBe("Theme: dark");
  await theme.click();
  await page.emulateMedia({ colorScheme: "light" });
  expect(await background()).toBe(light);
});
