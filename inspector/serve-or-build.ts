/**
 * `npm run inspector`: builds the page and says where it is.
 *
 *     npm run inspector                   builds inspector/dist/index.html, which any browser opens
 *     npm run inspector -- --serve        builds, then serves it on loopback until Ctrl-C
 *     npm run inspector -- --open         builds and opens it in the default browser
 * @module
 */

import { spawn } from "node:child_process";
import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildPage } from "./build/page.ts";
import { servePage } from "./build/serve.ts";

const HELP = `Usage: npm run inspector -- [options]

Builds the inspector, one HTML file that any browser opens, and prints its path.

Options:
  --out <folder>   where index.html goes (default: inspector/dist)
  --open           open it in the default browser
  --serve          serve it on loopback until Ctrl-C
  --port <number>  for --serve (default: 9450; 0 takes any free port)
  --help           show this
`;

function options(): ReturnType<typeof parse> | undefined {
  try {
    return parse();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 2;
    return undefined;
  }
}

function parse() {
  const { values } = parseArgs({
    options: {
      out: { type: "string" },
      open: { type: "boolean", default: false },
      serve: { type: "boolean", default: false },
      port: { type: "string", default: "9450" },
      help: { type: "boolean", default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port: ${values.port} is no port`);
  return { ...values, port };
}

function open(target: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", target]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", target]
        : ["xdg-open", target];
  spawn(command as string, args, { stdio: "ignore", detached: true })
    .on("error", () => process.stderr.write(`no browser could be started; open ${target} yourself\n`))
    .unref();
}

async function serve(path: string, port: number): Promise<string | undefined> {
  try {
    const { url } = await servePage(path, port);
    process.stdout.write(`${url}  until Ctrl-C\n`);
    return url;
  } catch (error) {
    process.stderr.write(
      `port ${port} cannot be had (${(error as Error).message}); --port 0 takes any free one\n`,
    );
    process.exitCode = 1;
    return undefined;
  }
}

const chosen = options();
if (chosen?.help === true) process.stdout.write(HELP);
else if (chosen !== undefined) {
  const { path, octets } = await buildPage(chosen.out === undefined ? undefined : resolve(chosen.out));
  process.stdout.write(`${relative(process.cwd(), path)}  (${Math.round(octets / 1024)} KiB)\n`);
  const target = chosen.serve ? await serve(path, chosen.port) : path;
  if (chosen.open && target !== undefined) open(target);
}
