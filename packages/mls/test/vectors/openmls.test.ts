import { nobleCrypto } from "@openmimi/mls";
import { describe, expect, it } from "vitest";
import { crypto as nodeCrypto } from "../actors.ts";
import { followAsMember, followAsServer, openMlsFiles } from "./openmls.ts";

for (const { title, source, vectors } of openMlsFiles()) {
  describe(`${source}: ${title}`, () => {
    for (const vector of vectors) {
      it(vector.id, () => {
        for (const crypto of [nobleCrypto, nodeCrypto]) {
          followAsMember(crypto, vector);
          if (vector.wireFormat === "publicMessage") followAsServer(crypto, vector);
        }
      });
    }
  });
}

it("each has its own id", () => {
  const ids = openMlsFiles().flatMap(({ vectors }) => vectors.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});
