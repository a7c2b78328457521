"""`mimi:` URIs, as far as room policy asks about them (protocol §3, readings R-027 and R-030)."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

_UNRESERVED = "A-Za-z0-9._~-"
_SEGMENT = rf"(?:[!$&'()*+,;=:@{_UNRESERVED}]|%[0-9A-F]{{2}})+"
_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_MIMI = re.compile(rf"mimi://(?P<domain>{_LABEL}(?:\.{_LABEL})*)(?:/(?P<kind>[udrgpt])(?P<path>(?:/{_SEGMENT})+))?")
_ENCODED = re.compile("%([0-9A-F]{2})")

# RFC 3986: a scheme, a colon, and nothing that a URI may not hold.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")

# What the first segment says, and how many may follow: clients also stand behind their user, and topics behind a room.
KINDS = {
    "u": ("user", 1),
    "d": ("client", 2),
    "r": ("room", 1),
    "g": ("group", 1),
    "p": ("pseudonym", 1),
    "t": ("topic", 2),
}


class MimiUri(NamedTuple):
    kind: str
    domain: str


def parse(uri: str) -> Optional[MimiUri]:
    """What a canonical `mimi:` URI names, or None: unreserved characters are not percent-encoded (R-027)."""
    match = _MIMI.fullmatch(uri)
    if match is None:
        return None
    for octet in _ENCODED.findall(uri):
        if re.fullmatch(f"[{_UNRESERVED}]", chr(int(octet, 16))):
            return None
    if match["kind"] is None:
        return MimiUri("provider", match["domain"])
    kind, most = KINDS[match["kind"]]
    return MimiUri(kind, match["domain"]) if match["path"].count("/") <= most else None


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
    match = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://(\[[^\]]*\]|[^/?#:@]+)(?::[0-9]*)?(?:[/?#]|$)", url)
    return None if match is None else match[1].lower()
