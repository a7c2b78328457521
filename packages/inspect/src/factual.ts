/**
 * The objects that facts can be computed of.
 * @module
 */

const FACTUAL = new Set([
  ...["AbusiveMessage", "ApplicationFraming", "GroupInfo", "GroupInfoRatchetTreeTBE", "GroupInfoRequest"],
  ...["GroupInfoResponse", "HandshakeBundle", "KeyMaterialRequest", "KeyPackage", "LeafNode", "MimiContent"],
  ...["PublicMessage", "UpdateRequest"],
]);

/** Whether something can be said of an object beyond its fields. */
export function isFactual(object: string): boolean {
  return FACTUAL.has(object);
}
