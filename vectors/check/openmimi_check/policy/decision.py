"""A denial: which rule failed, of which capability, about which user and role."""

from __future__ import annotations

from typing import Optional


class Denied(Exception):
    """What somebody wants to do is not allowed. Whoever raises it has found the first thing that fails."""

    def __init__(
        self,
        reason: str,
        *,
        capability: Optional[str] = None,
        user: Optional[str] = None,
        role_index: Optional[int] = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.capability = capability
        self.user = user
        self.role_index = role_index

    def __str__(self) -> str:
        about = [self.reason]
        if self.capability is not None:
            about.append(self.capability)
        if self.user is not None:
            about.append(self.user)
        if self.role_index is not None:
            about.append(f"role {self.role_index}")
        return " ".join(about)
