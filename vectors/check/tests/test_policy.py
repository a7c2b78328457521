"""The kinds of room policy: one thing about a vector is changed, and the checker has to complain."""

import copy
import json
import unittest
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Tuple

import check
from openmimi_check.policy import components
from openmimi_check.policy.capabilities import NUMBERS
from openmimi_check.registry import load_all

Json = Dict[str, Any]

REASONS = ("missing-capability", "not-permitted", "invalid-component", "invalid-update", "malformed-update")

# The addition was judged when it came; what follows from it is not judged by a capability again.
SETTLED = "policy-decisions/pending/clients-of-a-pending-addition"


def vectors_of(kind: str) -> Iterator[Tuple[Json, Json]]:
    """All vectors of a kind, each with its file."""
    for path in sorted((check.VECTORS / kind).glob("*.json")):
        file = json.loads(Path(path).read_text(encoding="utf-8"))
        for vector in file["vectors"]:
            yield vector, file


def with_roles(vector: Json, change: Callable[[Json], None]) -> Json:
    """A copy of a vector in whose room every role is changed."""
    other = copy.deepcopy(vector)
    held = other["input"]["components"]
    roles = components.read_component(components.ROLES_LIST, bytes.fromhex(held["0x0025"]))["roles"]
    for role in roles:
        change(role)
    held["0x0025"] = components.write_component(components.ROLES_LIST, {"roles": roles}).hex()
    other["input"].pop("room", None)
    return other


class Policy(unittest.TestCase):
    """What is changed is noticed."""

    @classmethod
    def setUpClass(cls) -> None:
        load_all()

    def complains(self, kind: str, vector: Json, file: Json) -> bool:
        return check.check_vector(kind, vector, file) is not None

    def test_roles_are_written_as_they_were_read(self) -> None:
        for vector, _ in vectors_of("policy-decisions"):
            if "0x0025" in vector["input"]["components"]:
                same = with_roles(vector, lambda role: None)
                self.assertEqual(same["input"]["components"], vector["input"]["components"], vector["id"])

    def test_every_other_verdict_and_reason_is_noticed(self) -> None:
        for kind in ("participant-list-updates", "policy-components", "policy-decisions"):
            for vector, file in vectors_of(kind):
                expected = vector["expected"]
                turned = {**vector, "expected": {**expected, "valid": not expected["valid"]}}
                self.assertTrue(self.complains(kind, turned, file), f"{vector['id']}: verdict")
                for reason in REASONS:
                    if not expected["valid"] and expected["reason"] != reason:
                        other = {**vector, "expected": {**expected, "reason": reason}}
                        self.assertTrue(self.complains(kind, other, file), f"{vector['id']}: {reason}")

    def test_whom_and_what_a_denial_is_about_is_noticed(self) -> None:
        changes: Dict[str, Any] = {"user": "mimi://z.example/u/zoe", "roleIndex": 77, "capability": {"name": "?"}}
        tried = 0
        for vector, file in vectors_of("policy-decisions"):
            for field in changes.keys() & vector["expected"].keys():
                other = {**vector, "expected": {**vector["expected"], field: changes[field]}}
                self.assertTrue(self.complains("policy-decisions", other, file), f"{vector['id']}: {field}")
                tried += 1
        self.assertGreater(tried, 500)

    def test_every_capability_that_is_taken_away_is_noticed(self) -> None:
        tried = set()
        for vector, file in vectors_of("policy-decisions"):
            for rule in vector["expected"].get("rules", ()):
                if rule in NUMBERS and vector["id"] != SETTLED:
                    other = with_roles(vector, lambda role, rule=rule: self.take(role, NUMBERS[rule]))
                    self.assertTrue(self.complains("policy-decisions", other, file), f"{vector['id']}: {rule}")
                    tried.add(rule)
        self.assertEqual(tried, set(NUMBERS))

    @staticmethod
    def take(role: Json, number: int) -> None:
        role["roleCapabilities"] = [held for held in role["roleCapabilities"] if held != number]

    def test_transitions_that_are_taken_away_are_noticed(self) -> None:
        consulted = {"canAddParticipant", "canRemoveParticipant", "canOpenJoin", "canUseJoinCode", "canBan", "canUnban"}
        consulted |= {"canChangeUserRole", "canRemoveSelf"}
        tried = 0
        for vector, file in vectors_of("policy-decisions"):
            asked = vector["input"]["question"] in ("commit", "proposals", "keyMaterial") and vector["id"] != SETTLED
            if asked and consulted & set(vector["expected"].get("rules", ())):
                other = with_roles(vector, lambda role: role.update(authorizedRoleChanges=[]))
                self.assertTrue(self.complains("policy-decisions", other, file), vector["id"])
                tried += 1
        self.assertGreater(tried, 50)

    def test_a_list_in_another_order_is_noticed(self) -> None:
        tried = 0
        for vector, file in vectors_of("participant-list-updates"):
            listed = vector["expected"].get("list", [])
            if len(listed) > 1:
                octets = components.write_component(components.PARTICIPANT_LIST, {"participants": listed[::-1]}).hex()
                other = {**vector, "expected": {**vector["expected"], "list": listed[::-1], "listOctets": octets}}
                self.assertTrue(self.complains("participant-list-updates", other, file), vector["id"])
                tried += 1
        self.assertGreater(tried, 20)

    def test_octets_that_are_cut_off_or_go_on_are_noticed(self) -> None:
        for vector, file in vectors_of("policy-components"):
            for change in (lambda octets: octets[:-2], lambda octets: f"{octets}00"):
                other = copy.deepcopy(vector)
                given = other["input"]
                if "updateOctets" in given:
                    given["updateOctets"][-1] = change(given["updateOctets"][-1])
                else:
                    given["octets"] = change(given["octets"])
                if vector["expected"]["valid"]:
                    self.assertTrue(self.complains("policy-components", other, file), vector["id"])

    def test_what_is_not_understood_fails(self) -> None:
        vector, file = next(vectors_of("policy-decisions"))
        for change in ({"question": "weather"}, {"mood": "good"}, {"changes": [{"kind": "party"}]}):
            other = {**vector, "input": {**vector["input"], **change}}
            self.assertTrue(self.complains("policy-decisions", other, file), str(change))


if __name__ == "__main__":
    unittest.main()
