"""SemiPrivateMessage, for a receiver outside of the group (draft-mahy-mls-semiprivatemessage-07).

The wire format and the extension have no numbers yet: 0xf006 and 0xf008 stand for them (reading R-207).
"""

from typing import Any, Dict

from .crypto import x25519_public_key
from .dictionary import WireFormats
from .mls_commit import stage
from .mls_crypto import decrypt_with_label, hash_of
from .mls_group import PublicGroup, join
from .mls_member import Member, Opened, check_visible
from .mls_messages import framed_content_tbs
from .mls_secrets import KeyAndNonce, SenderKey, framed, read_content, sender_key
from .mls_structs import (
    WIRE_FORMATS,
    Commit,
    Credential,
    GroupInfo,
    MLSMessage,
    Proposal,
    RatchetTree,
    SemiPrivateMessage,
)
from .presentation import Fixed, Struct, Vector, decode, encode, opaque, uint32, uint64
from .registry import Refused, expect_equal

Json = Dict[str, Any]

SEMI_PRIVATE_MESSAGE = WIRE_FORMATS["semiPrivateMessage"]

# Section 3. The extension is a vector.
ExternalReceiver = Struct("ExternalReceiver", ("externalReceiverPublicKey", opaque), ("credential", Credential))
ExternalReceivers = Vector(ExternalReceiver)

# Section 3.1
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


def check_sender(message: Json, leaf: int, nonce: bytes) -> None:
    """partial_context_hash: the index in four octets, and the nonce before the guard (R-210, R-215)."""
    if hash_of(leaf.to_bytes(4, "big") + nonce).hex() != message["partialContextHash"]:
        raise decryption_failed("partial_context_hash")


def check_content(group: PublicGroup, message: Json, leaf: int, opened: Json) -> Opened:
    """What both kinds of receivers verify of the content (sections 3.2 and 3.3).

    It is signed with the wire format of its own (R-212), and with the GroupContext, since only members send it (R-213).
    """
    content = framed(message, leaf, opened)
    tbs = framed_content_tbs(SEMI_PRIVATE_MESSAGE, content, group.context)
    if hash_of(tbs).hex() != message["framedContentTbsHash"]:
        raise decryption_failed("framed_content_tbs_hash")
    group.check_content(SEMI_PRIVATE_MESSAGE, content, opened["auth"]["signature"])
    check_visible(content)
    return Opened(SEMI_PRIVATE_MESSAGE, content, opened["auth"])


def open_as_receiver(group: PublicGroup, message: Json, receiver: bytes, private_key: bytes) -> Opened:
    """Reads a message as an external receiver (section 3.3)."""
    check_group(group, message)
    reference = hash_of(receiver).hex()
    found = [key for key in message["keysForExternalReceivers"] if key["externalReceiverRef"] == reference]
    if not found:
        raise decryption_failed("nothing for this receiver")
    encrypted = found[0]["encryptedKeysAndNonces"]
    context = SemiPrivateMessageContext.write(message)
    kem_output, ciphertext = bytes.fromhex(encrypted["kemOutput"]), bytes.fromhex(encrypted["ciphertext"])
    opened = decrypt_with_label(private_key, b"SemiPrivateMessageReceiver", context, kem_output, ciphertext)
    entry = decode(PerMessageKeyAndNonces, opened)
    key = KeyAndNonce(bytes.fromhex(entry["key"]), bytes.fromhex(entry["nonce"]))
    # The generation is not for outsiders, and nothing needs it.
    sender = SenderKey(entry["senderLeafIndex"], 0, key, bytes.fromhex(entry["reuseGuard"]))
    return open_with(group, message, sender)


def open_as_member(member: Member, message: Json) -> "tuple[Opened, SenderKey]":
    """Reads a message as a member (section 3.2)."""
    check_group(member.group, message)
    sender_data_aad = SemiPrivateMessage.write_until("authenticatedData", message)
    sender = sender_key(member.secrets, member.leaves, sender_data_aad, message)
    return open_with(member.group, message, sender), sender


def open_with(group: PublicGroup, message: Json, sender: SenderKey) -> Opened:
    """Opens the content. SemiPrivateContentAAD is the message without its last two fields (section 3.1)."""
    check_sender(message, sender.leaf, sender.key.nonce)
    associated_data = SemiPrivateMessage.write_until("encryptedSenderData", message)
    plaintext = sender.open(associated_data, bytes.fromhex(message["ciphertext"]))
    return check_content(group, message, sender.leaf, read_content(message["contentType"], plaintext))


def read_receiver(group: PublicGroup, octets: bytes, private_key: bytes) -> None:
    """That an external receiver is one of the group's, and that the key is its own."""
    own = decode(ExternalReceiver, octets)
    expect_equal("receiver's key", own["externalReceiverPublicKey"], x25519_public_key(private_key).hex())
    receivers = decode(ExternalReceivers, group.extension("externalReceivers") or b"\0")
    expect_equal("the group knows the receiver", True, own in receivers)


def receive(given: Dict[str, str]) -> Json:
    """What an external receiver reads, who follows the group as a server does."""
    group_info = decode(GroupInfo, bytes.fromhex(given["groupInfo"]))
    group = join(group_info, decode(RatchetTree, bytes.fromhex(given["ratchetTree"])))
    receiver, private_key = bytes.fromhex(given["externalReceiver"]), bytes.fromhex(given["receiverPrivateKey"])
    read_receiver(group, receiver, private_key)
    message = decode(MLSMessage, bytes.fromhex(given["message"]))["semiPrivateMessage"]
    opened = open_as_receiver(group, message, receiver, private_key)
    kind = message["contentType"]
    if kind == "commit":
        stage(group, opened.content, opened.auth, {}, wire_format=SEMI_PRIVATE_MESSAGE)
    struct = Commit if kind == "commit" else Proposal
    return {"sender": opened.content["sender"]["leafIndex"], kind: encode(struct, opened.content[kind]).hex()}
