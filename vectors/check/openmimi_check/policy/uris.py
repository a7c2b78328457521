"""`mimi:` URIs, as far as room policy asks about them (protocol §3, readings R-027 and R-030)."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

_UNRESERVED = "A-Za-z0-9._~-"
_SEGMENT = rf"(?:[!$&'()*+,;=:@{_UNRESERVED}]|%[0-9A-F]{{2}})+"
_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_MIMI = re.compile(rf"mimi://(?P<domain>{_LABEL}(?:\.{_LABEL})*)(?:/(?P<kind>[udrgpt])(?P<rest>(?:/{_SEGMENT})+))?")
_ENCODED = re.compile("%([0-9A-F]{2})")

# RFC 3986: a scheme, a colon, and nothing that a URI may not hold.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")

KINDS = {None: "provider", "u": "user", "d": "client", "r": "room", "g": "group", "p": "pseudonym", "t": "target"}


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
    return MimiUri(KINDS[match["kind"]], match["domain"])


def domain_of(uri: str) -> Optional[str]:
    parsed = parse(uri)
    return None if parsed is None else parsed.domain


def is_uri(text: str) -> bool:
    """Whether it is a URI of any scheme."""
    return _URI.fullmatch(text) is not None


def host_of(url: str) -> Optional[str]:
    """The host part of a URL, in lower case, without user information and port."""
    match = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:@]*)(?::[0-9]*)?(?:[/?#]|$)", url)
    return None if match is None or match[1] == "" else match[1].lower()
