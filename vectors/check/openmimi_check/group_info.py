"""Who gets the group information of a room, and what a joiner makes of it: draft-ietf-mimi-protocol-06, section 5.6.

Kind: group-info. Requests and answers are of cipher suite 0x0001. Who may have it is a question of the room's policy,
which `policy/requests.py` answers.
"""

from typing import Any, Dict, List, Optional

from .crypto import x25519_public_key
from .dictionary import entries
from .endpoint_bodies import ENCRYPTION_LABEL, group_info_request_signature_verifies
from .endpoint_structs import GroupInfoRatchetTreeTBE, GroupInfoRequest, GroupInfoResponse
from .identifiers import parse_basic_identity, parse_path_segment, parse_uri
from .mls_crypto import (
    SIGNATURE_SCHEMES,
    decrypt_with_label,
    encrypt_with_label,
    make_proposal_ref,
    sign_with_label,
    verify_with_label,
)
from .mls_group import PublicGroup, join
from .mls_messages import authenticated_content
from .mls_structs import WIRE_FORMATS, ExternalSender, ExternalSenders, GroupInfo, MLSMessage
from .mls_tree import RatchetTree
from .policy import components
from .policy.decision import Denied
from .policy.facts import Actor, Change, basic_claims
from .policy.requests import judge_group_info
from .policy.room import NOT_LISTED, Room
from .presentation import decode, encode
from .registry import NotUnderstood, Refused, check_twin, checker, compare, judge
from .tree_options import RatchetTreeOption

SUITE = 0x0001
PUBLIC_KEY_OCTETS = 32
RESPONSE_LABEL = b"GroupInfoResponseTBS"

# A hub may conceal which rooms it has.
ALSO_ALLOWED = {"noSuchRoom": ["notAuthorized"]}


# --- What a hub answers ----------------------------------------------------------------------------------------------


def answer(given: Dict[str, Any]) -> Dict[str, Any]:
    """The hub's answer to a request: status, contents, and the response with its signature."""
    room_uri = parse_path_segment(given["pathSegment"])["uri"]
    request = decode(GroupInfoRequest, bytes.fromhex(given["request"]))
    # Reading R-102: the answer is of the suite of the request, so that one that the hub has not gets HTTP status 400.
    if request["cipherSuite"] not in SIGNATURE_SCHEMES:
        raise Refused("unsupported-cipher-suite", f"{request['cipherSuite']:#06x}")
    if request["cipherSuite"] != SUITE:
        raise NotUnderstood(f"cipher suite {request['cipherSuite']}")
    if len(bytes.fromhex(request["groupInfoPublicKey"])) != PUBLIC_KEY_OCTETS:
        raise Refused("invalid-key", "groupInfoPublicKey")
    rooms = [room for room in given["rooms"] if room["roomUri"] == room_uri]
    try:
        user = authenticate(request, given["from"])
        if not rooms:
            return failure(room_uri, "noSuchRoom", "no-such-room")
        authorize(rooms[0], request, user)
    except Denied as denied:
        return failure(room_uri, "notAuthorized", denied.reason)
    return success(given, rooms[0], request)


def failure(room_uri: str, status: str, why: str) -> Dict[str, Any]:
    """Reading R-100: a failure ends behind its status, and is not signed."""
    response = encode(GroupInfoResponse, {"version": "mls10", "roomId": room_uri, "status": status})
    return {"status": status, "alsoAllowed": ALSO_ALLOWED.get(status, []), "why": why, "response": response.hex()}


def authenticate(request: Dict[str, Any], sender: str) -> str:
    """The user whose request it is: named by the credential, of the sending provider, and signed; raises Denied."""
    credential = request["requestingCredential"]
    if credential["credentialType"] != "basic":
        raise NotUnderstood(f"credential of type {credential['credentialType']}")
    try:
        identity = parse_basic_identity(bytes.fromhex(credential["identity"]))
    except Refused:
        raise Denied("no-identity") from None
    # Reading R-106: the domain of the From header is that of the credential.
    if identity["domain"] != sender:
        raise Denied("not-of-the-caller", user=identity["user"])
    if not group_info_request_signature_verifies(request):
        raise Denied("invalid-signature", user=identity["user"])
    return str(identity["user"])


