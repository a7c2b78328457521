"""Multi-credentials: which bindings have to be supported and valid (extensions section 6.5)."""

from typing import Any, Dict, List

from .mls_crypto import SIGNATURE_SCHEMES, verify_with_label
from .mls_structs import CredentialBinding, CredentialType
from .registry import Refused
from .tls import opaque

Json = Dict[str, Any]


def binding_verifies(binding: Json, signature_key: str) -> bool:
    """The signature of the holder of the credential, whose key is credential_key, over CredentialBindingTBS.

    By it the holder says that `signature_key`, the one in the leaf, is his (section 6.5.1).
    """
    tbs = CredentialBinding.write_until("signature", binding) + opaque(bytes.fromhex(signature_key))
    key, signature = bytes.fromhex(binding["credentialKey"]), bytes.fromhex(binding["signature"])
    return verify_with_label(key, b"CredentialBindingTBS", tbs, signature, binding["cipherSuite"])


def supports(leaf: Json, binding: Json) -> bool:
    """Whether a member supports the cipher suite and the credential type of a binding (section 6.5.2)."""
    capabilities = leaf["capabilities"]
    credential_type = CredentialType.names[binding["credential"]["credentialType"]]
    return binding["cipherSuite"] in capabilities["cipherSuites"] and credential_type in capabilities["credentials"]


def check_credentials(leaf: Json, members: List[Json]) -> None:
    """The bindings of a leaf's multi-credential; nothing to check for other credentials."""
    credential = leaf["credential"]
    bindings = credential.get("bindings", [])
    if credential["credentialType"] == "multi":
        for binding in bindings:
            if not all(supports(member, binding) for member in members):
                raise Refused("missing-capability", "a binding that not all members support")
    if credential["credentialType"] == "weakMulti":
        for member in members:
            if not any(supports(member, binding) for binding in bindings):
                raise Refused("missing-capability", "a member that supports none of the bindings")
    for binding in bindings:
        # Nobody can verify what he does not support; for `multi` that has been refused above.
        known = binding["cipherSuite"] in SIGNATURE_SCHEMES
        if known and not binding_verifies(binding, leaf["signatureKey"]):
            raise Refused("invalid-credential", "a binding that is not valid for this leaf")
