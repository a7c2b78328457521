"""Step 3 of a commit: who may change the participant list (policy §8.1, protocol §7.5)."""

from __future__ import annotations

from typing import Iterable, List, NamedTuple, Optional

from . import components, uris
from .decision import Denied
from .facts import Change
from .request import Request, Rights
from .room import BANNED, NOT_LISTED, Room


class Operation(NamedTuple):
    """One user is added ("add"), removed ("remove"), or gets another role ("change"). Role 0 is not being listed."""

    kind: str
    user: str
    before: int
    after: int
    change: Change


def operations(room: Room, changes: Iterable[Change]) -> List[Operation]:
    """What the list updates among `changes` do: all role changes, all removals, all additions (R-132)."""
    changed: List[Operation] = []
    removed: List[Operation] = []
    added: List[Operation] = []
    for change in changes:
        if change.kind != "componentUpdate" or change.component_id != components.PARTICIPANT_LIST:
            continue
        update = components.read_update(components.PARTICIPANT_LIST, change.update)
        for pair in update["changedRoleParticipants"]:
            user, before = room.participants[pair["userIndex"]]
            changed.append(Operation("change", user, before, pair["roleIndex"], change))
        for index in update["removedIndices"]:
            user, before = room.participants[index]
            removed.append(Operation("remove", user, before, NOT_LISTED, change))
        for pair in update["addedParticipants"]:
            added.append(Operation("add", pair["user"], NOT_LISTED, pair["roleIndex"], change))
    return changed + removed + added


def check(request: Request) -> None:
    for operation in operations(request.room, request.changes):
        if operation.kind != "remove" and operation.after not in request.room.roles:
            raise Denied("unknown-role", user=operation.user)
        request.grant(_rule_of(request, operation))


def _rule_of(request: Request, operation: Operation) -> str:
    rights = request.rights(operation.change)
    own = operation.user == rights.actor.user
    if operation.kind == "add":
        _check_added(request, operation)
        return _rule_of_join(request, rights, operation) if own else _rule_of_addition(request, rights, operation)
    if operation.kind == "remove":
        return _rule_of_removal(request, rights, operation)
    return _rule_of_own_role(request, rights, operation) if own else _rule_of_role_change(request, rights, operation)


def _check_added(request: Request, operation: Operation) -> None:
    """Whom nobody may add, whatever the capabilities."""
    room, user = request.room, operation.user
    if not uris.may_participate(user):
        raise Denied("malformed-update", user=user)
    if room.fixed_membership:
        raise Denied("fixed-membership", user=user)
    check_pseudonym(room, user)
    if room.parent_room is not None and request.parent is not None and user not in request.parent:
        raise Denied("parent-dependent", user=user)


def check_pseudonym(room: Room, user: str) -> None:
    if uris.is_pseudonym(user) and not room.base.get("pseudonymsAllowed", False):
        raise Denied("pseudonym-not-allowed", user=user)


def _rule_of_addition(request: Request, rights: Rights, operation: Operation) -> str:
    if operation.after != BANNED:
        require_addition(rights, operation.user, operation.after)
        return "canAddParticipant"
    # A ban before it comes.
    rights.require("canBan")
    rights.require_transition("canBan", operation.user, NOT_LISTED, BANNED)
    _require_banned_role(request.room, "canBan", operation.user)
    return "canBan"


def require_addition(rights: Rights, user: str, role: int) -> None:
    """What it takes to add another user with a role, and with it the user's clients."""
    rights.require("canAddParticipant")
    rights.require_transition("canAddParticipant", user, NOT_LISTED, role)


def _require_banned_role(room: Room, capability: str, user: str) -> None:
    if not room.has_banned_role:
        raise Denied("unknown-role", capability=capability, user=user)


def _rule_of_join(request: Request, rights: Rights, operation: Operation) -> str:
    """From outside, the first that fits: open join, preauthorization, a code (R-185)."""
    actor, role = rights.actor, operation.after
    if actor.kind != "joiner":
        raise Denied("not-permitted", user=actor.user)
    if role == BANNED:
        raise Denied("transition-not-authorized", user=actor.user)
    if rights.has("canOpenJoin") and rights.has_transition(NOT_LISTED, role):
        return "canOpenJoin"
    if request.room.roles[role].has("canJoinIfPreauthorized"):
        if request.room.preauthorized_role(actor.claims) == role:
            return "canJoinIfPreauthorized"
    capability = "canOpenJoin" if request.join_code is None else "canUseJoinCode"
    rights.require(capability)
    if request.join_code not in (None, "unverifiable", role):
        raise Denied("invalid-join-code", capability=capability, user=actor.user)
    rights.require_transition(capability, actor.user, NOT_LISTED, role)
    return capability


def _rule_of_removal(request: Request, rights: Rights, operation: Operation) -> str:
    room, user = request.room, operation.user
    if room.parent_room is not None and room.is_hub(rights.actor):
        # Whether somebody has left the parent only the hub knows.
        if request.parent is None or user not in request.parent:
            return "removed from the parent room"
    if room.fixed_membership:
        raise Denied("fixed-membership", user=user)
    capability = "canRemoveSelf" if user == rights.actor.user else "canRemoveParticipant"
    rights.require(capability)
    rights.require_transition(capability, user, operation.before, NOT_LISTED)
    return capability


def _rule_of_own_role(request: Request, rights: Rights, operation: Operation) -> str:
    rights.require("canChangeOwnRole")
    if request.room.preauthorized_role(rights.actor.claims) != operation.after:
        raise Denied("no-preauthorization", capability="canChangeOwnRole", user=operation.user)
    return "canChangeOwnRole"


def _rule_of_role_change(request: Request, rights: Rights, operation: Operation) -> str:
    special = _special_capability(operation)
    usable = special is not None and request.room.has_banned_role and rights.has(special)
    if special is None or (not usable and rights.has("canChangeUserRole")):
        capability = "canChangeUserRole"
    else:
        capability = special
    rights.require(capability)
    rights.require_transition(capability, operation.user, operation.before, operation.after)
    if capability == special:
        _require_banned_role(request.room, capability, operation.user)
    return capability


def _special_capability(operation: Operation) -> Optional[str]:
    """canBan, canUnban, or None for a change between other roles."""
    if operation.after == BANNED:
        return "canBan"
    return "canUnban" if operation.before == BANNED else None


def is_ban_by_capability(request: Request, operation: Operation) -> bool:
    """Whether it is canBan that puts somebody into role 1: then the clients go with it."""
    by_capability = request.room.has_banned_role and request.rights(operation.change).has("canBan")
    return operation.after == BANNED and by_capability
