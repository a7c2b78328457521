// Runs one program of this repository on a machine that may have neither pnpm nor the right Node:
//
//     node scripts/bootstrap.mjs scripts/test.ts
//
// Plain JavaScript for Node 20 with npm: it puts the pinned pnpm into .openmimi/, installs the frozen lockfile (which
// brings the Node that the project runs on), and hands over to that. What the tools say is shown only when one fails.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, ".openmimi");
const { packageManager, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const pnpmVersion = packageManager.split("@")[1];
const pnpmHome = join(tools, `pnpm-${pnpmVersion}`);
const pnpm = join(pnpmHome, "node_modules", ".bin", "pnpm");
const bin = join(root, "node_modules", ".bin");
const [program, ...rest] = process.argv.slice(2);

const say = (line) => process.stderr.write(`OpenMIMI: ${line}\n`);

function stop(reason, output = "") {
  const lines = output.trimEnd().split("\n").slice(-20);
  if (lines.join("") !== "") process.stderr.write(`${lines.join("\n")}\n`);
  say(reason);
  process.exit(1);
}

// An outer `npm run` describes itself and the workspace in the environment. That would reach the inner npm and pnpm as
// settings of theirs; settings of the user (registry, proxy, cache) stay.
const ofOuterRun =
  /^(npm_(package_|lifecycle_|command$|execpath$|node_execpath$)|npm_config_(prefix|local_prefix|global_prefix|user_agent|npm_version|node_gyp|loglevel|allow_scripts)$)/i;
const env = {
  // Three further tries within half a minute. By default, a machine without a network waits seven.
  pnpm_config_fetch_retries: "3",
  pnpm_config_fetch_retry_mintimeout: "1000",
  pnpm_config_fetch_retry_maxtimeout: "5000",
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofOuterRun.test(name))),
};

const unreachable =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|fetch failed|failed to fetch/i;

/** What kept an installation from succeeding, in words, as far as the tools' output tells. */
function hint(output) {
  if (unreachable.test(output))
    return "The package registry cannot be reached: is there a network, and does this machine need a proxy (npm config set https-proxy ...)?";
  if (/ENOSPC/.test(output)) return "The disk is full: about 500 MB are needed.";
  if (/EACCES|EPERM|EROFS/.test(output)) return "This folder cannot be written to.";
  if (/OUTDATED_LOCKFILE|LOCKFILE/.test(output)) return "pnpm-lock.yaml is not in step with a package.json.";
  return "The lines above say why. The same command tried again continues where it stopped.";
}

/** Runs a tool quietly; after every further 20 seconds says that it is still at it. Resolves with what it printed. */
function quietly(what, command, args) {
  return new Promise((resolve) => {
    let output = "";
    const started = Date.now();
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    const timer = setInterval(() => {
      const trouble = unreachable.test(output) ? "; some downloads failed and are tried again" : "";
      say(`${what}: still at it after ${Math.round((Date.now() - started) / 1000)} s${trouble}`);
    }, 20_000);
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.on("error", (error) => {
      clearInterval(timer);
      stop(`${what} failed: ${command} cannot be started (${error.message}).`);
    });
    child.on("close", (status) => {
      clearInterval(timer);
      if (status !== 0) stop(`${what} failed. ${hint(output)}`, output);
      resolve(output);
    });
  });
}

async function installPnpm() {
  say(`installing pnpm ${pnpmVersion} into .openmimi/`);
  const incoming = join(tools, `incoming-${process.pid}`);
  mkdirSync(incoming, { recursive: true });
  process.on("exit", () => rmSync(incoming, { recursive: true, force: true }));
  const settings = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await quietly("installing pnpm", npm, [
    "install",
    ...settings,
    "--prefix",
    incoming,
    `pnpm@${pnpmVersion}`,
  ]);
  // Moved into place when complete, so that an interrupted installation is never taken for a good one.
  rmSync(pnpmHome, { recursive: true, force: true });
  renameSync(incoming, pnpmHome);
}

if (Number(process.versions.node.split(".")[0]) < 20)
  stop(
    `Node 20 or later is needed to install the rest; this is ${process.version}. Node ${devDependencies.node}, on which OpenMIMI runs, is then installed by itself.`,
  );
if (program === undefined) stop("which program? Use npm start, npm test, npm run bench or npm run openmimi.");

if (!existsSync(pnpm)) await installPnpm();
if (!existsSync(bin)) say("installing dependencies, about 430 MB (Node, TypeScript, test tools, libraries)");
await quietly("installing dependencies", pnpm, ["install", "--frozen-lockfile", "--reporter=append-only"]);

const node = join(bin, "node");
const found = spawnSync(node, ["--version"], { encoding: "utf8" });
if (found.stdout?.trim() !== `v${devDependencies.node}`)
  stop(
    `Node ${devDependencies.node} was installed but does not run here (${found.error?.message ?? found.stderr.trim()}).`,
  );

const child = spawn(node, [join(root, program), ...rest], {
  // npm changes into this folder; paths that a user gives count from where they are.
  cwd: process.env.INIT_CWD ?? process.cwd(),
  env: {
    // What Node has made of the sources is kept: every further process starts in half the time.
    NODE_COMPILE_CACHE: join(tools, "compile-cache"),
    ...env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
  },
  stdio: "inherit",
});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
process.on("SIGINT", () => {}); // a terminal gives it to the child as well
child.on("error", (error) => stop(`${node} cannot be started: ${error.message}`));
child.on("exit", (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
