import type { AssetPolicy, LoggingPolicy } from "@openmimi/protocol";
import { describe, expect, it } from "vitest";
import { room } from "../test/kit.ts";
import { downloadTypes, isLogged } from "./policies.ts";

describe("logging (policy §6.5)", () => {
  const pointers = { machineReadablePolicy: "", humanReadablePolicy: "" };
  const logged = (logging: LoggingPolicy) =>
    isLogged(room({ participants: {}, roles: [], parts: { logging } }));
  it("is on where it is required, or optional with a client", () => {
    expect(isLogged(room({ participants: {}, roles: [] }))).toBe(false);
    expect(logged({ logging: "forbidden" })).toBe(false);
    expect(logged({ logging: "optional", loggingClients: [], ...pointers })).toBe(false);
    expect(logged({ logging: "optional", loggingClients: ["mimi://a.example/d/log/1"], ...pointers })).toBe(
      true,
    );
    expect(logged({ logging: "required", loggingClients: ["mimi://a.example/d/log/1"], ...pointers })).toBe(
      true,
    );
  });
});

describe("downloads (policy §6.4, reading R-193)", () => {
  const assets = (downloadPrivacy: AssetPolicy["downloadPrivacy"]): AssetPolicy => ({
    assetUploadLocation: "unspecified",
    uploadDomains: [],
    downloadPrivacy,
    ...{ maxImage: 0n, maxAudio: 0n, maxVideo: 0n, maxAttachment: 0n },
    ...{ forbiddenMediaTypes: [], permittedMediaTypes: [] },
  });
  const typesOf = (downloadPrivacy: AssetPolicy["downloadPrivacy"]) =>
    downloadTypes(room({ participants: {}, roles: [], parts: { assets: assets(downloadPrivacy) } }));

  it("have the default first; what is forbidden is out, whatever else is said", () => {
    const types = (...forbiddenDownloadTypes: AssetPolicy["downloadPrivacy"]["forbiddenDownloadTypes"]) =>
      typesOf({
        allowedDownloadTypes: ["direct", "hubProxy", "ohttp"],
        forbiddenDownloadTypes,
        defaultDownloadType: "ohttp",
      });
    expect(types()).toEqual(["ohttp", "direct", "hubProxy"]);
    expect(types("ohttp")).toEqual(["direct", "hubProxy"]);
    expect(downloadTypes(room({ participants: {}, roles: [] }))).toBeUndefined();
  });
});
