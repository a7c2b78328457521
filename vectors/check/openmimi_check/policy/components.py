"""The components of a room, by component ID: their data, and what the AppDataUpdates of one commit make of them.

An update replaces the data, but for the participant list and the join links, whose updates are differences. What the
octets of a component or an update cannot be is Refused as "invalid-component"; what a room cannot hold, although it
can be read, as "invalid-update".
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from ..presentation import Codec, decode, encode
from ..registry import Refused
from . import structs

FRANKING_AGENT = 0x0021
PARTICIPANT_LIST = 0x0022
ROOM_METADATA = 0x0023
OPERATIONAL_POLICY = 0x0024
ROLES_LIST = 0x0025
PREAUTH_LIST = 0x0026
BASE_ROOM_POLICY = 0x0027
STATUS_NOTIFICATION_POLICY = 0x0028
JOIN_LINK_POLICY = 0x0029
JOIN_LINKS = 0x002A
LINK_PREVIEW_POLICY = 0x002B
ASSET_POLICY = 0x002C
LOGGING_POLICY = 0x002D
HISTORY_POLICY = 0x002E
BOT_POLICY = 0x002F
MESSAGE_EXPIRATION = 0x0030

STRUCTS: Dict[int, Codec] = {
    FRANKING_AGENT: structs.FrankingAgentData,
    PARTICIPANT_LIST: structs.ParticipantListData,
    ROOM_METADATA: structs.RoomMetaData,
    OPERATIONAL_POLICY: structs.OperationalParameters,
    ROLES_LIST: structs.RoleData,
    PREAUTH_LIST: structs.PreAuthData,
    BASE_ROOM_POLICY: structs.BaseRoomPolicy,
    STATUS_NOTIFICATION_POLICY: structs.StatusNotificationPolicy,
    JOIN_LINK_POLICY: structs.JoinLinkPolicy,
    JOIN_LINKS: structs.JoinLinksData,
    LINK_PREVIEW_POLICY: structs.LinkPreviewPolicy,
    ASSET_POLICY: structs.AssetPolicy,
    LOGGING_POLICY: structs.LoggingPolicy,
    HISTORY_POLICY: structs.HistoryPolicy,
    BOT_POLICY: structs.BotPolicy,
    MESSAGE_EXPIRATION: structs.MessageExpiration,
}

# The updates that are differences.
UPDATE_STRUCTS: Dict[int, Codec] = {
    PARTICIPANT_LIST: structs.ParticipantListUpdate,
    JOIN_LINKS: structs.JoinLinksUpdate,
}


def read_component(component_id: int, octets: bytes) -> Any:
    """The data of a component as JSON, valid in itself."""
    value = _read(STRUCTS[component_id], octets, component_id)
    _check_rules(component_id, value)
    return value


def read_update(component_id: int, octets: bytes) -> Any:
    """The update field of an AppDataUpdate as JSON, valid in itself."""
    if component_id in UPDATE_STRUCTS:
        return _read(UPDATE_STRUCTS[component_id], octets, component_id)
    return read_component(component_id, octets)


def apply_updates(component_id: int, data: Optional[bytes], updates: Sequence[bytes]) -> bytes:
    """The data after all updates of one commit (extensions §4.7); `data` is None where the component is not there."""
    if component_id == PARTICIPANT_LIST:
        before = [] if data is None else read_component(component_id, data)["participants"]
        after = update_participants(before, [read_update(component_id, octets) for octets in updates])
        return write_component(component_id, {"participants": after})
    if component_id == JOIN_LINKS:
        links = [] if data is None else read_component(component_id, data)
        changed = update_links(links, [read_update(component_id, octets) for octets in updates])
        return write_component(component_id, changed)
    read = [read_component(component_id, octets) for octets in updates]
    if component_id == ROOM_METADATA:
        # A commit updates the metadata once at most, and a room keeps its URI (protocol §7.6, R-135).
        _check(len(updates) == 1, "one update of the metadata")
        stays = data is None or read_component(component_id, data)["roomUri"] == read[0]["roomUri"]
        _check(stays, "the URI of a room stays")
    return updates[-1]


def update_participants(before: List[dict], updates: Sequence[dict]) -> List[dict]:
    """All role changes, then all removals, then the additions in their order (R-132).

    Every index counts in the list before the commit, and nobody is operated on twice (protocol §7.5, R-133).
    """
    after = [dict(pair) for pair in before]
    touched: set = set()
    removed: set = set()
    for update in updates:
        for changed in update["changedRoleParticipants"]:
            _touch(changed["userIndex"], len(before), touched)
            _check(changed["roleIndex"] != 0, "a change to role 0")
            after[changed["userIndex"]]["roleIndex"] = changed["roleIndex"]
        for index in update["removedIndices"]:
            _touch(index, len(before), touched)
            removed.add(index)
    users = {pair["user"] for pair in before}
    for update in updates:
        for added in update["addedParticipants"]:
            _check(added["roleIndex"] != 0, "an addition with role 0")
            _check(added["user"] not in users, f"{added['user']} is listed, or added twice")
            users.add(added["user"])
    kept = [pair for index, pair in enumerate(after) if index not in removed]
    return kept + [dict(added) for update in updates for added in update["addedParticipants"]]


def update_links(before: List[dict], updates: Sequence[dict]) -> List[dict]:
    """Removes by the indexes as the commit began, then appends in order (policy §6.2)."""
    removed: set = set()
    for update in updates:
        for index in update["removedIndices"]:
            _touch(index, len(before), removed)
    kept = [link for index, link in enumerate(before) if index not in removed]
    return kept + [link for update in updates for link in update["addedLinks"]]


def write_component(component_id: int, value: Any) -> bytes:
    """The data of a component in octets."""
    return encode(STRUCTS[component_id], value)


def _read(codec: Codec, octets: bytes, component_id: int) -> Any:
    try:
        return decode(codec, octets)
    except Refused as refused:
        raise Refused("invalid-component", f"0x{component_id:04x}: {refused}") from None


def _touch(index: int, length: int, touched: set) -> None:
    _check(index < length, f"index {index} in a list of {length}")
    _check(index not in touched, f"index {index} twice")
    touched.add(index)


def _check(holds: bool, rule: str) -> None:
    if not holds:
        raise Refused("invalid-update", rule)


def _check_rules(component_id: int, value: Any) -> None:
    """What no room can hold, although every struct in it is in order."""
    if component_id == PARTICIPANT_LIST:
        users = [pair["user"] for pair in value["participants"]]
        _check(len(set(users)) == len(users), "a user twice in the list")
        _check(all(pair["roleIndex"] != 0 for pair in value["participants"]), "role 0 in the list")
    elif component_id == ROLES_LIST:
        _check_roles(value["roles"])
    elif component_id == PREAUTH_LIST:
        for entry in value["preauthorizedEntries"]:
            # It would match everyone; and role 0 is not being in the list.
            _check(entry["claimset"] != [], "a claim set without claims")
            _check(entry["targetRole"]["roleIndex"] != 0, "preauthorization for role 0")


def _check_roles(roles: List[dict]) -> None:
    """R-184."""
    indexes = [role["roleIndex"] for role in roles]
    _check(len(set(indexes)) == len(indexes), "two roles with one index")
    for role in roles:
        open_join = 0x0004 in role["roleCapabilities"]
        _check(role["roleIndex"] == 0 or not open_join, "canOpenJoin in a role other than 0 (policy §8.1.1)")
        for kind in ("Participants", "ActiveParticipants"):
            minimum = role[f"minimum{kind}Constraint"]
            maximum = role.get(f"maximum{kind}Constraint")
            _check(maximum is None or minimum <= maximum, f"minimum {minimum} above maximum {maximum}")
