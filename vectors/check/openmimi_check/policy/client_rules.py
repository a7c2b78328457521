"""Step 4 of a commit: who may add, remove and change clients."""

from __future__ import annotations

from typing import Dict, List

from . import list_rules
from .decision import Denied
from .facts import Change
from .list_rules import Operation
from .request import Request, Rights
from .room import BANNED, NOT_LISTED


def check(request: Request) -> None:
    operations = list_rules.operations(request.room, request.all_changes)
    added = {operation.user: operation for operation in operations if operation.kind == "add"}
    gone = {operation.user for operation in operations if _takes_clients_along(request, operation)}
    # The joiners whose first client has come.
    arrived: List[str] = []
    for change in request.changes:
        rights = request.rights(change)
        if change.kind in ("clientAdded", "clientJoined"):
            _check_addition(request, rights, change, added, arrived)
        elif change.kind == "clientRemoved" and change.user not in gone:
            _check_removal(request, rights, change)
        elif change.kind == "clientUpdated" and change.before != change.after:
            raise Denied("identity-changed", user=change.before)


def _takes_clients_along(request: Request, operation: Operation) -> bool:
    """Who is removed or banned by canBan has to lose its clients in the same commit: anyone may propose that."""
    return operation.kind == "remove" or list_rules.is_ban_by_capability(request, operation)


def _check_addition(
    request: Request, rights: Rights, change: Change, added: Dict[str, Operation], arrived: List[str]
) -> None:
    own = change.user == change.by.user
    addition = added.get(change.user)
    if addition is not None:
        if own and change.by.kind == "joiner" and change.user not in arrived:
            arrived.append(change.user)
            return
        if not own:
            if addition.change.by.user != change.by.user:
                list_rules.require_addition(rights, change.user, addition.after)
            return
    if own:
        if change.user not in request.room.role_of:
            raise Denied("not-a-participant", user=change.user)
        rights.require("canAddOwnClient")
        request.rules.append("canAddOwnClient")
    elif change.user in request.room.role_of:
        # The addition of a user covers its clients; those of a participant are nobody's but its own.
        raise Denied("not-permitted", user=change.user)


def _check_removal(request: Request, rights: Rights, change: Change) -> None:
    role = request.room.role_of.get(change.user)
    if change.user != change.by.user:
        rights.require("canKick")
        request.rules.append("canKick")
        return
    if change.replaced or role is None or role == BANNED:
        return
    if change.self_remove and request.is_external_commit:
        # Of a leave, an external commit can take nothing but the SelfRemove.
        if rights.has("canRemoveSelf") and rights.has_transition(role, NOT_LISTED):
            return
    rights.require("canRemoveOwnClient")
    request.rules.append("canRemoveOwnClient")
