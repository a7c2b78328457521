"""SemiPrivateMessage, for a receiver outside of the group (draft-mahy-mls-semiprivatemessage-07).

The wire format and the extension have no numbers yet: 0xf006 and 0xf008 stand for them (reading R-207).
"""

from typing import Any, Dict

from .crypto import x25519_public_key
from .dictionary import WireFormats
from .mls_commit import stage
from .mls_crypto import aead_open, decrypt_with_label, hash_of
from .mls_group import PublicGroup, join
from .mls_messages import framed_content_tbs
from .mls_secrets import guarded, read_content
from .mls_structs import (
    Commit,
    Credential,
    GroupInfo,
    HPKECiphertext,
    Proposal,
    ProtocolVersion,
    RatchetTree,
)
from .presentation import Enumeration, Fixed, Select, Struct, Vector, decode, encode, opaque, uint32, uint64
from .registry import Refused, expect_equal

Json = Dict[str, Any]

SEMI_PRIVATE_MESSAGE = 0xF006

# Section 3. The extension is a vector.
ExternalReceiver = Struct("ExternalReceiver", ("externalReceiverPublicKey", opaque), ("credential", Credential))
ExternalReceivers = Vector(ExternalReceiver)

# Section 3.1. The reference is an opaque<V> (R-209).
PerMessageKeyAndNonces = Struct(
    "PerMessageKeyAndNonces",
    ("key", opaque),
    ("nonce", opaque),
    ("reuseGuard", Fixed(4)),
    ("senderLeafIndex", uint32),
)
SemiPrivateMessageContext = Struct(
    "SemiPrivateMessageContext", ("groupId", opaque), ("epoch", uint64), ("partialContextHash", opaque)
)
KeyForExternalReceiver = Struct(
    "KeyForExternalReceiver", ("externalReceiverRef", opaque), ("encryptedKeysAndNonces", HPKECiphertext)
)
SemiPrivateMessage = Struct(
    "SemiPrivateMessage",
    ("groupId", opaque),
    ("epoch", uint64),
    ("contentType", Enumeration(1, {"proposal": 2, "commit": 3})),
    ("authenticatedData", opaque),
    ("partialContextHash", opaque),
    ("keysForExternalReceivers", Vector(KeyForExternalReceiver)),
    ("framedContentTbsHash", opaque),
    ("encryptedSenderData", opaque),
    ("ciphertext", opaque),
)
Message = Struct(
    "MLSMessage",
    ("version", ProtocolVersion),
    ("wireFormat", Enumeration(2, {"semiPrivateMessage": SEMI_PRIVATE_MESSAGE})),
    Select("wireFormat", {"semiPrivateMessage": [("semiPrivateMessage", SemiPrivateMessage)]}),
)


def decryption_failed(detail: str) -> Refused:
    """What does not open, or does not fit what stands beside it."""
    return Refused("decryption-failed", detail)


def check_group(group: PublicGroup, message: Json) -> None:
    """That the group takes such messages, and that this one is of its epoch."""
    # Section 3: the wire format has to be required by the group.
    required = decode(WireFormats, group.extension("requiredWireFormats") or b"\0")
    if SEMI_PRIVATE_MESSAGE not in required["wireFormats"]:
        raise Refused("wrong-wire-format", "the group does not require SemiPrivateMessage")
    if message["groupId"] != group.context["groupId"]:
        raise Refused("wrong-group", message["groupId"])
    if message["epoch"] != group.context["epoch"]:
        raise Refused("wrong-epoch", message["epoch"])


def open_key(message: Json, receiver: bytes, private_key: bytes) -> Json:
    """The key and the nonce for one receiver (section 3.3)."""
    reference = hash_of(receiver).hex()
    found = [key for key in message["keysForExternalReceivers"] if key["externalReceiverRef"] == reference]
    if not found:
        raise decryption_failed("nothing for this receiver")
    encrypted = found[0]["encryptedKeysAndNonces"]
    context = SemiPrivateMessageContext.write(message)
    kem_output, ciphertext = bytes.fromhex(encrypted["kemOutput"]), bytes.fromhex(encrypted["ciphertext"])
    opened = decrypt_with_label(private_key, b"SemiPrivateMessageReceiver", context, kem_output, ciphertext)
    key: Json = decode(PerMessageKeyAndNonces, opened)
    # the index in four octets, and the nonce, which is the one before the guard.
    nonce = bytes.fromhex(key["nonce"])
    if hash_of(key["senderLeafIndex"].to_bytes(4, "big") + nonce).hex() != message["partialContextHash"]:
        raise decryption_failed("partial_context_hash")
    return key


def open_content(message: Json, key: Json) -> Json:
    """SemiPrivateMessageContent: what was sent, and its FramedContentAuthData."""
    nonce = guarded(bytes.fromhex(key["nonce"]), bytes.fromhex(key["reuseGuard"]))
    # SemiPrivateContentAAD is the message without its last two fields.
    associated_data = SemiPrivateMessage.write_until("encryptedSenderData", message)
    plaintext = aead_open(bytes.fromhex(key["key"]), nonce, associated_data, bytes.fromhex(message["ciphertext"]))
    return read_content(message["contentType"], plaintext)


def receive(given: Dict[str, str]) -> Json:
    """What an external receiver reads, who follows the group as a server does."""
    group_info = decode(GroupInfo, bytes.fromhex(given["groupInfo"]))
    group = join(group_info, decode(RatchetTree, bytes.fromhex(given["ratchetTree"])))
    receiver, private_key = bytes.fromhex(given["externalReceiver"]), bytes.fromhex(given["receiverPrivateKey"])
    own = decode(ExternalReceiver, receiver)
    expect_equal("receiver's key", own["externalReceiverPublicKey"], x25519_public_key(private_key).hex())
    receivers = decode(ExternalReceivers, group.extension("externalReceivers") or b"\0")
    expect_equal("the group knows the receiver", True, own in receivers)

    message = decode(Message, bytes.fromhex(given["message"]))["semiPrivateMessage"]
    check_group(group, message)
    key = open_key(message, receiver, private_key)
    opened = open_content(message, key)
    kind, auth = message["contentType"], opened["auth"]
    # signed with the wire format of its own, and with the GroupContext, since only members send these.
    content = {
        "groupId": message["groupId"],
        "epoch": message["epoch"],
        "sender": {"senderType": "member", "leafIndex": key["senderLeafIndex"]},
        "authenticatedData": message["authenticatedData"],
        "contentType": kind,
        kind: opened[kind],
    }
    tbs = framed_content_tbs(SEMI_PRIVATE_MESSAGE, content, group.context)
    if hash_of(tbs).hex() != message["framedContentTbsHash"]:
        raise decryption_failed("framed_content_tbs_hash")
    group.check_content(SEMI_PRIVATE_MESSAGE, content, auth["signature"])
    if kind == "commit":
        stage(group, content, auth, {}, wire_format=SEMI_PRIVATE_MESSAGE)
    struct = Commit if kind == "commit" else Proposal
    return {"sender": key["senderLeafIndex"], kind: encode(struct, opened[kind]).hex()}
