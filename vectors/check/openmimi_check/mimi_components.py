"""The application behind the MLS group of a MIMI room, which knows its policy's components (protocol section 7)."""

from typing import List, Optional

from .dictionary import Application
from .policy import components


class MimiComponents(Application):
    """Applies AppDataUpdates as the participant list and the policy components say (R-132)."""

    known = frozenset(components.STRUCTS)

    def update(self, component: int, data: Optional[bytes], updates: List[bytes]) -> bytes:
        return components.apply_updates(component, data, updates)
