"""The MLS part of the checker against the published test vectors of RFC 9420, for cipher suite 0x0001.

They are not part of this repository (vectors/README.md). OPENMIMI_PUBLISHED_VECTORS names the folder they are in, and
`openmimi vectors fetch` fetches them.
"""

import json
import os
import unittest
from pathlib import Path
from typing import Any, Dict, List

import check
from openmimi_check import mls_structs as structs
from openmimi_check.mls_crypto import (
    decrypt_with_label,
    derive_secret,
    expand_with_label,
    make_proposal_ref,
    ref_hash,
    verify_with_label,
)
from openmimi_check.mls_group import PublicGroup, confirmed_transcript_hash
from openmimi_check.mls_member import Member, join_by_welcome, open_message, process_commit
from openmimi_check.mls_messages import leaf_node_signature_verifies
from openmimi_check.mls_proposals import Proposed
from openmimi_check.mls_secrets import (
    EpochSecrets,
    epoch_secrets,
    joiner_secret,
    psk_secret_of,
    ratchet,
    sender_data_key,
)
from openmimi_check.mls_tree import RatchetTree
from openmimi_check.presentation import Codec, Struct, decode, encode, uint16

NAMED = os.environ.get("OPENMIMI_PUBLISHED_VECTORS")
FOLDER = (Path(NAMED) if NAMED else check.VECTORS / "published") / "rfc9420"
ABSENT = not FOLDER.is_dir() and os.environ.get("CI") != "true"

Json = Dict[str, Any]


def published(name: str) -> List[Json]:
    """The cases of a file, those of other cipher suites left out."""
    cases = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return [case for case in cases if case.get("cipher_suite", 1) == 1]


def external_psk(identifier: str) -> Json:
    """The PreSharedKeyID of an external PSK, without nonce."""
    return {"pskType": "external", "pskId": identifier}


