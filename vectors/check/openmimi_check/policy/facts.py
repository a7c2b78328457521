"""Who does what: the changes that a commit or a bundle of proposals makes, read from a vector."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ..registry import NotUnderstood

ACTOR_KINDS = ("member", "joiner", "externalSender")


class Claim(NamedTuple):
    credential_type: int
    id: bytes
    value: bytes


class Actor(NamedTuple):
    """Who acts: a member, somebody from outside (joiner), or a provider (externalSender)."""

    kind: str
    user: str
    claims: Tuple[Claim, ...]


class Change(NamedTuple):
    """One proposal, or what a commit brings. Fields that its kind does not have keep their defaults."""

    kind: str
    by: Actor
    by_reference: bool = False
    component_id: int = 0
    update: bytes = b""
    user: str = ""
    self_remove: bool = False
    replaced: bool = False
    before: str = ""
    after: str = ""
    changed_types: Tuple[int, ...] = ()
    external_senders: Tuple[str, ...] = ()


# The fields of each kind beside `kind`, `by` and `byReference`.
_FIELDS: Dict[str, Tuple[str, ...]] = {
    "componentUpdate": ("componentId", "update", "value"),
    "componentRemoval": ("componentId",),
    "clientAdded": ("user",),
    "clientJoined": ("user",),
    "clientRemoved": ("user", "selfRemove", "replaced"),
    "clientUpdated": ("before", "after"),
    "reInit": (),
    "preSharedKey": (),
    "appEphemeral": ("componentId",),
    "groupContextExtensions": ("changedTypes", "externalSenders"),
}


def understand(given: Dict[str, Any], known: Sequence[str]) -> None:
    """What this checker does not know it does not agree with."""
    unknown = set(given) - set(known)
    if unknown:
        raise NotUnderstood(f"fields {sorted(unknown)}")


def basic_claims(identity: str) -> Tuple[Claim, ...]:
    """A basic credential claims its identity, with an empty id (R-175)."""
    return (Claim(1, b"", identity.encode()),)


def read_actor(given: Dict[str, Any]) -> Actor:
    understand(given, ("kind", "user", "claims"))
    if given["kind"] not in ACTOR_KINDS:
        raise NotUnderstood(f"actor {given['kind']!r}")
    if "claims" not in given:
        return Actor(given["kind"], given["user"], basic_claims(given["user"]))
    return Actor(given["kind"], given["user"], tuple(_read_claim(claim) for claim in given["claims"]))


def _read_claim(given: Dict[str, Any]) -> Claim:
    claim_id = given["claimId"]
    return Claim(claim_id["credentialType"], bytes.fromhex(claim_id["id"]), bytes.fromhex(given["claimValue"]))


def read_change(given: Dict[str, Any]) -> Change:
    if given["kind"] not in _FIELDS:
        raise NotUnderstood(f"change {given['kind']!r}")
    understand(given, ("kind", "by", "byReference", *_FIELDS[given["kind"]]))
    return Change(
        kind=given["kind"],
        by=read_actor(given["by"]),
        by_reference=given.get("byReference", False),
        component_id=int(given.get("componentId", "0x0000"), 16),
        update=bytes.fromhex(given.get("update", "")),
        user=given.get("user", ""),
        self_remove=given.get("selfRemove", False),
        replaced=given.get("replaced", False),
        before=given.get("before", ""),
        after=given.get("after", ""),
        changed_types=tuple(given.get("changedTypes", ())),
        external_senders=tuple(given.get("externalSenders", ())),
    )


def read_changes(given: Optional[List[Dict[str, Any]]]) -> List[Change]:
    return [read_change(change) for change in given or []]
