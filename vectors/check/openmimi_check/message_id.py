"""Message IDs: draft-ietf-mimi-content-08, section 3.3. Kind: message-ids."""

from typing import Any, Dict, Optional

from .content import decode_message
from .crypto import sha256
from .registry import Refused, checker, compare, judge

# The number of SHA-256 in the IANA registry of Named Information hash algorithms.
SHA_256 = 1


def message_id(octets: bytes, salt: bytes, sender_uri: str, room_uri: str) -> bytes:
    """The ID of a message as received; `salt` is the one inside.

    The length of a URI counts octets of UTF-8 (reading R-142); one that does not fit 16 bits is too-large.
    """
    hashed = b""
    for uri in (sender_uri.encode("utf-8"), room_uri.encode("utf-8")):
        if len(uri) > 0xFFFF:
            raise Refused("too-large", f"URI of {len(uri)} octets")
        hashed += len(uri).to_bytes(2, "big") + uri
    return bytes([SHA_256]) + sha256(hashed + octets + salt)[:31]


def uri_of_message(inside: Optional[str], derived: Optional[str], name: str) -> str:
    """Reading R-141: the URI in the extension if there is one, else that of MLS; they may not disagree."""
    if inside is None and derived is None:
        raise Refused("invalid-argument", f"no {name}")
    if inside is not None and derived is not None and inside != derived:
        raise Refused("uri-mismatch", f"{name} {inside!r} in the message, {derived!r} in MLS")
    return inside if inside is not None else str(derived)


def message_id_with(octets: bytes, derived: Dict[str, Any]) -> str:
    """The ID of a message, with what is known of its sender and its room from MLS."""
    message = decode_message(octets)
    extensions = message["mimiExtensions"]
    sender_uri = uri_of_message(extensions.get("senderUri"), derived.get("senderUri"), "senderUri")
    room_uri = uri_of_message(extensions.get("roomUri"), derived.get("roomUri"), "roomUri")
    return message_id(octets, bytes.fromhex(message["salt"]), sender_uri, room_uri).hex()


@checker("message-ids")
def check_message_id(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """Recomputes the ID from the octets, or why there is none. The cipher suite makes no difference."""
    given = vector["input"]
    octets = bytes.fromhex(given["octets"])
    compare(vector["expected"], judge(lambda: {"messageId": message_id_with(octets, given.get("derived", {}))}))
