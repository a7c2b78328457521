"""The cryptographic functions of RFC 9420 for cipher suite 0x0001, MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519.

Verification of signatures knows the schemes of all suites of RFC 9420, since requests may be signed with any of them.
"""

from typing import Callable, Dict

from .crypto import aes_gcm_open, ed25519_sign, ed25519_verifies, hkdf_expand, hmac_sha256, sha256
from .registry import Refused
from .tls import opaque

NH = 32  # KDF.Nh: octets of a hash and of a secret
NK = 16  # AEAD.Nk: octets of a key
NN = 12  # AEAD.Nn: octets of a nonce

mac = hmac_sha256
hash_of = sha256


def _labelled(label: bytes, content: bytes) -> bytes:
    """SignContent and EncryptContext: `"MLS 1.0 " + label` and what it is for (sections 5.1.2 and 5.1.3)."""
    return opaque(b"MLS 1.0 " + label) + opaque(content)


def expand_with_label(secret: bytes, label: str, context: bytes, length: int) -> bytes:
    """ExpandWithLabel (section 8)"""
    kdf_label = length.to_bytes(2, "big") + opaque(b"MLS 1.0 " + label.encode()) + opaque(context)
    return hkdf_expand(secret, kdf_label, length)


def derive_secret(secret: bytes, label: str) -> bytes:
    """DeriveSecret (section 8)"""
    return expand_with_label(secret, label, b"", NH)


def ref_hash(label: str, value: bytes) -> bytes:
    """RefHash (section 5.2): `label` is the whole label."""
    return hash_of(opaque(label.encode()) + opaque(value))


def make_proposal_ref(authenticated_content: bytes) -> bytes:
    """MakeProposalRef (section 5.2)"""
    return ref_hash("MLS 1.0 Proposal Reference", authenticated_content)


def make_key_package_ref(key_package: bytes) -> bytes:
    """MakeKeyPackageRef (section 5.2)"""
    return ref_hash("MLS 1.0 KeyPackage Reference", key_package)


def _ecdsa(curve: str, hash_name: str) -> Callable[[bytes, bytes, bytes], bool]:
    """ECDSA with DER signatures and uncompressed points (section 5.1.2, RFC 8446 section 4.2.3)."""

    def verifies(public_key: bytes, signature: bytes, octets: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        try:
            key = ec.EllipticCurvePublicKey.from_encoded_point(getattr(ec, curve)(), public_key)
            key.verify(signature, octets, ec.ECDSA(getattr(hashes, hash_name)()))
        except (InvalidSignature, ValueError):
            return False
        return True

    return verifies


def _ed448(public_key: bytes, signature: bytes, octets: bytes) -> bool:
    """Ed448 (RFC 8032)"""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey

    try:
        Ed448PublicKey.from_public_bytes(public_key).verify(signature, octets)
    except (InvalidSignature, ValueError):
        return False
    return True


# The signature schemes of the cipher suites (section 17.1)
SIGNATURE_SCHEMES: Dict[int, Callable[[bytes, bytes, bytes], bool]] = {
    1: ed25519_verifies,
    2: _ecdsa("SECP256R1", "SHA256"),
    3: ed25519_verifies,
    4: _ed448,
    5: _ecdsa("SECP521R1", "SHA512"),
    6: _ed448,
    7: _ecdsa("SECP384R1", "SHA384"),
}


def verify_with_label(public_key: bytes, label: bytes, content: bytes, signature: bytes, suite: int = 1) -> bool:
    """VerifyWithLabel (section 5.1.2) with the signature scheme of a suite; False where there is no such suite."""
    scheme = SIGNATURE_SCHEMES.get(suite)
    return scheme is not None and scheme(public_key, signature, _labelled(label, content))


def decrypt_with_label(private_key: bytes, label: bytes, context: bytes, kem_output: bytes, ciphertext: bytes) -> bytes:
    """DecryptWithLabel (section 5.1.3). Refused as decryption-failed."""
    from .hpke import open_base

    return open_base(kem_output, private_key, _labelled(label, context), b"", ciphertext)


def encrypt_with_label(
    ephemeral_private_key: bytes, public_key: bytes, label: bytes, context: bytes, plaintext: bytes
) -> "tuple[bytes, bytes]":
    """EncryptWithLabel (section 5.1.3) with a given ephemeral key: kem_output and ciphertext."""
    from .hpke import seal_base

    return seal_base(ephemeral_private_key, public_key, _labelled(label, context), b"", plaintext)


def sign_with_label(private_key: bytes, label: bytes, content: bytes) -> bytes:
    """SignWithLabel (section 5.1.2) with Ed25519"""
    return ed25519_sign(private_key, _labelled(label, content))


def aead_open(key: bytes, nonce: bytes, associated_data: bytes, ciphertext: bytes) -> bytes:
    """The AEAD of the suite. Refused as decryption-failed."""
    try:
        return aes_gcm_open(key, nonce, ciphertext, associated_data)
    except (Refused, ValueError):
        raise Refused("decryption-failed", "AES-GCM") from None


def component_label(component_id: int, label: bytes) -> bytes:
    """ComponentOperationLabel (extensions section 4.1), encoded"""
    return opaque(b"MLS Component") + component_id.to_bytes(2, "big") + opaque(label)


def tree_secret(root: bytes, leaves: int, leaf: int) -> bytes:
    """The secret of a leaf in a tree of secrets with `leaves` leaves, a power of two (section 9)."""
    secret = root
    while leaves > 1:
        leaves //= 2
        side = b"left" if leaf < leaves else b"right"
        leaf %= leaves
        secret = expand_with_label(secret, "tree", side, NH)
    return secret
