"""The structs of the policy draft and of protocol §5.4.1 and §7, in the order of the drafts, with the rules of each.

What is here breaks no more than one struct. What no room can hold, its structs being in order, is in components.py.
"""

from __future__ import annotations

from typing import Any, Dict, List

from ..mls_structs import Credential
from ..presentation import (
    Codec,
    Enumeration,
    Maybe,
    Select,
    Struct,
    Vector,
    opaque,
    text,
    uint8,
    uint16,
    uint32,
    uint64,
)
from . import uris

Json = Dict[str, Any]


def fields(*names: str, of: Codec) -> List[Any]:
    """Several fields of one type."""
    return [(name, of) for name in names]


# Enums without a maximum have one octet, and no values but the named ones.
_Bool = Enumeration(1, {"false": 0, "true": 1})
Optionality = Enumeration(1, {"optional": 0, "required": 1, "forbidden": 2})


class Bool(Codec):
    """`enum { false(0), true(1) } bool`, as a JSON boolean."""

    def read(self, reader: Any) -> bool:
        return _Bool.read(reader) == "true"

    def write(self, value: bool) -> bytes:
        return _Bool.write("true" if value else "false")


boolean = Bool()

# Texts hold no NUL (protocol §7.6, R-003), and some fields for a URI may be empty.
Utf8 = text.where(lambda value: "\0" not in value, "a text without NUL")
Uri = Utf8.where(lambda value: value == "" or uris.is_uri(value), "a URI")
PresentUri = Uri.where(lambda value: value != "", "a URI that is there")
MimiUri = text.where(lambda value: uris.parse(value) is not None, "a mimi: URI in its canonical form (R-027)")

MediaType = Struct(
    "MediaType",
    ("type", text),
    ("parameters", Vector(Struct("Parameter", ("parameterName", opaque), ("parameterValue", opaque)))),
)

# --- Protocol §5.4.1, §7.5, §7.6 -------------------------------------------------------------------------------------

FrankingAgentData = Struct("FrankingAgentData", ("frankingSignatureKey", opaque), ("credential", Credential))

UserRolePair = Struct("UserRolePair", ("user", MimiUri), ("roleIndex", uint32))
ParticipantListData = Struct("ParticipantListData", ("participants", Vector(UserRolePair)))
ParticipantListUpdate = Struct(
    "ParticipantListUpdate",
    ("changedRoleParticipants", Vector(Struct("UserindexRolePair", ("userIndex", uint32), ("roleIndex", uint32)))),
    ("removedIndices", Vector(uint32)),
    ("addedParticipants", Vector(UserRolePair)),
)

RichDescription = Struct("RichDescription", ("mediaType", Utf8), ("languageTag", Utf8), ("descriptionContent", opaque))
RoomMetaData = Struct(
    "RoomMetaData",
    ("roomUri", PresentUri),
    ("roomName", Utf8),
    ("roomDescriptions", Vector(RichDescription)),
    ("roomAvatar", Uri),
    ("roomSubject", Utf8),
    ("roomMood", Utf8),
)

# --- Roles and preauthorization (policy §3, §4) ----------------------------------------------------------------------

SingleSourceRoleChangeTargets = Struct(
    "SingleSourceRoleChangeTargets", ("fromRoleIndex", uint32), ("targetRoleIndexes", Vector(uint32))
)
Role = Struct(
    "Role",
    ("roleIndex", uint32),
    ("roleName", Utf8),
    ("roleDescription", Utf8),
    ("roleCapabilities", Vector(uint16)),
    ("minimumParticipantsConstraint", uint32),
    ("maximumParticipantsConstraint", Maybe(uint32)),
    ("minimumActiveParticipantsConstraint", uint32),
    ("maximumActiveParticipantsConstraint", Maybe(uint32)),
    ("authorizedRoleChanges", Vector(SingleSourceRoleChangeTargets)),
)
RoleData = Struct("RoleData", ("roles", Vector(Role)))

