"""Which parts of a message a receiver processes: draft-ietf-mimi-content-08, section 4.4.

What the draft leaves to the receiver's policy is decided as vectors/content-handling/README.md says: of a chooseOne,
what can be handled whole comes before what can be handled in part, and then the languages of the receiver decide.
"""

import re
from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Tuple

from .content import decode_message

MediaType = Tuple[str, FrozenSet[Tuple[str, str]]]

# Section 4.4: how a part refers to another one by its index.
# Neither the end of a longer scheme nor the beginning of a longer host.
CONTENT_ID = re.compile(
    rb"(?<![a-z0-9+.-])cid:(0|[1-9][0-9]*)@local\.invalid(?!\.?[a-z0-9-])",  # A whole URI, and no part of one.
    re.IGNORECASE,
)

# RFC 2045, section 5.1: type and subtype, and parameters with a token or a quoted string as their value.
TOKEN = r"[!#$%&'*+\-.^_`{|}~0-9A-Za-z]+"
MEDIA_TYPE = re.compile(rf'{TOKEN}/{TOKEN}(?:[ \t]*;[ \t]*{TOKEN}=(?:{TOKEN}|"[^"\\]*"))*[ \t]*')


class Part(NamedTuple):
    """A part with its index: zero-indexed and depth-first."""

    part_index: int
    fields: Dict[str, Any]
    parts: List["Part"]


class Receiver(NamedTuple):
    """What a receiver can handle and prefers."""

    media_types: List[MediaType]
    languages: List[str]
    services: bool


def number_parts(fields: Dict[str, Any], first: int = 0) -> Tuple[Part, int]:
    """The part with its index, and the index that comes behind it and all in it."""
    parts: List[Part] = []
    following = first + 1
    for inner in fields.get("parts", []):
        part, following = number_parts(inner, following)
        parts.append(part)
    return Part(first, fields, parts), following


def parse_media_type(text: str) -> Optional[MediaType]:
    """A media type for comparison (reading R-165): names without regard to case, parameters as a set, UTF-8 implied.

    What is not a media type is of an unknown one: None.
    """
    if not MEDIA_TYPE.fullmatch(text):
        return None
    essence, *pairs = text.split(";")
    parameters: Dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.strip().partition("=")
        plain = value.strip().strip('"')
        parameters[name.lower()] = plain.lower() if name.lower() == "charset" else plain
    essence = essence.strip().lower()
    if essence.startswith("text/"):
        parameters.setdefault("charset", "utf-8")
    return essence, frozenset(parameters.items())


def handles_leaf(fields: Dict[str, Any], receiver: Receiver) -> bool:
    """Whether a part without parts can be handled; a NullPart always can (reading R-154)."""
    if fields["cardinality"] == "nullpart":
        return True
    if fields["contentType"] == "":
        # Reading R-164: a service needs no media type, but a SinglePart without one is of an unknown type.
        return fields["cardinality"] == "external" and receiver.services
    media_type = parse_media_type(fields["contentType"])
    return media_type is not None and any(
        media_type[0] == known and media_type[1] >= wanted for known, wanted in receiver.media_types
    )


def handles(part: Part, receiver: Receiver, whole: bool) -> bool:
    """Whether a part can be handled: `whole`, or at least so much of it that something can be shown."""
    if part.fields["cardinality"] != "multi":
        return handles_leaf(part.fields, receiver)
    inner = [handles(each, receiver, whole) for each in part.parts]
    semantics = part.fields["partSemantics"]
    if semantics == "singleUnit" or (semantics == "processAll" and whole):
        return all(inner)
    return any(inner)


def choose(parts: List[Part], receiver: Receiver) -> Part:
    """One part of a chooseOne, of which at least one can be handled; a NullPart only where there is nothing else."""
    candidates = [part for part in parts if handles(part, receiver, whole=True)]
    shown = [part for part in candidates if part.fields["cardinality"] != "nullpart"]
    if not shown:
        partly = [part for part in parts if handles(part, receiver, whole=False)]
        shown = [part for part in partly if part.fields["cardinality"] != "nullpart"] or partly
    for wanted in receiver.languages:
        for part in shown:
            if any(speaks(tag, wanted) for tag in part.fields["language"].split(",")):
                return part
    return shown[0]


def speaks(tag: str, wanted: str) -> bool:
    """Basic filtering of RFC 4647, section 3.3.1: `en` also takes `en-GB`. Spaces are tolerated (reading R-166)."""
    tag, wanted = tag.strip().lower(), wanted.lower()
    return tag == wanted or tag.startswith(wanted + "-")


def select(part: Part, receiver: Receiver, leaves: List[Part], not_understood: List[int]) -> None:
    """Appends the leaves that remain when all choices are made, and what is left out since it cannot be handled."""
    if not handles(part, receiver, whole=False):
        not_understood.append(part.part_index)
    elif part.fields["cardinality"] != "multi":
        leaves.append(part)
    elif part.fields["partSemantics"] == "chooseOne":
        select(choose(part.parts, receiver), receiver, leaves, not_understood)
    else:
        for inner in part.parts:
            select(inner, receiver, leaves, not_understood)


def references(part: Part, present: Dict[int, Part]) -> List[int]:
    """The parts that a text refers to: a MultiPart, itself, or what is not there is a dead link (reading R-169)."""
    if part.fields["cardinality"] != "single" or not part.fields["contentType"].lower().startswith("text/"):
        return []
    found: List[int] = []
    for digits in CONTENT_ID.findall(bytes.fromhex(part.fields["content"])):
        index = int(digits)
        if index in present and index != part.part_index and index not in found:
            found.append(index)
    return found


def in_order(leaves: List[Part]) -> Dict[str, Any]:
    """What is shown, in order; what an earlier part refers to is not shown again."""
    present = {part.part_index: part for part in leaves}
    handled: List[int] = []
    parts: List[Dict[str, Any]] = []
    skipped: List[int] = []

    def handle(part: Part) -> List[int]:
        """What is shown within a part is handled with it, and so is what is shown within that."""
        handled.append(part.part_index)
        referenced = references(part, present)
        for index in referenced:
            if index not in handled:
                handle(present[index])
        return referenced

    for part in leaves:
        if part.part_index in handled:
            skipped.append(part.part_index)
        else:
            parts.append({"partIndex": part.part_index, "references": handle(part)})
    return {"parts": parts, "skipped": skipped}


def process_parts(given: Dict[str, Any]) -> Dict[str, Any]:
    """`expected` of a vector of processing.json"""
    root, _ = number_parts(decode_message(bytes.fromhex(given["octets"]))["nestedPart"])
    known = [found for found in (parse_media_type(text) for text in given["mediaTypes"]) if found is not None]
    receiver = Receiver(known, given.get("languages", []), given.get("services", False))
    leaves: List[Part] = []
    not_understood: List[int] = []
    select(root, receiver, leaves, not_understood)
    shown = [part for part in leaves if part.fields["cardinality"] != "nullpart"]
    return {**in_order(shown), "notUnderstood": not_understood}


def first_shown(root: Dict[str, Any]) -> Optional[str]:
    """The content of the first part with content inside, as hexadecimal; for messages without choices."""
    if root["cardinality"] == "single":
        return str(root["content"])
    for part in root.get("parts", []):
        found = first_shown(part)
        if found is not None:
            return found
    return None
