"""The structs of the protocol draft: bodies of requests and answers about rooms (sections 5.2 to 5.6).

What is left open in the draft is read as the readings say that are named here (spec/readings).
"""

from typing import Any, Dict

from .identifiers import parse_uri
from .mls_structs import (
    Capabilities,
    Credential,
    ExternalSender,
    GroupInfo,
    HPKECiphertext,
    KeyPackage,
    MLSMessage,
    RequiredCapabilities,
    Welcome,
)
from .presentation import (
    Codec,
    Enumeration,
    Fixed,
    Maybe,
    Select,
    Struct,
    Value,
    Vector,
    opaque,
    text,
    uint16,
    uint64,
)
from .registry import Refused
from .tls import Reader
from .tree_options import PartialGroupInfo, RatchetTreeOption

Protocol = Enumeration(1, {"mls10": 1})


def is_mimi_uri(uri: str) -> bool:
    """Whether it is a mimi: URI in its canonical form (R-027)."""
    try:
        parse_uri(uri)
    except Refused:
        return False
    return True


# A few of them may be empty, where nobody or no room is meant.
IdentifierUri = text.where(is_mimi_uri, "not a canonical mimi: URI")
MaybeUri = text.where(lambda uri: uri == "" or is_mimi_uri(uri), "neither empty nor a canonical mimi: URI")

# `string` is UTF-8 without NUL.
String = text.where(lambda characters: "\0" not in characters, "NUL in a string")

# Section 5.2. No room is meant by an empty URI.
KeyMaterialRequest = Struct(
    "KeyMaterialRequest",
    ("protocol", Protocol),
    ("requestingUser", IdentifierUri),
    ("targetUser", IdentifierUri),
    ("roomId", MaybeUri),
    ("acceptableCiphersuites", Vector(uint16).where(lambda suites: suites != [], "no cipher suites")),
    ("requiredCapabilities", RequiredCapabilities),
    ("requesterSignatureKey", opaque),
    ("requesterCredential", Credential),
    ("keyMaterialRequestSignature", opaque),
)
ClientKeyMaterial = Struct(
    "ClientKeyMaterial",
    ("clientStatus", Enumeration(1, {"success": 0, "keyMaterialExhausted": 1, "nothingCompatible": 2})),
    ("clientUri", IdentifierUri),
    Select(
        "clientStatus",
        {"success": [("keyPackage", KeyPackage)], "nothingCompatible": [("clientCapabilities", Maybe(Capabilities))]},
    ),
)
KEY_MATERIAL_USER_CODES = {
    "success": 0,
    "partialSuccess": 1,
    "incompatibleProtocol": 2,
    "noCompatibleMaterial": 3,
    "userUnknown": 4,
    "noConsent": 5,
    "noConsentForThisRoom": 6,
    "userDeleted": 7,
}
KeyMaterialResponse = Struct(
    "KeyMaterialResponse",
    ("protocol", Protocol),
    ("userStatus", Enumeration(1, KEY_MATERIAL_USER_CODES)),
    ("userUri", IdentifierUri),
    ("clients", Vector(ClientKeyMaterial)),
)


def content_type(message: Dict[str, Any]) -> str:
    """What an MLSMessage carries, as the selects of sections 5.3 and 5.5 ask (R-049, R-084), or nothing of theirs.

    Handshakes are public or semi-private, which says in the clear what it is (R-221). Application messages are private.
    """
    if message["wireFormat"] == "welcome":
        return "welcome"
    if message["wireFormat"] == "publicMessage":
        kind = message["publicMessage"]["content"]["contentType"]
        return "" if kind == "application" else str(kind)
    if message["wireFormat"] == "semiPrivateMessage":
        return str(message["semiPrivateMessage"]["contentType"])
    if message["wireFormat"] == "privateMessage" and message["privateMessage"]["contentType"] == "application":
        return "application"
    return ""


def is_proposal(message: Dict[str, Any]) -> bool:
    """Whether an MLSMessage is a proposal that the hub can be meant to see."""
    return content_type(message) == "proposal"


Proposals = Vector(MLSMessage.where(is_proposal, "no proposal, or a private one"))

# Section 5.3. GroupInfo and tree are always there, and so is the list behind a proposal, empty or not.
GroupInfoOption = Struct(
    "GroupInfoOption",
    ("representation", Enumeration(1, {"full": 1, "partial": 2})),
    Select("representation", {"full": [("groupInfo", GroupInfo)], "partial": [("partialGroupInfo", PartialGroupInfo)]}),
)
HandshakeBundle = Struct(
    "HandshakeBundle",
    (
        "proposalOrCommit",
        MLSMessage.where(
            lambda message: content_type(message) in ("proposal", "commit"), "no handshake, or a private one"
        ),
    ),
    Select(
        lambda bundle: content_type(bundle["proposalOrCommit"]),
        {
            "commit": [
                ("welcome", Maybe(Welcome)),
                ("groupInfoOption", GroupInfoOption),
                ("ratchetTreeOption", RatchetTreeOption),
            ],
            "proposal": [("moreProposals", Proposals)],
        },
    ),
)


