"""What a hub decides about requests (README of room, "Requests and messages"): not about handshakes and contents.

What is pending counts at once, restrictions and grants alike: the hub decides alone (R-061).
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from . import components, uris
from .capabilities import NUMBERS
from .decision import Denied
from .facts import Claim, basic_claims, read_changes, understand
from .list_rules import check_pseudonym
from .room import BANNED, NOT_LISTED, Role, Room

_EPOCH = ("question", "room", "components")
_COMMON = (*_EPOCH, "pending")

# Wire formats (RFC 9420 §6).
PUBLIC_MESSAGE = 1


def now(room: Room, given: Dict[str, Any]) -> Room:
    """The room as what is pending makes it."""
    return room.after(read_changes(given.get("pending")))


def require_participant(room: Room, user: str, capability: Optional[str] = None) -> None:
    """The user is in the list and not banned."""
    index = room.role_of.get(user)
    if index is None:
        raise Denied("not-a-participant", capability=capability, user=user)
    if index == BANNED:
        raise Denied("banned", capability=capability, user=user)


def require(room: Room, user: str, capability: str) -> str:
    require_participant(room, user, capability)
    if not has(room, user, capability):
        raise Denied("missing-capability", capability=capability, user=user, role_index=room.role_of[user])
    return capability


def has(room: Room, user: str, capability: str) -> bool:
    role = room.role(room.role_of.get(user))
    return role is not None and role.has(capability)


def judge_message(room: Room, given: Dict[str, Any]) -> List[str]:
    understand(given, (*_COMMON, "user"))
    return [require(now(room, given), given["user"], "canSendMessage")]


def judge_receive(room: Room, given: Dict[str, Any]) -> List[str]:
    understand(given, (*_COMMON, "user"))
    return [require(now(room, given), given["user"], "canReceiveMessage")]


def judge_capability(room: Room, given: Dict[str, Any]) -> List[str]:
    understand(given, (*_COMMON, "user", "capability", "number"))
    if NUMBERS[given["capability"]] != int(given["number"], 16):
        raise ValueError(f"{given['capability']} is not {given['number']}")
    return [require(now(room, given), given["user"], given["capability"])]


def judge_key_material(room: Room, given: Dict[str, Any]) -> List[str]:
    understand(given, (*_COMMON, "user", "targetUser"))
    room, user, target = now(room, given), given["user"], given["targetUser"]
    if target == user:
        return [require(room, user, "canAddOwnClient")]
    capability = require(room, user, "canAddParticipant")
    if target in room.role_of:
        banned = room.role_of[target] == BANNED
        raise Denied("banned" if banned else "not-permitted", capability=capability, user=target)
    if room.fixed_membership:
        raise Denied("fixed-membership", capability=capability, user=target)
    if not _targets(room.role(room.role_of[user])):
        raise Denied("transition-not-authorized", capability=capability, user=target)
    return [capability]


def _targets(role: Optional[Role]) -> List[int]:
    """The roles above 1 that a role gives to who is not in the list."""
    transitions = frozenset() if role is None else role.transitions
    return [after for before, after in transitions if before == NOT_LISTED and after > BANNED]


def judge_group_info(room: Room, given: Dict[str, Any], claims: Optional[Tuple[Claim, ...]] = None) -> List[str]:
    """`claims` are those of the credential in the request; without them, that of a basic one with the user's URI."""
    understand(given, (*_COMMON, "user", "joiningCode", "codeRoleIndex", "parentParticipants"))
    user, later = given["user"], now(room, given)
    if BANNED in (room.role_of.get(user), later.role_of.get(user)):
        raise Denied("banned", user=user)  # A ban wins over every code, until its end is committed.
    operational = later.value(components.OPERATIONAL_POLICY)
    if operational is not None and not operational["externalCommitAllowed"]:
        raise Denied("external-commit-not-allowed", user=user)
    check_pseudonym(later, user)
    if user in later.role_of:
        if not later.may_have_clients(later.role_of[user]):
            raise Denied("maximum-active-participants", user=user)
        return [require(later, user, "canAddOwnClient")]
    if user in room.role_of:
        raise Denied("removal-pending", user=user)
    return [_judge_joiner(later, user, given, basic_claims(user) if claims is None else claims)]


