"""The kinds of TLS and MLS: one octet of an input is changed, and the checker has to complain.

Signatures, tags, ciphertexts and hashes hang together, so nearly every octet counts. Where one does not, it is named.
"""

import copy
import random
import unittest
from typing import Any, Dict, Iterator, Set, Tuple

import check
from openmimi_check import mls_structs as structs
from openmimi_check.mimi_components import MimiComponents
from openmimi_check.mls_commit import stage
from openmimi_check.mls_group import PublicGroup, join
from openmimi_check.mls_messages import group_info_signature_verifies
from openmimi_check.mls_tree import RatchetTree
from openmimi_check.presentation import decode
from openmimi_check.registry import Refused, load_all
from tests.test_mutations import Way, leaves

Json = Dict[str, Any]

# Of these, every change has to be noticed, apart from those in UNUSED.
STRICT = ("endpoint-bodies", "extension-proposals", "mls-extensions")

# Of these most: a server does not see membership tags, and nobody what is encrypted to others.
MOSTLY = ("mls-commits",)

CHANGES = 3

# What a field is not needed for, by the end of the vector's id.
UNUSED: Set[Tuple[str, str]] = {
    # No tag, no GroupContext in what is signed.
    ("app-data-update-of-the-hub", "membershipKey"),
    ("app-data-update-of-the-hub", "groupContext"),
    ("app-data-update-of-the-hub-in-another-context", "membershipKey"),
    ("app-data-update-of-the-hub-in-another-context", "groupContext"),
    # Wrong already, and wrong in another way then.
    ("self-remove-in-another-context", "groupContext"),
    ("self-remove-in-another-context", "signatureKey"),
    ("self-remove-in-another-context", "membershipKey"),
    ("self-remove-of-somebody-else", "signatureKey"),
    ("self-remove-signature-changed", "groupContext"),
    ("self-remove-signature-changed", "signatureKey"),
    ("self-remove-signature-changed", "membershipKey"),
    ("self-remove-tag-changed", "membershipKey"),
    # Not looked at, where the message names its media type; removed, or set anew, by the commit.
    ("named", "mediaTypes"),
    ("parameter-without-quotation-marks", "mediaTypes"),
    ("not-listed-is-for-the-application-to-judge", "mediaTypes"),
    ("remove", "extensions"),
    ("remove-last-entry", "extensions"),
    ("remove-one-update-another", "extensions"),
    ("replace-with-nothing", "extensions"),
    ("interleaved", "extensions"),
    ("interleaved", "proposals"),
    ("with-context-extensions", "extensions"),
    ("unlocked-context-extensions", "extensions"),
    # A server does not see the membership tag.
    ("rebuilt", "commit"),
    ("tree-was-removed", "commit"),
    # An outsider cannot read encrypted_sender_data, and nothing authenticates it for him (semi-private section 3.3).
    ("proposal", "message"),
    ("commit", "message"),
}


def octet_fields(given: Json) -> Iterator[Tuple[Way, str]]:
    """The fields of an input that are octets, and not none, with the way to them."""
    for path, value in leaves(given):
        if isinstance(value, str) and value and len(value) % 2 == 0 and set(value) <= set("0123456789abcdef"):
            yield path, value


def with_value(given: Any, path: Way, value: str) -> Any:
    """The input with another value at the end of the path."""
    copied = copy.deepcopy(given)
    at = copied
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return copied


def one_bit(chosen: random.Random, octets: str) -> str:
    """The octets with one bit changed."""
    position = chosen.randrange(len(octets))
    digit = format(int(octets[position], 16) ^ 1 << chosen.randrange(4), "x")
    return octets[:position] + digit + octets[position + 1 :]


class Inputs(unittest.TestCase):
    """One bit of each input"""

    @classmethod
    def setUpClass(cls) -> None:
        load_all()

    def changes(self, kind: str) -> Iterator[Tuple[str, Way, bool]]:
        """Ids of valid vectors, where a bit of them is changed, and whether the checker notices."""
        chosen = random.Random(4)
        for place in check.find_files([check.VECTORS / kind]):
            file = check.read_file(place)
            for vector in file["vectors"]:
                if not vector["expected"]["valid"]:
                    continue
                for path, octets in octet_fields(vector["input"]):
                    for _ in range(CHANGES):
                        changed = {**vector, "input": with_value(vector["input"], path, one_bit(chosen, octets))}
                        yield vector["id"], path, check.check_vector(kind, changed, file) is not None

    def test_every_change_is_noticed(self) -> None:
        for kind in STRICT:
            tried = 0
            for vector_id, path, noticed in self.changes(kind):
                if (vector_id.rsplit("/", 1)[1], path[0]) not in UNUSED:
                    tried += 1
                    self.assertTrue(noticed, f"{vector_id}: a change of {path} is not noticed")
            self.assertGreater(tried, 100, kind)

    def test_most_changes_are_noticed(self) -> None:
        for kind in MOSTLY:
            results = [noticed for _, _, noticed in self.changes(kind)]
            self.assertGreater(sum(results), 0.85 * len(results), f"{kind}: {sum(results)} of {len(results)}")


