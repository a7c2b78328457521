#!/usr/bin/env python3
"""Checks the test vectors of OpenMIMI: recomputes what each claims, and reports where it comes to something else.

    python3 vectors/check/check.py [--kind KIND]... [--json] [--list] [--self-test] [PATH...]

Without paths, all files of vectors/ are checked. The last line is `N passed, N failed`; the exit code is 1 where
anything failed. A kind without a checker fails, and so does a vector that its checker does not understand.
"""

import argparse
import json
import sys
import unittest
from pathlib import Path
from typing import Any, Dict, Iterable, List, NamedTuple, Optional

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent
sys.path.insert(0, str(HERE))

from openmimi_check.index import check_index  # noqa: E402
from openmimi_check.registry import Disagreement, find_checker, load_all, registered  # noqa: E402

# Folders of vectors/ that hold no vectors.
OTHER_FOLDERS = {"check", "node_modules", "published", "schema", "src", "test"}


# How many problems of a kind are printed; `--json` has them all.
MOST_PRINTED = 20


class Problem(NamedTuple):
    """One vector that did not pass. `expected` and `got` are there where the checker came to something else."""

    kind: str
    id: str
    message: str
    expected: Any = None
    got: Any = None


class File(NamedTuple):
    """A file of vectors, and how many passed and did not."""

    path: Path
    kind: str
    passed: int
    problems: List[Problem]


def find_files(paths: Iterable[Path]) -> List[Path]:
    """The files of vectors among and below `paths`; those of vectors/ itself are about vectors and hold none."""
    found: List[Path] = []
    for path in paths:
        if path.is_dir():
            inside = path.resolve() != VECTORS
            below = path.rglob("*.json") if inside else VECTORS.glob("*/**/*.json")
            found += [file for file in below if inside or file.relative_to(VECTORS).parts[0] not in OTHER_FOLDERS]
        else:
            found.append(path)
    return sorted(set(found))


def check_vector(kind: str, vector: Dict[str, Any], file: Dict[str, Any]) -> Optional[Problem]:
    """Checks one vector; gives back what is wrong."""
    vector_id = str(vector.get("id", "(no id)"))
    checker = find_checker(kind)
    if checker is None:
        return Problem(kind, vector_id, f"no checker for the kind {kind!r}")
    try:
        checker(vector, file)
    except Disagreement as disagreement:
        return Problem(kind, vector_id, str(disagreement), disagreement.expected, disagreement.got)
    except Exception as error:  # Whatever a checker stumbles over, it has not agreed.
        return Problem(kind, vector_id, f"not understood: {type(error).__name__}: {error}")
    return None


def read_file(path: Path) -> Dict[str, Any]:
    """The JSON object in a file."""
    file: Dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return file


def check_file(path: Path) -> File:
    """Checks all vectors of a file."""
    try:
        file = read_file(path)
        kind = file["kind"]
        vectors = file["vectors"]
        if not vectors:
            raise ValueError("no vectors")
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = Problem("?", str(path), f"not a file of vectors: {type(error).__name__}: {error}")
        return File(path, "?", 0, [problem])
    results = [check_vector(kind, vector, file) for vector in vectors]
    problems = [problem for problem in results if problem is not None]
    return File(path, kind, len(vectors) - len(problems), problems)


def check_index_file() -> File:
    """Checks the index of vectors/, which counts as one."""
    path = VECTORS / "index.json"
    try:
        problems = [Problem("index", "index.json", text) for text in check_index(VECTORS, find_files([VECTORS]))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        problems = [Problem("index", "index.json", f"no index: {type(error).__name__}: {error}")]
    return File(path, "index", 0 if problems else 1, problems)


def kind_of(path: Path) -> Optional[str]:
    """The kind that a file says it is of, for `--kind` and `--list`."""
    try:
        kind = read_file(path).get("kind")
    except (OSError, ValueError, AttributeError):
        return None
    return kind if isinstance(kind, str) else None


def list_kinds(paths: List[Path]) -> int:
    """Prints every kind of the files with whether it has a checker."""
    for kind in sorted({kind_of(path) or "?" for path in paths} | set(registered())):
        print(f"{kind}: {'checked' if find_checker(kind) else 'no checker'}")
    return 0


def self_test() -> int:
    """Runs the tests of the checker itself."""
    suite = unittest.defaultTestLoader.discover(str(HERE / "tests"), top_level_dir=str(HERE))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    passed = result.testsRun - failed - len(result.skipped)
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


def print_report(files: List[File], broken: List[Problem], as_json: bool) -> int:
    """Prints one line per kind, each problem, and the sum; gives back the exit code."""
    problems = broken + [problem for file in files for problem in file.problems]
    passed = sum(file.passed for file in files)
    kinds: Dict[str, List[int]] = {}
    for file in files:
        counts = kinds.setdefault(file.kind, [0, 0])
        counts[0] += file.passed
        counts[1] += len(file.problems)
    if as_json:
        report = {
            "passed": passed,
            "failed": len(problems),
            "kinds": {kind: {"passed": good, "failed": bad} for kind, (good, bad) in sorted(kinds.items())},
            "problems": [problem._asdict() for problem in problems],
        }
        print(json.dumps(report, indent=2, default=str))
    else:
        for kind in sorted({problem.kind for problem in problems}):
            of_kind = [problem for problem in problems if problem.kind == kind]
            for problem in of_kind[:MOST_PRINTED]:
                print(f"{problem.id}: {problem.message}")
            if len(of_kind) > MOST_PRINTED:
                print(f"... and {len(of_kind) - MOST_PRINTED} more problems of the kind {kind}")
        for kind, (good, bad) in sorted(kinds.items()):
            print(f"{kind}: {good} passed, {bad} failed")
        print(f"{passed} passed, {len(problems)} failed")
    return 0 if passed > 0 and not problems else 1


def main(arguments: Optional[List[str]] = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders; all of vectors/ without")
    parser.add_argument("--kind", action="append", default=[], help="only vectors of this kind; may be repeated")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.add_argument("--list", action="store_true", help="the kinds, and whether each has a checker")
    parser.add_argument("--self-test", action="store_true", help="test the checker itself")
    options = parser.parse_args(arguments)
    if options.self_test:
        return self_test()
    broken = [Problem("?", name, f"module of the checker: {error}") for name, error in load_all()]
    paths = find_files(options.paths or [VECTORS])
    if options.list:
        return list_kinds(paths)
    if options.kind:
        paths = [path for path in paths if kind_of(path) in options.kind]
    files = [check_file(path) for path in paths]
    if not options.paths and not options.kind:
        files.append(check_index_file())
    return print_report(files, broken, options.json)


if __name__ == "__main__":
    sys.exit(main())
