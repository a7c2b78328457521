"""Checks endpoint-bodies: bodies of requests and answers, their signatures, what is encrypted, and the directory."""

from typing import Any, Dict, Iterator, List

from . import consent_structs, endpoint_structs
from .crypto import x25519_public_key
from .directory import expand, read_directory, read_download_url
from .endpoint_structs import GroupInfoRatchetTreeTBE, GroupInfoRequest, GroupInfoResponse, KeyMaterialRequest
from .mls_crypto import decrypt_with_label, verify_with_label
from .mls_group import join
from .mls_messages import key_package_signature_verifies
from .mls_structs import ExternalSenders
from .presentation import Codec, decode, encode
from .registry import NotUnderstood, Refused, check_twin, checker, compare, expect_equal, judge

STRUCTS: Dict[str, Codec] = {
    "KeyMaterialRequest": endpoint_structs.KeyMaterialRequest,
    "KeyMaterialResponse": endpoint_structs.KeyMaterialResponse,
    "UpdateRequest": endpoint_structs.UpdateRequest,
    "UpdateRoomResponse": endpoint_structs.UpdateRoomResponse,
    "SubmitMessageRequest": endpoint_structs.SubmitMessageRequest,
    "SubmitMessageResponse": endpoint_structs.SubmitMessageResponse,
    "FanoutMessages": endpoint_structs.FanoutMessages,
    "GroupInfoRequest": endpoint_structs.GroupInfoRequest,
    "GroupInfoResponse": endpoint_structs.GroupInfoResponse,
    "ConsentEntry": consent_structs.ConsentEntry,
    "IdentifierRequest": consent_structs.IdentifierRequest,
    "IdentifierResponse": consent_structs.IdentifierResponse,
    "AbuseReport": consent_structs.AbuseReport,
}

# Which bodies an endpoint has: requests and, where there are any, answers.
ENDPOINTS: Dict[str, List[str]] = {
    "keyMaterial": ["KeyMaterialRequest", "KeyMaterialResponse"],
    "update": ["UpdateRequest", "UpdateRoomResponse"],
    "submitMessage": ["SubmitMessageRequest", "SubmitMessageResponse"],
    "notify": ["FanoutMessages"],
    "groupInfo": ["GroupInfoRequest", "GroupInfoResponse"],
    "requestConsent": ["ConsentEntry"],
    "updateConsent": ["ConsentEntry"],
    "identifierQuery": ["IdentifierRequest", "IdentifierResponse"],
    "reportAbuse": ["AbuseReport"],
}

ENCRYPTION_LABEL = b"GroupInfo and ratchet_tree encryption"


def key_material_signature_verifies(request: Dict[str, Any]) -> bool:
    """Section 5.2. No suite is named for the signature: any of the acceptable ones will do (R-032)."""
    content = KeyMaterialRequest.write_until("keyMaterialRequestSignature", request)
    key = bytes.fromhex(request["requesterSignatureKey"])
    signature = bytes.fromhex(request["keyMaterialRequestSignature"])
    return any(
        verify_with_label(key, b"KeyMaterialRequestTBS", content, signature, suite)
        for suite in request["acceptableCiphersuites"]
    )


def group_info_request_signature_verifies(request: Dict[str, Any]) -> bool:
    """Section 5.6. The joining code may have a presence octet in what is signed (R-097)."""
    content = GroupInfoRequest.write_until("signature", request)
    before_code = GroupInfoRequest.write_until("joiningCode", request)
    code = content[len(before_code) :]
    optional_code = b"\0" if request["joiningCode"] == "" else b"\1" + code
    key, signature = bytes.fromhex(request["requestingSignatureKey"]), bytes.fromhex(request["signature"])
    return any(
        verify_with_label(key, b"GroupInfoRequestTBS", signed, signature, request["cipherSuite"])
        for signed in (content, before_code + optional_code)
    )


