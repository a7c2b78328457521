"""What the rules of a room ask about URIs (protocol §3, readings R-027 and R-030)."""

from __future__ import annotations

import re
from typing import Optional

from ..identifiers import MimiUri, parse_uri
from ..registry import Refused

# RFC 3986: a scheme, a colon, and nothing that a URI may not hold.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(\[[^\]]*\]|[^/?#:@]+)(?::[0-9]*)?(?:[/?#]|$)")


def parse(uri: str) -> Optional[MimiUri]:
    """What a canonical `mimi:` URI names, or None for anything else."""
    try:
        return parse_uri(uri)
    except Refused:
        return None


def domain_of(uri: str) -> Optional[str]:
    parsed = parse(uri)
    return None if parsed is None else parsed.domain


def may_participate(uri: str) -> bool:
    """Users take part, under a name or a pseudonym, and providers that enforce policy (policy §8)."""
    parsed = parse(uri)
    return parsed is not None and parsed.kind in ("user", "pseudonym", "provider")


def is_pseudonym(uri: str) -> bool:
    parsed = parse(uri)
    return parsed is not None and parsed.kind == "pseudonym"


def is_uri(text: str) -> bool:
    """Whether it is a URI of any scheme."""
    return _URI.fullmatch(text) is not None


def host_of(url: str) -> Optional[str]:
    """The host part of a URL, in lower case, without the port; None where user information stands before it."""
    match = _AUTHORITY.match(url)
    return None if match is None else match[1].lower()
