/**
 * Inspection on a thread of its own, so that octets which take long do not stop the page. The thread runs the script of
 * this very page, which has no other file.
 * @module
 */

import { type Inspection, type InspectOptions, inspect } from "@openmimi/inspect";

interface Question {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly options: InspectOptions;
}

type Answer = { readonly inspection: Inspection } | { readonly failure: string };

/** The part of trusted types that is used; the policy of the page allows this one, which makes no markup. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/** Asks the thread; one question at a time. */
export class InspectionThread {
  #worker: Worker | undefined;
  #reject: ((reason: Error) => void) | undefined;

  /**
   * Inspects; a question that is still open is stopped.
   *
   * @throws {Stopped} when {@link stop} came first
   * @throws {NoThread} when the browser gives this page none
   * @throws Error when the inspection failed
   */
  async ask(octets: Uint8Array<ArrayBuffer>, options: InspectOptions): Promise<Inspection> {
    this.stop();
    const worker = this.#worker ?? startWorker();
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        this.#reject = undefined;
        if ("inspection" in data) resolve(data.inspection);
        else reject(new Error(data.failure));
      };
      worker.onerror = (event) => {
        this.#reject = undefined;
        this.#worker = undefined;
        reject(new NoThread(event.message));
      };
      worker.postMessage({ octets, options } satisfies Question);
    });
  }

  /** Stops what is being inspected. */
  stop(): void {
    if (this.#reject === undefined) return;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#reject(new Stopped());
    this.#reject = undefined;
  }
}

/** The user did not want to wait. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** A browser may allow none to a page from a file, say. */
export class NoThread extends Error {
  override readonly name = "NoThread";
}

function startWorker(): Worker {
  const script = document.querySelector("script")?.textContent ?? "";
  if (script === "") throw new NoThread("the script is not in the page");
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy("inspection-thread", { createScriptURL: ownScriptOnly });
  try {
    return new Worker(policy?.createScriptURL(url) ?? url, { name: "inspection" });
  } catch (error) {
    throw new NoThread(String(error));
  }
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;

function ownScriptOnly(url: string): string {
  if (!url.startsWith("blob:")) throw new TypeError(`${url} is not of this page`);
  return url;
}

/** What the script does where it runs as the thread. */
export function answerQuestions(): void {
  addEventListener("message", ({ data }: MessageEvent<Question>) => {
    postMessage(answerTo(data));
  });
}

function answerTo({ octets, options }: Question): Answer {
  try {
    return { inspection: inspect(octets, options) };
  } catch (error) {
    return { failure: String(error) };
  }
}
