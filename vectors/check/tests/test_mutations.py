"""A checker that cannot fail checks nothing: what is changed in a vector has to be noticed.

Of every kind that has a checker, fields of `expected` are changed one at a time, and each change has to be noticed; and
the inputs of some valid vectors are changed in one place, which has to be noticed for most of them (an octet of a
public key that nothing is verified with, say, makes no difference).
"""

import copy
import json
import random
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, Iterator, List, Tuple, Union

import check
from openmimi_check.index import check_index
from openmimi_check.registry import INFORMATIVE, find_checker, load_all, registered

Way = Tuple[Union[str, int], ...]

# Fields that are for people, or that say what follows from `valid` and `reason`: vectors/README.md.
FOR_PEOPLE = {
    "key-material": ("httpStatus",),
    "policy-decisions": ("rules", "capability", "user", "roleIndex"),
}

VECTORS_OF_A_FILE = 40
CHANGES_OF_A_VECTOR = 6


def leaves(value: Any, path: Way = ()) -> Iterator[Tuple[Way, Any]]:
    """All values of a JSON value that are neither objects nor arrays, with the way to them; and empty arrays."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def another(value: Any) -> Any:
    """A value of the same kind that is not the same."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value:
        middle = len(value) // 2
        digit = "1" if value[middle] == "0" else "0"
        return value[:middle] + digit + value[middle + 1 :]
    return "00" if value in ("", None) else ["00"]


def changed(value: Any, path: Way) -> Any:
    """A copy of a JSON value with another leaf at the end of the path."""
    copied = copy.deepcopy(value)
    at = copied
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = another(at[path[-1]])
    return copied


FILES = [check.read_file(path) for path in check.find_files([check.VECTORS])]


def files_of(kind: str) -> List[Dict[str, Any]]:
    """The files of a kind."""
    return [file for file in FILES if file.get("kind") == kind]


class Mutations(unittest.TestCase):
    """What is changed is noticed."""

    @classmethod
    def setUpClass(cls) -> None:
        load_all()

    def agrees(self, kind: str, vector: Dict[str, Any], file: Dict[str, Any]) -> bool:
        return check.check_vector(kind, vector, file) is None

    def test_there_are_checkers(self) -> None:
        self.assertGreater(len(registered()), 5)
        for kind in registered():
            self.assertIsNotNone(find_checker(kind))
            self.assertTrue(files_of(kind), f"no vectors of {kind}")

    def test_every_change_of_what_is_expected_is_noticed(self) -> None:
        chosen = random.Random(1)
        for kind in registered():
            ignored = (*INFORMATIVE, *FOR_PEOPLE.get(kind, ()))
            for file in files_of(kind):
                vectors = file["vectors"]
                for vector in chosen.sample(vectors, min(VECTORS_OF_A_FILE, len(vectors))):
                    self.assertTrue(self.agrees(kind, vector, file), vector["id"])
                    paths = [path for path, _ in leaves(vector["expected"]) if path[0] not in ignored]
                    for path in chosen.sample(paths, min(CHANGES_OF_A_VECTOR, len(paths))):
                        other = {**vector, "expected": changed(vector["expected"], path)}
                        self.assertFalse(self.agrees(kind, other, file), f"{vector['id']}: expected {path} unnoticed")

    def test_a_verdict_that_is_turned_round_is_noticed(self) -> None:
        for kind in registered():
            for file in files_of(kind):
                for vector in file["vectors"][:VECTORS_OF_A_FILE]:
                    expected = {**vector["expected"], "valid": not vector["expected"]["valid"]}
                    other = {**vector, "expected": expected}
                    self.assertFalse(self.agrees(kind, other, file), f"{vector['id']}: verdict unnoticed")

    def test_changes_of_the_input_are_noticed(self) -> None:
        chosen = random.Random(2)
        for kind in registered():
            noticed = tried = 0
            for file in files_of(kind):
                valid = [vector for vector in file["vectors"] if vector["expected"]["valid"]]
                for vector in chosen.sample(valid, min(VECTORS_OF_A_FILE, len(valid))):
                    paths = [path for path, _ in leaves(vector["input"]) if path[0] != "twin"]
                    path = chosen.choice(paths)
                    tried += 1
                    other = {**vector, "input": changed(vector["input"], path)}
                    noticed += not self.agrees(kind, other, file)
            with self.subTest(kind):
                self.assertGreater(noticed, tried // 4, f"{noticed} of {tried}")


class Index(unittest.TestCase):
    """The index of vectors/."""

    def test_what_it_does_not_say_is_noticed(self) -> None:
        index = json.loads((check.VECTORS / "index.json").read_text(encoding="utf-8"))
        files = [file["path"] for kind in index["kinds"] for file in kind["files"]]
        with TemporaryDirectory() as name:
            folder = Path(name)
            for entry in check.VECTORS.iterdir():
                if entry.name != "index.json":
                    (folder / entry.name).symlink_to(entry)
            moved = [folder / file for file in files]
            problems: Dict[Way, List[str]] = {}
            chosen = random.Random(3)
            paths = [path for path, _ in leaves(index) if path[-1] in ("sha256", "vectors", "valid", "files", "title")]
            for path in [(), *chosen.sample(paths, 12)]:
                other = changed(index, path) if path else index
                (folder / "index.json").write_text(json.dumps(other), encoding="utf-8")
                problems[path] = list(check_index(folder, moved))
        self.assertEqual(problems.pop(()), [])
        for path, found in problems.items():
            with self.subTest(path):
                self.assertNotEqual(found, [])


class Report(unittest.TestCase):
    """What the program itself makes of things that are wrong."""

    def test_a_kind_without_a_checker_fails(self) -> None:
        problem = check.check_vector("no-such-kind", {"id": "x"}, {})
        self.assertIsNotNone(problem)

    def test_a_vector_that_is_not_understood_fails(self) -> None:
        problem = check.check_vector("content", {"id": "x", "input": {}, "expected": {"valid": True}}, {"vectors": []})
        self.assertIn("not understood", problem.message if problem else "")

    def test_a_file_without_vectors_fails(self) -> None:
        report = check.check_file(check.HERE / "requirements.txt")
        self.assertEqual((report.passed, len(report.problems)), (0, 1))
