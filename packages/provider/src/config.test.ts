import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkConfig, defaultLimits, withDefaults } from "./config.ts";

const pem = (name: string) => `-----BEGIN ${name}-----\n-----END ${name}-----\n`;
const good = {
  domain: "a.example",
  mimi: { host: "127.0.0.1", port: 8443 },
  clientApi: { host: "::1", port: 0 },
  tls: { certificate: pem("CERTIFICATE"), privateKey: pem("PRIVATE KEY"), ca: pem("CERTIFICATE") },
  database: "a.db",
};

it("takes what is right, and fills in what is left out", () => {
  expect(checkConfig(good)).toEqual(good);
  const settings = withDefaults(checkConfig({ ...good, limits: { bodyOctets: 1000 } }));
  expect(settings.limits).toEqual({ ...defaultLimits, bodyOctets: 1000 });
  expect(settings.mimiBaseUrl).toBe("https://a.example");
});

it("reads PEM files beside the configuration file, and puts the database there", () => {
  const directory = mkdtempSync(join(tmpdir(), "openmimi-config-"));
  for (const name of ["certificate", "privateKey", "ca"] as const)
    writeFileSync(join(directory, name), good.tls[name]);
  writeFileSync(join(directory, "empty"), "");
  const files = { ...good, tls: { certificate: "certificate", privateKey: "privateKey", ca: "ca" } };
  expect(checkConfig(files, directory)).toEqual({ ...good, database: join(directory, "a.db") });
  expect(() => checkConfig({ ...files, tls: { ...files.tls, ca: "none" } }, directory)).toThrow(
    'tls.ca: the file "none" cannot be read',
  );
  expect(() => checkConfig({ ...files, tls: { ...files.tls, ca: "empty" } }, directory)).toThrow(
    'tls.ca: the file "empty" holds no PEM',
  );
});

it.each([
  ["config: expected an object", []],
  ['config: "port" is not known', { ...good, port: 1 }],
  ["domain: expected a text", { ...good, domain: 7 }],
  ["domain: expected a lower-case host name", { ...good, domain: "A.example" }],
  ["mimi: expected an object", { ...good, mimi: 8443 }],
  ["mimi.port: expected a port", { ...good, mimi: { host: "127.0.0.1", port: 70_000 } }],
  ["clientApi.host: expected a text", { ...good, clientApi: { port: 1 } }],
  ["tls.ca: expected a text", { ...good, tls: { ...good.tls, ca: undefined } }],
  ["tls.ca: expected PEM text", { ...good, tls: { ...good.tls, ca: "ca.pem" } }],
  ["mimiBaseUrl: expected an https URL", { ...good, mimiBaseUrl: "http://a.example" }],
  ['peers["b.example"]: expected host:port', { ...good, peers: { "b.example": "127.0.0.1" } }],
  ['peers["B"]: expected a lower-case host name', { ...good, peers: { B: "127.0.0.1:1" } }],
  ["limits.bodyOctets: expected a whole number", { ...good, limits: { bodyOctets: -1 } }],
  ['limits: "bodyBytes" is not known', { ...good, limits: { bodyBytes: 1 } }],
  ["retry.firstMs: expected a whole number", { ...good, retry: { firstMs: 0.5 } }],
  ["logLevel: expected one of", { ...good, logLevel: "loud" }],
])("says what is wrong: %s", (message, config) => {
  expect(() => checkConfig(config)).toThrow(message);
});
