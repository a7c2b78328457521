"""May a room begin like this? The same rules as for what a commit makes of a room, for all of it at once (R-137)."""

from __future__ import annotations

from typing import Any, Dict, List

from ..registry import Refused
from . import components, limits, outcome, uris
from .decision import Denied
from .facts import understand
from .limits import Standing
from .list_rules import PARTICIPANT_KINDS
from .room import Room

# What a room cannot be without.
REQUIRED = (components.PARTICIPANT_LIST, components.ROOM_METADATA, components.ROLES_LIST, components.BASE_ROOM_POLICY)


def judge_new_room(data: Dict[int, bytes], given: Dict[str, Any]) -> List[str]:
    understand(given, ("question", "room", "components", "clients", "roomUri", "parentParticipants"))
    for component_id in REQUIRED:
        if component_id not in data:
            raise Denied("invalid-component")
    try:
        room = Room(data)
    except Refused as refused:
        raise Denied("invalid-component") from refused
    if room.uri != given["roomUri"]:
        raise Denied("room-uri-changed")
    for user, index in room.participants:
        parsed = uris.parse(user)
        if parsed is None or parsed.kind not in PARTICIPANT_KINDS:
            raise Denied("invalid-component", user=user)
        if parsed.kind == "pseudonym" and not room.base["pseudonymsAllowed"]:
            raise Denied("pseudonym-not-allowed", user=user)
        if index not in room.roles:
            raise Denied("unknown-role", user=user, role_index=index)
    outcome.check_definitions(room, components.STRUCTS)
    parent = given.get("parentParticipants")
    outcome.check_parent(room, None if parent is None else set(parent))
    standing = Standing(room, given["clients"])
    outcome.check_clients(standing, None)
    limits.check_maxima(standing)
    limits.check_base_policy(room.base, standing, None)
    return ["a room in order"]

