/**
 * A Chromium for the tests of the inspector's page.
 * @module
 */

import { existsSync } from "node:fs";
import { run } from "./step.ts";

/** Where systems have it. */
const PLACES = [
  ...["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Where it is, or why there is none. */
export type FoundChromium =
  | { readonly path: string }
  | { readonly path?: undefined; readonly reason: string };

/** What of the surroundings decides; tests bring their own. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly isRoot: boolean;
  exists(path: string): boolean;
  run(
    command: string,
    args: readonly string[],
  ): Promise<{ readonly status: number; readonly output: string }>;
  say(line: string): void;
}

const HERE: Surroundings = {
  env: process.env,
  isRoot: process.getuid?.() === 0,
  exists: existsSync,
  run: (command, args) => run(command, args, { DEBIAN_FRONTEND: "noninteractive" }),
  say: (line) => process.stderr.write(`OpenMIMI: ${line}\n`),
};

/**
 * Looks for Chromium: where OPENMIMI_CHROMIUM says, then where systems have it. In continuous integration (`CI=true`) on
 * a Debian as root it is installed when it is not there: nobody else's machine is changed.
 */
export async function findChromium(here: Surroundings = HERE): Promise<FoundChromium> {
  const named = here.env.OPENMIMI_CHROMIUM;
  if (named !== undefined && named !== "")
    return here.exists(named)
      ? { path: named }
      : { reason: `OPENMIMI_CHROMIUM names ${named}, which is not there` };
  const found = PLACES.find(here.exists);
  if (found !== undefined) return { path: found };
  if (here.env.CI !== "true") return { reason: "no Chromium here (OPENMIMI_CHROMIUM names one)" };
  if (!here.isRoot || !here.exists("/usr/bin/apt-get"))
    return { reason: "no Chromium here, and nothing to install it with" };
  return install(here);
}

async function install(here: Surroundings): Promise<FoundChromium> {
  here.say("installing Debian's package chromium for the tests of the inspector's page, about 300 MB");
  // A machine without a network is to know it soon.
  const patience = [
    "-o",
    "Acquire::Retries=1",
    "-o",
    "Acquire::http::Timeout=20",
    "-o",
    "Acquire::https::Timeout=20",
  ];
  const updated = await here.run("apt-get", [...patience, "-qq", "update"]);
  const installed =
    updated.status === 0
      ? await here.run("apt-get", [
          ...patience,
          "-qq",
          "-y",
          "--no-install-recommends",
          "install",
          "chromium",
        ])
      : updated;
  const path = PLACES.find(here.exists);
  if (path !== undefined && installed.status === 0) return { path };
  const said = installed.output.trimEnd().split("\n").at(-1) ?? "";
  return { reason: `Debian's package chromium cannot be installed here (${said.slice(0, 120)})` };
}