def open_group_info(response: Dict[str, Any], private_key: bytes) -> Dict[str, Any]:
    """The GroupInfoRatchetTreeTBE in a successful answer (section 5.6). The context is the URI's octets (R-101)."""
    content = GroupInfoResponse.write_until("signature", response)
    key, signature = bytes.fromhex(response["hubSender"]["signatureKey"]), bytes.fromhex(response["signature"])
    if not verify_with_label(key, b"GroupInfoResponseTBS", content, signature, response["cipherSuite"]):
        raise Refused("invalid-signature", "GroupInfoResponse")
    encrypted = response["encryptedGroupinfoAndTree"]
    kem_output, ciphertext = bytes.fromhex(encrypted["kemOutput"]), bytes.fromhex(encrypted["ciphertext"])
    context = response["roomId"].encode()
    opened = decrypt_with_label(private_key, ENCRYPTION_LABEL, context, kem_output, ciphertext)
    contents: Dict[str, Any] = decode(GroupInfoRatchetTreeTBE, opened)
    return contents


def check_answer(response: Dict[str, Any], given: Dict[str, Any]) -> Dict[str, Any]:
    """Opens an answer and compares it with its request: room, suite (R-102), and the key that it is encrypted to."""
    request = decode(GroupInfoRequest, bytes.fromhex(given["request"]))
    expect_equal("signature of the request", True, group_info_request_signature_verifies(request))
    private_key = bytes.fromhex(given["groupInfoPrivateKey"])
    expect_equal("room of the answer", given["roomId"], response["roomId"])
    expect_equal("cipher suite of the answer", request["cipherSuite"], response["cipherSuite"])
    expect_equal("key of the request", request["groupInfoPublicKey"], x25519_public_key(private_key).hex())
    contents = open_group_info(response, private_key)
    check_group(contents, response["hubSender"])
    return contents


def check_group(contents: Dict[str, Any], hub_sender: Dict[str, Any]) -> None:
    """What a joiner verifies: GroupInfo, tree, pending proposals, and that the group knows the hub (R-103, R-104)."""
    group = join(contents["groupInfo"], contents["ratchetTreeOption"]["ratchetTree"])
    for pending in contents["pendingProposals"]:
        group.check_message(pending["proposal"]["publicMessage"])
    senders = decode(ExternalSenders, group.extension("externalSenders") or b"\0")
    expect_equal("the hub is an external sender", True, hub_sender in senders)


def key_packages(value: Any) -> Iterator[Dict[str, Any]]:
    """All KeyPackages in a value, wherever they stand."""
    if isinstance(value, list):
        for element in value:
            yield from key_packages(element)
    if isinstance(value, dict):
        if "initKey" in value:
            yield value
        for element in value.values():
            yield from key_packages(element)


def recompute_body(given: Dict[str, Any]) -> Dict[str, Any]:
    """What `expected` has for a valid body."""
    if given["struct"] not in ENDPOINTS[given["endpoint"]]:
        raise NotUnderstood(f"{given['struct']} at {given['endpoint']}")
    octets = bytes.fromhex(given["octets"])
    value = decode(STRUCTS[given["struct"]], octets)
    if encode(STRUCTS[given["struct"]], value) != octets:
        raise NotUnderstood("the value encodes to other octets")
    result: Dict[str, Any] = {"value": value}
    if given["struct"] == "KeyMaterialRequest":
        result["signatureVerifies"] = key_material_signature_verifies(value)
    if given["struct"] == "GroupInfoRequest":
        result["signatureVerifies"] = group_info_request_signature_verifies(value)
    if given["struct"] == "GroupInfoResponse" and value["status"] == "success":
        result["contents"] = check_answer(value, given)
    for key_package in key_packages(value):
        expect_equal("signatures of a KeyPackage", True, key_package_signature_verifies(key_package))
    return result


def recompute(given: Dict[str, Any]) -> Dict[str, Any]:
    """What `expected` has, where the input is valid."""
    if given["endpoint"] == "proxyDownload":
        return {"url": read_download_url(given["pathSegment"])}
    if given["endpoint"] != "directory":
        return recompute_body(given)
    if "document" in given:
        return {"directory": read_directory(given["document"])}
    return {"url": expand(given["template"], given["values"])}


def check_struct_of_twin(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """The twin of an invalid body is of the same struct."""
    folder = vector["id"].rpartition("/")[0]
    for other in file["vectors"]:
        if other["id"] == f"{folder}/{vector['input'].get('twin')}":
            expect_equal("struct of the twin", vector["input"].get("struct"), other["input"].get("struct"))


@checker("endpoint-bodies")
def check(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """One vector."""
    check_twin(vector, file)
    check_struct_of_twin(vector, file)
    compare(vector["expected"], judge(lambda: recompute(vector["input"])))