@unittest.skipIf(ABSENT, "the published vectors are not here: openmimi vectors fetch")
class Functions(unittest.TestCase):
    """The functions that everything else is made of"""

    def test_crypto_basics(self) -> None:
        for case in published("crypto-basics"):
            given = {name: value for name, value in case.items() if name != "cipher_suite"}
            octets = {
                name: {key: self.octets(key, value) for key, value in part.items()} for name, part in given.items()
            }
            part = octets["ref_hash"]
            self.assertEqual(ref_hash(given["ref_hash"]["label"], part["value"]), part["out"])
            part = octets["expand_with_label"]
            label, length = given["expand_with_label"]["label"], given["expand_with_label"]["length"]
            self.assertEqual(expand_with_label(part["secret"], label, part["context"], length), part["out"])
            part = octets["derive_secret"]
            self.assertEqual(derive_secret(part["secret"], given["derive_secret"]["label"]), part["out"])
            part = octets["sign_with_label"]
            label = given["sign_with_label"]["label"].encode()
            self.assertTrue(verify_with_label(part["pub"], label, part["content"], part["signature"]))
            self.assertFalse(verify_with_label(part["pub"], label + b"x", part["content"], part["signature"]))
            part = octets["encrypt_with_label"]
            label = given["encrypt_with_label"]["label"].encode()
            opened = decrypt_with_label(part["priv"], label, part["context"], part["kem_output"], part["ciphertext"])
            self.assertEqual(opened, part["plaintext"])

    def octets(self, name: str, value: Any) -> Any:
        return bytes.fromhex(value) if isinstance(value, str) and name != "label" else value

    def test_signatures_of_all_suites(self) -> None:
        cases = json.loads((FOLDER / "crypto-basics.json").read_text(encoding="utf-8"))
        for case in cases:
            part = {name: self.octets(name, value) for name, value in case["sign_with_label"].items()}
            signed = (part["pub"], part["label"].encode(), part["content"], part["signature"])
            with self.subTest(case["cipher_suite"]):
                self.assertTrue(verify_with_label(*signed, suite=case["cipher_suite"]))
                self.assertFalse(verify_with_label(signed[0], b"other", *signed[2:], suite=case["cipher_suite"]))
        self.assertEqual(len(cases), 7)

    def test_secret_tree(self) -> None:
        for case in published("secret-tree"):
            data = case["sender_data"]
            key = sender_data_key(bytes.fromhex(data["sender_data_secret"]), bytes.fromhex(data["ciphertext"]))
            self.assertEqual((key.key.hex(), key.nonce.hex()), (data["key"], data["nonce"]))
            secret, leaves = bytes.fromhex(case["encryption_secret"]), len(case["leaves"])
            for leaf, generations in enumerate(case["leaves"]):
                for expected in generations:
                    for kind in ("handshake", "application"):
                        got = ratchet(secret, leaves, leaf, kind, expected["generation"])
                        self.assertEqual(got.key.hex(), expected[f"{kind}_key"])
                        self.assertEqual(got.nonce.hex(), expected[f"{kind}_nonce"])

    def test_key_schedule(self) -> None:
        for case in published("key-schedule"):
            init_secret = bytes.fromhex(case["initial_init_secret"])
            for epoch in case["epochs"]:
                context = decode(structs.GroupContext, bytes.fromhex(epoch["group_context"]))
                joiner = joiner_secret(init_secret, bytes.fromhex(epoch["commit_secret"]), context)
                secrets = epoch_secrets(joiner, bytes.fromhex(epoch["psk_secret"]), context)
                self.assertEqual(joiner.hex(), epoch["joiner_secret"])
                self.assertEqual(secrets.welcome_secret.hex(), epoch["welcome_secret"])
                self.check_secrets(secrets, epoch)
                init_secret = secrets.named("init")

    def check_secrets(self, secrets: EpochSecrets, epoch: Json) -> None:
        labels = {
            "init_secret": "init",
            "sender_data_secret": "sender data",
            "encryption_secret": "encryption",
            "exporter_secret": "exporter",
            "epoch_authenticator": "authentication",
            "external_secret": "external",
            "confirmation_key": "confirm",
            "membership_key": "membership",
            "resumption_psk": "resumption",
        }
        for name, label in labels.items():
            self.assertEqual(secrets.named(label).hex(), epoch[name], name)
        self.assertEqual(secrets.external_key_pair()[1].hex(), epoch["external_pub"])
        exporter = epoch["exporter"]
        exported = secrets.exporter(exporter["label"], bytes.fromhex(exporter["context"]), exporter["length"])
        self.assertEqual(exported.hex(), exporter["secret"])

    def test_psk_secret(self) -> None:
        for case in published("psk_secret"):
            identifiers = [{**external_psk(psk["psk_id"]), "pskNonce": psk["psk_nonce"]} for psk in case["psks"]]
            names = [structs.PreSharedKeyID.write_until("pskNonce", name).hex() for name in identifiers]
            psks = dict(zip(names, (bytes.fromhex(psk["psk"]) for psk in case["psks"])))
            self.assertEqual(psk_secret_of(identifiers, psks).hex(), case["psk_secret"])

    def test_transcript_hashes(self) -> None:
        authenticated = Struct("AuthenticatedContent", ("wireFormat", uint16), ("content", structs.FramedContent))
        for case in published("transcript-hashes"):
            octets = bytes.fromhex(case["authenticated_content"])
            content, auth = self.split(authenticated, octets)

            class Before(PublicGroup):
                interim_transcript_hash = bytes.fromhex(case["interim_transcript_hash_before"])

            before = Before({}, RatchetTree([None]), "")
            confirmed = confirmed_transcript_hash(before, content["wireFormat"], content["content"], auth["signature"])
            self.assertEqual(confirmed.hex(), case["confirmed_transcript_hash_after"])
            context = {"confirmedTranscriptHash": confirmed.hex()}
            after = PublicGroup(context, RatchetTree([None]), auth["confirmationTag"])
            self.assertEqual(after.interim_transcript_hash.hex(), case["interim_transcript_hash_after"])

    def split(self, struct: Codec, octets: bytes) -> "tuple[Json, Json]":
        whole = Struct("Whole", ("head", struct), ("auth", structs.auth_data("commit")))
        value = decode(whole, octets)
        return value["head"], value["auth"]


