"""Checks mls-commits: handshakes in their order, before a server that follows a group or before one of its members."""

from typing import Any, Dict, List, Optional, Set, Tuple

from .crypto import ed25519_public_key, x25519_public_key
from .dictionary import Application, SafeAAD, entries
from .mls_commit import Staged, stage
from .mls_crypto import make_proposal_ref
from .mls_group import PublicGroup, join
from .mls_leaf import SAFE_AAD
from .mls_member import Member, Opened, commit_secrets, join_by_welcome, open_message
from .mls_messages import group_info_signature_verifies
from .mls_proposals import Proposed, check_proposal
from .mls_structs import WIRE_FORMATS, GroupContext, GroupInfo, KeyPackage, MLSMessage, RatchetTree
from .presentation import decode, encode
from .registry import NotUnderstood, Refused, checker, compare, expect_equal, judge
from .semi_private import open_as_member, open_as_receiver, read_receiver

Json = Dict[str, Any]

# An extension of the GroupContext that means nothing but what stands in it.
NOTE = 0xF0A0


class Components(Application):
    """The application of these vectors, as their README describes it. It is new for each commit."""

    known = frozenset({0xF001, 0xF002, 0xF003, 0xF005, 0xF006, 0xF007})

    def __init__(self) -> None:
        self.last = b""

    def update(self, component: int, data: Optional[bytes], updates: List[bytes]) -> bytes:
        if component == 0xF001:
            return (data or b"") + b"".join(updates)
        if component == 0xF002:
            return updates[-1]
        return super().update(component, data, updates)

    def ephemeral(self, component: int, data: bytes, extensions: List[Any]) -> None:
        if component in (0xF001, 0xF002):
            return
        if component == 0xF005:
            notes = [extension["extensionData"] for extension in extensions if extension["extensionType"] == NOTE]
            accepted = notes == [data.hex()]
        elif component == 0xF006:
            accepted = (entries(extensions) or {}).get(0xF001) == data
        else:
            accepted = component == 0xF007 and data > self.last
            self.last = data
        if not accepted:
            raise Refused("invalid-app-ephemeral", f"component {component:#06x}: unknown, or refuses")


class Follower:
    """Who follows a group from one handshake to the next: a server, or the member that `member` is."""

    def __init__(self, group: PublicGroup, member: Optional[Member] = None, receiver: Optional[Json] = None) -> None:
        self.group, self.member, self.receiver = group, member, receiver
        self.pending: Dict[str, Proposed] = {}
        self.used: Set[Tuple[int, int]] = set()

    def open(self, octets: str) -> Opened:
        """Reads a message and verifies it, as far as that goes without what a commit or a proposal says."""
        message = decode(MLSMessage, bytes.fromhex(octets))
        wire_format = WIRE_FORMATS[message["wireFormat"]]
        if message["wireFormat"] == "semiPrivateMessage":
            opened = self.open_semi_private(message["semiPrivateMessage"])
        elif self.member is not None:
            opened = open_message(self.member, message)
        elif message["wireFormat"] == "publicMessage":
            public = message["publicMessage"]
            self.group.check_message(public)
            opened = Opened(wire_format, public["content"], public["auth"])
        else:
            raise Refused("wrong-wire-format", message["wireFormat"])
        self.check_authenticated_data(opened.content)
        return opened

    def open_semi_private(self, message: Json) -> Opened:
        """A SemiPrivateMessage, by a member or by a receiver outside."""
        if self.member is not None:
            opened, sender = open_as_member(self.member, message)
            if (sender.leaf, sender.generation) in self.used:
                raise Refused("generation-consumed", f"generation {sender.generation} of leaf {sender.leaf}")
            self.used.add((sender.leaf, sender.generation))
            return opened
        if self.receiver is None:
            raise Refused("wrong-wire-format", "nobody that it is encrypted to")
        receiver, private_key = (bytes.fromhex(self.receiver[name]) for name in ("externalReceiver", "privateKey"))
        read_receiver(self.group, receiver, private_key)
        return open_as_receiver(self.group, message, receiver, private_key)

    def check_authenticated_data(self, content: Json) -> None:
        """Extensions section 4.9: all of it is a SafeAAD, where the group has the component (R-197)."""
        if SAFE_AAD not in (entries(self.group.context["extensions"]) or {}):
            return
        try:
            decode(SafeAAD, bytes.fromhex(content["authenticatedData"]))
        except Refused as refusal:
            raise Refused("invalid-authenticated-data", str(refusal)) from None

    def propose(self, opened: Opened) -> Json:
        """A proposal, which is pending then."""
        proposed = Proposed(opened.content["proposal"], opened.content["sender"], True)
        check_proposal(self.group, proposed)
        reference = make_proposal_ref(opened.authenticated_content).hex()
        self.pending[reference] = proposed
        sender = proposed.sender
        return {
            "proposalType": proposed.kind,
            "sender": sender.get("leafIndex", sender["senderType"]),
            "reference": reference,
        }

    def commit(self, opened: Opened, new_group_info: Optional[Json]) -> Json:
        """A commit, and what comes of it."""
        staged = stage(self.group, opened.content, opened.auth, self.pending, Components(), opened.wire_format)
        if new_group_info is not None:
            check_group_info(staged, new_group_info)
        result = describe(staged, opened.content)
        if self.member is not None:
            result["ownRemoved"] = self.member.own in staged.removed
            if not result["ownRemoved"]:
                self.member = commit_secrets(self.member, staged, opened.content)
                result["epochAuthenticator"] = self.member.secrets.named("authentication").hex()
        self.group, self.pending, self.used = staged.group, {}, set()
        return result


