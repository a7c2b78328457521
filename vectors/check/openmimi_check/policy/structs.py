"""The structs of the policy draft and of protocol §7, in the order of the drafts, and the rules that one struct has.

A struct is a function that reads it, and gives back its JSON form (vectors/README.md, "Format"). A rule that is broken
is Refused like octets that cannot be read: what is wrong in a struct is never more than "invalid-component".
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from ..tls import Reader
from . import uris

Json = Dict[str, Any]

OPTIONALITY = ("optional", "required", "forbidden")
UPLOAD_LOCATIONS = ("unspecified", "localProvider", "hub")
DOWNLOAD_TYPES = ("direct", "hubProxy", "ohttp")
PENDING_PROPOSAL_STRATEGIES = ("unspecified", "immediateCommit", "randomDelay")


def check(holds: bool, reader: Reader, rule: str) -> None:
    if not holds:
        raise reader.refuse("invalid-value", rule)


def boolean(reader: Reader) -> bool:
    """An enum of two values in one octet (R-005)."""
    value = reader.u8()
    check(value <= 1, reader, "a bool is 0 or 1")
    return value == 1


def named(reader: Reader, names: tuple) -> str:
    value = reader.u8()
    check(value < len(names), reader, f"{value} is none of {names}")
    return names[value]


def text(reader: Reader) -> str:
    try:
        value = reader.opaque().decode("utf-8")
    except UnicodeDecodeError:
        raise reader.refuse("invalid-value", "not UTF-8") from None
    check("\0" not in value, reader, "a text without NUL")
    return value


def uri_or_nothing(reader: Reader) -> str:
    value = text(reader)
    check(value == "" or uris.is_uri(value), reader, "a URI")
    return value


def uri(reader: Reader) -> str:
    value = text(reader)
    check(uris.is_uri(value), reader, "a URI")
    return value


def fields(*pairs: Any) -> Callable[[Reader], Json]:
    """A struct without rules; an optional field that is absent is left out."""

    def read(reader: Reader) -> Json:
        value: Json = {}
        for name, read_field in pairs:
            field = read_field(reader)
            if field is not None:
                value[name] = field
        return value

    return read


def vector(read: Callable[[Reader], Any]) -> Callable[[Reader], List[Any]]:
    return lambda reader: reader.vector(read)


def optional(read: Callable[[Reader], Any]) -> Callable[[Reader], Optional[Any]]:
    return lambda reader: reader.optional(read)


def opaque(reader: Reader) -> str:
    return reader.opaque().hex()


def decimal(reader: Reader) -> str:
    return str(reader.u64())


uint16, uint32 = Reader.u16, Reader.u32

# --- Participants and metadata (protocol §7.5, §7.6) -----------------------------------------------------------------


def _user(reader: Reader) -> str:
    """Who stands in the list is named by a `mimi:` URI in its canonical form (R-027)."""
    value = text(reader)
    check(uris.parse(value) is not None, reader, "a mimi: URI")
    return value


user_role_pair = fields(("user", _user), ("roleIndex", uint32))
participant_list = fields(("participants", vector(user_role_pair)))
participant_list_update = fields(
    ("changedRoleParticipants", vector(fields(("userIndex", uint32), ("roleIndex", uint32)))),
    ("removedIndices", vector(uint32)),
    ("addedParticipants", vector(user_role_pair)),
)

room_metadata = fields(
    ("roomUri", uri),
    ("roomName", text),
    ("roomDescriptions", vector(fields(("mediaType", text), ("languageTag", text), ("descriptionContent", opaque)))),
    ("roomAvatar", uri_or_nothing),
    ("roomSubject", text),
    ("roomMood", text),
)

# --- Roles and preauthorization (policy §3, §4) ----------------------------------------------------------------------

role = fields(
    ("roleIndex", uint32),
    ("roleName", text),
    ("roleDescription", text),
    ("roleCapabilities", vector(uint16)),
    ("minimumParticipantsConstraint", uint32),
    ("maximumParticipantsConstraint", optional(uint32)),
    ("minimumActiveParticipantsConstraint", uint32),
    ("maximumActiveParticipantsConstraint", optional(uint32)),
    ("authorizedRoleChanges", vector(fields(("fromRoleIndex", uint32), ("targetRoleIndexes", vector(uint32))))),
)
role_data = fields(("roles", vector(role)))

_claim = fields(("claimId", fields(("credentialType", uint16), ("id", opaque))), ("claimValue", opaque))
preauthorization = fields(
    ("preauthorizedEntries", vector(fields(("claimset", vector(_claim)), ("targetRole", role)))),
)

# --- Base policy (policy §5) -----------------------------------------------------------------------------------------

_base_policy = fields(
    ("fixedMembership", boolean),
    ("parentDependant", boolean),
    ("parentRoom", vector(uri)),
    ("multiDevice", boolean),
    ("maxClients", optional(uint32)),
    ("maxUsers", optional(uint32)),
    ("pseudonymsAllowed", boolean),
    ("persistentRoom", boolean),
    ("discoverable", boolean),
    ("policyComponentIds", vector(uint16)),
)


def base_policy(reader: Reader) -> Json:
    value = _base_policy(reader)
    # "If parent-dependent is true, the parent_room MUST be set [...]. Otherwise the field is zero-length."
    wanted = 1 if value["parentDependant"] else 0
    check(len(value["parentRoom"]) == wanted, reader, f"{wanted} parent rooms (R-178)")
    return value


# --- Other policies (policy §6) --------------------------------------------------------------------------------------


def optionality(reader: Reader) -> str:
    return named(reader, OPTIONALITY)


status_notification_policy = fields(("deliveryNotifications", optionality), ("readReceipts", optionality))

join_link_policy = fields(
    ("onRequest", boolean), ("joinLink", uri_or_nothing), ("multiuser", boolean), ("expiration", uint32)
)
_join_link = fields(("joinLink", opaque))
join_links = vector(_join_link)
join_links_update = fields(("removedIndices", vector(uint32)), ("addedLinks", vector(_join_link)))


def link_preview_policy(reader: Reader) -> Json:
    value: Json = {}
    for name in ("autodetectHyperlinksInText", "sendLinkPreviews", "automaticLinkPreviews", "linkPreviewProxyUse"):
        value[name] = optionality(reader)
    # "MUST NOT be mandatory", which is the value required.
    check(value["autodetectHyperlinksInText"] != "required", reader, "detection of hyperlinks is never required")
    if value["linkPreviewProxyUse"] != "forbidden":
        value["linkPreviewProxy"] = reader.vector(uri)
        check(len(value["linkPreviewProxy"]) == 1, reader, "one URI of a link preview proxy (R-178)")
    return value


_media_type = fields(
    ("type", text), ("parameters", vector(fields(("parameterName", opaque), ("parameterValue", opaque))))
)
_domain = fields(("domain", text))


def _permitted(reader: Reader) -> Json:
    value = reader.optional(_media_type)
    check(value is not None, reader, "an entry of permitted_media_types is there (R-179)")
    return value


def _download_type(reader: Reader) -> str:
    return named(reader, DOWNLOAD_TYPES)


_asset_policy = fields(
    ("assetUploadLocation", lambda reader: named(reader, UPLOAD_LOCATIONS)),
    ("uploadDomains", vector(fields(("provider", _domain), ("assetUploadDestinations", vector(_domain))))),
    (
        "downloadPrivacy",
        fields(
            ("allowedDownloadTypes", vector(_download_type)),
            ("forbiddenDownloadTypes", vector(_download_type)),
            ("defaultDownloadType", _download_type),
        ),
    ),
    ("maxImage", decimal),
    ("maxAudio", decimal),
    ("maxVideo", decimal),
    ("maxAttachment", decimal),
    ("forbiddenMediaTypes", vector(_media_type)),
    ("permittedMediaTypes", vector(_permitted)),
)


def asset_policy(reader: Reader) -> Json:
    value = _asset_policy(reader)
    # "If the asset_upload_location is hub, only one provider [...] is present"
    one = value["assetUploadLocation"] != "hub" or len(value["uploadDomains"]) == 1
    check(one, reader, "one provider where all assets are at the hub")
    return value


def logging_policy(reader: Reader) -> Json:
    value: Json = {"logging": optionality(reader)}
    if value["logging"] == "forbidden":
        return value  # Nothing follows.
    value["loggingClients"] = reader.vector(uri)
    value["machineReadablePolicy"] = uri_or_nothing(reader)
    value["humanReadablePolicy"] = uri_or_nothing(reader)
    clients = value["loggingClients"]
    check(clients != [] or value["logging"] == "optional", reader, "a logging client where logging is required")
    domains = [uris.domain_of(client) or client for client in clients]
    check(len(set(domains)) == len(domains), reader, "one logging client of a provider")
    return value


def history_policy(reader: Reader) -> Json:
    value: Json = {"historySharing": optionality(reader)}
    if value["historySharing"] == "forbidden":
        return value
    value["rolesThatCanShare"] = reader.vector(uint32)
    value["automaticallyShare"] = boolean(reader)
    value["maxTimePeriod"] = reader.u32()
    check(not {0, 1} & set(value["rolesThatCanShare"]), reader, "roles 0 and 1 share no history")
    return value


_bot = fields(
    ("name", text),
    ("description", text),
    ("homepage", uri_or_nothing),
    ("localClientBot", boolean),
    ("botRoleIndex", uint32),
    ("canTargetMessageInGroup", boolean),
    ("perUserContent", boolean),
)


def _checked_bot(reader: Reader) -> Json:
    value = _bot(reader)
    check(value["botRoleIndex"] == 0 or not value["localClientBot"], reader, "a bot in a client has no role")
    return value


bot_policy = fields(("allowedBots", vector(_checked_bot)))


def message_expiration(reader: Reader) -> Json:
    value: Json = {"expiringMessages": optionality(reader)}
    if value["expiringMessages"] == "forbidden":
        return value
    shortest = value["minExpirationDuration"] = reader.u32()
    longest = value["maxExpirationDuration"] = reader.u32()
    usual = reader.optional(uint32)
    if usual is not None:
        value["defaultExpirationDuration"] = usual
    check(shortest <= longest, reader, "the shortest duration is not above the longest")
    check(usual is None or shortest <= usual <= longest, reader, "the default duration is one of the acceptable")
    return value


# --- Operational policy (policy §7) ----------------------------------------------------------------------------------

_extended_capabilities = fields(
    ("versions", vector(uint16)),
    ("cipherSuites", vector(uint16)),
    ("extensions", vector(uint16)),
    ("proposals", vector(uint16)),
    ("credentials", vector(uint16)),
    ("wireFormats", vector(uint16)),
    ("componentIds", vector(uint16)),
    ("safeAadTypes", vector(uint16)),
    ("mediaTypes", vector(_media_type)),
    ("contentTypes", vector(Reader.u8)),
)
_times = fields(("minimumTime", decimal), ("defaultTime", decimal), ("maximumTime", decimal))


def _pending_proposal_policy(reader: Reader) -> Json:
    value: Json = {"pendingProposalStrategy": named(reader, PENDING_PROPOSAL_STRATEGIES)}
    if value["pendingProposalStrategy"] == "randomDelay":
        value["minimumDelayMs"] = decimal(reader)
        value["maximumDelayMs"] = decimal(reader)
        ordered = int(value["minimumDelayMs"]) <= int(value["maximumDelayMs"])
        check(ordered, reader, "the shortest delay is not above the longest")
    return value


operational_parameters = fields(
    ("mandatoryCapabilities", _extended_capabilities),
    ("defaultCapabilities", _extended_capabilities),
    ("forbiddenCapabilities", _extended_capabilities),
    ("handshakeFormats", vector(uint16)),
    ("externalProposalAllowed", boolean),
    ("externalCommitAllowed", boolean),
    ("pendingProposalPolicy", _pending_proposal_policy),
    ("leafNodeUpdateTime", _times),
    (
        "appMessagePolicy",
        fields(("epochTolerance", Reader.u8), ("padToSize", uint16), ("maxGenerationsSkipahead", uint32)),
    ),
    ("maxKpLifetime", decimal),
    ("maxCredentialLifetime", decimal),
    ("resumptionPskLifetime", decimal),
    ("senderNonceKeypairLifetime", _times),
    ("maxKeypairs", uint32),
    ("bufferIncomingMessageTime", _times),
    ("maxBufferedMessages", uint32),
)

# --- Franking agent (protocol §5.4.1) --------------------------------------------------------------------------------


def _credential(reader: Reader) -> Json:
    """Credential (RFC 9420 §5.3)."""
    credential_type = reader.u16()
    if credential_type == 1:
        return {"credentialType": "basic", "identity": opaque(reader)}
    check(credential_type == 2, reader, f"credential type {credential_type} is not known")
    return {"credentialType": "x509", "certificates": [one["certData"] for one in reader.vector(_certificate)]}


_certificate = fields(("certData", opaque))
franking_agent = fields(("frankingSignatureKey", opaque), ("credential", _credential))