def _judge_joiner(room: Room, user: str, given: Dict[str, Any], claims: Tuple[Claim, ...]) -> str:
    if room.fixed_membership:
        raise Denied("fixed-membership", user=user)
    parent = given.get("parentParticipants")
    if room.parent_room is not None and parent is not None and user not in parent:
        raise Denied("parent-dependent", user=user)
    outsider = room.role(NOT_LISTED)
    targets = _targets(outsider)
    if outsider is not None and outsider.has("canOpenJoin") and targets:
        return "canOpenJoin"
    preauthorized = room.role(room.preauthorized_role(claims))
    if preauthorized is not None and preauthorized.has("canJoinIfPreauthorized"):
        return "canJoinIfPreauthorized"
    if given.get("joiningCode", "") == "":
        raise Denied("not-a-participant", user=user)
    if outsider is None or not outsider.has("canUseJoinCode"):
        raise Denied("missing-capability", capability="canUseJoinCode", user=user, role_index=NOT_LISTED)
    known = given["joiningCode"] in [link["joinLink"] for link in room.links]
    role = given.get("codeRoleIndex")
    if not known or not (targets if role is None else role in targets):
        raise Denied("invalid-join-code", capability="canUseJoinCode", user=user)
    return "canUseJoinCode"


def judge_abuse_report(room: Room, given: Dict[str, Any]) -> List[str]:
    understand(given, (*_COMMON, "reportingUser", "fromDomain"))
    room, reporter = now(room, given), given.get("reportingUser")
    if reporter is not None:
        if uris.domain_of(reporter) != given["fromDomain"]:
            raise Denied("not-permitted", user=reporter)
        return [require(room, reporter, "canReportAbuse")]
    # Anonymous: somebody of the provider might report.
    for user, index in room.participants:
        role = room.role(index)
        if uris.domain_of(user) == given["fromDomain"] and index != BANNED and role and role.has("canReportAbuse"):
            return ["canReportAbuse"]
    raise Denied("missing-capability", capability="canReportAbuse")


def judge_history(room: Room, given: Dict[str, Any]) -> List[str]:
    understand(given, (*_EPOCH, "user", "automatic", "oldestSeconds"))
    user = given["user"]
    require_participant(room, user)
    policy = room.value(components.HISTORY_POLICY)
    if policy is None:
        return ["no history policy"]
    if policy["historySharing"] == "forbidden":
        raise Denied("history-not-allowed", user=user)
    if room.role_of[user] not in policy["rolesThatCanShare"]:
        raise Denied("history-not-allowed", user=user, role_index=room.role_of[user])
    if given["oldestSeconds"] > policy["maxTimePeriod"] or (given["automatic"] and not policy["automaticallyShare"]):
        raise Denied("history-not-allowed", user=user)
    return ["roles_that_can_share"]


def judge_handshake_format(room: Room, given: Dict[str, Any]) -> List[str]:
    """handshake_formats binds members' commits and their proposals other than SelfRemove (R-063)."""
    understand(given, (*_EPOCH, "wireFormat", "senderType", "selfRemove"))
    bound = given["senderType"] == "member" and not given.get("selfRemove", False)
    policy = room.value(components.OPERATIONAL_POLICY)
    formats = [] if policy is None else policy["handshakeFormats"]
    if bound:
        allowed = formats == [] or given["wireFormat"] in formats
    else:
        allowed = given["wireFormat"] == PUBLIC_MESSAGE
    if not allowed:
        raise Denied("wire-format-not-allowed")
    return ["handshake_formats"]
