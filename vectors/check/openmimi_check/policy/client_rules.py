"""Step 4 of a commit: who may add, remove and change clients."""

from __future__ import annotations

from typing import Dict, List

from . import list_rules
from .decision import Denied
from .facts import Change
from .list_rules import Operation
from .request import Request, Rights
from .room import BANNED, NOT_LISTED

KINDS = ("clientAdded", "clientJoined", "clientRemoved", "clientUpdated")


class ClientRules:
    """The rules for the clients of one commit, which depend on what it does to the list."""

    def __init__(self, request: Request) -> None:
        self.request = request
        operations = list_rules.operations(request.room, request.all_changes)
        self.added: Dict[str, Operation] = {one.user: one for one in operations if one.kind == "add"}
        # Who is removed or banned by canBan loses its clients in the same commit, whoever proposes that.
        self.gone = {one.user for one in operations if one.kind == "remove" or self._is_ban(one)}
        # The joiners whose first client has come.
        self.arrived: List[str] = [change.user for change in request.earlier if change.kind == "clientAdded"]

    def _is_ban(self, operation: Operation) -> bool:
        return list_rules.is_ban_by_capability(self.request, operation)

    def check(self, change: Change) -> None:
        rights = self.request.rights(change)
        if change.kind == "clientUpdated":
            if change.before != change.after:
                raise Denied("identity-changed", user=change.by.user)
        elif change.kind == "clientRemoved":
            self.request.grant(self._rule_of_removal(rights, change))
        else:
            list_rules.check_pseudonym(self.request.room, change.user)
            self.request.grant(self._rule_of_addition(rights, change))

    def _rule_of_addition(self, rights: Rights, change: Change) -> str:
        """Who adds itself comes with one client (R-222)."""
        user, listed = change.user, change.user in self.request.room.role_of
        addition = self.added.get(user)
        if user == change.by.user:
            comes_with = addition is not None and addition.change.by.user == user
            if comes_with and user not in self.arrived:
                self.arrived.append(user)
                return "first client of who joins"
            if not listed:
                raise Denied("not-a-participant", user=user)
            rights.require("canAddOwnClient")
            return "canAddOwnClient"
        if addition is not None:
            if addition.change.by.user != change.by.user:
                list_rules.require_addition(rights, user, addition.after)
            return "canAddParticipant"
        # The addition of a user covers its clients; those of a participant are nobody's but its own.
        raise Denied("not-permitted" if listed else "client-without-participant", user=user)

    def _rule_of_removal(self, rights: Rights, change: Change) -> str:
        user, request = change.user, self.request
        if user in self.gone:
            return "clients of a user who is removed or banned"
        if user != change.by.user:
            rights.require("canKick")
            return "canKick"
        if change.replaced:
            return "replaces its own former leaf"
        if self._is_leaving(user):
            return "own clients of a user who leaves"
        if request.is_external_commit and change.self_remove and change.by_reference:
            # Of a leave, an external commit can take nothing but the SelfRemove.
            if rights.has("canRemoveSelf") and rights.has_transition(request.room.role_of[user], NOT_LISTED):
                return "canRemoveSelf"
        rights.require("canRemoveOwnClient")
        return "canRemoveOwnClient"

    def _is_leaving(self, user: str) -> bool:
        """Who was removed or banned, or is about to be, may take its clients away (R-064)."""
        rooms = [self.request.room] + ([] if self.request.overlay is None else [self.request.overlay])
        return any(room.role_of.get(user, NOT_LISTED) in (NOT_LISTED, BANNED) for room in rooms)
