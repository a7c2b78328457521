import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { VECTOR_KINDS, type Vector, type VectorFile } from "./generate/envelope.ts";
import { generateVectors, VECTORS_FOLDER, type VectorIndex, vectorsVersion, verifyVectors } from "./index.ts";

const { generated, report } = readmeExample();
const files = generated.map(({ path, text }) => [path, JSON.parse(text) as VectorFile] as const);

/** As the README has it. It takes a while, so that all tests share what comes of it. */
function readmeExample() {
  const files = generateVectors(); // the same octets every time: every key and nonce comes from a seed
  const report = verifyVectors(); // against the JSON Schemas, and against the packages
  return { generated: files, report };
}

describe("the files of vectors", () => {
  it("are of their schemas, and the implementation agrees with each of them", () => {
    expect(report.problems).toEqual([]);
    expect(report.files).toBe(generated.length);
  });

  it.each(generated.map(({ path, text }) => [path, text]))(
    "%s is generated to the same octets",
    (path, text) => {
      expect(
        readFileSync(join(VECTORS_FOLDER, path), "utf8") === text,
        "run the generator and look at the difference",
      ).toBe(true);
    },
  );

  it("are generated twice to the same octets", () => {
    const again = generateVectors();
    expect(
      again.filter(({ text }, index) => text !== generated[index]?.text).map(({ path }) => path),
    ).toEqual([]);
  });

  it("are as many as each kind needs", () => {
    const { counts } = report;
    expect(counts.identifiers).toBeGreaterThanOrEqual(40);
    expect(counts["participant-list-updates"]).toBeGreaterThanOrEqual(30);
    expect(counts["extension-proposals"]).toBeGreaterThanOrEqual(25);
    expect(counts["policy-components"]).toBeGreaterThanOrEqual(90);
    expect(counts["policy-decisions"]).toBeGreaterThanOrEqual(400);
    expect(counts["message-ids"]).toBeGreaterThanOrEqual(40);
    expect(counts["message-status"]).toBeGreaterThanOrEqual(20);
    expect(counts.franking).toBeGreaterThanOrEqual(20);
    const content = files.flatMap(([path, { vectors }]) => (path.startsWith("content/") ? vectors : []));
    const isValid = ({ expected }: Vector): boolean => expected.valid;
    expect(content.filter(isValid).length).toBeGreaterThanOrEqual(120);
    expect(content.filter((vector) => !isValid(vector)).length).toBeGreaterThanOrEqual(200);
    expect(Object.keys(counts)).toEqual([...VECTOR_KINDS]);
    const bodies = files.flatMap(([path, { vectors }]) =>
      path.startsWith("endpoint-bodies/") ? vectors : [],
    );
    const endpoints = Map.groupBy(bodies, ({ input }) => String(input.endpoint));
    expect(endpoints.size).toBe(11);
    for (const [endpoint, vectors] of endpoints) {
      const valid = vectors.filter(isValid).length;
      expect(valid, endpoint).toBeGreaterThanOrEqual(10);
      expect(vectors.length - valid, endpoint).toBeGreaterThanOrEqual(20);
    }
    expect(counts["key-material"]).toBeGreaterThanOrEqual(30);
    expect(counts["group-info"]).toBeGreaterThanOrEqual(15);
    expect(counts["room-transcripts"]).toBeGreaterThanOrEqual(6);
    expect(counts["participant-list-updates"] + counts["extension-proposals"]).toBeGreaterThanOrEqual(60);
    const components = files.flatMap(([path, { vectors }]) =>
      path.startsWith("policy-components/") ? vectors : [],
    );
    const byComponent = Map.groupBy(components, ({ input }) => String(input.componentId));
    // Franking agent to message expiration.
    for (let id = 0x21; id <= 0x30; id++)
      expect(
        byComponent.get(`0x00${id.toString(16)}`)?.length,
        `0x${id.toString(16)}`,
      ).toBeGreaterThanOrEqual(10);
    const safeAad = files.find(([path]) => path === "mls-extensions/safe-aad.json")?.[1].vectors ?? [];
    expect(safeAad.length).toBeGreaterThanOrEqual(20);
  });

  it("are those of the index", () => {
    const index = JSON.parse(readFileSync(join(VECTORS_FOLDER, "index.json"), "utf8")) as VectorIndex;
    const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
    const listed = index.kinds.flatMap((kind) => kind.files.map((file) => [file.path, file.sha256]));
    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries(generated.map(({ path, text }) => [path, sha256(text)])),
    );
    const vectors = files.flatMap(([, file]) => file.vectors);
    expect(index).toMatchObject({
      files: files.length,
      vectors: vectors.length,
      valid: vectors.filter(({ expected }) => expected.valid).length,
    });
  });

  it("have a version, which is the newest entry of the changelog", () => {
    const changelog = readFileSync(join(VECTORS_FOLDER, "CHANGELOG.md"), "utf8");
    expect(/^## (.+)$/m.exec(changelog)?.[1]).toBe(vectorsVersion());
    expect(report.version).toBe(vectorsVersion());
  });

  it("name valid twins", () => {
    for (const [path, { vectors }] of files) {
      const prefix = path.replace(".json", "/");
      for (const { id, input } of vectors) {
        if (input.twin === undefined) continue;
        const twin = vectors.find((vector) => vector.id === `${prefix}${String(input.twin)}`);
        expect(twin?.expected.valid, id).toBe(true);
      }
    }
  });

  it("cite readings that there are", () => {
    const cited = new Set(files.flatMap(([, { vectors }]) => vectors.flatMap(({ readings }) => readings)));
    expect(cited.size).toBeGreaterThan(25);
    for (const reading of cited) {
      const text = readFileSync(join(VECTORS_FOLDER, "..", "spec", "readings", `${reading}.md`), "utf8");
      expect(text).toContain(`id: ${reading}`);
    }
  });
});

describe("the README", () => {
  const readme = readFileSync(join(VECTORS_FOLDER, "README.md"), "utf8");

  it("shows an example that works", () => {
    expect(`${generated.length} files, ${report.problems.length} problems`).toMatch(
      /^\d+ files, 0 problems$/,
    );
    const source = readFileSync(new URL(import.meta.url), "utf8");
    const lines = (/```ts\n(.*?)```/s.exec(readme)?.[1] ?? "")
      .split("\n")
      .filter((line) => line.startsWith("const "));
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(source).toContain(line);
  });

  it("shows a vector as it is", () => {
    const shown = JSON.parse(/```json\n(.*?)```/s.exec(readme)?.[1] ?? "") as Vector;
    const uris = files.find(([path]) => path === "identifiers/uris.json")?.[1].vectors ?? [];
    expect(uris.find(({ id }) => id === shown.id)).toEqual(shown);
  });
});
