"""Step 6 of a commit: what the room becomes."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Set

from . import components, limits, list_rules, uris
from .decision import Denied
from .limits import Standing
from .request import Request
from .room import BANNED, NOT_LISTED, Room


def check(request: Request) -> None:
    room = request.room
    before = Standing(room, request.clients)
    after = Standing(room.after(request.all_changes), _clients_after(request))
    updated = {change.component_id for change in request.all_changes if change.kind == "componentUpdate"}
    if components.ROLES_LIST in updated:
        check_used_roles(after.room)
        limits.check_new_roles(room, after)
    if components.BASE_ROOM_POLICY in updated:
        limits.check_new_base_policy(after)
        if after.room.parent_room != room.parent_room:
            check_parent(after.room, room.uri, request.parent)
    check_definitions(after.room, updated, len(after.room.links) > len(room.links))
    users = _touched_users(request)
    _check_clients(request, after, users)
    limits.check_pressed_roles(before, after, users)
    limits.check_pressed_base_policy(before, after, request.parent, users)


def _touched_users(request: Request) -> List[str]:
    """Whose role or clients change, in this order."""
    users = [operation.user for operation in list_rules.operations(request.room, request.all_changes)]
    for change in request.all_changes:
        if change.kind in ("clientAdded", "clientJoined", "clientRemoved"):
            users.append(change.user)
    return list(dict.fromkeys(users))


def _clients_after(request: Request) -> Dict[str, int]:
    clients = dict(request.clients)
    for change in request.all_changes:
        if change.kind in ("clientAdded", "clientJoined"):
            clients[change.user] = clients.get(change.user, 0) + 1
        elif change.kind == "clientRemoved":
            clients[change.user] = clients.get(change.user, 0) - 1
    return {user: count for user, count in clients.items() if count > 0}


# --- What components say about each other ----------------------------------------------------------------------------


def check_used_roles(room: Room) -> None:
    for _, index in room.participants:
        if index not in room.roles:
            raise Denied("unknown-role", role_index=index)


def check_definitions(room: Room, updated: Iterable[int], links_grow: bool) -> None:
    """What names a role names one that exists; `updated` are the components that are new."""
    new = set(updated)
    redefined = components.ROLES_LIST in new
    if redefined or components.BASE_ROOM_POLICY in new:
        check_fixed_membership(room)
    if redefined or components.PREAUTH_LIST in new:
        for entry in (room.value(components.PREAUTH_LIST) or {"preauthorizedEntries": []})["preauthorizedEntries"]:
            _require_role(room, entry["targetRole"]["roleIndex"])
    if redefined or components.HISTORY_POLICY in new:
        for index in (room.value(components.HISTORY_POLICY) or {}).get("rolesThatCanShare", []):
            _require_role(room, index)
            if not room.may_have_clients(index):
                raise Denied("unknown-role", role_index=index)
    if redefined or components.BOT_POLICY in new:
        for bot in (room.value(components.BOT_POLICY) or {"allowedBots": []})["allowedBots"]:
            if bot["botRoleIndex"] != NOT_LISTED:
                _require_role(room, bot["botRoleIndex"])
    if links_grow or components.JOIN_LINK_POLICY in new:
        policy = room.value(components.JOIN_LINK_POLICY) or {"onRequest": False}
        # Where links are made on request, one is kept at most (policy §6.2).
        if policy["onRequest"] and len(room.links) > 1:
            raise Denied("invalid-component")


def check_fixed_membership(room: Room) -> None:
    for role in room.roles.values():
        if room.fixed_membership and role.index > BANNED and role.has("canAddParticipant"):
            raise Denied("fixed-membership", capability="canAddParticipant", role_index=role.index)


def _require_role(room: Room, index: int) -> None:
    if index not in room.roles:
        raise Denied("unknown-role", role_index=index)


def check_parent(room: Room, room_uri: Optional[str], parent: Optional[Set[str]]) -> None:
    """A parent is at the same hub, is another room, and holds all participants and more (policy §5)."""
    if room.parent_room is None:
        return
    if room_uri is not None:
        parsed = uris.parse(room.parent_room)
        same_hub = parsed is not None and parsed.domain == uris.domain_of(room_uri)
        if not same_hub or parsed.kind != "room" or room.parent_room == room_uri:
            raise Denied("parent-dependent")
    if parent is not None:
        for user, _ in room.participants:
            if user not in parent:
                raise Denied("parent-dependent", user=user)
        if len(room.participants) >= len(parent):
            raise Denied("parent-dependent")


# --- Clients and participants ----------------------------------------------------------------------------------------


def _check_clients(request: Request, after: Standing, users: List[str]) -> None:
    """Every client of those who are touched belongs to a participant whose role may have clients."""
    for user in users:
        if after.clients.get(user, 0) == 0:
            continue
        index = after.room.role_of.get(user)
        if index is None:
            left = user in request.room.role_of
            raise Denied("clients-left" if left else "client-without-participant", user=user)
        if not request.room.may_have_clients(index):
            raise Denied("clients-left", user=user, role_index=index)
