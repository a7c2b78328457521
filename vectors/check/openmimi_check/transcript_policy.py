"""What a handshake asks of the policy of a room: the question that `policy` answers (protocol section 7)."""

from typing import Any, Dict, List, Mapping

from .dictionary import entries
from .identifiers import parse_basic_identity
from .mls_group import PublicGroup
from .mls_proposals import Proposed
from .policy.room import Room
from .registry import NotUnderstood

Json = Dict[str, Any]


def identity_of(leaf: Json) -> Dict[str, Any]:
    """The user and the client that a leaf's basic credential names."""
    credential = leaf["credential"]
    if credential["credentialType"] != "basic":
        raise NotUnderstood(f"credential of type {credential['credentialType']}")
    return parse_basic_identity(bytes.fromhex(credential["identity"]))


def room_of(group: PublicGroup) -> Room:
    """The room whose components a group has."""
    return Room(entries(group.context["extensions"]) or {})


def clients_by_user(group: PublicGroup) -> Dict[str, int]:
    """How many clients each user has in the group."""
    counts: Dict[str, int] = {}
    for _, leaf in group.tree.members():
        user = identity_of(leaf)["user"]
        counts[user] = counts.get(user, 0) + 1
    return counts


def actor(group: PublicGroup, content_or_leaf: Json, kind: str) -> Json:
    """Who acts, with what the credential claims: its identity (reading R-175)."""
    identity = content_or_leaf["credential"]["identity"]
    claim = {"claimId": {"credentialType": 1, "id": ""}, "claimValue": identity}
    return {"kind": kind, "user": identity_of(content_or_leaf)["user"], "claims": [claim]}


def sender_of(group: PublicGroup, content: Json) -> Json:
    """The sender of a handshake as an actor: a member, or who joins by an external commit."""
    sender = content["sender"]
    if sender["senderType"] == "member":
        return actor(group, group.tree.member(sender["leafIndex"]), "member")
    if sender["senderType"] == "newMemberCommit":
        return actor(group, content["commit"]["path"]["leafNode"], "joiner")
    raise NotUnderstood(f"a sender of type {sender['senderType']}")


def change(group: PublicGroup, proposed: Proposed, by: Json) -> Json:
    """What a proposal changes about the room."""
    proposal = proposed.proposal
    common = {"by": by, **({"byReference": True} if proposed.by_reference else {})}
    if proposed.kind == "appDataUpdate":
        update = proposal["appDataUpdate"]
        component = f"0x{update['componentId']:04x}"
        if update["op"] == "remove":
            return {"kind": "componentRemoval", "componentId": component, **common}
        return {"kind": "componentUpdate", "componentId": component, "update": update["update"], **common}
    if proposed.kind == "add":
        user = identity_of(proposal["keyPackage"]["leafNode"])["user"]
        return {"kind": "clientAdded", "user": user, **common}
    if proposed.kind == "externalInit":
        return {"kind": "clientJoined", "user": by["user"], **common}
    if proposed.kind in ("remove", "selfRemove") and proposed.target is not None:
        user = identity_of(group.tree.member(proposed.target))["user"]
        is_self = proposed.kind == "selfRemove"
        return {"kind": "clientRemoved", "user": user, "selfRemove": is_self, "replaced": False, **common}
    raise NotUnderstood(f"a proposal of type {proposed.kind}")


def changes_of_commit(group: PublicGroup, content: Json, pending: Mapping[str, Proposed]) -> List[Json]:
    """The changes of a commit in their order. Those that it refers to keep their authors."""
    by = sender_of(group, content)
    changes: List[Json] = []
    for item in content["commit"]["proposals"]:
        if item["type"] == "proposal":
            changes.append(change(group, Proposed(item["proposal"], content["sender"], False), by))
        else:
            proposed = pending[item["reference"]]
            changes.append(change(group, proposed, sender_of(group, {"sender": proposed.sender})))
    return changes


def pending_changes(group: PublicGroup, pending: Mapping[str, Proposed]) -> List[Json]:
    """What is pending, as changes."""
    return [change(group, proposed, sender_of(group, {"sender": proposed.sender})) for proposed in pending.values()]


def commit_question(group: PublicGroup, content: Json, pending: Mapping[str, Proposed]) -> Json:
    """May this commit?"""
    return {
        "committer": sender_of(group, content),
        "clients": clients_by_user(group),
        "changes": changes_of_commit(group, content, pending),
        "pending": pending_changes(group, pending),
    }


def proposals_question(group: PublicGroup, contents: List[Json], pending: Mapping[str, Proposed]) -> Json:
    """May these proposals?"""
    proposals = [Proposed(content["proposal"], content["sender"], False) for content in contents]
    return {
        "clients": clients_by_user(group),
        "changes": [
            change(group, proposed, sender_of(group, content)) for proposed, content in zip(proposals, contents)
        ],
        "pending": pending_changes(group, pending),
    }