ClaimId = Struct("ClaimId", ("credentialType", uint16), ("id", opaque))
Claim = Struct("Claim", ("claimId", ClaimId), ("claimValue", opaque))
PreAuthRoleEntry = Struct("PreAuthRoleEntry", ("claimset", Vector(Claim)), ("targetRole", Role))
PreAuthData = Struct("PreAuthData", ("preauthorizedEntries", Vector(PreAuthRoleEntry)))

# --- Base policy (policy §5) -----------------------------------------------------------------------------------------

BaseRoomPolicy = Struct(
    "BaseRoomPolicy",
    *fields("fixedMembership", "parentDependant", of=boolean),
    ("parentRoom", Vector(PresentUri)),
    ("multiDevice", boolean),
    *fields("maxClients", "maxUsers", of=Maybe(uint32)),
    *fields("pseudonymsAllowed", "persistentRoom", "discoverable", of=boolean),
    ("policyComponentIds", Vector(uint16)),
    # There is a parent room where the room depends on one, and only there.
).where(lambda policy: len(policy["parentRoom"]) == int(policy["parentDependant"]), "a parent if it depends on one")

# --- Other policies (policy §6) --------------------------------------------------------------------------------------

StatusNotificationPolicy = Struct(
    "StatusNotificationPolicy", *fields("deliveryNotifications", "readReceipts", of=Optionality)
)

JoinLinkPolicy = Struct(
    "JoinLinkPolicy", ("onRequest", boolean), ("joinLink", Uri), ("multiuser", boolean), ("expiration", uint32)
)
JoinLink = Struct("JoinLink", ("joinLink", opaque))
JoinLinksData = Vector(JoinLink)
JoinLinksUpdate = Struct("JoinLinksUpdate", ("removedIndices", Vector(uint32)), ("addedLinks", Vector(JoinLink)))

_proxy: List[Any] = [("linkPreviewProxy", Vector(PresentUri).where(lambda uris: len(uris) == 1, "one proxy (R-178)"))]
LinkPreviewPolicy = Struct(
    "LinkPreviewPolicy",
    # What the draft calls mandatory is the value required.
    ("autodetectHyperlinksInText", Optionality.where(lambda value: value != "required", "never required")),
    *fields("sendLinkPreviews", "automaticLinkPreviews", "linkPreviewProxyUse", of=Optionality),
    Select("linkPreviewProxyUse", {"required": _proxy, "optional": _proxy}),
)

DomainName = Struct("DomainName", ("domain", Utf8))
ProviderAssetUploadDomains = Struct(
    "ProviderAssetUploadDomains", ("provider", DomainName), ("assetUploadDestinations", Vector(DomainName))
)
DownloadPrivacyType = Enumeration(1, {"direct": 0, "hubProxy": 1, "ohttp": 2})
DownloadPrivacy = Struct(
    "DownloadPrivacy",
    *fields("allowedDownloadTypes", "forbiddenDownloadTypes", of=Vector(DownloadPrivacyType)),
    ("defaultDownloadType", DownloadPrivacyType),
)
AssetPolicy = Struct(
    "AssetPolicy",
    ("assetUploadLocation", Enumeration(1, {"unspecified": 0, "localProvider": 1, "hub": 2})),
    ("uploadDomains", Vector(ProviderAssetUploadDomains)),
    ("downloadPrivacy", DownloadPrivacy),
    *fields("maxImage", "maxAudio", "maxVideo", "maxAttachment", of=uint64),
    ("forbiddenMediaTypes", Vector(MediaType)),
    # A vector of optionals, by the letter.
    ("permittedMediaTypes", Vector(Maybe(MediaType)).where(lambda types: None not in types, "entries that are there")),
    # Where assets are uploaded to the hub, it is the only provider.
).where(
    lambda policy: policy["assetUploadLocation"] != "hub" or len(policy["uploadDomains"]) == 1,
    "one provider where all assets are at the hub",
)


def _one_client_of_a_provider(policy: Json) -> bool:
    domains = [uris.domain_of(client) or client for client in policy.get("loggingClients", [])]
    return len(set(domains)) == len(domains)


