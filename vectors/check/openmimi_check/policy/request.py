"""What is asked about a commit or a bundle of proposals, and what its authors may."""

from __future__ import annotations

from typing import Dict, List, Optional, Set, Tuple, Union

from .decision import Denied
from .facts import Actor, Change
from .room import NOT_LISTED, Room


class Request:
    """A commit, or proposals without one (`committer` is None)."""

    def __init__(
        self,
        *,
        room: Room,
        overlay: Optional[Room],
        committer: Optional[Actor],
        earlier: List[Change],
        changes: List[Change],
        clients: Dict[str, int],
        join_code: Union[None, str, int],
        parent: Optional[Set[str]],
    ) -> None:
        self.room = room
        # The room as what is pending makes it, where anything is.
        self.overlay = overlay
        self.committer = committer
        # What is pending and was judged before; it counts for what stands together and for the outcome.
        self.earlier = earlier
        self.changes = changes
        self.clients = clients
        # What became of the joining code: None without one, "unverifiable", or the role that it is for.
        self.join_code = join_code
        # The participants of the parent room, or None where they are not known.
        self.parent = parent
        # The rules that allowed something, in order.
        self.rules: List[str] = []

    def grant(self, rule: str) -> None:
        if rule not in self.rules:
            self.rules.append(rule)

    @property
    def all_changes(self) -> List[Change]:
        return self.earlier + self.changes

    @property
    def is_external_commit(self) -> bool:
        return self.committer is not None and self.committer.kind == "joiner"

    def rights(self, change: Change) -> "Rights":
        """What the author of a change may. What a commit refers to was judged when it came (R-061)."""
        views = [(self.room, self.room.role_index_of(change.by))]
        if self.overlay is not None and not change.by_reference:
            views.append((self.overlay, self._pending_role_index(change.by)))
        return Rights(change.by, views)

    def _pending_role_index(self, actor: Actor) -> Optional[int]:
        """Who joins still acts by role 0, also where somebody else's proposal would have it listed already."""
        joins = actor.kind == "joiner" and actor.user not in self.room.role_of
        return NOT_LISTED if joins else self.overlay.role_index_of(actor)


class Rights:
    """What an actor may by its role in the epoch, and still may by the one that is pending."""

    def __init__(self, actor: Actor, views: List[Tuple[Room, Optional[int]]]) -> None:
        self.actor = actor
        self.views = views

    @property
    def role_index(self) -> int:
        return self.views[0][1] or 0

    def _lacking_role(self, capability: str) -> Optional[int]:
        """The role that lacks the capability, 0 for who has none; None where no role lacks it."""
        for room, index in self.views:
            role = room.role(index)
            if role is None or not role.has(capability):
                return index or 0
        return None

    def has(self, capability: str) -> bool:
        return self._lacking_role(capability) is None

    def require(self, capability: str) -> None:
        lacking = self._lacking_role(capability)
        if lacking is not None:
            raise Denied("missing-capability", capability=capability, user=self.actor.user, role_index=lacking)

    def has_transition(self, before: int, after: int) -> bool:
        """Whether the authorized_role_changes of the actor's role hold it."""
        roles = [room.role(index) for room, index in self.views]
        return all(role is not None and (before, after) in role.transitions for role in roles)

    def require_transition(self, capability: str, user: str, before: int, after: int) -> None:
        if not self.has_transition(before, after):
            raise Denied("transition-not-authorized", capability=capability, user=user, role_index=self.role_index)
