"""Step 3 of a commit: who may change the participant list (policy §8.1, protocol §7.5)."""

from __future__ import annotations

from typing import Iterable, List, NamedTuple

from . import components, uris
from .decision import Denied
from .facts import Change
from .request import Request, Rights
from .room import BANNED, NOT_LISTED, Room

PARTICIPANT_KINDS = ("user", "pseudonym", "provider")


class Operation(NamedTuple):
    """One user is added ("add"), removed ("remove"), or gets another role ("change"). Role 0 is not being listed."""

    kind: str
    user: str
    before: int
    after: int
    change: Change


def operations(room: Room, changes: Iterable[Change]) -> List[Operation]:
    """What the list updates among `changes` do, in the order of protocol §7.5; they are in order themselves."""
    found: List[Operation] = []
    for change in changes:
        if change.kind != "componentUpdate" or change.component_id != components.PARTICIPANT_LIST:
            continue
        update = components.read_update(components.PARTICIPANT_LIST, change.update)
        for changed in update["changedRoleParticipants"]:
            user, before = room.participants[changed["userIndex"]]
            found.append(Operation("change", user, before, changed["roleIndex"], change))
        for index in update["removedIndices"]:
            user, before = room.participants[index]
            found.append(Operation("remove", user, before, NOT_LISTED, change))
        for added in update["addedParticipants"]:
            found.append(Operation("add", added["user"], NOT_LISTED, added["roleIndex"], change))
    return found


def check(request: Request) -> None:
    new = operations(request.room, request.changes)
    for operation in new:
        if operation.kind != "remove" and operation.after not in request.room.roles:
            raise Denied("unknown-role", user=operation.user)
    for operation in new:
        request.rules.append(_check_operation(request, operation))


def _check_operation(request: Request, operation: Operation) -> str:
    rights = request.rights(operation.change)
    if operation.kind == "add":
        _check_added(request, operation)
        if operation.user != rights.actor.user:
            return require_addition(rights, operation.user, operation.after)
        return _require_join(request, rights, operation)
    if operation.kind == "remove":
        return _check_removal(request, rights, operation)
    if operation.user == rights.actor.user:
        return _check_own_role(rights, operation)
    return _check_role_change(request.room, rights, operation)


def _check_added(request: Request, operation: Operation) -> None:
    """Whom nobody may add, whatever the capabilities."""
    room = request.room
    parsed = uris.parse(operation.user)
    if parsed is None or parsed.kind not in PARTICIPANT_KINDS:
        raise Denied("malformed-update", user=operation.user)
    if room.fixed_membership:
        raise Denied("fixed-membership", user=operation.user)
    if parsed.kind == "pseudonym" and not room.base.get("pseudonymsAllowed", False):
        raise Denied("pseudonym-not-allowed", user=operation.user)
    if room.parent_room is not None and request.parent is not None and operation.user not in request.parent:
        raise Denied("parent-dependent", user=operation.user)


def require_addition(rights: Rights, user: str, role: int) -> str:
    """The addition of another user."""
    if role != BANNED:
        rights.require("canAddParticipant")
        rights.require_transition("canAddParticipant", user, NOT_LISTED, role)
        return "canAddParticipant"
    # A ban before it comes.
    rights.require("canBan")
    _require_banned_role(rights, "canBan", user)
    rights.require_transition("canBan", user, NOT_LISTED, BANNED)
    return "canBan"


def _require_banned_role(rights: Rights, capability: str, user: str) -> None:
    if not all(room.has_banned_role for room, _ in rights.views):
        raise Denied("unknown-role", capability=capability, user=user)


def _require_join(request: Request, rights: Rights, operation: Operation) -> str:
    """From outside, the first that fits: open join, preauthorization, a code (R-185)."""
    actor, role = rights.actor, operation.after
    if actor.kind != "joiner":
        raise Denied("not-permitted", user=actor.user)
    if role == BANNED:
        raise Denied("transition-not-authorized", user=actor.user)
    if rights.has("canOpenJoin") and rights.has_transition(NOT_LISTED, role):
        return "canOpenJoin"
    preauthorized = all(room.preauthorized_role(actor.claims) == role for room, _ in rights.views)
    if preauthorized and all(_holds(room, role, "canJoinIfPreauthorized") for room, _ in rights.views):
        return "canJoinIfPreauthorized"
    if request.join_code is not None and rights.has("canUseJoinCode"):
        if request.join_code not in ("unverifiable", role):
            raise Denied("invalid-join-code", capability="canUseJoinCode", user=actor.user)
        rights.require_transition("canUseJoinCode", actor.user, NOT_LISTED, role)
        return "canUseJoinCode"
    if rights.has("canOpenJoin"):
        rights.require_transition("canOpenJoin", actor.user, NOT_LISTED, role)
    wanted = "canOpenJoin" if request.join_code is None else "canUseJoinCode"
    raise Denied("missing-capability", capability=wanted, user=actor.user, role_index=NOT_LISTED)


def _holds(room: Room, index: int, capability: str) -> bool:
    role = room.role(index)
    return role is not None and role.has(capability)


def _check_removal(request: Request, rights: Rights, operation: Operation) -> str:
    room = request.room
    if room.parent_room is not None and request.parent is not None and operation.user not in request.parent:
        if rights.actor.kind == "externalSender" and room.is_hub(rights.actor.user):
            return "parent_dependant"
    if room.fixed_membership:
        raise Denied("fixed-membership", user=operation.user)
    capability = "canRemoveSelf" if operation.user == rights.actor.user else "canRemoveParticipant"
    rights.require(capability)
    rights.require_transition(capability, operation.user, operation.before, NOT_LISTED)
    return capability


def _check_own_role(rights: Rights, operation: Operation) -> str:
    rights.require("canChangeOwnRole")
    if not all(room.preauthorized_role(rights.actor.claims) == operation.after for room, _ in rights.views):
        raise Denied("no-preauthorization", capability="canChangeOwnRole", user=operation.user)
    return "canChangeOwnRole"


def _check_role_change(room: Room, rights: Rights, operation: Operation) -> str:
    capability = special_capability(operation)
    if capability is None:
        capability = "canChangeUserRole"
        rights.require(capability)
    elif not (rights.has(capability) and room.has_banned_role) and rights.has("canChangeUserRole"):
        capability = "canChangeUserRole"
    else:
        rights.require(capability)
        _require_banned_role(rights, capability, operation.user)
    rights.require_transition(capability, operation.user, operation.before, operation.after)
    return capability


def special_capability(operation: Operation) -> str | None:
    """canBan, canUnban, or None for a change between other roles."""
    if operation.after == BANNED:
        return "canBan"
    return "canUnban" if operation.before == BANNED else None


def is_ban_by_capability(request: Request, operation: Operation) -> bool:
    """Whether it is canBan that allows this change to role 1: then the clients go with it."""
    rights = request.rights(operation.change)
    return (
        operation.kind == "change"
        and operation.after == BANNED
        and request.room.has_banned_role
        and rights.has("canBan")
        and rights.has_transition(operation.before, BANNED)
    )