class Groups(unittest.TestCase):
    """What a joiner verifies of GroupInfo and tree"""

    def setUp(self) -> None:
        file = check.read_file(check.VECTORS / "endpoint-bodies" / "group-info.json")
        contents = [vector["expected"]["contents"] for vector in file["vectors"] if "contents" in vector["expected"]]
        self.group_info = contents[0]["groupInfo"]
        self.nodes = contents[0]["ratchetTreeOption"]["ratchetTree"]

    def refused(self, nodes: Any) -> str:
        with self.assertRaises(Refused) as caught:
            join(self.group_info, nodes)
        return caught.exception.reason

    def test_it_is_valid(self) -> None:
        self.assertEqual(join(self.group_info, self.nodes).context, self.group_info["groupContext"])

    def test_another_tree(self) -> None:
        self.assertEqual(self.refused(self.nodes + [None]), "invalid-tree")
        changed = copy.deepcopy(self.nodes)
        changed[0]["leafNode"]["capabilities"]["proposals"] = []
        self.assertEqual(self.refused(changed), "invalid-group-info")

    def test_rules_for_parents(self) -> None:
        parents = [index for index, node in enumerate(self.nodes) if index % 2 and node is not None]
        self.assertTrue(parents)
        for change in (
            {"parentHash": "00"},
            {"encryptionKey": "00"},
            {"unmergedLeaves": [99]},
            {"unmergedLeaves": [1, 0]},
        ):
            changed = copy.deepcopy(self.nodes)
            changed[parents[0]]["parentNode"].update(change)
            with self.subTest(str(change)), self.assertRaises(Refused) as caught:
                RatchetTree.of_extension(changed).check()
            self.assertEqual(caught.exception.reason, "invalid-tree")

    def test_keys_are_unique(self) -> None:
        leaves = [index for index, node in enumerate(self.nodes) if index % 2 == 0 and node is not None]
        for name in ("encryptionKey", "signatureKey"):
            changed = copy.deepcopy(self.nodes)
            changed[leaves[1]]["leafNode"][name] = changed[leaves[0]]["leafNode"][name]
            with self.assertRaises(Refused):
                RatchetTree.of_extension(changed).check()

    def test_octets_of_a_tree(self) -> None:
        octets = structs.RatchetTree.write(self.nodes)
        self.assertEqual(decode(structs.RatchetTree, octets), self.nodes)


class Flow(unittest.TestCase):
    """The bodies of endpoint-bodies belong to one run of the draft's example flow, so one follows from the other."""

    def setUp(self) -> None:
        self.bodies = {name: self.read(name) for name in ("update", "notify", "group-info")}

    def read(self, name: str) -> Json:
        file = check.read_file(check.VECTORS / "endpoint-bodies" / f"{name}.json")
        return {vector["id"].rsplit("/", 1)[1]: vector["expected"] for vector in file["vectors"]}

    def commit(self, group: PublicGroup, name: str) -> PublicGroup:
        """The epoch that a commit of the flow begins. Its PartialGroupInfo verifies in it."""
        bundle = self.bodies["update"][name]["value"]
        message = bundle["proposalOrCommit"]["publicMessage"]
        staged = stage(group, message["content"], message["auth"], {}, MimiComponents())
        partial = bundle["groupInfoOption"]["partialGroupInfo"]
        group_info = {
            "groupContext": staged.group.context,
            "extensions": partial["groupInfoExtensions"],
            "confirmationTag": message["auth"]["confirmationTag"],
            "signer": staged.committer,
            "signature": partial["signature"],
        }
        member = staged.group.tree.member(staged.committer)
        self.assertTrue(group_info_signature_verifies(group_info, member), name)
        self.assertFalse(group_info_signature_verifies({**group_info, "confirmationTag": "00"}, member), name)
        return staged.group

    def test_commits_follow_from_each_other(self) -> None:
        update = self.bodies["update"]
        group_info = update["commit-full"]["value"]["groupInfoOption"]["groupInfo"]
        tree = update["commit-full-tree"]["value"]["ratchetTreeOption"]["ratchetTree"]
        group = join(group_info, tree)
        self.assertEqual(group.context["epoch"], "1")
        group = self.commit(group, "commit-partial")
        self.assertEqual(group.context["epoch"], "2")

    def test_group_info_is_that_of_the_epoch_of_the_external_commit(self) -> None:
        contents = self.bodies["group-info"]["response-success"]["contents"]
        group = join(contents["groupInfo"], contents["ratchetTreeOption"]["ratchetTree"])
        after = self.commit(group, "external-commit")
        self.assertEqual(int(after.context["epoch"]), int(group.context["epoch"]) + 1)
        # The hub makes its Remove again for the new epoch, and staples it to the commit.
        (fanout,) = self.bodies["notify"]["external-commit"]["value"]
        for proposal in fanout["externalProposals"]:
            after.check_message(proposal["publicMessage"])
            with self.assertRaises(Refused):
                group.check_message(proposal["publicMessage"])