def describe(staged: Staged, content: Json) -> Json:
    """The changes of a commit, by leaves."""
    external = content["sender"]["senderType"] == "newMemberCommit"
    updated = {proposed.target for proposed in staged.proposals if proposed.kind == "update"}
    if "path" in content["commit"] and not external:
        updated.add(staged.committer)
    return {
        "committer": staged.committer,
        "added": sorted(staged.added),
        "removed": sorted(staged.removed),
        "updated": sorted(leaf for leaf in updated if leaf is not None),
        **({"joined": staged.committer} if external else {}),
        "groupContext": encode(GroupContext, staged.group.context).hex(),
        "interimTranscriptHash": staged.group.interim_transcript_hash.hex(),
    }


def check_group_info(staged: Staged, group_info: Json) -> None:
    """That the committer's GroupInfo is that of the new epoch, for a server which cannot check the confirmation tag."""
    extensions = group_info["extensions"]
    types = [extension["extensionType"] for extension in extensions]
    # RFC 9420 section 13.4
    if len(types) > len(set(types)):
        raise Refused("invalid-extension", "one type twice")
    try:
        entries(extensions)
    except Refused as refusal:
        raise Refused("invalid-extension", str(refusal)) from None
    same = (
        group_info["groupContext"] == staged.group.context
        and group_info["confirmationTag"] == staged.group.confirmation_tag
        and group_info["signer"] == staged.committer
    )
    if not same or not group_info_signature_verifies(group_info, staged.group.tree.member(staged.committer)):
        raise Refused("invalid-group-info")


def follower_of(given: Json) -> Follower:
    """The server or the member of an input."""
    ratchet_tree = decode(RatchetTree, bytes.fromhex(given["ratchetTree"]))
    if "member" not in given:
        group = join(decode(GroupInfo, bytes.fromhex(given["groupInfo"])), ratchet_tree)
        return Follower(group, receiver=given.get("receiver"))
    own = {name: bytes.fromhex(value) for name, value in given["member"].items()}
    key_package = decode(KeyPackage, own["keyPackage"])
    welcome = decode(MLSMessage, own["welcome"])["welcome"]
    keys = own["initPrivateKey"], own["encryptionPrivateKey"]
    public_keys = [ed25519_public_key(own["signaturePrivateKey"])] + [x25519_public_key(key) for key in keys]
    leaf = key_package["leafNode"]
    in_package = [leaf["signatureKey"], key_package["initKey"], leaf["encryptionKey"]]
    expect_equal("keys of the member", in_package, [key.hex() for key in public_keys])
    member = join_by_welcome(welcome, key_package, *keys, ratchet_tree)
    return Follower(member.group, member)


def recompute(given: Json) -> Json:
    """What `expected` says of the last message. Those before it have to be right."""
    follower = follower_of(given)
    group_info = decode(GroupInfo, bytes.fromhex(given["newGroupInfo"])) if "newGroupInfo" in given else None
    result: Json = {}
    for index, octets in enumerate(given["messages"]):
        is_last = index == len(given["messages"]) - 1
        try:
            opened = follower.open(octets)
            is_commit = opened.content["contentType"] == "commit"
            result = follower.commit(opened, group_info if is_last else None) if is_commit else follower.propose(opened)
        except Refused as refusal:
            if not is_last:
                raise NotUnderstood(f"message {index}: {refusal}") from None
            raise
    return result


@checker("mls-commits")
def check(vector: Json, file: Json) -> None:
    """One vector."""
    compare(vector["expected"], judge(lambda: recompute(vector["input"])))
