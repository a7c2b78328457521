"""Cipher suite 0x0001 (MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519) and what else the vectors compute with.

Hashes and HMAC come from the standard library, the rest from the package `cryptography`. It is imported where it is
first needed, so that what is CBOR alone can be checked without it.
"""

import hashlib
import hmac

from .registry import Refused


def sha256(octets: bytes) -> bytes:
    """SHA-256"""
    return hashlib.sha256(octets).digest()


def hmac_sha256(key: bytes, octets: bytes) -> bytes:
    """HMAC-SHA-256 (RFC 2104)"""
    return hmac.new(key, octets, hashlib.sha256).digest()


def hkdf_extract(salt: bytes, input_keying_material: bytes) -> bytes:
    """HKDF-Extract with SHA-256 (RFC 5869, section 2.2)"""
    return hmac_sha256(salt, input_keying_material)


def hkdf_expand(pseudorandom_key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand with SHA-256 (RFC 5869, section 2.3)"""
    output = b""
    block = b""
    counter = 1
    while len(output) < length:
        block = hmac_sha256(pseudorandom_key, block + info + bytes([counter]))
        output += block
        counter += 1
    return output[:length]


def aes_gcm_seal(key: bytes, nonce: bytes, plaintext: bytes, associated_data: bytes) -> bytes:
    """AES-GCM: ciphertext and tag."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).encrypt(nonce, plaintext, associated_data)


def aes_gcm_open(key: bytes, nonce: bytes, ciphertext: bytes, associated_data: bytes) -> bytes:
    """AES-GCM: the plaintext. Refused as not-authentic where the tag is wrong."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(nonce, ciphertext, associated_data)
    except InvalidTag:
        raise Refused("not-authentic", "AES-GCM tag") from None


def ed25519_verifies(public_key: bytes, signature: bytes, octets: bytes) -> bool:
    """Whether `signature` is that of `octets` under an Ed25519 key (RFC 8032)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, octets)
    except (InvalidSignature, ValueError):
        return False
    return True


def ed25519_sign(private_key: bytes, octets: bytes) -> bytes:
    """The Ed25519 signature of `octets`; deterministic. `private_key` is the seed of 32 octets."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private_key).sign(octets)


def x25519(private_key: bytes, public_key: bytes) -> bytes:
    """The X25519 shared secret (RFC 7748)."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    return X25519PrivateKey.from_private_bytes(private_key).exchange(X25519PublicKey.from_public_bytes(public_key))


def x25519_public_key(private_key: bytes) -> bytes:
    """The public key of an X25519 private key."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def ed25519_public_key(private_key: bytes) -> bytes:
    """The public key of an Ed25519 private key, which is its seed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()
