/**
 * The page in Chromium, watched: whatever goes wrong in it, or is asked of any network, fails the test.
 * @module
 */

import { pathToFileURL } from "node:url";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, beforeAll, expect, inject, onTestFinished } from "vitest";

/** A page that tests have one after the other: a new one takes a process more, and all of the script anew. */
interface Shared {
  readonly page: Page;
  readonly troubles: string[];
}

let browser: Browser | undefined;
let shared: Shared | undefined;

/** Call it once in a file: all its tests open pages in the one Chromium. */
export function useChromium(): void {
  beforeAll(async () => {
    browser = await chromium.connect(inject("chromium"));
  });
  afterAll(async () => {
    shared = undefined;
    await browser?.close();
  });
}

/** How to open the page. */
export interface Opening {
  /** With its `#`. */
  readonly fragment?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
}

const VIEWPORT = { width: 1280, height: 720 };

/** Opens the page; when the test is over, nothing may have gone wrong in it, nor anything been asked of a network. */
export async function open({ fragment = "", viewport, colorScheme }: Opening = {}): Promise<Page> {
  const target = pathToFileURL(inject("pagePath")).href;
  shared ??= await openShared(target);
  const { page, troubles } = shared;
  onTestFinished(() => expect(troubles.splice(0)).toEqual([]));
  await page.goto("about:blank");
  await page.setViewportSize(viewport ?? VIEWPORT);
  await page.emulateMedia({ colorScheme: colorScheme ?? "light" });
  troubles.length = 0;
  await page.goto(target + fragment);
  return page;
}

async function openShared(target: string): Promise<Shared> {
  const context = await (browser as Browser).newContext();
  return { page: await context.newPage(), troubles: watch(context, target) };
}

/** Opens the page in a context of its own, for tests that change more than what is in it. */
export async function openAlone(target: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (browser as Browser).newContext({ viewport: VIEWPORT, ...options });
  const troubles = watch(context, target.replace(/#.*/, ""));
  onTestFinished(async () => {
    await context.close();
    expect(troubles).toEqual([]);
  });
  const page = await context.newPage();
  await page.goto(target);
  return page;
}

function watch(context: BrowserContext, target: string): string[] {
  const troubles: string[] = [];
  context.on("request", (request) => {
    const asked = request.url().split("#")[0] ?? "";
    // The icon is in the page, and the thread is the page's own script. Anything else would be a network.
    if (asked !== target && !/^(data|blob|about):/.test(asked)) troubles.push(`asked for ${asked}`);
  });
  context.on("weberror", (error) => troubles.push(error.error().message));
  context.on("console", (message) => troubles.push(message.text()));
  context.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return troubles;
}

/** The text of an element. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent()) ?? "";
}

/** The verdict that is shown, once there is one. */
export async function verdict(page: Page): Promise<string> {
  await page.locator("#result").waitFor();
  return textOf(page, "#pill");
}

/** The octets that are marked, for example as `selected`. */
export function marked(
  page: Page,
  kind: "selected" | "around" | "hovered" | "wrong" | "cursor",
): Promise<number[]> {
  return page
    .locator(`#hex [role=gridcell].${kind}[data-octet]`)
    .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset.octet)));
}

/** The text of the row that is selected in the tree. */
export function selectedRow(page: Page): Promise<string> {
  return textOf(page, "#tree [aria-selected=true] .name");
}

/** The name of the row that is pointed at. */
export function hoveredRow(page: Page): Promise<string> {
  return textOf(page, "#tree .hovered .name");
}

/** Gives the page octets as text. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.getByLabel("Octets, as hex or base64").fill(text);
}
