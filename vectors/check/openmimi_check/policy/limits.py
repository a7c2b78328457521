"""The limits of roles (policy §3) and of the base policy (policy §5), against those who are there.

A limit that a commit does not press on blocks nothing: a minimum only where the count falls, a maximum only where it
rises (R-186). New limits have to fit at once; those of a role only where they are narrower than before (R-184).
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional

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


def check_pressed_roles(before: Standing, after: Standing) -> None:
    """The limits of every role but 0, where the commit presses on them."""
    for role in _roles(after.room):
        for active in (False, True):
            held, holds = before.holders(role.index, active), after.holders(role.index, active)
            minimum, maximum = _limits(role, active)
            if len(holds) < minimum and len(holds) < len(held):
                raise _denied("minimum", role, active, [user for user in held if user not in holds])
            if maximum is not None and len(holds) > maximum and len(holds) > len(held):
                raise _denied("maximum", role, active, [user for user in holds if user not in held])


def check_new_roles(before: Room, after: Standing) -> None:
    """New limits of roles fit the holders, unless the same limit was as bad before."""
    for role in _roles(after.room):
        old = before.role(role.index)
        for active in (False, True):
            number = len(after.holders(role.index, active))
            minimum, maximum = _limits(role, active)
            old_minimum, old_maximum = (0, None) if old is None else _limits(old, active)
            if number < minimum and minimum > old_minimum:
                raise _denied("minimum", role, active, [])
            if maximum is not None and number > maximum and (old_maximum is None or maximum < old_maximum):
                raise _denied("maximum", role, active, [])


def check_maxima(standing: Standing) -> None:
    """The maxima of all roles, in a room that begins: nothing has fallen yet that a minimum could ask for."""
    for role in _roles(standing.room):
        for active in (False, True):
            _, maximum = _limits(role, active)
            if maximum is not None and len(standing.holders(role.index, active)) > maximum:
                raise _denied("maximum", role, active, [])


def check_base_policy(policy: Dict[str, Any], after: Standing, before: Optional[Standing]) -> None:
    """max_users, max_clients and multi_device; without `before`, all of them fit at once."""
    most = policy.get("maxUsers")
    if most is not None and after.users > most and (before is None or after.users > before.users):
        raise Denied("maximum-users")
    most = policy.get("maxClients")
    total = sum(after.clients.values())
    if most is not None and total > most and (before is None or total > sum(before.clients.values())):
        raise Denied("maximum-clients")
    if not policy["multiDevice"]:
        for user, number in after.clients.items():
            if number > 1 and (before is None or number > before.clients.get(user, 0)):
                raise Denied("single-device", user=user)


def _roles(room: Room) -> List[Role]:
    return [role for index, role in room.roles.items() if index != NOT_LISTED]


def _limits(role: Role, active: bool) -> tuple:
    return (role.minimum_active, role.maximum_active) if active else (role.minimum, role.maximum)


def _denied(limit: str, role: Role, active: bool, moved: List[str]) -> Denied:
    name = "active-participants" if active else "participants"
    return Denied(f"{limit}-{name}", user=moved[-1] if moved else None, role_index=role.index)
