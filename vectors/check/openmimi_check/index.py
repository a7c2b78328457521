"""The index of the vectors, vectors/index.json: what it says of each file, and that it names them all."""

import hashlib
import json
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List

from .registry import Disagreement, expect_equal


def count(vectors: List[Dict[str, Any]]) -> Dict[str, int]:
    """How many vectors there are, and how many of them are valid."""
    valid = sum(vector["expected"]["valid"] is True for vector in vectors)
    return {"vectors": len(vectors), "valid": valid, "invalid": len(vectors) - valid}


def add(counts: Iterable[Dict[str, int]]) -> Dict[str, int]:
    """The sum of counts."""
    every = list(counts)
    return {name: sum(each[name] for each in every) for name in ("vectors", "valid", "invalid")}


def counts_of(entry: Dict[str, Any]) -> Dict[str, int]:
    """The counts that an entry of the index has."""
    return {name: entry[name] for name in ("vectors", "valid", "invalid")}


def check_file_entry(folder: Path, kind: str, entry: Dict[str, Any]) -> None:
    """Compares what the index says of a file with the file."""
    octets = (folder / entry["path"]).read_bytes()
    file = json.loads(octets)
    expect_equal("kind", kind, file["kind"])
    expect_equal("title", entry["title"], file["title"])
    expect_equal("counts", counts_of(entry), count(file["vectors"]))
    expect_equal("sha256", entry["sha256"], hashlib.sha256(octets).hexdigest())


def check_kind_entry(folder: Path, entry: Dict[str, Any]) -> None:
    """Compares what the index says of a kind with what it says of its files, and looks for what it refers to."""
    expect_equal(f"counts of {entry['kind']}", counts_of(entry), add(counts_of(file) for file in entry["files"]))
    for name in ("schema", "readme"):
        expect_equal(f"{name} of {entry['kind']} is there", True, (folder / entry[name]).is_file())


def check_index(folder: Path, files: List[Path]) -> Iterator[str]:
    """What is wrong with the index of a folder, of which `files` are all files of vectors."""
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    named = [file["path"] for kind in index["kinds"] for file in kind["files"]]
    try:
        expect_equal("files", sorted(named), sorted(file.relative_to(folder).as_posix() for file in files))
        expect_equal("number of files", index["files"], len(named))
        expect_equal("counts", counts_of(index), add(counts_of(kind) for kind in index["kinds"]))
    except Disagreement as disagreement:
        yield f"index.json: {disagreement}"
    for kind in index["kinds"]:
        try:
            check_kind_entry(folder, kind)
        except Disagreement as disagreement:
            yield f"index.json: {disagreement}"
        for file in kind["files"]:
            try:
                check_file_entry(folder, kind["kind"], file)
            except (Disagreement, OSError) as error:
                yield f"index.json: {file['path']}: {error}"
