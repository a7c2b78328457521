"""Containers of the MLS extensions draft that map components to data, and the lists beside them."""

from typing import Any, Dict, FrozenSet, List, Optional

from .mls_structs import EXTENSION_TYPES, PROPOSAL_TYPES, RequiredCapabilities
from .presentation import Struct, Vector, decode, encode, opaque, uint16
from .registry import Refused


def ascends(items: List[Any]) -> bool:
    """Whether items stand in strictly ascending order of component: sorted, and none twice."""
    numbers = [item["componentId"] for item in items]
    return all(left < right for left, right in zip(numbers, numbers[1:]))


# Extensions section 4.6
ComponentData = Struct("ComponentData", ("componentId", uint16), ("data", opaque))
AppDataDictionary = Struct(
    "AppDataDictionary", ("componentData", Vector(ComponentData).where(ascends, "components out of order"))
)

# Extensions section 4.9; duplicates are invalid (reading R-198).
SafeAADItem = Struct("SafeAADItem", ("componentId", uint16), ("aadItemData", opaque))
SafeAAD = Struct("SafeAAD", ("aadItems", Vector(SafeAADItem).where(ascends, "components out of order")))

# Extensions section 5
ComponentsList = Struct("ComponentsList", ("componentIds", Vector(uint16)))
WireFormats = Struct("WireFormats", ("wireFormats", Vector(uint16)))


class Application:
    """What stands behind a group and knows its components. This one knows none."""

    known: FrozenSet[int] = frozenset()

    def update(self, component: int, data: Optional[bytes], updates: List[bytes]) -> bytes:
        """The new data of a component, of its present data and all updates of one commit in their order."""
        raise Refused("invalid-app-data-update", f"component {component:#06x} refuses")

    def ephemeral(self, component: int, data: bytes, extensions: List[Any]) -> None:
        """Takes the data of an AppEphemeral, with the extensions behind the default proposals, or refuses them."""
        raise Refused("invalid-app-ephemeral", f"component {component:#06x} is unknown")


NO_COMPONENTS = Application()


def entries(extensions: List[Any]) -> Optional[Dict[int, bytes]]:
    """The entries of app_data_dictionary by component, or None where there is no dictionary."""
    for extension in extensions:
        if extension["extensionType"] == EXTENSION_TYPES["appDataDictionary"]:
            dictionary = decode(AppDataDictionary, bytes.fromhex(extension["extensionData"]))
            return {entry["componentId"]: bytes.fromhex(entry["data"]) for entry in dictionary["componentData"]}
    return None


def locks_dictionary(extensions: List[Any]) -> bool:
    """Whether required_capabilities has AppDataUpdate: then only that changes the dictionary (section 4.7)."""
    for extension in extensions:
        if extension["extensionType"] == EXTENSION_TYPES["requiredCapabilities"]:
            required = decode(RequiredCapabilities, bytes.fromhex(extension["extensionData"]))
            return PROPOSAL_TYPES["appDataUpdate"] in required["proposalTypes"]
    return False


def replaced_extensions(extensions: List[Any], proposals: List[Any]) -> List[Any]:
    """The extensions behind the default proposals: those of a GroupContextExtensions (RFC 9420 section 12.1.7)."""
    for proposal in proposals:
        if proposal["proposalType"] == "groupContextExtensions":
            replaced: List[Any] = proposal["extensions"]
            locked = locks_dictionary(extensions) or locks_dictionary(replaced)
            if locked and entries(extensions) != entries(replaced):
                raise Refused("invalid-proposal-list", "GroupContextExtensions changes the dictionary")
            return replaced
    return extensions


def component_proposals(extensions: List[Any], proposals: List[Any], application: Application) -> List[Any]:
    """The extensions after AppEphemerals, which change nothing, and AppDataUpdates (extensions sections 4.7, 4.8)."""
    for proposal in proposals:
        if proposal["proposalType"] == "appEphemeral":
            ephemeral = proposal["appEphemeral"]
            application.ephemeral(ephemeral["componentId"], bytes.fromhex(ephemeral["data"]), extensions)
    updates = [proposal["appDataUpdate"] for proposal in proposals if proposal["proposalType"] == "appDataUpdate"]
    return _apply_updates(extensions, updates, application) if updates else extensions


def _apply_updates(extensions: List[Any], updates: List[Any], application: Application) -> List[Any]:
    """Applies AppDataUpdates, component by component."""
    before = entries(extensions)
    after = dict(before or {})
    for component in {update["componentId"] for update in updates}:
        mine = [update for update in updates if update["componentId"] == component]
        operations = [update["op"] for update in mine]
        if component not in application.known:
            raise Refused("invalid-app-data-update", f"component {component:#06x} is unknown")
        if operations == ["remove"]:
            if component not in after:
                raise Refused("invalid-app-data-update", f"component {component} has no data to remove")
            del after[component]
        elif "remove" in operations:
            raise Refused("invalid-app-data-update", f"component {component}: {operations}")
        else:
            new_data = [bytes.fromhex(update["update"]) for update in mine]
            after[component] = application.update(component, after.get(component), new_data)
    component_data = [{"componentId": component, "data": data.hex()} for component, data in sorted(after.items())]
    data = encode(AppDataDictionary, {"componentData": component_data}).hex()
    entry = {"extensionType": EXTENSION_TYPES["appDataDictionary"], "extensionData": data}
    if before is None:
        return extensions + [entry]
    return [entry if extension["extensionType"] == entry["extensionType"] else extension for extension in extensions]
