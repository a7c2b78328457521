"""Step 6 of a commit: what the room becomes."""

from __future__ import annotations

from typing import Dict, Iterable, Optional, Set

from . import components, limits, uris
from .decision import Denied
from .limits import Standing
from .request import Request
from .room import BANNED, NOT_LISTED, Room


def check(request: Request) -> None:
    before = Standing(request.room, request.clients)
    after = Standing(request.room.after(request.all_changes), _clients_after(request))
    touched = {change.component_id for change in request.all_changes if change.kind.startswith("component")}
    check_definitions(after.room, touched)
    if components.ROLES_LIST in touched:
        limits.check_new_roles(before.room, after)
    if components.BASE_ROOM_POLICY in touched:
        limits.check_base_policy(after.room.base, after, None)
        check_parent(after.room, request.parent)
    check_clients(after, request.room)
    limits.check_pressed_roles(before, after)
    limits.check_base_policy(before.room.base, after, before)
    if before.room.parent_room is not None and len(after.room.participants) > len(before.room.participants):
        _check_smaller(after.room, request.parent)


def _clients_after(request: Request) -> Dict[str, int]:
    clients = dict(request.clients)
    for change in request.all_changes:
        if change.kind in ("clientAdded", "clientJoined"):
            clients[change.user] = clients.get(change.user, 0) + 1
        elif change.kind == "clientRemoved":
            clients[change.user] = clients.get(change.user, 0) - 1
    return {user: count for user, count in clients.items() if count > 0}


# --- What components say about each other ----------------------------------------------------------------------------


def check_definitions(room: Room, touched: Iterable[int]) -> None:
    """What names a role names one that exists."""
    changed = set(touched)
    roles_changed = components.ROLES_LIST in changed
    if roles_changed:
        for _, index in room.participants:
            if index not in room.roles:
                raise Denied("unknown-role", role_index=index)
    if (roles_changed or components.BASE_ROOM_POLICY in changed) and room.fixed_membership:
        for role in room.roles.values():
            if role.index > BANNED and role.has("canAddParticipant"):
                raise Denied("fixed-membership", capability="canAddParticipant", role_index=role.index)
    if roles_changed or components.PREAUTH_LIST in changed:
        for entry in (room.value(components.PREAUTH_LIST) or {"preauthorizedEntries": []})["preauthorizedEntries"]:
            _require_role(room, entry["targetRole"]["roleIndex"])
    if roles_changed or components.HISTORY_POLICY in changed:
        for index in (room.value(components.HISTORY_POLICY) or {}).get("rolesThatCanShare", []):
            _require_role(room, index)
            if not room.roles[index].may_have_clients:
                raise Denied("unknown-role", role_index=index)
    if roles_changed or components.BOT_POLICY in changed:
        for bot in (room.value(components.BOT_POLICY) or {"allowedBots": []})["allowedBots"]:
            if bot["botRoleIndex"] != NOT_LISTED:
                _require_role(room, bot["botRoleIndex"])
    if {components.JOIN_LINKS, components.JOIN_LINK_POLICY} & changed:
        policy = room.value(components.JOIN_LINK_POLICY) or {"onRequest": False}
        # "a maximum of one joining link will be persisted" (policy §6.2)
        if policy["onRequest"] and len(room.value(components.JOIN_LINKS) or []) > 1:
            raise Denied("invalid-component")


def _require_role(room: Room, index: int) -> None:
    if index not in room.roles:
        raise Denied("unknown-role", role_index=index)


def check_parent(room: Room, parent: Optional[Set[str]]) -> None:
    """A parent is at the same hub, is another room, and holds all participants and more (policy §5)."""
    if room.parent_room is None:
        return
    parsed = uris.parse(room.parent_room)
    same_hub = parsed is not None and room.uri is not None and parsed.domain == uris.domain_of(room.uri)
    if not same_hub or parsed.kind != "room" or room.parent_room == room.uri:
        raise Denied("parent-dependent")
    for user, _ in room.participants:
        if parent is not None and user not in parent:
            raise Denied("parent-dependent", user=user)
    _check_smaller(room, parent)


def _check_smaller(room: Room, parent: Optional[Set[str]]) -> None:
    if parent is not None and len(room.participants) >= len(parent):
        raise Denied("parent-dependent")


# --- Clients and participants ----------------------------------------------------------------------------------------


def check_clients(after: Standing, before: Optional[Room]) -> None:
    """Every client belongs to a participant whose role may have clients."""
    for user in after.clients:
        index = after.room.role_of.get(user)
        if index is None:
            left = before is not None and user in before.role_of
            raise Denied("clients-left" if left else "client-without-participant", user=user)
        role = after.room.role(index)
        if index == BANNED or (role is not None and not role.may_have_clients):
            raise Denied("clients-left", user=user, role_index=index)

