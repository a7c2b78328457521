/**
 * Inspection, at once or on a thread.
 * @module
 */

import { type Inspection, inspect } from "@openmimi/inspect";
import type { Reading } from "./form.ts";
import { InspectionThread, NoThread } from "./thread.ts";

/** So few octets are always quick, whatever they are. */
const QUICK_OCTETS = 4096;

/** Inspects for a page that shows one thing at a time. */
export class Inspector {
  readonly #thread = new InspectionThread();

  /**
   * Inspects at once, or says that it will take a moment. (Without a thread, the page stands still for that moment.)
   *
   * @throws Error when the inspection failed, which is a fault of its own: octets are never a reason
   */
  inspect(octets: Uint8Array<ArrayBuffer>, reading: Reading): Inspection | Promise<Inspection> {
    this.#thread.stop();
    if (octets.length <= QUICK_OCTETS) return inspect(octets, reading);
    return this.#thread.ask(octets, reading).catch((error: unknown) => {
      if (error instanceof NoThread) return inspect(octets, reading);
      throw error;
    });
  }

  /** Whoever waits gets a {@link Stopped}. */
  stop(): void {
    this.#thread.stop();
  }
}
