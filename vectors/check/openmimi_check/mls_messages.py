"""What is signed and authenticated in MLS messages (RFC 9420 sections 6, 7.2, 10 and 12.4.3)."""

from typing import Any, Dict

from .mls_crypto import mac, verify_with_label
from .mls_structs import (
    WIRE_FORMATS,
    FramedContent,
    GroupContext,
    GroupInfo,
    KeyPackage,
    LeafNode,
    auth_data,
)
from .tls import opaque

MLS10 = (1).to_bytes(2, "big")

# Senders whose signature covers the GroupContext (section 6.1)
IN_CONTEXT = ("member", "newMemberCommit")


def framed_content_tbs(wire_format: int, content: Dict[str, Any], context: Dict[str, Any]) -> bytes:
    """FramedContentTBS (section 6.1)"""
    tbs = MLS10 + wire_format.to_bytes(2, "big") + FramedContent.write(content)
    return tbs + GroupContext.write(context) if content["sender"]["senderType"] in IN_CONTEXT else tbs


def authenticated_content(wire_format: int, content: Dict[str, Any], auth: Dict[str, Any]) -> bytes:
    """AuthenticatedContent (section 6), of which a ProposalRef is made"""
    auth_octets = auth_data(content["contentType"]).write(auth)
    return wire_format.to_bytes(2, "big") + FramedContent.write(content) + auth_octets


def content_signature_verifies(
    wire_format: int, content: Dict[str, Any], signature: str, context: Dict[str, Any], public_key: str
) -> bool:
    """The signature in FramedContentAuthData (section 6.1)"""
    tbs = framed_content_tbs(wire_format, content, context)
    return verify_with_label(bytes.fromhex(public_key), b"FramedContentTBS", tbs, bytes.fromhex(signature))


def membership_tag(message: Dict[str, Any], context: Dict[str, Any], membership_key: bytes) -> bytes:
    """membership_tag of a PublicMessage: the MAC of AuthenticatedContentTBM (section 6.2)"""
    content = message["content"]
    tbs = framed_content_tbs(WIRE_FORMATS["publicMessage"], content, context)
    return mac(membership_key, tbs + auth_data(content["contentType"]).write(message["auth"]))


def leaf_node_tbs(leaf: Dict[str, Any], group_id: str, index: int) -> bytes:
    """LeafNodeTBS, which names the group unless the leaf is from a KeyPackage (section 7.2)"""
    tbs = LeafNode.write_until("signature", leaf)
    if leaf["leafNodeSource"] != "keyPackage":
        tbs += opaque(bytes.fromhex(group_id)) + index.to_bytes(4, "big")
    return tbs


def leaf_node_signature_verifies(leaf: Dict[str, Any], group_id: str, index: int) -> bool:
    """The signature of a LeafNode, which names the group unless the leaf is from a KeyPackage (section 7.2)"""
    tbs = leaf_node_tbs(leaf, group_id, index)
    key, signature = bytes.fromhex(leaf["signatureKey"]), bytes.fromhex(leaf["signature"])
    return verify_with_label(key, b"LeafNodeTBS", tbs, signature)


def key_package_signature_verifies(key_package: Dict[str, Any]) -> bool:
    """The signatures of a KeyPackage and of the LeafNode in it (sections 10 and 7.2)"""
    key = bytes.fromhex(key_package["leafNode"]["signatureKey"])
    tbs = KeyPackage.write_until("signature", key_package)
    signature = bytes.fromhex(key_package["signature"])
    return leaf_node_signature_verifies(key_package["leafNode"], "", 0) and verify_with_label(
        key, b"KeyPackageTBS", tbs, signature
    )


def group_info_signature_verifies(group_info: Dict[str, Any], signer: Dict[str, Any]) -> bool:
    """The signature of a GroupInfo under the key in the signer's leaf (section 12.4.3)"""
    tbs = GroupInfo.write_until("signature", group_info)
    return verify_with_label(
        bytes.fromhex(signer["signatureKey"]), b"GroupInfoTBS", tbs, bytes.fromhex(group_info["signature"])
    )
