"""The limits of roles (policy §3) and of the base policy (policy §5), against those who are there.

A limit that a commit does not press on blocks nothing: a minimum only where the count falls, a maximum only where it
rises (R-186). New limits have to fit at once; those of a role only where they are narrower than before (R-184).
"""

from __future__ import annotations

from typing import Dict, List, Mapping, NamedTuple, Optional, Set

from .decision import Denied
from .room import BANNED, NOT_LISTED, Role, Room

# How many clients each user has.
Clients = Mapping[str, int]


class Standing(NamedTuple):
    """A room, and the clients that are in its group."""

    room: Room
    clients: Clients

    def holders(self, index: int, active: bool) -> List[str]:
        """The participants with a role; active ones have a client."""
        return [
            user
            for user, role in self.room.participants
            if role == index and (not active or self.clients.get(user, 0) > 0)
        ]

    @property
    def users(self) -> int:
        """The entries that are not banned."""
        return sum(1 for _, role in self.room.participants if role != BANNED)

    @property
    def total(self) -> int:
        return sum(self.clients.values())


def check_pressed_roles(before: Standing, after: Standing, users: List[str]) -> None:
    """The limits of every role but 0, by the definitions of the epoch, where the commit presses on them."""
    pressed: Dict[int, str] = {}
    for user in users:
        for room in (before.room, after.room):
            pressed[room.role_of.get(user, NOT_LISTED)] = user
    for index, user in pressed.items():
        role = before.room.role(index)
        if role is None or index == NOT_LISTED:
            continue
        for active in (False, True):
            held, holds = len(before.holders(index, active)), len(after.holders(index, active))
            minimum, maximum = _limits(role, active)
            if maximum is not None and holds > maximum and holds > held:
                raise _denied("maximum", index, active, user)
            if holds < minimum and holds < held:
                raise _denied("minimum", index, active, user)


def check_new_roles(before: Room, after: Standing) -> None:
    """New limits of roles fit the holders, unless the same limit was as bad before."""
    for index, role in after.room.roles.items():
        if index == NOT_LISTED:
            continue
        old = before.role(index)
        for active in (False, True):
            number = len(after.holders(index, active))
            minimum, maximum = _limits(role, active)
            old_minimum, old_maximum = (0, None) if old is None else _limits(old, active)
            if maximum is not None and number > maximum and (old_maximum is None or maximum < old_maximum):
                raise _denied("maximum", index, active)
            if number < minimum and minimum > old_minimum:
                raise _denied("minimum", index, active)


def check_maxima(standing: Standing) -> None:
    """The maxima of the roles in a room that begins: nothing has fallen yet that a minimum could ask for."""
    for index in dict.fromkeys(index for _, index in standing.room.participants):
        role = standing.room.role(index)
        if role is None:
            raise Denied("unknown-role", role_index=index)
        for active in (False, True):
            _, maximum = _limits(role, active)
            if maximum is not None and len(standing.holders(index, active)) > maximum:
                raise _denied("maximum", index, active)


def check_new_base_policy(after: Standing) -> None:
    """A new base policy fits at once."""
    check_totals(after)
    if not after.room.base["multiDevice"]:
        for user, number in after.clients.items():
            if number > 1:
                raise Denied("single-device", user=user)


def check_totals(standing: Standing) -> None:
    for reason, name, number in (
        ("maximum-users", "maxUsers", standing.users),
        ("maximum-clients", "maxClients", standing.total),
    ):
        if number > standing.room.base.get(name, number):
            raise Denied(reason)


def check_pressed_base_policy(before: Standing, after: Standing, parent: Optional[Set[str]], users: List[str]) -> None:
    """By the base policy of the epoch: the users, the parent's list, the devices, the clients."""
    base = before.room.base
    if after.users > max(before.users, base.get("maxUsers", after.users)):
        raise Denied("maximum-users")
    listed, listed_before = len(after.room.participants), len(before.room.participants)
    if before.room.parent_room is not None and parent is not None and listed > listed_before:
        if listed >= len(parent):
            raise Denied("parent-dependent")
    for user in users:
        number = after.clients.get(user, 0)
        if not base["multiDevice"] and number > max(1, before.clients.get(user, 0)):
            raise Denied("single-device", user=user)
    if after.total > max(before.total, base.get("maxClients", after.total)):
        raise Denied("maximum-clients")


def _limits(role: Role, active: bool) -> tuple:
    return (role.minimum_active, role.maximum_active) if active else (role.minimum, role.maximum)


def _denied(limit: str, index: int, active: bool, user: Optional[str] = None) -> Denied:
    name = "active-participants" if active else "participants"
    return Denied(f"{limit}-{name}", user=user, role_index=index)
