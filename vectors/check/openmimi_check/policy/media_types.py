"""Media types in the asset policy (policy §6.4; compared by the rules of readings R-165 and R-204)."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, NamedTuple, Optional

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_ESSENCE = re.compile(rf"[ \t]*({_TOKEN}/{_TOKEN})")
_PARAMETER = re.compile(rf'[ \t]*;[ \t]*({_TOKEN})=(?:({_TOKEN})|"((?:[^"\\]|\\.)*)")')


class MediaType(NamedTuple):
    """Type and subtype in lower case. Parameters that cannot be read are None, and equal nothing."""

    essence: str
    parameters: Optional[Dict[str, str]]


def from_text(text: str) -> MediaType:
    """A media type as it stands in a message: `text/markdown;variant=GFM-MIMI`."""
    return MediaType(text.split(";")[0].strip().lower(), _parameters(text))


def _parameters(text: str) -> Optional[Dict[str, str]]:
    """RFC 2045 §5.1."""
    essence = _ESSENCE.match(text)
    if essence is None:
        return None
    parameters: Dict[str, str] = {}
    position = essence.end()
    while True:
        parameter = _PARAMETER.match(text, position)
        if parameter is None:
            break
        name, value, quoted = parameter.groups()
        if name.lower() in parameters:
            return None
        parameters[name.lower()] = value if value is not None else re.sub(r"\\(.)", r"\1", quoted)
        position = parameter.end()
    return _comparable(essence[1], parameters) if text[position:].strip(" \t") == "" else None


def from_struct(value: Mapping[str, Any]) -> MediaType:
    """A MediaType of extensions §6.2."""
    parameters = {_text(one["parameterName"]).lower(): _text(one["parameterValue"]) for one in value["parameters"]}
    essence = value["type"].strip().lower()
    return MediaType(essence, _comparable(essence, parameters) if parameters else {})


def _text(octets: str) -> str:
    # Octets that are no UTF-8 equal nothing that a message can say.
    return bytes.fromhex(octets).decode("utf-8", "surrogateescape")


def _comparable(essence: str, parameters: Dict[str, str]) -> Dict[str, str]:
    """Values count as they are, but for that of charset; text is UTF-8 where it does not say."""
    if "charset" in parameters:
        return {**parameters, "charset": parameters["charset"].lower()}
    return {**parameters, "charset": "utf-8"} if essence.lower().startswith("text/") else parameters


def matches(entry: MediaType, given: MediaType) -> bool:
    """An entry without parameters matches every parameter (policy §6.4)."""
    return entry.essence == given.essence and entry.parameters in ({}, given.parameters)
