"""What members derive: the key schedule, PSKs, and the keys of messages (RFC 9420 sections 8, 9 and 6.3)."""

from typing import Any, Dict, List, Mapping, NamedTuple

from .crypto import hkdf_extract
from .hpke import derive_key_pair
from .mls_crypto import NH, NK, NN, aead_open, derive_secret, expand_with_label, hash_of, mac, tree_secret
from .mls_structs import Commit, GroupContext, PreSharedKeyID, PrivateMessage, Proposal, SenderData, auth_data
from .presentation import decode, opaque
from .registry import Refused
from .tls import Reader

Json = Dict[str, Any]

ZERO = bytes(NH)


class EpochSecrets(NamedTuple):
    """The secrets of one epoch (section 8, table 4)."""

    welcome_secret: bytes
    epoch_secret: bytes

    def named(self, label: str) -> bytes:
        """A secret by its label in table 4."""
        return derive_secret(self.epoch_secret, label)

    def confirmation_tag(self, context: Json) -> str:
        """The confirmation tag of the commit that began the epoch (section 6.1)."""
        return mac(self.named("confirm"), bytes.fromhex(context["confirmedTranscriptHash"])).hex()

    def external_key_pair(self) -> "tuple[bytes, bytes]":
        """external_priv and external_pub"""
        return derive_key_pair(self.named("external"))

    def exporter(self, label: str, context: bytes, length: int) -> bytes:
        """MLS-Exporter (section 8.5)"""
        return expand_with_label(derive_secret(self.named("exporter"), label), "exported", hash_of(context), length)


def joiner_secret(init_secret: bytes, commit_secret: bytes, context: Json) -> bytes:
    """joiner_secret (section 8)"""
    return expand_with_label(hkdf_extract(init_secret, commit_secret), "joiner", GroupContext.write(context), NH)


def welcome_secret(joiner: bytes, psk_secret: bytes) -> bytes:
    """welcome_secret, with which the GroupInfo of a Welcome is encrypted (section 12.4.3.1)"""
    return derive_secret(hkdf_extract(joiner, psk_secret), "welcome")


def epoch_secrets(joiner: bytes, psk_secret: bytes, context: Json) -> EpochSecrets:
    """The secrets of the epoch that a joiner secret leads to."""
    member = hkdf_extract(joiner, psk_secret)
    epoch_secret = expand_with_label(member, "epoch", GroupContext.write(context), NH)
    return EpochSecrets(derive_secret(member, "welcome"), epoch_secret)


def psk_secret_of(identifiers: List[Json], psks: Mapping[str, bytes]) -> bytes:
    """psk_secret (section 8.4). `psks` are by the octets of their PreSharedKeyIDs without the nonce, in hexadecimal."""
    secret = ZERO
    for index, identifier in enumerate(identifiers):
        name = PreSharedKeyID.write_until("pskNonce", identifier).hex()
        if name not in psks:
            raise Refused("unknown-psk", name)
        label = PreSharedKeyID.write(identifier) + index.to_bytes(2, "big") + len(identifiers).to_bytes(2, "big")
        psk_input = expand_with_label(hkdf_extract(ZERO, psks[name]), "derived psk", label, NH)
        secret = hkdf_extract(psk_input, secret)
    return secret


class KeyAndNonce(NamedTuple):
    """What one message is encrypted with, before the reuse guard."""

    key: bytes
    nonce: bytes


def ratchet(encryption_secret: bytes, leaves: int, leaf: int, kind: str, generation: int) -> KeyAndNonce:
    """A generation of a member's ratchet, `handshake` or `application` (sections 9 and 9.1)."""
    secret = expand_with_label(tree_secret(encryption_secret, leaves, leaf), kind, b"", NH)
    for passed in range(generation):
        secret = expand_with_label(secret, "secret", passed.to_bytes(4, "big"), NH)
    number = generation.to_bytes(4, "big")
    key = expand_with_label(secret, "key", number, NK)
    return KeyAndNonce(key, expand_with_label(secret, "nonce", number, NN))


def guarded(nonce: bytes, reuse_guard: bytes) -> bytes:
    """The nonce with the reuse guard over its first octets (section 6.3.1)."""
    return bytes(left ^ right for left, right in zip(nonce, reuse_guard)) + nonce[len(reuse_guard) :]


def sender_data_key(sender_data_secret: bytes, ciphertext: bytes) -> KeyAndNonce:
    """Section 6.3.2: of a sample of the ciphertext."""
    sample = ciphertext[:NH]
    key = expand_with_label(sender_data_secret, "key", sample, NK)
    return KeyAndNonce(key, expand_with_label(sender_data_secret, "nonce", sample, NN))


def read_content(kind: str, plaintext: bytes) -> Json:
    """PrivateMessageContent (section 6.3.1): what was sent, its FramedContentAuthData, and padding of zeros."""
    reader = Reader(plaintext, "PrivateMessageContent")
    name, codec = {
        "application": ("applicationData", opaque),
        "proposal": ("proposal", Proposal),
        "commit": ("commit", Commit),
    }[kind]
    content = {name: codec.read(reader), "auth": auth_data(kind).read(reader)}
    if any(reader.rest()):
        raise Refused("decryption-failed", "padding that is not zero")
    return content


class SenderKey(NamedTuple):
    """Who sent an encrypted message, which of his messages it is, and what opens it."""

    leaf: int
    generation: int
    key: KeyAndNonce
    reuse_guard: bytes

    def open(self, associated_data: bytes, ciphertext: bytes) -> bytes:
        """Decrypts the content."""
        return aead_open(self.key.key, guarded(self.key.nonce, self.reuse_guard), associated_data, ciphertext)


def sender_key(secrets: EpochSecrets, leaves: int, sender_data_aad: bytes, message: Json) -> SenderKey:
    """Decrypts the sender data of a PrivateMessage, and derives the key that it names (sections 6.3.2 and 9.1)."""
    data_key = sender_data_key(secrets.named("sender data"), bytes.fromhex(message["ciphertext"]))
    encrypted = bytes.fromhex(message["encryptedSenderData"])
    data = decode(SenderData, aead_open(data_key.key, data_key.nonce, sender_data_aad, encrypted))
    if data["leafIndex"] >= leaves:
        raise Refused("decryption-failed", f"no leaf {data['leafIndex']}")
    which = "application" if message["contentType"] == "application" else "handshake"
    key = ratchet(secrets.named("encryption"), leaves, data["leafIndex"], which, data["generation"])
    return SenderKey(data["leafIndex"], data["generation"], key, bytes.fromhex(data["reuseGuard"]))


def framed(message: Json, leaf: int, content: Json) -> Json:
    """The FramedContent of a decrypted message. `content` has what was sent, under the name of its type."""
    return {
        "groupId": message["groupId"],
        "epoch": message["epoch"],
        "sender": {"senderType": "member", "leafIndex": leaf},
        "authenticatedData": message["authenticatedData"],
        "contentType": message["contentType"],
        **{name: value for name, value in content.items() if name != "auth"},
    }


def open_private_message(message: Json, secrets: EpochSecrets, leaves: int) -> "tuple[Json, Json, SenderKey]":
    """Decrypts a PrivateMessage: the FramedContent, its FramedContentAuthData, and what opened it."""
    sender = sender_key(secrets, leaves, PrivateMessage.write_until("authenticatedData", message), message)
    associated_data = PrivateMessage.write_until("encryptedSenderData", message)
    plaintext = sender.open(associated_data, bytes.fromhex(message["ciphertext"]))
    content = read_content(message["contentType"], plaintext)
    return framed(message, sender.leaf, content), content["auth"], sender
