"""May a room begin like this? The rules for what a commit makes of a room, for all of it at once."""

from __future__ import annotations

from typing import Any, Dict, List

from ..dictionary import ComponentsList
from ..presentation import decode
from ..registry import NotUnderstood, Refused
from . import components, limits, list_rules, outcome, uris
from .decision import Denied
from .facts import understand
from .limits import Standing
from .room import Room

# What a room cannot be without.
REQUIRED = (components.PARTICIPANT_LIST, components.ROLES_LIST, components.BASE_ROOM_POLICY)

# Which components may stand in authenticated_data (extensions §5), and the one of the franking tag (protocol §10.1).
SAFE_AAD = 0x0002
FRANK_AAD = 0x0020


def judge_new_room(data: Dict[int, bytes], given: Dict[str, Any]) -> List[str]:
    understand(given, ("question", "room", "components", "clients", "roomUri", "parentParticipants"))
    if any(component_id not in data for component_id in REQUIRED):
        raise Denied("invalid-component")
    try:
        room = Room(data)
    except Refused as refused:
        raise Denied("invalid-component") from refused
    room_uri, parent = given["roomUri"], given.get("parentParticipants")
    if room.uri not in (None, room_uri):
        raise Denied("room-uri-changed")
    for user, _ in room.participants:
        if not uris.may_participate(user):
            raise Denied("malformed-update", user=user)
        list_rules.check_pseudonym(room, user)
    standing = Standing(room, given["clients"])
    limits.check_totals(standing)
    _check_clients(standing)
    limits.check_maxima(standing)
    outcome.check_definitions(room, components.STRUCTS, links_grow=True)
    outcome.check_parent(room, room_uri, None if parent is None else set(parent))
    _check_franking(room, data, room_uri)
    return ["a room in order"]


def _check_clients(standing: Standing) -> None:
    room = standing.room
    for user, number in standing.clients.items():
        if user not in room.role_of:
            raise Denied("client-without-participant", user=user)
        if not room.may_have_clients(room.role_of[user]):
            raise Denied("clients-left", user=user)
        if number > 1 and not room.base["multiDevice"]:
            raise Denied("single-device", user=user)


def _check_franking(room: Room, data: Dict[int, bytes], room_uri: str) -> None:
    """The franking agent is the hub, and its tag has a place in the Safe AAD (protocol §5.4.1, R-077)."""
    agent = room.value(components.FRANKING_AGENT)
    if agent is None:
        return
    if agent["credential"]["credentialType"] != "basic":
        raise NotUnderstood("the credential of a franking agent is a certificate")
    identity = bytes.fromhex(agent["credential"]["identity"]).decode("utf-8", "replace")
    parsed = uris.parse(identity)
    if parsed is None or parsed.kind != "provider":
        raise Denied("invalid-component")
    if parsed.domain != uris.domain_of(room_uri):
        raise Denied("not-the-hub")
    try:
        listed = decode(ComponentsList, data.get(SAFE_AAD, b"\0"))["componentIds"]
    except Refused as refused:
        raise Denied("invalid-component") from refused
    if FRANK_AAD not in listed:
        raise Denied("invalid-component")
