import { opaque, type Schema, struct, uint32, vector } from "@openmimi/tls";
import { expect, it } from "vitest";
import {
  Commit,
  Extension,
  GroupSecrets,
  KeyPackage,
  LeafNode,
  MLSMessage,
  PreSharedKeyID,
  RatchetTreeNodes,
  ReInit,
} from "../../src/codec/index.ts";
import { decodeExactly, published, runCases } from "./published.ts";

const schemas: Record<string, Schema<unknown>> = {
  ratchet_tree: RatchetTreeNodes,
  group_secrets: GroupSecrets,
  add_proposal: KeyPackage,
  update_proposal: LeafNode,
  remove_proposal: uint32,
  pre_shared_key_proposal: PreSharedKeyID,
  re_init_proposal: ReInit,
  external_init_proposal: struct("ExternalInit", { kemOutput: opaque() }),
  group_context_extensions_proposal: vector(Extension),
  commit: Commit,
} as Record<string, Schema<unknown>>;

const wireFormats: Record<string, MLSMessage["wireFormat"]> = {
  mls_welcome: "welcome",
  mls_group_info: "groupInfo",
  mls_key_package: "keyPackage",
  public_message_application: "publicMessage",
  public_message_proposal: "publicMessage",
  public_message_commit: "publicMessage",
  private_message: "privateMessage",
};

it("messages.json", (context) => {
  const cases = published<Record<string, string> & { cipher_suite?: number }>(context, "messages.json");
  const count = runCases(cases, (item) => {
    for (const [name, digits] of Object.entries(item)) {
      const schema = schemas[name];
      if (schema !== undefined) decodeExactly(schema, String(digits));
      else expect(decodeExactly(MLSMessage, String(digits)).wireFormat).toBe(wireFormats[name]);
    }
    expect(Object.keys(item).length).toBe(Object.keys(schemas).length + Object.keys(wireFormats).length);
  });
  expect(count).toBe(300);
});
