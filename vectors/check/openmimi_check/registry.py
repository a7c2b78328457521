"""Which function checks which kind of vector, and how a check disagrees.

A module of this package registers what it checks:

    @checker("message-ids")
    def check(vector: dict, file: dict) -> None:
        compare(vector["expected"], judge(lambda: ...))

A checker returns where it comes to what the vector expects, and raises where it does not. Whatever else it raises
(KeyError for an input that it does not know, say) is a failure of the vector too: nothing is ever skipped.
"""

import importlib
import pkgutil
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import openmimi_check

Checker = Callable[[Dict[str, Any], Dict[str, Any]], None]

_checkers: Dict[str, Checker] = {}

# Where an implementation noticed something is its own affair: these fields of `expected` are informative.
INFORMATIVE = ("path", "offset")


class Refused(Exception):
    """The input is not what it should be. `reason` is the vectors' class for that, `detail` is for people."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Disagreement(Exception):
    """This checker comes to something else than the vector."""

    def __init__(self, what: str, expected: Any, got: Any) -> None:
        super().__init__(f"{what}: expected {brief(expected)}, got {brief(got)}")
        self.what = what
        self.expected = expected
        self.got = got


class NotUnderstood(Exception):
    """The vector asks something that the checker has not learned."""


def checker(kind: str) -> Callable[[Checker], Checker]:
    """Registers the decorated function as the checker of `kind`."""

    def register(function: Checker) -> Checker:
        if kind in _checkers:
            raise ValueError(f"two checkers for {kind}")
        _checkers[kind] = function
        return function

    return register


def find_checker(kind: str) -> Optional[Checker]:
    """The checker of `kind`, or None."""
    return _checkers.get(kind)


def registered() -> List[str]:
    """The kinds that have a checker."""
    return sorted(_checkers)


def load_all() -> List[Tuple[str, BaseException]]:
    """Imports every module of the package, so that all checkers are known; gives back what could not be imported."""
    failures: List[Tuple[str, BaseException]] = []
    for module in sorted(pkgutil.iter_modules(openmimi_check.__path__), key=lambda found: found.name):
        try:
            importlib.import_module(f"openmimi_check.{module.name}")
        except Exception as error:  # One broken module must not hide what the others find.
            failures.append((module.name, error))
    return failures


def judge(function: Callable[[], Dict[str, Any]]) -> Dict[str, Any]:
    """Runs `function` and gives back what stands in `expected`: valid with its result, or invalid with the reason."""
    try:
        result = function()
    except Refused as refusal:
        return {"valid": False, "reason": refusal.reason, "detail": refusal.detail}
    return {"valid": True, **result}


def compare(expected: Dict[str, Any], got: Dict[str, Any], informative: Sequence[str] = INFORMATIVE) -> None:
    """Compares `expected` of a vector with what was recomputed; raises Disagreement at the first difference.

    Informative fields of `expected` are left out, and so is `detail` of a refusal in `got`.
    """
    left = {name: value for name, value in expected.items() if name not in informative}
    right = {name: value for name, value in got.items() if name not in informative and name != "detail"}
    if left.get("valid") != right.get("valid") or (left.get("valid") is False and left != right):
        raise Disagreement("verdict", left, {**right, "detail": got.get("detail", "")})
    expect_equal("expected", left, right)


def expect_equal(what: str, expected: Any, got: Any) -> None:
    """Raises Disagreement where two JSON values differ, with the path to the first difference.

    True is not 1 here, and 1.0 is not 1: types count.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        for name in sorted(set(expected) | set(got)):
            if name not in expected or name not in got:
                absent = "(absent)"
                raise Disagreement(f"{what}.{name}", expected.get(name, absent), got.get(name, absent))
            expect_equal(f"{what}.{name}", expected[name], got[name])
    elif isinstance(expected, list) and isinstance(got, (list, tuple)):
        for index, (left, right) in enumerate(zip(expected, got)):
            expect_equal(f"{what}[{index}]", left, right)
        if len(expected) != len(got):
            raise Disagreement(f"{what}: length", len(expected), len(got))
    elif type(expected) is not type(got) or expected != got:
        raise Disagreement(what, expected, got)


def check_twin(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """A vector that names a twin differs in its input from a valid vector of the same file."""
    twin = vector["input"].get("twin")
    if twin is None:
        return
    folder = vector["id"].rpartition("/")[0]
    found = [other for other in file["vectors"] if other["id"] == f"{folder}/{twin}"]
    if not found or not found[0]["expected"]["valid"]:
        raise Disagreement("twin", "a valid vector of the same file", twin)
    if found[0]["input"] == {name: value for name, value in vector["input"].items() if name != "twin"}:
        raise Disagreement("twin", "another input", twin)


def brief(value: Any, most: int = 300) -> str:
    """A value for one line of output."""
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"
