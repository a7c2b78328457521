"""A group as a server knows it: GroupContext, ratchet tree, transcript, and no secrets (RFC 9420 sections 8 and 12).

What takes secrets (membership tag, confirmation tag, path secrets) is not verified here; whoever has them can.
"""

from typing import Any, Dict, List, NamedTuple, Optional

from .mls_crypto import hash_of
from .mls_messages import (
    content_signature_verifies,
    group_info_signature_verifies,
    leaf_node_signature_verifies,
)
from .mls_structs import EXTENSION_TYPES, WIRE_FORMATS, ExternalSenders, FramedContent
from .mls_tree import RatchetTree
from .presentation import decode
from .registry import Refused
from .tls import opaque

Json = Dict[str, Any]


class PublicGroup(NamedTuple):
    """One epoch of a group. `confirmation_tag` is that of the commit which began the epoch."""

    context: Json
    tree: RatchetTree
    confirmation_tag: str

    @property
    def interim_transcript_hash(self) -> bytes:
        """Section 8.2"""
        confirmed = bytes.fromhex(self.context["confirmedTranscriptHash"])
        return hash_of(confirmed + opaque(bytes.fromhex(self.confirmation_tag)))

    def extension(self, name: str) -> Optional[bytes]:
        """The data of an extension of the GroupContext, or None."""
        return find_extension(self.context["extensions"], name)

    def sender_key(self, content: Json) -> str:
        """The signature key of whoever sent a FramedContent (section 6.1)."""
        sender = content["sender"]
        if sender["senderType"] == "member":
            leaf = self.tree.leaf(sender["leafIndex"])
            if leaf is None:
                raise Refused("unknown-sender", f"no member at leaf {sender['leafIndex']}")
            return str(leaf["signatureKey"])
        if sender["senderType"] == "external":
            senders = decode(ExternalSenders, self.extension("externalSenders") or b"\0")
            if sender["senderIndex"] >= len(senders):
                raise Refused("unknown-sender", f"no external sender {sender['senderIndex']}")
            return str(senders[sender["senderIndex"]]["signatureKey"])
        if sender["senderType"] == "newMemberCommit":
            path = content.get("commit", {}).get("path")
            if path is None:
                raise Refused("invalid-path", "an external commit without path")
            return str(path["leafNode"]["signatureKey"])
        key_package = content.get("proposal", {}).get("keyPackage")
        if key_package is None:
            raise Refused("unknown-sender", "a new member proposes something else than itself")
        return str(key_package["leafNode"]["signatureKey"])

    def check_content(self, wire_format: int, content: Json, signature: str) -> None:
        """That a message is of this group and epoch, and signed by its sender."""
        if content["groupId"] != self.context["groupId"]:
            raise Refused("wrong-group", content["groupId"])
        if content["epoch"] != self.context["epoch"]:
            raise Refused("wrong-epoch", f"{content['epoch']} is not {self.context['epoch']}")
        key = self.sender_key(content)
        if not content_signature_verifies(wire_format, content, signature, self.context, key):
            raise Refused("invalid-signature", "FramedContentTBS")

    def check_message(self, message: Json) -> None:
        """`check_content` of a PublicMessage."""
        content, auth = message["content"], message["auth"]
        self.check_content(WIRE_FORMATS["publicMessage"], content, auth["signature"])


def find_extension(extensions: List[Json], name: str) -> Optional[bytes]:
    """The data of an extension by its name, or None."""
    for extension in extensions:
        if extension["extensionType"] == EXTENSION_TYPES[name]:
            return bytes.fromhex(extension["extensionData"])
    return None


def join(group_info: Json, ratchet_tree: List[Any]) -> PublicGroup:
    """Verifies a GroupInfo and the tree that belongs to it, as far as that goes without secrets (section 12.4.3.1)."""
    context = group_info["groupContext"]
    tree = RatchetTree.of_extension(ratchet_tree)
    signer = tree.leaf(group_info["signer"])
    if signer is None or not group_info_signature_verifies(group_info, signer):
        raise Refused("invalid-group-info", f"the signature of leaf {group_info['signer']}")
    if tree.tree_hash().hex() != context["treeHash"]:
        raise Refused("invalid-group-info", "another tree hash")
    tree.check()
    for index, leaf in tree.members():
        if not leaf_node_signature_verifies(leaf, context["groupId"], index):
            raise Refused("invalid-tree", f"the signature of leaf {index}")
    return PublicGroup(context, tree, group_info["confirmationTag"])


def confirmed_transcript_hash(group: PublicGroup, wire_format: int, content: Json, signature: str) -> bytes:
    """The confirmed transcript hash behind a commit (section 8.2)."""
    confirmed_input = wire_format.to_bytes(2, "big") + FramedContent.write(content) + opaque(bytes.fromhex(signature))
    return hash_of(group.interim_transcript_hash + confirmed_input)