def authorize(room: Dict[str, Any], request: Dict[str, Any], user: str) -> None:
    """Whether the user may have the group information of a room; raises Denied."""
    question = {"user": user, "joiningCode": request["joiningCode"]}
    if "parentParticipants" in room:
        question["parentParticipants"] = room["parentParticipants"]
    # Reading R-175: what a basic credential claims is its identity, which may be the client's URI.
    claims = basic_claims(bytes.fromhex(request["requestingCredential"]["identity"]).decode())
    judge_group_info(provisional(room, user), question, claims)


def provisional(room: Dict[str, Any], user: str) -> Room:
    """Reading R-061: the room with what is pending, which counts at once for what the hub decides alone."""
    group_info = decode(GroupInfo, bytes.fromhex(room["groupInfo"]))
    epoch = Room(entries(group_info["groupContext"]["extensions"]) or {})
    changes = [change for pending in room["pendingProposals"] for change in updates_of(pending)]
    later = epoch.after(changes)
    role = epoch.role_of.get(user, NOT_LISTED)
    role_later = later.role_of.get(user, NOT_LISTED)
    if role_later != role and (role_later == NOT_LISTED or not later.may_have_clients(role_later)):
        raise Denied("removal-pending", user=user)
    return later


def updates_of(pending: Dict[str, Any]) -> List[Change]:
    """What a pending proposal changes about the room, whoever sent it: it was judged when it was accepted."""
    proposal = decode(MLSMessage, bytes.fromhex(pending["proposal"]))["publicMessage"]["content"]["proposal"]
    if proposal["proposalType"] != "appDataUpdate":
        return []
    nobody = Actor("member", "", ())
    update = proposal["appDataUpdate"]
    if update["componentId"] not in components.STRUCTS:
        return []
    kind = "componentUpdate" if update["op"] == "update" else "componentRemoval"
    octets = bytes.fromhex(update.get("update", ""))
    return [Change(kind=kind, by=nobody, component_id=update["componentId"], update=octets)]


def success(given: Dict[str, Any], room: Dict[str, Any], request: Dict[str, Any]) -> Dict[str, Any]:
    """GroupInfo, tree and pending proposals (reading R-104: all of the epoch), encrypted and signed."""
    contents = {
        "groupInfo": decode(GroupInfo, bytes.fromhex(room["groupInfo"])),
        "ratchetTreeOption": decode(RatchetTreeOption, b"\1" + bytes.fromhex(room["ratchetTree"])),
        "pendingProposals": [
            {**pending, "proposal": decode(MLSMessage, bytes.fromhex(pending["proposal"]))}
            for pending in room["pendingProposals"]
        ],
    }
    plaintext = encode(GroupInfoRatchetTreeTBE, contents)
    public_key, ephemeral_key = bytes.fromhex(request["groupInfoPublicKey"]), bytes.fromhex(given["ephemeralKey"])
    # Reading R-101: the context is the octets of the URI.
    context = room["roomUri"].encode()
    kem_output, ciphertext = encrypt_with_label(ephemeral_key, public_key, ENCRYPTION_LABEL, context, plaintext)
    response = {
        "version": "mls10",
        "roomId": room["roomUri"],
        "status": "success",
        "cipherSuite": request["cipherSuite"],
        "hubSender": decode(ExternalSender, bytes.fromhex(given["hubSender"])),
        "encryptedGroupinfoAndTree": {"kemOutput": kem_output.hex(), "ciphertext": ciphertext.hex()},
    }
    signed = GroupInfoResponse.write_until("signature", response)
    response["signature"] = sign_with_label(bytes.fromhex(given["hubPrivateKey"]), RESPONSE_LABEL, signed).hex()
    return {
        "status": "success",
        "alsoAllowed": [],
        "contents": plaintext.hex(),
        "response": encode(GroupInfoResponse, response).hex(),
    }


# --- What a joiner makes of it ---------------------------------------------------------------------------------------


