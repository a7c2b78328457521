"""Franking: draft-ietf-mimi-protocol-06, section 5.4.1. Kind: franking.

The group is of cipher suite 0x0001: signatures are Ed25519.
"""

import hmac
from typing import Any, Dict, List, Optional
from urllib.parse import urlsplit

from .content import decode_message
from .crypto import ed25519_sign, ed25519_verifies, hmac_sha256
from .registry import Refused, check_twin, checker, compare, judge
from .tls import Reader, Writer, decode

SUITE = 0x0001
FRANK_AAD = 0x0020
BASIC = 1


def application_data(content: bytes, media_type: Optional[str]) -> bytes:
    """What the tag covers: the content, in an ApplicationFraming where the group has content_media_types.

    struct { MediaType media_type; opaque inner_application_content<V>; } ApplicationFraming (extensions, section 6.2.4)
    struct { opaque type<V>; Parameter parameters<V>; } MediaType
    """
    if media_type is None:
        return content
    return Writer().opaque(media_type.encode("ascii")).opaque(b"").opaque(content).done()


def franking_tag(content: bytes, data: bytes) -> bytes:
    """franking_tag = HMAC_SHA256(salt, application_data)"""
    return hmac_sha256(bytes.fromhex(decode_message(content)["salt"]), data)


def check_tag(given: Dict[str, Any]) -> Dict[str, Any]:
    """The tag of a message, and whether it is the one that the input has."""
    content = bytes.fromhex(given["content"])
    data = application_data(content, given.get("mediaType"))
    tag = franking_tag(content, data)
    if "frankingTag" in given and not hmac.compare_digest(tag, bytes.fromhex(given["frankingTag"])):
        raise Refused("not-verified", "franking_tag")
    return {"applicationData": data.hex(), "frankingTag": tag.hex()}


def server_franking_context(context: Dict[str, Any]) -> bytes:
    """ServerFrankingContext, in its TLS encoding (reading R-075)."""
    writer = Writer()
    writer.opaque(context["senderUri"].encode("utf-8")).opaque(context["roomUri"].encode("utf-8"))
    return writer.u64(int(context["acceptedTimestamp"])).done()


def franking_integrity_tbs(server_frank: bytes, suite: int, context: bytes) -> bytes:
    """FrankingIntegrityTBS: `opaque server_frank[32]` has no length (reading R-074)."""
    return Writer().raw(server_frank).u16(suite).raw(context).done()


def sign_content(label: str, content: bytes) -> bytes:
    """SignContent of SignWithLabel: RFC 9420, section 5.1.2. Plain, without a component (reading R-079)."""
    return Writer().opaque(b"MLS 1.0 " + label.encode("ascii")).opaque(content).done()


def stamp(given: Dict[str, Any]) -> Dict[str, Any]:
    """What the hub makes of a tag (section 5.4.1.2)."""
    context = server_franking_context(given["context"])
    frank = hmac_sha256(bytes.fromhex(given["hubKey"]), bytes.fromhex(given["frankingTag"]) + context)
    signed = franking_integrity_tbs(frank, SUITE, context)
    signature = ed25519_sign(bytes.fromhex(given["frankingPrivateKey"]), sign_content("FrankingIntegrityTBS", signed))
    return {
        "contextOctets": context.hex(),
        "serverFrank": frank.hex(),
        "signed": signed.hex(),
        "frankingIntegritySignature": signature.hex(),
    }


def read_franking_agent(reader: Reader) -> Dict[str, bytes]:
    """FrankingAgentData: `SignaturePublicKey franking_signature_key; Credential credential`, the latter basic here."""
    key = reader.opaque()
    if reader.u16() != BASIC:
        raise reader.refuse("not-verified", "credential of another type")
    return {"key": key, "identity": reader.opaque()}


def verify_frank(given: Dict[str, Any]) -> Dict[str, Any]:
    """What a receiver verifies of a frank (section 5.4.1.3), but for the tag."""
    if given["frankingSignatureCiphersuite"] != SUITE:
        raise Refused("not-verified", "another cipher suite than the group's")
    agent = decode(bytes.fromhex(given["frankingAgent"]), read_franking_agent, "FrankingAgentData")
    # The credential of the agent is of the hub's domain, which is that of the room.
    if urlsplit(agent["identity"].decode("ascii")).netloc != urlsplit(given["context"]["roomUri"]).netloc:
        raise Refused("not-verified", "an agent of another domain")
    context = server_franking_context(given["context"])
    signed = franking_integrity_tbs(bytes.fromhex(given["serverFrank"]), SUITE, context)
    signature = bytes.fromhex(given["frankingIntegritySignature"])
    if not ed25519_verifies(agent["key"], signature, sign_content("FrankingIntegrityTBS", signed)):
        raise Refused("not-verified", "franking_integrity_signature")
    return {}


def verify_report(given: Dict[str, Any]) -> Dict[str, Any]:
    """What a hub verifies of a message that is reported (section 5.9): the tag under a key of its own, and the frank.

    Reading R-078: the hub keeps its old keys. Reading R-076: what is reported is the application_data as received.
    """
    content = bytes.fromhex(given["content"])
    tag = franking_tag(content, application_data(content, given.get("mediaType")))
    context = server_franking_context(given["context"])
    frank = bytes.fromhex(given["serverFrank"])
    stamps = [hmac_sha256(bytes.fromhex(key), tag + context) for key in given["hubKeys"]]
    if not any(hmac.compare_digest(frank, stamped) for stamped in stamps):
        raise Refused("not-verified", "server_frank")
    return verify_frank(given)


def tag_in_authenticated_data(octets: bytes) -> Dict[str, Any]:
    """The tag in the SafeAAD at the front of authenticated_data (extensions, section 4.9), or None.

    struct { ComponentID component_id; opaque aad_item_data<V>; } SafeAADItem
    struct { SafeAADItem aad_items<V>; } SafeAAD
    """

    def read_items(reader: Reader) -> List[Any]:
        return reader.vector(lambda item: (item.u16(), item.opaque()), "aad_items")

    try:
        items = decode(octets, read_items, "SafeAAD")
    except Refused as refusal:
        raise Refused("invalid-authenticated-data", str(refusal)) from None
    components = [component for component, _ in items]
    # Each component stands behind those with lower numbers.
    if any(later <= earlier for earlier, later in zip(components, components[1:])):
        raise Refused("invalid-authenticated-data", "aad_items are not in increasing order")
    data = dict(items).get(FRANK_AAD)
    if data is not None and len(data) != 32:
        raise Refused("invalid-authenticated-data", f"frank_aad of {len(data)} octets")
    return {"frankingTag": None if data is None else data.hex()}


@checker("franking")
def check_franking(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """Recomputes tags, stamps with their signatures, the verdicts on franks, and the tag in a SafeAAD."""
    given = vector["input"]
    check_twin(vector, file)
    if "hubKeys" in given:
        result = judge(lambda: verify_report(given))
    elif "content" in given:
        result = judge(lambda: check_tag(given))
    elif "hubKey" in given:
        result = judge(lambda: stamp(given))
    elif "serverFrank" in given:
        result = judge(lambda: verify_frank(given))
    else:
        result = judge(lambda: tag_in_authenticated_data(bytes.fromhex(given["authenticatedData"])))
    compare(vector["expected"], result)
