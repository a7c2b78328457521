"""`mimi:` URIs, path segments, From headers, identities of credentials. Kind: identifiers.

draft-ietf-mimi-protocol-06, sections 3, 4.1, 4.2 and 5.1.

The draft has a table of samples; the syntax is that of reading R-027: one canonical form, compared by octets.
"""

import re
from typing import Any, Dict, List, NamedTuple, Optional, Tuple
from urllib.parse import quote

from .registry import NotUnderstood, Refused, checker, compare, judge

SCHEME = "mimi://"

# The letter of each kind, and how many segments stand behind it.
KINDS: Dict[str, Tuple[str, Tuple[int, ...]]] = {
    "u": ("user", (1,)),
    "d": ("client", (1, 2)),
    "r": ("room", (1,)),
    "g": ("group", (1,)),
    "p": ("pseudonym", (1,)),
    "t": ("topic", (1, 2)),
}

# The drafts state no limit; this one is that of the vectors.
MAXIMUM_OCTETS = 4096

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# A name whose last label is a number is an address, or looks like one.
ADDRESS = re.compile(r"(?:.*\.)?[0-9]+")

# RFC 3986, section 3.3: pchar, of which percent-encoding is judged apart.
SEGMENT = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@%]*")
UNRESERVED = re.compile(rb"[A-Za-z0-9\-._~]")


class MimiUri(NamedTuple):
    """A URI and its parts; `segments` are percent-encoded as in the URI, `path` is decoded."""

    uri: str
    kind: str
    domain: str
    segments: List[str]
    path: List[str]

    @property
    def user(self) -> Optional[str]:
        """Of a client with two segments: whose it is (reading R-028)."""
        named = self.kind == "client" and len(self.segments) == 2
        return f"{SCHEME}{self.domain}/u/{self.segments[0]}" if named else None


def is_domain(text: str) -> bool:
    """Whether a text is a domain name in lower case: the host production without anything else (section 3)."""
    if ADDRESS.fullmatch(text) or len(text) > 253:
        return False
    return all(LABEL.fullmatch(label) for label in text.split("."))


def percent_decode(text: str) -> bytes:
    """Octets of a text in which `%` has to begin two hexadecimal digits."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise Refused("invalid-percent-encoding", text)
    encoded = text.encode("utf-8")
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes([int(match.group(1), 16)]), encoded)


def decode_utf8(octets: bytes) -> str:
    """Text of octets that were percent-encoded: no NUL, and UTF-8."""
    if 0 in octets:
        raise Refused("nul")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("invalid-utf8", error.reason) from None


def parse_segment(segment: str) -> str:
    """A segment, decoded. Reading R-027: unreserved characters are not encoded, digits are in upper case."""
    if not SEGMENT.fullmatch(segment):
        raise Refused("invalid-character", segment)
    octets = percent_decode(segment)
    for digits in re.findall(r"%(..)", segment):
        if digits != digits.upper() or UNRESERVED.fullmatch(bytes([int(digits, 16)])):
            raise Refused("not-canonical", f"%{digits}")
    return decode_utf8(octets)


def parse_uri(uri: str) -> MimiUri:
    """The URI that a text is; Refused with a reason where it is none, or another spelling of one."""
    if len(uri.encode("utf-8")) > MAXIMUM_OCTETS:
        raise Refused("too-long")
    if not uri.startswith(SCHEME):
        raise Refused("invalid-scheme", uri[: len(SCHEME)])
    if "?" in uri or "#" in uri:
        raise Refused("query-or-fragment")
    domain, *rest = uri[len(SCHEME) :].split("/")
    if not is_domain(domain):
        raise Refused("invalid-domain", domain)
    if not rest:
        return MimiUri(uri, "provider", domain, [], [])
    letter, *segments = rest
    if letter not in KINDS:
        raise Refused("unknown-kind", letter)
    kind, counts = KINDS[letter]
    if "" in segments:
        raise Refused("empty-segment")
    if len(segments) not in counts:
        raise Refused("wrong-segment-count", f"{len(segments)} of a {kind}")
    if "." in segments or ".." in segments:
        raise Refused("dot-segment")
    return MimiUri(uri, kind, domain, segments, [parse_segment(segment) for segment in segments])


def describe_uri(text: str) -> Dict[str, Any]:
    """The parts of a URI, as in the vectors."""
    uri = parse_uri(text)
    parts: Dict[str, Any] = {"kind": uri.kind, "domain": uri.domain, "path": uri.path}
    if uri.kind == "client":
        parts["user"] = uri.user
    # Section 5.1, readings: RFC 6570 simple expansion encodes everything that is not unreserved.
    return {**parts, "pathSegment": quote(text, safe="")}


def parse_path_segment(segment: str) -> Dict[str, Any]:
    """The URI that stands in the place of a variable of a request path (readings R-021 and R-022).

    Decoded exactly once; or in several segments, authority and path without a scheme, which are a URI's as they are.
    """
    if "/" in segment:
        return {"uri": parse_uri(SCHEME + segment).uri}
    return {"uri": parse_uri(decode_utf8(percent_decode(segment))).uri}


def parse_from(value: str) -> Dict[str, Any]:
    """The provider in a From header: `mimi@` and its domain, whatever the case of that (section 4.1, reading R-016)."""
    local_part, _, domain = value.partition("@")
    if local_part != "mimi" or not is_domain(domain.lower()):
        raise Refused("invalid-from", value)
    return {"domain": domain.lower()}


def parse_basic_identity(octets: bytes) -> Dict[str, Any]:
    """The user, and the client, that a basic credential names (section 4.2, reading R-028)."""
    try:
        uri = parse_uri(octets.decode("utf-8"))
    except (Refused, UnicodeDecodeError) as error:
        raise Refused("invalid-credential", str(error)) from None
    if uri.kind in ("user", "pseudonym"):
        return {"user": uri.uri, "client": None, "domain": uri.domain}
    if uri.user is None:
        raise Refused("invalid-credential", f"a {uri.kind} that names no user")
    return {"user": uri.user, "client": uri.uri, "domain": uri.domain}


def read_identifier(given: Dict[str, Any]) -> Dict[str, Any]:
    """Recomputes `expected` by what the input has."""
    if "uri" in given:
        return describe_uri(given["uri"])
    if "pathSegment" in given:
        return parse_path_segment(given["pathSegment"])
    if "from" in given:
        return parse_from(given["from"])
    if "basicIdentity" in given:
        return parse_basic_identity(bytes.fromhex(given["basicIdentity"]))
    raise NotUnderstood(f"input with {sorted(given)}")


@checker("identifiers")
def check_identifier(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """Recomputes verdict, reason and parts."""
    compare(vector["expected"], judge(lambda: read_identifier(vector["input"])))