# Behind forbidden nothing follows.
_logging: List[Any] = [
    ("loggingClients", Vector(PresentUri)),
    *fields("machineReadablePolicy", "humanReadablePolicy", of=Uri),
]
LoggingPolicy = (
    Struct("LoggingPolicy", ("logging", Optionality), Select("logging", {"required": _logging, "optional": _logging}))
    .where(lambda policy: policy["logging"] != "required" or policy["loggingClients"] != [], "a logging client")
    .where(_one_client_of_a_provider, "one logging client of a provider")
)

_sharing: List[Any] = [
    ("rolesThatCanShare", Vector(uint32).where(lambda roles: min(roles, default=2) > 1, "neither role 0 nor 1")),
    ("automaticallyShare", boolean),
    ("maxTimePeriod", uint32),
]
HistoryPolicy = Struct(
    "HistoryPolicy",
    ("historySharing", Optionality),
    Select("historySharing", {"required": _sharing, "optional": _sharing}),
)

Bot = Struct(
    "Bot",
    *fields("name", "description", of=Utf8),
    ("homepage", Uri),
    ("localClientBot", boolean),
    ("botRoleIndex", uint32),
    *fields("canTargetMessageInGroup", "perUserContent", of=boolean),
).where(lambda bot: not bot["localClientBot"] or bot["botRoleIndex"] == 0, "a bot in a client has role 0")
BotPolicy = Struct("BotPolicy", ("allowedBots", Vector(Bot)))


def _durations_in_order(policy: Json) -> bool:
    if policy["expiringMessages"] == "forbidden":
        return True
    shortest, longest = policy["minExpirationDuration"], policy["maxExpirationDuration"]
    return shortest <= policy.get("defaultExpirationDuration", shortest) <= longest


_durations: List[Any] = [
    *fields("minExpirationDuration", "maxExpirationDuration", of=uint32),
    ("defaultExpirationDuration", Maybe(uint32)),
]
MessageExpiration = Struct(
    "MessageExpiration",
    ("expiringMessages", Optionality),
    Select("expiringMessages", {"required": _durations, "optional": _durations}),
).where(_durations_in_order, "durations in order")

# --- Operational policy (policy §7) ----------------------------------------------------------------------------------

ExtendedCapabilities = Struct(
    "ExtendedCapabilities",
    *fields("versions", "cipherSuites", "extensions", "proposals", "credentials", of=Vector(uint16)),
    *fields("wireFormats", "componentIds", "safeAadTypes", of=Vector(uint16)),
    ("mediaTypes", Vector(MediaType)),
    ("contentTypes", Vector(uint8)),
)
# The case extension is a leftover.
PendingProposalPolicy = Struct(
    "PendingProposalPolicy",
    ("pendingProposalStrategy", Enumeration(1, {"unspecified": 0, "immediateCommit": 1, "randomDelay": 2})),
    Select("pendingProposalStrategy", {"randomDelay": fields("minimumDelayMs", "maximumDelayMs", of=uint64)}),
).where(lambda policy: int(policy.get("minimumDelayMs", 0)) <= int(policy.get("maximumDelayMs", 0)), "delays in order")
MinDefaultMaxTime = Struct("MinDefaultMaxTime", *fields("minimumTime", "defaultTime", "maximumTime", of=uint64))
AppMessagePolicy = Struct(
    "AppMessagePolicy", ("epochTolerance", uint8), ("padToSize", uint16), ("maxGenerationsSkipahead", uint32)
)
OperationalParameters = Struct(
    "OperationalParameters",
    *fields("mandatoryCapabilities", "defaultCapabilities", "forbiddenCapabilities", of=ExtendedCapabilities),
    ("handshakeFormats", Vector(uint16)),
    *fields("externalProposalAllowed", "externalCommitAllowed", of=boolean),
    ("pendingProposalPolicy", PendingProposalPolicy),
    ("leafNodeUpdateTime", MinDefaultMaxTime),
    ("appMessagePolicy", AppMessagePolicy),
    *fields("maxKpLifetime", "maxCredentialLifetime", "resumptionPskLifetime", of=uint64),
    ("senderNonceKeypairLifetime", MinDefaultMaxTime),
    ("maxKeypairs", uint32),
    ("bufferIncomingMessageTime", MinDefaultMaxTime),
    ("maxBufferedMessages", uint32),
)
