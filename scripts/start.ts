/**
 * `npm start`: the main job from end to end. Three providers play the example flow of the protocol draft, then the
 * conformance suite judges a provider with its adapter, and its reports are in `report/`.
 * @module
 */

import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { onStage } from "../conformance/mutants/stage.ts";
import { consoleSummary, runConformance } from "../conformance/src/index.ts";
import { playDemo, textReport } from "../packages/cli/src/demo/index.ts";
import { progressOn } from "../packages/cli/src/surroundings.ts";
import { ROOT } from "./steps/step.ts";

const { stdout, stderr } = process;
const terminal = stdout.isTTY === true;
const say = (text: string) => void stdout.write(text);

const demo = await playDemo({ report: textReport(say, terminal) });

say("\nThe conformance suite judges a provider of its own, as `openmimi serve` runs it\n\n");
const output = join(ROOT, "report");
rmSync(output, { recursive: true, force: true });
const progress = progressOn(stderr);
const { report, files } = await onStage(undefined, (scene) =>
  runConformance({
    ...scene,
    output,
    onProgress: (now) =>
      progress.show(now.kind === "case" ? `${now.index + 1}/${now.count} ${now.caseId}` : now.what),
  }),
).finally(progress.clear);
say(consoleSummary(report, { colour: terminal }));
say(`report ${relative(ROOT, files.html ?? output)}\n`);

process.exitCode = demo.ok && report.exitCode === 0 ? 0 : 1;
