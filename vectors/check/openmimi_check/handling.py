"""What a receiver does with messages: draft-ietf-mimi-content-08. Kind: content-handling.

Here: nonsense (section 9.1), external content (section 4.5), salts (section 9.2), and which module does the rest.
"""

from typing import Any, Dict, List, Optional
from urllib.parse import urlsplit

from .advertised import judge_advertised
from .content import AES_128_GCM, decode_message
from .crypto import aes_gcm_open, hmac_sha256, sha256
from .history import read_history
from .links import compare_link, find_mentions
from .message_id import SHA_256
from .processing import process_parts
from .registry import NotUnderstood, Refused, check_twin, checker, compare, judge

# Reading R-161: a few minutes, and a year
FEW_MINUTES_MS = 5 * 60 * 1000
YEAR_MS = 31_622_400 * 1000

# Reading R-160: 2024-01-01T00:00:00Z
FORMAT_PUBLISHED_MS = 1_704_067_200_000


def find_nonsense(given: Dict[str, Any]) -> Dict[str, Any]:
    """Section 9.1: refuses what no honest sender and no honest hub would produce."""
    message = decode_message(bytes.fromhex(given["octets"]))
    accepted, now = int(given["acceptedTimestampMs"]), int(given["nowMs"])
    if not given["senderIsMember"]:
        raise Refused("sender-not-member")
    if given.get("isKnown", False):
        raise Refused("duplicate-message-id")
    ids: List[Optional[str]] = [given["messageId"], message["replaces"], message["inReplyTo"]]
    if any(message_id is not None and bytes.fromhex(message_id)[0] != SHA_256 for message_id in ids):
        raise Refused("unknown-hash-algorithm")
    if accepted - now > FEW_MINUTES_MS:
        raise Refused("timestamp-in-the-future")
    if accepted < FORMAT_PUBLISHED_MS:
        raise Refused("timestamp-before-format")
    if "roomCreatedMs" in given and accepted < int(given["roomCreatedMs"]):
        raise Refused("timestamp-before-room")
    if message["expires"] is not None:
        # A relative time begins when the message is read, which is not before now.
        away = message["expires"]["time"] * 1000 - (0 if message["expires"]["relative"] else now)
        if away < -YEAR_MS:
            raise Refused("expired-too-long-ago")
        if away > YEAR_MS:
            raise Refused("expires-too-late")
    return {}


def open_external_content(given: Dict[str, Any]) -> Dict[str, Any]:
    """Section 4.5: what an ExternalPart says of a download, whose size and hash it has (reading R-162)."""
    downloaded = bytes.fromhex(given["downloaded"])
    # Section 7.1: every client handles http and https; these receivers nothing else.
    if urlsplit(given["url"]).scheme not in ("http", "https"):
        raise Refused("unsupported", "URL")
    if given["encAlg"] not in (0, AES_128_GCM) or given["hashAlg"] not in (0, SHA_256):
        raise Refused("unsupported", "algorithm")
    expires = given.get("expires", 0)
    if expires != 0 and expires * 1000 < int(given["nowMs"]):
        raise Refused("expired")
    size = int(given["size"])
    if max(size, len(downloaded)) > given["maxOctets"]:
        raise Refused("too-large")
    if size not in (0, len(downloaded)):
        raise Refused("wrong-length")
    if given["hashAlg"] == SHA_256 and sha256(downloaded).hex() != given["contentHash"]:
        raise Refused("hash-mismatch")
    if given["encAlg"] == 0:
        return {"content": downloaded.hex()}
    key, nonce, aad = (bytes.fromhex(given[name]) for name in ("key", "nonce", "aad"))
    return {"content": aes_gcm_open(key, nonce, downloaded, aad).hex()}


def derive_salt(given: Dict[str, Any]) -> Dict[str, Any]:
    """Section 9.2: salt = HMAC_SHA256(salt_base_secret, nonce)[0..15]"""
    secret, nonce = bytes.fromhex(given["saltBaseSecret"]), bytes.fromhex(given["nonce"])
    return {"salt": hmac_sha256(secret, nonce)[:16].hex()}


def handle(given: Dict[str, Any]) -> Dict[str, Any]:
    """Recomputes `expected` of one vector, by what its input has."""
    if "senderIsMember" in given:
        return find_nonsense(given)
    if "mediaTypes" in given:
        return process_parts(given)
    if "messages" in given:
        return read_history(given)
    if "downloaded" in given:
        return open_external_content(given)
    if "saltBaseSecret" in given:
        return derive_salt(given)
    if "advertised" in given:
        return judge_advertised(given["advertised"])
    if "target" in given:
        return {"verdict": compare_link(given["text"], given["target"])}
    if "markdown" in given:
        return find_mentions(given["markdown"], given["members"])
    raise NotUnderstood(f"input with {sorted(given)}")


@checker("content-handling")
def check_content_handling(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """Recomputes all of `expected`."""
    check_twin(vector, file)
    compare(vector["expected"], judge(lambda: handle(vector["input"])))
