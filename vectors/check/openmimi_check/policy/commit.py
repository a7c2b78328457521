"""May this commit, may these proposals? (README of room, "Commits" and "Proposals on their own")

Six steps, and the first thing that fails is the reason. Everything is judged by the roles of the epoch; what is pending
restricts at once, and grants nothing (R-061).
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Union

from ..registry import NotUnderstood, Refused
from . import client_rules, component_rules, components, list_rules, outcome
from .client_rules import ClientRules
from .decision import Denied
from .facts import Actor, read_actor, read_changes, understand
from .request import Request
from .room import BANNED, NOT_LISTED, Room

_FIELDS = ("question", "room", "components", "clients", "changes", "pending", "joinCode", "parentParticipants")

# How the form of a component is denied: what cannot be read, and what no room can hold.
_FORM = {"invalid-component": "invalid-component", "invalid-update": "malformed-update"}


def judge_commit(room: Room, given: Dict[str, Any]) -> List[str]:
    """The rules that allow the commit; raises Denied."""
    understand(given, (*_FIELDS, "committer"))
    return _judge(room, given, read_actor(given["committer"]))


def judge_proposals(room: Room, given: Dict[str, Any]) -> List[str]:
    """The rules that allow the bundle, together with what is pending: the next commit has to take it all."""
    understand(given, _FIELDS)
    return _judge(room, given, None)


def _judge(room: Room, given: Dict[str, Any], committer: Optional[Actor]) -> List[str]:
    pending = read_changes(given.get("pending"))
    parent = given.get("parentParticipants")
    request = Request(
        room=room,
        overlay=room.after(pending) if pending else None,
        committer=committer,
        earlier=[] if committer else pending,
        changes=read_changes(given["changes"]),
        clients=dict(given["clients"]),
        join_code=_join_code(given.get("joinCode")),
        parent=None if parent is None else set(parent),
    )
    check_actors(request)
    check_form(request)
    list_rules.check(request)
    clients = ClientRules(request)
    for change in request.changes:
        if change.kind in client_rules.KINDS:
            clients.check(change)
        else:
            component_rules.check(request, change)
    outcome.check(request)
    return request.rules


def _join_code(given: Any) -> Union[None, str, int]:
    if given is None or given == "unverifiable":
        return given
    understand(given, ("roleIndex",))
    return given["roleIndex"]


# --- 1. Who acts -----------------------------------------------------------------------------------------------------


def check_actors(request: Request) -> None:
    room = request.room
    committer = request.committer
    if committer is not None:
        if committer.kind == "externalSender":
            raise Denied("not-permitted", user=committer.user)
        if committer.kind == "joiner" and not _operational(room, "externalCommitAllowed"):
            raise Denied("external-commit-not-allowed", user=committer.user)
        _check_actor(request, committer)
    for change in request.changes:
        proposed = committer is None or change.by_reference
        from_outside = change.by.kind != "member"
        if proposed and from_outside and not _operational(room, "externalProposalAllowed"):
            raise Denied("external-proposal-not-allowed", user=change.by.user)
        # Who is not or no longer there may still remove its own clients.
        if not (proposed and change.kind == "clientRemoved" and change.user == change.by.user):
            _check_actor(request, change.by, new=not change.by_reference)


def _operational(room: Room, flag: str) -> bool:
    policy = room.value(components.OPERATIONAL_POLICY)
    return True if policy is None else policy[flag]


def _check_actor(request: Request, actor: Actor, new: bool = True) -> None:
    """Whether somebody may act at all. A provider may what its role allows, and nothing more needs to be asked."""
    if actor.kind == "externalSender":
        return
    role = request.room.role_of.get(actor.user, NOT_LISTED)
    if role == BANNED:
        raise Denied("banned", user=actor.user)
    if role == NOT_LISTED and actor.kind == "member":
        raise Denied("not-a-participant", user=actor.user)
    if request.overlay is not None and new:
        later = request.overlay.role_of.get(actor.user, NOT_LISTED)
        if later != role and (later == NOT_LISTED or not request.overlay.may_have_clients(later)):
            raise Denied("removal-pending", user=actor.user)


# --- 2. What may stand together --------------------------------------------------------------------------------------


def check_form(request: Request) -> None:
    """The updates one after another, then the removals, then the updates that are differences, then combinations."""
    room = request.room
    updated: List[int] = []
    removed: List[int] = []
    differences: Dict[int, List[dict]] = {components.PARTICIPANT_LIST: [], components.JOIN_LINKS: []}
    for change in request.all_changes:
        number = change.component_id
        if change.kind == "componentUpdate" and number in components.STRUCTS:
            if number == components.ROOM_METADATA and number in updated:
                raise Denied("repeated-update")
            update = _in_order(lambda: components.read_update(number, change.update))
            differences.setdefault(number, []).append(update)
        if change.kind == "componentUpdate":
            updated.append(number)
        elif change.kind == "componentRemoval":
            if number in removed:
                raise Denied("forbidden-combination")
            removed.append(number)
    if set(updated) & set(removed):
        raise Denied("forbidden-combination")
    listed = [{"user": user, "roleIndex": index} for user, index in room.participants]
    _in_order(lambda: components.update_participants(listed, differences[components.PARTICIPANT_LIST]))
    operations = list_rules.operations(room, request.all_changes)
    touched = updated + removed
    if components.ROLES_LIST in touched and operations:
        raise Denied("forbidden-combination")
    if components.PREAUTH_LIST in touched and any(operation.kind != "remove" for operation in operations):
        raise Denied("forbidden-combination")
    links = room.value(components.JOIN_LINKS) or []
    _in_order(lambda: components.update_links(links, differences[components.JOIN_LINKS]))


def _in_order(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Refused as refused:
        if refused.reason not in _FORM:
            raise NotUnderstood(refused.reason) from refused
        raise Denied(_FORM[refused.reason]) from refused
