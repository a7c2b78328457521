"""policy-components: the octets of every component of the policy draft, and what updates make of them."""

from __future__ import annotations

from typing import Any, Dict

from .policy import components
from .registry import Disagreement, checker, compare, judge


@checker("policy-components")
def check(vector: dict, file: dict) -> None:
    given = vector["input"]
    compare(vector["expected"], judge(lambda: _data(given)))


def _data(given: dict) -> Dict[str, Any]:
    unknown = set(given) - {"componentId", "octets", "updateOctets"}
    if unknown:
        raise Disagreement("input", "nothing unknown", unknown)
    component_id = int(given["componentId"], 16)
    octets = bytes.fromhex(given["octets"])
    if "updateOctets" in given:
        updates = [bytes.fromhex(update) for update in given["updateOctets"]]
        after = components.apply_updates(component_id, octets, updates)
        return {"value": components.read_component(component_id, after), "octets": after.hex()}
    result: Dict[str, Any] = {"value": components.read_component(component_id, octets)}
    if component_id == components.LOGGING_POLICY:
        result["logged"] = _is_logged(result["value"])
    if component_id == components.ASSET_POLICY:
        result["downloads"] = _download_types(result["value"])
    return result


def _is_logged(policy: dict) -> bool:
    """Whether messages are logged: always, or since somebody does where it is optional (policy §6.5)."""
    return policy["logging"] == "required" or policy.get("loggingClients", []) != []


def _download_types(policy: dict) -> list:
    """How assets may be downloaded, the default first; what is forbidden is not allowed (policy §6.4, R-193)."""
    privacy = policy["downloadPrivacy"]
    forbidden = privacy["forbiddenDownloadTypes"]
    usual = privacy["defaultDownloadType"]
    allowed = [one for one in privacy["allowedDownloadTypes"] if one not in forbidden]
    first = [usual] if usual in allowed else []
    return list(dict.fromkeys(first + allowed))
