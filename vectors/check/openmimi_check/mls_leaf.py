"""Validation of LeafNodes and KeyPackages against a group (RFC 9420 sections 7.3, 10.1, 11.1 and 13)."""

from typing import Any, Dict, Iterable, List, Optional

from .mls_group import find_extension
from .mls_messages import key_package_signature_verifies, leaf_node_signature_verifies
from .mls_structs import CredentialType, RequiredCapabilities
from .mls_tree import RatchetTree
from .presentation import decode
from .registry import Refused

Json = Dict[str, Any]

# Extension and proposal types that everybody has and nobody has to list (sections 7.2 and 11.1)
DEFAULT_EXTENSIONS = range(1, 6)
DEFAULT_PROPOSALS = range(1, 8)


def credential_type(leaf: Json) -> int:
    """The number of a leaf's credential type."""
    return CredentialType.names[leaf["credential"]["credentialType"]]


def missing(needed: Iterable[int], listed: List[int], default: range) -> List[int]:
    """What is needed, not default, and not listed."""
    return [number for number in needed if number not in default and number not in listed]


def check_leaf(leaf: Json, extensions: List[Json]) -> None:
    """What a leaf shows by itself and against the extensions of the GroupContext (sections 7.3, 11.1 and 13.4)."""
    capabilities = leaf["capabilities"]
    own = [extension["extensionType"] for extension in leaf["extensions"]]
    if len(set(own)) != len(own):
        raise Refused("invalid-leaf-node", "an extension twice")
    if 1 not in capabilities["versions"] or 1 not in capabilities["cipherSuites"]:
        raise Refused("invalid-leaf-node", "does not support version and cipher suite of the group")
    of_group = [extension["extensionType"] for extension in extensions]
    if missing(own + of_group, capabilities["extensions"], DEFAULT_EXTENSIONS):
        raise Refused("invalid-leaf-node", "an extension that it does not support")
    if credential_type(leaf) not in capabilities["credentials"]:
        raise Refused("invalid-leaf-node", "does not support its own credential")
    data = find_extension(extensions, "requiredCapabilities")
    if data is None:
        return
    required = decode(RequiredCapabilities, data)
    if (
        missing(required["extensionTypes"], capabilities["extensions"], DEFAULT_EXTENSIONS)
        or missing(required["proposalTypes"], capabilities["proposals"], DEFAULT_PROPOSALS)
        or missing(required["credentialTypes"], capabilities["credentials"], range(0))
    ):
        raise Refused("invalid-leaf-node", "lacks required capabilities")


def check_key_package(key_package: Json, context: Json, extensions: List[Json]) -> None:
    """Section 10.1"""
    leaf = key_package["leafNode"]
    if key_package["cipherSuite"] != context["cipherSuite"]:
        raise Refused("invalid-key-package", "another cipher suite")
    if leaf["leafNodeSource"] != "keyPackage":
        raise Refused("invalid-key-package", f"a leaf from {leaf['leafNodeSource']}")
    if leaf["encryptionKey"] == key_package["initKey"]:
        raise Refused("invalid-key-package", "init_key is encryption_key")
    if not key_package_signature_verifies(key_package):
        raise Refused("invalid-signature", "KeyPackage")
    check_leaf(leaf, extensions)


def check_replacement(
    leaf: Json, before: Optional[Json], source: str, group_id: str, index: int, extensions: List[Json]
) -> None:
    """A LeafNode that takes the place of another of the same member: in an Update, or in the path of a commit."""
    if leaf["leafNodeSource"] != source:
        raise Refused("invalid-leaf-node", f"a leaf from {leaf['leafNodeSource']}")
    if before is not None and leaf["encryptionKey"] == before["encryptionKey"]:
        raise Refused("invalid-leaf-node", "the same encryption key")
    if not leaf_node_signature_verifies(leaf, group_id, index):
        raise Refused("invalid-signature", "LeafNode")
    check_leaf(leaf, extensions)


def check_members(tree: RatchetTree, extensions: List[Json]) -> None:
    """What is asked of all members of the new tree together (section 7.3)."""
    members = [leaf for _, leaf in tree.members()]
    for name in ("encryptionKey", "signatureKey"):
        keys = [leaf[name] for leaf in members]
        if len(set(keys)) != len(keys):
            raise Refused("invalid-leaf-node", f"two members with one {name}")
    in_use = {credential_type(leaf) for leaf in members}
    for leaf in members:
        if not in_use <= set(leaf["capabilities"]["credentials"]):
            raise Refused("invalid-leaf-node", "a credential type that another member does not support")
        check_leaf(leaf, extensions)
