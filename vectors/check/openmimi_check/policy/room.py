"""The room of one epoch: what its components say, ready to be asked (README of room, "The room")."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Tuple

from . import components, uris
from .capabilities import NUMBERS
from .facts import Actor, Change, Claim

NOT_LISTED = 0
BANNED = 1


class Role(NamedTuple):
    index: int
    name: str
    capabilities: FrozenSet[int]
    minimum: int
    maximum: Optional[int]
    minimum_active: int
    maximum_active: Optional[int]
    transitions: FrozenSet[Tuple[int, int]]

    def has(self, capability: str) -> bool:
        return NUMBERS[capability] in self.capabilities

    @property
    def may_have_clients(self) -> bool:
        return self.index != BANNED and self.maximum_active != 0


class Room:
    """Data by component ID. Without a base policy nothing is limited, and pseudonyms are not allowed."""

    def __init__(self, data: Dict[int, bytes]) -> None:
        self.data = data
        self.values: Dict[int, Any] = {
            component_id: components.read_component(component_id, octets)
            for component_id, octets in data.items()
            if component_id in components.STRUCTS
        }
        listed = self.values.get(components.PARTICIPANT_LIST, {"participants": []})["participants"]
        self.participants: List[Tuple[str, int]] = [(pair["user"], pair["roleIndex"]) for pair in listed]
        self.role_of: Dict[str, int] = dict(self.participants)
        defined = self.values.get(components.ROLES_LIST, {"roles": []})["roles"]
        self.roles: Dict[int, Role] = {role["roleIndex"]: _role(role) for role in defined}

    def value(self, component_id: int) -> Optional[Any]:
        """A component as JSON, or None where the room does not have it."""
        return self.values.get(component_id)

    # --- Base policy (policy §5) ---

    @property
    def base(self) -> Dict[str, Any]:
        return self.values.get(components.BASE_ROOM_POLICY, {"multiDevice": True})

    @property
    def fixed_membership(self) -> bool:
        return self.base.get("fixedMembership", False)

    @property
    def parent_room(self) -> Optional[str]:
        parents = self.base.get("parentRoom", [])
        return parents[0] if parents else None

    @property
    def uri(self) -> Optional[str]:
        metadata = self.value(components.ROOM_METADATA)
        return None if metadata is None else metadata["roomUri"]

    def is_hub(self, actor: Actor) -> bool:
        """The external sender whose domain is that of the room's URI (protocol §7.4, R-030)."""
        if actor.kind != "externalSender" or self.uri is None:
            return False
        parsed = uris.parse(actor.user)
        return parsed is not None and parsed.kind == "provider" and parsed.domain == uris.domain_of(self.uri)

    @property
    def links(self) -> List[Dict[str, str]]:
        return self.values.get(components.JOIN_LINKS, [])

    # --- Roles ---

    def role(self, index: Optional[int]) -> Optional[Role]:
        return None if index is None else self.roles.get(index)

    def may_have_clients(self, index: int) -> bool:
        """Whether holders of a role may have clients; an index without a definition forbids nothing."""
        return self.roles[index].may_have_clients if index in self.roles else index != BANNED

    @property
    def has_banned_role(self) -> bool:
        """canBan and canUnban need role 1 to be called so (policy §8.1.3)."""
        return BANNED in self.roles and self.roles[BANNED].name == "banned"

    def role_index_of(self, actor: Actor) -> Optional[int]:
        """That of its entry; else role 0 for members and joiners, and for a provider what it is preauthorized for."""
        if actor.user in self.role_of:
            return self.role_of[actor.user]
        return self.preauthorized_role(actor.claims) if actor.kind == "externalSender" else NOT_LISTED

    def preauthorized_role(self, claims: Iterable[Claim]) -> Optional[int]:
        """The index of the first entry for a defined role of whose claim set every claim is there (policy §4)."""
        held = set(claims)
        preauthorization = self.value(components.PREAUTH_LIST) or {"preauthorizedEntries": []}
        for entry in preauthorization["preauthorizedEntries"]:
            wanted = {
                Claim(
                    claim["claimId"]["credentialType"],
                    bytes.fromhex(claim["claimId"]["id"]),
                    bytes.fromhex(claim["claimValue"]),
                )
                for claim in entry["claimset"]
            }
            if wanted <= held and entry["targetRole"]["roleIndex"] in self.roles:
                return entry["targetRole"]["roleIndex"]
        return None

    def after(self, changes: Iterable[Change]) -> "Room":
        """The room with the components that these changes make, whoever may make them."""
        data = dict(self.data)
        updates: Dict[int, List[bytes]] = {}
        for change in changes:
            if change.kind == "componentRemoval":
                data.pop(change.component_id, None)
            elif change.kind == "componentUpdate" and change.component_id in components.STRUCTS:
                updates.setdefault(change.component_id, []).append(change.update)
        for component_id, octets in updates.items():
            data[component_id] = components.apply_updates(component_id, self.data.get(component_id), octets)
        return Room(data)


def _role(value: Dict[str, Any]) -> Role:
    return Role(
        index=value["roleIndex"],
        name=value["roleName"],
        capabilities=frozenset(value["roleCapabilities"]),
        minimum=value["minimumParticipantsConstraint"],
        maximum=value.get("maximumParticipantsConstraint"),
        minimum_active=value["minimumActiveParticipantsConstraint"],
        maximum_active=value.get("maximumActiveParticipantsConstraint"),
        transitions=frozenset(
            (entry["fromRoleIndex"], target)
            for entry in value["authorizedRoleChanges"]
            for target in entry["targetRoleIndexes"]
        ),
    )