def read_answer(given: Dict[str, Any]) -> Dict[str, Any]:
    """What a joiner learns from an answer, or why it does not believe it."""
    request = decode(GroupInfoRequest, bytes.fromhex(given["request"]))
    response = decode(GroupInfoResponse, bytes.fromhex(given["response"]))
    if response["roomId"] != given["roomUri"]:
        raise Refused("inconsistent-response", "another room")
    if response["status"] != "success":
        return {"status": response["status"]}
    if response["cipherSuite"] != request["cipherSuite"]:
        raise Refused("inconsistent-response", "another cipher suite")
    sender = response["hubSender"]
    key, signature = bytes.fromhex(sender["signatureKey"]), bytes.fromhex(response["signature"])
    signed = GroupInfoResponse.write_until("signature", response)
    if not verify_with_label(key, RESPONSE_LABEL, signed, signature, response["cipherSuite"]):
        raise Refused("invalid-signature", "GroupInfoResponse")
    if not is_hub(sender["credential"], given["roomUri"]):
        raise Refused("untrusted-hub", "the credential is not that of the hub")
    contents = open_contents(response, request, bytes.fromhex(given["groupInfoPrivateKey"]))
    group = join_group(contents)
    # Reading R-103: the key has to be one of the group's external senders.
    senders = decode(ExternalSenders, group.extension("externalSenders") or b"\0")
    if sender["signatureKey"] not in [known["signatureKey"] for known in senders]:
        raise Refused("untrusted-hub", "no external sender of the group")
    return {
        "status": "success",
        "epoch": group.context["epoch"],
        "treeHash": group.context["treeHash"],
        "pendingReferences": [reference(group, pending["proposal"]) for pending in contents["pendingProposals"]],
    }


def is_hub(credential: Dict[str, Any], room_uri: str) -> bool:
    """Readings R-030 and R-103: the credential has the URI of the room's provider."""
    if credential["credentialType"] != "basic":
        raise NotUnderstood(f"credential of type {credential['credentialType']}")
    try:
        provider = parse_uri(bytes.fromhex(credential["identity"]).decode("utf-8"))
    except (Refused, UnicodeDecodeError):
        return False
    return provider.kind == "provider" and provider.domain == parse_uri(room_uri).domain


def open_contents(response: Dict[str, Any], request: Dict[str, Any], private_key: bytes) -> Dict[str, Any]:
    """Decrypts. What decrypts to something else is no better than what does not."""
    if request["groupInfoPublicKey"] != x25519_public_key(private_key).hex():
        raise NotUnderstood("a private key that is not that of the request")
    encrypted = response["encryptedGroupinfoAndTree"]
    kem_output, ciphertext = bytes.fromhex(encrypted["kemOutput"]), bytes.fromhex(encrypted["ciphertext"])
    context = response["roomId"].encode()
    octets = decrypt_with_label(private_key, ENCRYPTION_LABEL, context, kem_output, ciphertext)
    try:
        return dict(decode(GroupInfoRatchetTreeTBE, octets))
    except Refused as refusal:
        raise Refused("decryption-failed", str(refusal)) from None


def join_group(contents: Dict[str, Any]) -> PublicGroup:
    """RFC 9420, section 12.4.3.1: that the tree is that of the GroupContext, and then GroupInfo and tree themselves."""
    nodes: Optional[List[Any]] = contents["ratchetTreeOption"].get("ratchetTree")
    if nodes is None:
        raise NotUnderstood("a tree that is elsewhere")
    if RatchetTree.of_extension(nodes).tree_hash().hex() != contents["groupInfo"]["groupContext"]["treeHash"]:
        raise Refused("invalid-tree-hash")
    return join(contents["groupInfo"], nodes)


def reference(group: PublicGroup, message: Dict[str, Any]) -> str:
    """The ProposalRef of a pending proposal, which has to be of this group and epoch, and signed."""
    public_message = message["publicMessage"]
    group.check_message(public_message)
    content = authenticated_content(WIRE_FORMATS["publicMessage"], public_message["content"], public_message["auth"])
    return make_proposal_ref(content).hex()


@checker("group-info")
def check_group_info(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """Recomputes answers to the octet, with why they are no success; and what a joiner learns from answers."""
    given = vector["input"]
    check_twin(vector, file)
    compare(vector["expected"], judge(lambda: answer(given) if "rooms" in given else read_answer(given)))
