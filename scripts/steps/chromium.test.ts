import { expect, it } from "vitest";
import { findChromium, type Surroundings } from "./chromium.ts";

/** A machine with some files, on which apt-get ends with a status and leaves others. */
function machine(
  files: readonly string[],
  rest: Partial<Surroundings> = {},
  apt: { readonly status: number; readonly leaves?: string } = { status: 100 },
): Surroundings & { readonly commands: string[] } {
  const there = new Set(files);
  const commands: string[] = [];
  return {
    env: {},
    isRoot: true,
    exists: (path) => there.has(path),
    async run(command, args) {
      commands.push([command, ...args.filter((arg) => !/^-|=/.test(arg))].join(" "));
      if (args.includes("install") && apt.leaves !== undefined) there.add(apt.leaves);
      return { status: apt.status, output: "E: Unable to locate package chromium\n" };
    },
    say: () => {},
    commands,
    ...rest,
  };
}

it("takes the one that is named, and does not look for another when it is not there", async () => {
  const env = { OPENMIMI_CHROMIUM: "/opt/chrome" };
  expect(await findChromium(machine(["/opt/chrome", "/usr/bin/chromium"], { env }))).toEqual({
    path: "/opt/chrome",
  });
  const found = await findChromium(machine(["/usr/bin/chromium"], { env }));
  expect(found).toEqual({ reason: expect.stringContaining("/opt/chrome") });
});

it("finds it where systems have it", async () => {
  const found = await findChromium(machine(["/usr/bin/google-chrome", "/usr/bin/apt-get"]));
  expect(found.path).toBe("/usr/bin/google-chrome");
});

it("installs nothing on anybody's own machine, nor without the rights", async () => {
  const own = machine(["/usr/bin/apt-get"]);
  expect(await findChromium(own)).toEqual({ reason: expect.stringContaining("OPENMIMI_CHROMIUM") });
  const user = machine(["/usr/bin/apt-get"], { env: { CI: "true" }, isRoot: false });
  expect(await findChromium(user)).toEqual({ reason: expect.stringContaining("nothing to install it with") });
  const other = machine([], { env: { CI: "true" } });
  expect(await findChromium(other)).toEqual({
    reason: expect.stringContaining("nothing to install it with"),
  });
  expect([...own.commands, ...user.commands, ...other.commands]).toEqual([]);
});

it("installs it in continuous integration on a Debian", async () => {
  const said: string[] = [];
  const here = machine(
    ["/usr/bin/apt-get"],
    { env: { CI: "true" }, say: (line) => said.push(line) },
    { status: 0, leaves: "/usr/bin/chromium" },
  );
  expect(await findChromium(here)).toEqual({ path: "/usr/bin/chromium" });
  expect(here.commands).toEqual(["apt-get update", "apt-get install chromium"]);
  expect(said).toEqual([expect.stringContaining("installing Debian's package chromium")]);
});

it("says why it could not", async () => {
  const here = machine(["/usr/bin/apt-get"], { env: { CI: "true" } });
  expect(await findChromium(here)).toEqual({ reason: expect.stringContaining("Unable to locate package") });
  expect(here.commands).toEqual(["apt-get update"]);
});