class ProtocolOctetAllowed(Codec):
    """A struct that selects on a protocol which is no field of it: no octet is sent, but 01 is accepted in front.

    Nothing can be mistaken for it: an MLSMessage begins with 00 01, and a time in milliseconds with 00 (R-048, R-084).
    """

    def __init__(self, struct: Struct) -> None:
        self.struct = struct

    def read(self, reader: Reader) -> Value:
        if reader.octets[reader.position : reader.position + 1] == b"\1":
            return {"protocol": Protocol.read(reader), **self.struct.read(reader)}
        return self.struct.read(reader)

    def write(self, value: Value) -> bytes:
        octet = Protocol.write(value["protocol"]) if "protocol" in value else b""
        return octet + self.struct.write(value)


UpdateRequest = ProtocolOctetAllowed(HandshakeBundle)
UpdateRoomResponse = Struct(
    "UpdateRoomResponse",
    ("responseCode", Enumeration(1, {"success": 0, "wrongEpoch": 1, "notAllowed": 2, "invalidProposal": 3})),
    ("errorDescription", String),
    Select(
        "responseCode",
        {
            "success": [("acceptedTimestamp", uint64)],
            "wrongEpoch": [("currentEpoch", uint64)],
            "invalidProposal": [("invalidProposals", Vector(opaque))],
        },
    ),
)

# Section 5.4. The server frank is 32 octets without a length; `accepted` is the success of the select.
Frank = Struct(
    "Frank",
    ("serverFrank", Fixed(32)),
    ("frankingSignatureCiphersuite", uint16),
    ("frankingIntegritySignature", opaque),
)
SubmitMessageRequest = Struct(
    "SubmitMessageRequest",
    ("protocol", Protocol),
    ("appMessage", MLSMessage.where(lambda message: content_type(message) == "application", "no application message")),
    ("sendingUri", IdentifierUri),
)
SubmitMessageResponse = Struct(
    "SubmitMessageResponse",
    ("protocol", Protocol),
    ("statusCode", Enumeration(1, {"accepted": 0, "notAllowed": 1, "epochTooOld": 2})),
    Select(
        "statusCode",
        {
            "accepted": [("acceptedTimestamp", uint64), ("frank", Maybe(Frank))],
            "epochTooOld": [("currentEpoch", uint64)],
        },
    ),
)

# Section 5.5
FanoutMessage = ProtocolOctetAllowed(
    Struct(
        "FanoutMessage",
        ("timestamp", uint64.where(lambda time: int(time) < 1 << 56, "a time whose first octet is not 00")),
        ("message", MLSMessage.where(lambda message: content_type(message) != "", "nothing to fan out")),
        Select(
            lambda fanout: content_type(fanout["message"]),
            {
                "application": [("frank", Maybe(Frank))],
                "welcome": [("ratchetTreeOption", RatchetTreeOption)],
                "proposal": [("moreProposals", Proposals)],
                "commit": [("externalProposals", Proposals)],
            },
        ),
    )
)


class BackToBack(Codec):
    """One or more of them, up to the end of the body (R-086)."""

    def __init__(self, element: Codec) -> None:
        self.element = element

    def read(self, reader: Reader) -> Value:
        elements = [self.element.read(reader)]
        while reader.remaining > 0:
            elements.append(self.element.read(reader))
        return elements

    def write(self, value: Value) -> bytes:
        return b"".join(self.element.write(element) for element in value)


FanoutMessages = BackToBack(FanoutMessage)

# Section 5.6. Signed is the request without the signature; `version` is the protocol octet, and a
# failure ends with its status.
GroupInfoRequest = Struct(
    "GroupInfoRequest",
    ("protocol", Protocol),
    ("cipherSuite", uint16),
    ("requestingSignatureKey", opaque),
    ("requestingCredential", Credential),
    ("groupInfoPublicKey", opaque),
    ("joiningCode", opaque),
    ("signature", opaque),
)
GroupInfoResponse = Struct(
    "GroupInfoResponse",
    ("version", Protocol),
    ("roomId", IdentifierUri),
    ("status", Enumeration(1, {"success": 1, "notAuthorized": 2, "noSuchRoom": 3})),
    Select(
        "status",
        {
            "success": [
                ("cipherSuite", uint16),
                ("hubSender", ExternalSender),
                ("encryptedGroupinfoAndTree", HPKECiphertext),
                ("signature", opaque),
            ]
        },
    ),
)
PendingProposal = Struct("PendingProposal", ("proposal", MLSMessage), ("hubAcceptedTime", uint64))
GroupInfoRatchetTreeTBE = Struct(
    "GroupInfoRatchetTreeTBE",
    ("groupInfo", GroupInfo),
    ("ratchetTreeOption", RatchetTreeOption),
    ("pendingProposals", Vector(PendingProposal)),
)
