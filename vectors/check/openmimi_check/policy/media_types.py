"""Media types in the asset policy (policy §6.4; compared by the rules of readings R-165 and R-204)."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, NamedTuple


class MediaType(NamedTuple):
    type: str
    parameters: Dict[str, str]


_PARAMETER = re.compile(r'\s*;\s*([^=;\s]+)=("(?:[^"\\]|\\.)*"|[^;\s]*)')


def from_text(text: str) -> MediaType:
    """A media type as it stands in a message: `text/markdown;variant=GFM`."""
    kind, separator, rest = text.partition(";")
    parameters: Dict[str, str] = {}
    for name, value in _PARAMETER.findall(separator + rest):
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        parameters[name.lower()] = value
    return MediaType(kind.strip().lower(), parameters)


def from_struct(value: Mapping[str, Any]) -> MediaType:
    """A MediaType of extensions §6.2."""
    parameters = {_text(one["parameterName"]).lower(): _text(one["parameterValue"]) for one in value["parameters"]}
    return MediaType(value["type"].lower(), parameters)


def _text(octets: str) -> str:
    # Octets that are no UTF-8 equal nothing that a message can say.
    return bytes.fromhex(octets).decode("utf-8", "surrogateescape")


def matches(entry: MediaType, given: MediaType) -> bool:
    """An entry without parameters matches every parameter (policy §6.4)."""
    if entry.type != given.type:
        return False
    return not entry.parameters or _comparable(entry) == _comparable(given)


def _comparable(media_type: MediaType) -> Dict[str, str]:
    parameters = dict(media_type.parameters)
    # utf-8 is implied for text, so that writing it down changes nothing.
    if media_type.type.startswith("text/") and parameters.get("charset", "").lower() == "utf-8":
        del parameters["charset"]
    return parameters
