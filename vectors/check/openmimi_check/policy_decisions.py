"""policy-decisions: a room, somebody, something to do: allowed, or denied and why (the policy draft)."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from .policy import commit, components, messages, requests
from .policy.capabilities import NUMBERS
from .policy.decision import Denied
from .policy.new_room import judge_new_room
from .policy.room import Room
from .registry import Disagreement, NotUnderstood, checker, expect_equal

Judge = Callable[[Room, Dict[str, Any]], List[str]]

JUDGES: Dict[str, Judge] = {
    "commit": commit.judge_commit,
    "proposals": commit.judge_proposals,
    "content": messages.judge_content,
    "message": requests.judge_message,
    "receive": requests.judge_receive,
    "capability": requests.judge_capability,
    "keyMaterial": requests.judge_key_material,
    "groupInfo": requests.judge_group_info,
    "abuseReport": requests.judge_abuse_report,
    "history": requests.judge_history,
    "handshakeFormat": requests.judge_handshake_format,
}


@checker("policy-decisions")
def check(vector: dict, file: dict) -> None:
    given, expected = vector["input"], vector["expected"]
    data = {int(number, 16): bytes.fromhex(octets) for number, octets in given["components"].items()}
    try:
        rules = _judge(data, given)
    except Denied as denied:
        if expected["valid"]:
            raise Disagreement("decision", f"allowed by {expected['rules']}", f"denied: {denied}") from denied
        _compare_denials(expected, denied)
        return
    if not expected["valid"]:
        raise Disagreement("decision", f"denied: {expected['reason']}", f"allowed by {rules}")
    # Which words stand for what needs no capability is up to everybody.
    expect_equal("expected.rules", _capabilities(expected["rules"]), _capabilities(rules))
    _check_decoded(given, data)


def _capabilities(rules: List[str]) -> List[str]:
    return [rule for rule in rules if rule in NUMBERS]


def _judge(data: Dict[int, bytes], given: Dict[str, Any]) -> List[str]:
    if given["question"] == "newRoom":
        return judge_new_room(data, given)
    if given["question"] not in JUDGES:
        raise NotUnderstood(f"question {given['question']!r}")
    return JUDGES[given["question"]](Room(data), given)


def _compare_denials(expected: Dict[str, Any], denied: Denied) -> None:
    """The reason, and what the denial is about, as far as the vector says it."""
    expect_equal("expected.reason", expected["reason"], denied.reason)
    if "capability" in expected:
        got = denied.capability
        number = None if got is None else f"0x{NUMBERS[got]:04x}"
        expect_equal("expected.capability", expected["capability"], {"name": got, "number": number})
    if "user" in expected:
        expect_equal("expected.user", expected["user"], denied.user)
    if "roleIndex" in expected:
        expect_equal("expected.roleIndex", expected["roleIndex"], denied.role_index)


def _check_decoded(given: Dict[str, Any], data: Dict[int, bytes]) -> None:
    """What stands in the vector for people says the same as the octets."""
    for number, shown in given.get("room", {}).items():
        expect_equal(f"input.room.{number}", shown, components.read_component(int(number, 16), data[int(number, 16)]))
    for index, change in enumerate(given.get("changes", [])):
        if "value" in change:
            read = components.read_update(int(change["componentId"], 16), bytes.fromhex(change["update"]))
            expect_equal(f"input.changes[{index}].value", change["value"], read)
