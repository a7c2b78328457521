/**
 * Bodies of /notify. Protocol §5.5.
 * @module
 */

import { KeyPackage, MLSMessage, Welcome } from "@openmimi/mls";
import type { FanoutMessage } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { Twin } from "./body-tools.ts";
import { type Case, hex } from "./envelope.ts";
import { type Flow, STARTED_MS } from "./room.ts";

/** All bodies of this endpoint. */
export function notifyBodies(flow: Flow): Case[] {
  const { addBob, addCathy, treeWithBob, leave, message, join, replacement, clients } = flow;
  if (addBob.welcome === undefined) throw new Error("the flow is broken: no Welcome");
  const twin = (id: string, ...value: FanoutMessage[]) => new Twin("notify", "FanoutMessages", id, value);
  const at = (seconds: bigint) => STARTED_MS + seconds * 1000n;

  const welcome: FanoutMessage = {
    timestamp: at(1n),
    message: { version: "mls10", wireFormat: "welcome", welcome: addBob.welcome },
    ratchetTreeOption: { representation: "full", ratchetTree: treeWithBob },
  };
  const commit: FanoutMessage = { timestamp: at(2n), message: addCathy.commit, externalProposals: [] };
  const application: FanoutMessage = { timestamp: at(3n), message: message.message };
  const franked: FanoutMessage = { ...application, frank: message.frank };
  const proposals: FanoutMessage = {
    timestamp: at(4n),
    message: leave[0],
    moreProposals: [leave[1], leave[2]],
  };
  const external: FanoutMessage = {
    timestamp: at(6n),
    message: join.commit,
    externalProposals: [replacement],
  };

  const commits = twin("commit", commit);
  const frankedTwin = twin("application-franked", franked);
  const applicationTwin = twin("application", application);
  const welcomeTwin = twin("welcome", welcome);
  const proposalsTwin = twin("proposals", proposals);
  const two = twin("two-messages", commit, application);
  const externalTwin = twin("external-commit", external);
  const keyPackage = `00010005${hex(encode(KeyPackage, clients.b1.own.keyPackage))}`;
  return [
    welcomeTwin.valid({ readings: ["R-040", "R-056"], notes: "The hub wraps the Welcome in an MLSMessage." }),
    commits.valid({ readings: ["R-084"] }),
    applicationTwin.valid({ readings: ["R-085"] }),
    frankedTwin.valid({ readings: ["R-074"] }),
    proposalsTwin.valid({ readings: ["R-084"] }),
    externalTwin.valid({ notes: "The hub's Remove is stapled, made again for the new epoch." }),
    commits.validWith("commit-with-protocol-octet", "01", {
      readings: ["R-084"],
      notes: "Not to be sent, but to be accepted.",
    }),
    twin("several", welcome, commit, franked, proposals, external).valid({ readings: ["R-086"] }),
    commits.empty({ readings: ["R-086"] }),
    commits.replace("time-beyond-2-to-56", "[0].timestamp", "0200000000000000", "invalid-value", {
      readings: ["R-084"],
      notes: "The first octet of a time is 00, so that it is not taken for a protocol octet.",
    }),
    applicationTwin.cut("no-presence-octet", "[0].frank", { readings: ["R-085"] }),
    applicationTwin.replace("frank-presence-2", "[0].frank", "02", "invalid-presence"),
    commits.cut("no-list-behind-commit", "[0].externalProposals", { readings: ["R-084"] }),
    proposalsTwin.cut("no-list-behind-proposal", "[0].moreProposals", { readings: ["R-084"] }),
    welcomeTwin.cut("no-tree-behind-welcome", "[0].ratchetTreeOption"),
    welcomeTwin.replace(
      "welcome-bare",
      "[0].message",
      hex(encode(Welcome, addBob.welcome)),
      "unknown-value",
      {
        readings: ["R-040"],
      },
    ),
    commits.replace("key-package", "[0].message", keyPackage, "invalid-value"),
    applicationTwin.replace(
      "private-commit",
      "[0].message.privateMessage.contentType",
      "03",
      "invalid-value",
    ),
    commits.replace("wire-format-unknown", "[0].message.wireFormat", "0006", "unknown-value"),
    commits.replace(
      "commit-among-external-proposals",
      "[0].externalProposals",
      vectorOf(hex(encode(MLSMessage, join.commit))),
      "invalid-value",
    ),
    twin("commit-of-pending-proposals", {
      timestamp: at(5n),
      message: flow.commitLeave.commit,
      externalProposals: [],
    }).valid({ notes: "It refers to the proposals before it." }),
    twin("proposal-alone", { timestamp: at(4n), message: leave[0], moreProposals: [] }).valid(),
    ...commits.cuts(
      ["no-message", "[0].message"],
      ["no-signature-of-the-commit", "[0].message.publicMessage.auth"],
    ),
    frankedTwin.cut("frank-cut", "[0].frank.value.frankingIntegritySignature"),
    welcomeTwin.replace("tree-representation-reserved", "[0].ratchetTreeOption", "00", "unknown-value"),
    welcomeTwin.replace("tree-representation-unknown", "[0].ratchetTreeOption", "05", "unknown-value"),
    proposalsTwin.replace(
      "commit-among-proposals",
      "[0].moreProposals",
      vectorOf(hex(encode(MLSMessage, join.commit))),
      "invalid-value",
    ),
    proposalsTwin.replace(
      "message-among-proposals",
      "[0].moreProposals",
      vectorOf(hex(encode(MLSMessage, message.message))),
      "invalid-value",
    ),
    applicationTwin.replace("mls-version-2", "[0].message.version", "0002", "unknown-value"),
    two.valid({ readings: ["R-086"] }),
    two.cut("second-message-cut", "[1].message", {
      readings: ["R-086"],
    }),
    commits.append("octet-behind-messages", "00", "truncated", { readings: ["R-086"] }),
  ];
}

function vectorOf(octets: string): string {
  return (0x4000 | (octets.length / 2)).toString(16) + octets;
}
