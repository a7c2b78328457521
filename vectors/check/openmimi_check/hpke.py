"""HPKE in base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-128-GCM: cipher suite 0x0001."""

from typing import NamedTuple

from .crypto import aes_gcm_open, aes_gcm_seal, hkdf_expand, hkdf_extract, x25519, x25519_public_key
from .registry import Refused

# Section 7: the KEM, the KDF and the AEAD.
KEM_SUITE = b"KEM" + bytes.fromhex("0020")
HPKE_SUITE = b"HPKE" + bytes.fromhex("0020 0001 0001")
MODE_BASE = b"\0"


class Context(NamedTuple):
    """What KeySchedule gives (section 5.1)."""

    key: bytes
    base_nonce: bytes
    exporter_secret: bytes


def labeled_extract(suite: bytes, salt: bytes, label: bytes, input_keying_material: bytes) -> bytes:
    """LabeledExtract (section 4)"""
    return hkdf_extract(salt, b"HPKE-v1" + suite + label + input_keying_material)


def labeled_expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand (section 4)"""
    return hkdf_expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)


def derive_key_pair(input_keying_material: bytes) -> "tuple[bytes, bytes]":
    """DeriveKeyPair for X25519 (section 7.1.3): private and public key."""
    pseudorandom_key = labeled_extract(KEM_SUITE, b"", b"dkp_prk", input_keying_material)
    private_key = labeled_expand(KEM_SUITE, pseudorandom_key, b"sk", b"", 32)
    return private_key, x25519_public_key(private_key)


def decapsulate(encapsulated: bytes, private_key: bytes) -> bytes:
    """Decap (section 4.1): the shared secret. Refused as decryption-failed where `encapsulated` is no public key."""
    try:
        shared = x25519(private_key, encapsulated)
        recipient = x25519_public_key(private_key)
    except ValueError as error:
        raise Refused("decryption-failed", f"X25519: {error}") from None
    key = labeled_extract(KEM_SUITE, b"", b"eae_prk", shared)
    return labeled_expand(KEM_SUITE, key, b"shared_secret", encapsulated + recipient, 32)


def setup_base_receiver(encapsulated: bytes, private_key: bytes, info: bytes) -> Context:
    """SetupBaseR (section 5.1.1)"""
    return key_schedule(decapsulate(encapsulated, private_key), info)


def key_schedule(shared_secret: bytes, info: bytes) -> Context:
    """KeySchedule in base mode, without a PSK (section 5.1)"""
    psk_id_hash = labeled_extract(HPKE_SUITE, b"", b"psk_id_hash", b"")
    info_hash = labeled_extract(HPKE_SUITE, b"", b"info_hash", info)
    context = MODE_BASE + psk_id_hash + info_hash
    secret = labeled_extract(HPKE_SUITE, shared_secret, b"secret", b"")
    return Context(
        labeled_expand(HPKE_SUITE, secret, b"key", context, 16),
        labeled_expand(HPKE_SUITE, secret, b"base_nonce", context, 12),
        labeled_expand(HPKE_SUITE, secret, b"exp", context, 32),
    )


def open_base(encapsulated: bytes, private_key: bytes, info: bytes, associated_data: bytes, ciphertext: bytes) -> bytes:
    """OpenBase (section 6.1): the one plaintext. Refused as decryption-failed."""
    context = setup_base_receiver(encapsulated, private_key, info)
    try:
        return aes_gcm_open(context.key, context.base_nonce, ciphertext, associated_data)
    except (Refused, ValueError):
        raise Refused("decryption-failed", "HPKE") from None


def encapsulate(ephemeral_private_key: bytes, public_key: bytes) -> "tuple[bytes, bytes]":
    """Encap (section 4.1) with a given ephemeral key: the shared secret and what is sent of it."""
    encapsulated = x25519_public_key(ephemeral_private_key)
    key = labeled_extract(KEM_SUITE, b"", b"eae_prk", x25519(ephemeral_private_key, public_key))
    return labeled_expand(KEM_SUITE, key, b"shared_secret", encapsulated + public_key, 32), encapsulated


def seal_base(
    ephemeral_private_key: bytes, public_key: bytes, info: bytes, associated_data: bytes, plaintext: bytes
) -> "tuple[bytes, bytes]":
    """SealBase (section 6.1) with a given ephemeral key: the encapsulated key and the ciphertext."""
    shared_secret, encapsulated = encapsulate(ephemeral_private_key, public_key)
    context = key_schedule(shared_secret, info)
    return encapsulated, aes_gcm_seal(context.key, context.base_nonce, plaintext, associated_data)


def export(context: Context, exporter_context: bytes, length: int) -> bytes:
    """Context.Export (section 5.3)"""
    return labeled_expand(HPKE_SUITE, context.exporter_secret, b"sec", exporter_context, length)
