"""participant-list-updates: the list before and after the AppDataUpdates of one commit (protocol §7.5)."""

from __future__ import annotations

from .policy import components
from .registry import Disagreement, checker, compare, expect_equal, judge


@checker("participant-list-updates")
def check(vector: dict, file: dict) -> None:
    given = vector["input"]
    compare(vector["expected"], judge(lambda: _after(given)))


def _after(given: dict) -> dict:
    unknown = set(given) - {"list", "updates", "listOctets", "updateOctets"}
    if unknown:
        raise Disagreement("input", "nothing unknown", unknown)
    before = bytes.fromhex(given["listOctets"])
    updates = [bytes.fromhex(octets) for octets in given["updateOctets"]]
    if "list" in given:
        expect_equal("input.list", given["list"], components.read_component(0x0022, before)["participants"])
    if "updates" in given:
        expect_equal("input.updates", given["updates"], [components.read_update(0x0022, one) for one in updates])
    after = components.apply_updates(0x0022, before, updates)
    return {"list": components.read_component(0x0022, after)["participants"], "listOctets": after.hex()}
