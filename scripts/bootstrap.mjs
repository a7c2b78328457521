// Runs one pnpm script on a machine that may have neither pnpm nor the right Node: plain JavaScript, Node 20.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...rest] = process.argv.slice(2);
const pnpmVersion = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager.split("@")[1];
const tools = join(root, ".openmimi", `pnpm-${pnpmVersion}`);
const pnpm = join(tools, "node_modules", ".bin", "pnpm");

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (done.error) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
}

// The tools' own npm is told nothing of the workspace: npm settings of an outer `npm run` would reach it.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(config_|package_|lifecycle_)/i.test(name)),
);
const quiet = process.stderr.isTTY ? "inherit" : ["ignore", 2, 2];

if (!existsSync(pnpm)) {
  process.stderr.write(`OpenMIMI: installing pnpm ${pnpmVersion} into .openmimi/\n`);
  run(
    "npm",
    [
      "install",
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      "--prefix",
      tools,
      `pnpm@${pnpmVersion}`,
    ],
    { env, stdio: quiet },
  );
}
process.stderr.write("OpenMIMI: installing dependencies\n");
run(pnpm, ["install", "--frozen-lockfile", "--silent"], { env, stdio: quiet });
run(pnpm, ["--silent", "run", script, ...rest], { env: { ...env, OPENMIMI_ROOT: root } });
