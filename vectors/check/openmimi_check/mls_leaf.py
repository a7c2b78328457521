"""Validation of LeafNodes and KeyPackages against a group (RFC 9420 sections 7.3, 10.1, 11.1 and 13).

What a group can demand beside required_capabilities is that of the extensions draft (section 5).
"""

from typing import Any, Dict, Iterable, List, Optional

from .dictionary import ComponentsList, WireFormats, entries
from .mls_group import find_extension
from .mls_messages import key_package_signature_verifies, leaf_node_signature_verifies
from .mls_structs import CredentialType, RequiredCapabilities
from .mls_tree import RatchetTree
from .multi_credential import check_credentials
from .presentation import decode
from .registry import Refused

Json = Dict[str, Any]

# Extension and proposal types that everybody has and nobody has to list (sections 7.2 and 11.1)
DEFAULT_EXTENSIONS = range(1, 6)
DEFAULT_PROPOSALS = range(1, 8)

# Wire formats of RFC 9420 (section 17.2): supported_wire_formats lists others only (extensions section 7.1).
DEFAULT_WIRE_FORMATS = range(1, 6)

# Components that list components: what is required in the GroupContext, and what is supported in a leaf.
APP_COMPONENTS, SAFE_AAD = 1, 2

# Who supports the dictionary understands these, or does not have to say so (extensions section 4.6, reading R-199).
DEFAULT_COMPONENTS = range(1, 4)


def lacks(what: str) -> Refused:
    """A leaf that does not support what it has to."""
    return Refused("missing-capability", what)


def missing(needed: Iterable[int], listed: Iterable[int], default: range = range(0)) -> List[int]:
    """What is needed, not default, and not listed."""
    return [number for number in needed if number not in default and number not in listed]


def component_list(extensions: List[Json], component: int) -> List[int]:
    """The list in app_components or safe_aad; empty where there is none."""
    data = (entries(extensions) or {}).get(component, b"\0")
    components: List[int] = decode(ComponentsList, data)["componentIds"]
    return components


def wire_formats(extensions: List[Json], name: str) -> List[int]:
    """The list in required_wire_formats or supported_wire_formats; empty where there is none."""
    formats: List[int] = decode(WireFormats, find_extension(extensions, name) or b"\0")["wireFormats"]
    return formats


def check_leaf(leaf: Json, extensions: List[Json]) -> None:
    """What a leaf shows by itself and against the extensions of the GroupContext."""
    capabilities = leaf["capabilities"]
    own = [extension["extensionType"] for extension in leaf["extensions"]]
    if len(set(own)) != len(own):
        raise Refused("invalid-leaf-node", "an extension twice")
    if 1 not in capabilities["versions"] or 1 not in capabilities["cipherSuites"]:
        raise lacks("version and cipher suite of the group")
    # Section 13.4: extensions of the group as well as its own.
    of_group = [extension["extensionType"] for extension in extensions]
    if missing(own + of_group, capabilities["extensions"], DEFAULT_EXTENSIONS):
        raise lacks("an extension")
    if CredentialType.names[leaf["credential"]["credentialType"]] not in capabilities["credentials"]:
        raise lacks("its own credential")
    data = find_extension(extensions, "requiredCapabilities")
    if data is not None:
        required = decode(RequiredCapabilities, data)
        if (
            missing(required["extensionTypes"], capabilities["extensions"], DEFAULT_EXTENSIONS)
            or missing(required["proposalTypes"], capabilities["proposals"], DEFAULT_PROPOSALS)
            or missing(required["credentialTypes"], capabilities["credentials"])
        ):
            raise lacks("required capabilities")
    # Extensions section 5
    supported = component_list(leaf["extensions"], APP_COMPONENTS)
    if missing(component_list(extensions, APP_COMPONENTS), supported, DEFAULT_COMPONENTS):
        raise lacks("app_components")
    if missing(component_list(extensions, SAFE_AAD), component_list(leaf["extensions"], SAFE_AAD)):
        raise lacks("safe_aad")
    required_formats = wire_formats(extensions, "requiredWireFormats")
    if missing(required_formats, wire_formats(leaf["extensions"], "supportedWireFormats"), DEFAULT_WIRE_FORMATS):
        raise lacks("required_wire_formats")


def check_key_package(key_package: Json, context: Json) -> None:
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


def check_replacement(leaf: Json, before: Optional[Json], source: str, group_id: str, index: int) -> None:
    """A LeafNode that takes the place of another of the same member: in an Update, or in the path of a commit."""
    if leaf["leafNodeSource"] != source:
        raise Refused("invalid-leaf-node", f"a leaf from {leaf['leafNodeSource']}")
    if before is not None and leaf["encryptionKey"] == before["encryptionKey"]:
        raise Refused("invalid-leaf-node", "the same encryption key")
    if not leaf_node_signature_verifies(leaf, group_id, index):
        raise Refused("invalid-signature", "LeafNode")


def check_members(tree: RatchetTree, extensions: List[Json]) -> None:
    """What is asked of all members of a tree, each by itself and all of them together (section 7.3)."""
    members = [leaf for _, leaf in tree.members()]
    for name in ("encryptionKey", "signatureKey"):
        keys = [leaf[name] for leaf in members]
        if len(set(keys)) != len(keys):
            raise Refused("invalid-leaf-node", f"two members with one {name}")
    for leaf in members:
        check_leaf(leaf, extensions)
    in_use = {CredentialType.names[leaf["credential"]["credentialType"]] for leaf in members}
    for leaf in members:
        if missing(in_use, leaf["capabilities"]["credentials"]):
            raise lacks("a credential type that another member has")
    for leaf in members:
        check_credentials(leaf, members)
