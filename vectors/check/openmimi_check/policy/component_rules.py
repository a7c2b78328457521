"""Step 5 of a commit: who may change everything but the list and the clients (R-188, R-189)."""

from __future__ import annotations

from typing import Any, Dict

from ..registry import NotUnderstood
from . import components
from .decision import Denied
from .facts import Change
from .request import Request, Rights

# Which capability changes which component, where one does.
CAPABILITIES: Dict[int, str] = {
    components.OPERATIONAL_POLICY: "canChangeMlsOperationalPolicies",
    components.ROLES_LIST: "canChangeRoleDefinitions",
    components.PREAUTH_LIST: "canChangePreauthorizedUserList",
    components.BASE_ROOM_POLICY: "canChangeRoomMembershipStyle",
    **{
        component_id: "canChangeOtherPolicyAttribute"
        for component_id in (
            components.STATUS_NOTIFICATION_POLICY,
            components.JOIN_LINK_POLICY,
            components.LINK_PREVIEW_POLICY,
            components.ASSET_POLICY,
            components.LOGGING_POLICY,
            components.HISTORY_POLICY,
            components.BOT_POLICY,
            components.MESSAGE_EXPIRATION,
        )
    },
}

# A room is none without them.
NOT_REMOVABLE = (
    components.PARTICIPANT_LIST,
    components.ROOM_METADATA,
    components.ROLES_LIST,
    components.BASE_ROOM_POLICY,
)

METADATA_FIELDS = {
    "roomName": "canChangeRoomName",
    "roomDescriptions": "canChangeRoomDescription",
    "roomAvatar": "canChangeRoomAvatar",
    "roomSubject": "canChangeRoomSubject",
    "roomMood": "canChangeRoomMood",
}

EXTERNAL_SENDERS = 5


def check(request: Request, change: Change) -> None:
    rights = request.rights(change)
    if change.kind == "componentUpdate":
        _check_update(request, rights, change)
    elif change.kind == "componentRemoval":
        if change.component_id in NOT_REMOVABLE:
            raise Denied("component-not-removable", user=change.by.user)
        _check_component(request, rights, change.component_id)
    elif change.kind == "reInit":
        _require(request, rights, "canSendMLSReinitProposal")
    elif change.kind == "preSharedKey":
        _require(request, rights, "canSendMLSPSKProposal")
    elif change.kind == "appEphemeral":
        raise Denied("not-permitted", user=change.by.user)
    elif change.kind == "groupContextExtensions":
        _check_extensions(request, rights, change)
    else:
        raise NotUnderstood(f"change {change.kind!r}")


def _require(request: Request, rights: Rights, capability: str) -> None:
    rights.require(capability)
    request.grant(capability)


def _check_update(request: Request, rights: Rights, change: Change) -> None:
    if change.component_id == components.PARTICIPANT_LIST:
        return  # Step 3.
    if change.component_id == components.ROOM_METADATA:
        _check_metadata(request, rights, change)
    elif change.component_id == components.JOIN_LINKS:
        update = components.read_update(components.JOIN_LINKS, change.update)
        if update["addedLinks"]:
            _require(request, rights, "canCreateJoinCode")
        if update["removedIndices"]:
            _require(request, rights, "canDeleteJoinCode")
    else:
        _check_component(request, rights, change.component_id)
        if change.component_id == components.FRANKING_AGENT:
            _check_franking_agent(rights, components.read_update(change.component_id, change.update))


def _check_component(request: Request, rights: Rights, component_id: int) -> None:
    """A component as a whole: updated, or removed."""
    if component_id in CAPABILITIES:
        _require(request, rights, CAPABILITIES[component_id])
    elif component_id == components.JOIN_LINKS:
        _require(request, rights, "canDeleteJoinCode")
    elif component_id == components.FRANKING_AGENT:
        _require_hub(request, rights)
    else:
        raise Denied("not-permitted", user=rights.actor.user)


def _check_metadata(request: Request, rights: Rights, change: Change) -> None:
    """The update replaces everything; what differs is what somebody changes (R-135)."""
    before = request.room.value(components.ROOM_METADATA) or {}
    after = components.read_update(components.ROOM_METADATA, change.update)
    if before and after["roomUri"] != before["roomUri"]:
        raise Denied("room-uri-changed", user=rights.actor.user)
    for field, capability in METADATA_FIELDS.items():
        if after[field] != before.get(field):
            _require(request, rights, capability)


def _require_hub(request: Request, rights: Rights) -> None:
    if not request.room.is_hub(rights.actor):
        raise Denied("not-the-hub", user=rights.actor.user)
    request.grant("hub")


def _check_franking_agent(rights: Rights, value: Dict[str, Any]) -> None:
    credential = value["credential"]
    if credential["credentialType"] != "basic":
        raise NotUnderstood("the credential of a franking agent is a certificate")
    if bytes.fromhex(credential["identity"]) != rights.actor.user.encode():
        raise Denied("invalid-component", user=rights.actor.user)


def _check_extensions(request: Request, rights: Rights, change: Change) -> None:
    if any(changed != EXTERNAL_SENDERS for changed in change.changed_types):
        raise Denied("not-permitted", user=rights.actor.user)
    _require_hub(request, rights)
    # The hub stays among the external senders (protocol §7.4).
    if rights.actor.user not in change.external_senders:
        raise Denied("not-permitted", user=rights.actor.user)