@unittest.skipIf(ABSENT, "the published vectors are not here: openmimi vectors fetch")
class Trees(unittest.TestCase):
    """Ratchet trees"""

    def test_validation(self) -> None:
        cases = published("tree-validation")
        for case in cases:
            tree = RatchetTree.of_extension(decode(structs.RatchetTree, bytes.fromhex(case["tree"])))
            for node in range(len(tree.nodes)):
                self.assertEqual(tree.resolution(node), case["resolutions"][node])
                self.assertEqual(tree.tree_hash(node).hex(), case["tree_hashes"][node])
            tree.check()
            for index, leaf in tree.members():
                self.assertTrue(leaf_node_signature_verifies(leaf, case["group_id"], index))
        self.assertEqual(len(cases), 14)

    def test_operations(self) -> None:
        for case in published("tree-operations"):
            proposal = decode(structs.Proposal, bytes.fromhex(case["proposal"]))
            tree = RatchetTree.of_extension(decode(structs.RatchetTree, bytes.fromhex(case["tree_before"])))
            self.assertEqual(tree.tree_hash().hex(), case["tree_hash_before"])
            if proposal["proposalType"] == "add":
                tree.add(proposal["keyPackage"]["leafNode"])
            elif proposal["proposalType"] == "update":
                tree.update(case["proposal_sender"], proposal["leafNode"])
            else:
                tree.remove(proposal["removed"])
                tree.truncate()
            self.assertEqual(encode(structs.RatchetTree, tree.to_extension()).hex(), case["tree_after"])
            self.assertEqual(tree.tree_hash().hex(), case["tree_hash_after"])


@unittest.skipIf(ABSENT, "the published vectors are not here: openmimi vectors fetch")
class Messages(unittest.TestCase):
    """Structs, and whole groups"""

    def test_structs_encode_to_the_same_octets(self) -> None:
        named: Dict[str, Codec] = {
            "ratchet_tree": structs.RatchetTree,
            "group_secrets": structs.GroupSecrets,
            "commit": structs.Commit,
        }
        for case in published("messages"):
            for name, octets in case.items():
                if not name.endswith("_proposal"):
                    codec = named.get(name, structs.MLSMessage)
                    self.assertEqual(encode(codec, decode(codec, bytes.fromhex(octets))).hex(), octets, name)

    def test_passive_clients(self) -> None:
        epochs = 0
        for name in ("welcome", "handling-commit", "random"):
            for case in published(f"passive-client-{name}"):
                epochs += self.follow(case)
        self.assertGreater(epochs, 200)

    def follow(self, case: Json) -> int:
        names = [
            structs.PreSharedKeyID.write_until("pskNonce", external_psk(psk["psk_id"])) for psk in case["external_psks"]
        ]
        psks = {name.hex(): bytes.fromhex(psk["psk"]) for name, psk in zip(names, case["external_psks"])}
        tree = case["ratchet_tree"] and decode(structs.RatchetTree, bytes.fromhex(case["ratchet_tree"]))
        member = join_by_welcome(
            decode(structs.MLSMessage, bytes.fromhex(case["welcome"]))["welcome"],
            decode(structs.MLSMessage, bytes.fromhex(case["key_package"]))["keyPackage"],
            bytes.fromhex(case["init_priv"]),
            bytes.fromhex(case["encryption_priv"]),
            tree,
            psks,
        )
        self.assertEqual(member.secrets.named("authentication").hex(), case["initial_epoch_authenticator"])
        for epoch in case["epochs"]:
            member = self.advance(member, epoch)
            self.assertEqual(member.secrets.named("authentication").hex(), epoch["epoch_authenticator"])
        return len(case["epochs"]) + 1

    def advance(self, member: Member, epoch: Json) -> Member:
        pending: Dict[str, Proposed] = {}
        for octets in epoch["proposals"]:
            opened = open_message(member, decode(structs.MLSMessage, bytes.fromhex(octets)))
            reference = make_proposal_ref(opened.authenticated_content).hex()
            pending[reference] = Proposed(opened.content["proposal"], opened.content["sender"], True)
        commit = open_message(member, decode(structs.MLSMessage, bytes.fromhex(epoch["commit"])))
        return process_commit(member, commit, pending)
