"""The directory and its URL templates (protocol section 5.1, readings R-018 to R-020, R-023, R-024); proxyDownload."""

import json
import re
from typing import Any, Dict

from .identifiers import decode_utf8, percent_decode
from .registry import Refused

# The endpoints that a directory can name. ohttpGateway is an addition of R-024.
ENDPOINTS = {
    "keyMaterial",
    "update",
    "notify",
    "submitMessage",
    "groupInfo",
    "requestConsent",
    "updateConsent",
    "identifierQuery",
    "reportAbuse",
    "proxyDownload",
    "ohttpGateway",
}

# The variables of the draft's samples, and those of its endpoints where the two differ.
VARIABLES = {"targetUser", "requesterUser", "targetDomain", "requesterDomain", "roomId", "domain", "downloadUrl"}

# An absolute https URL (RFC 3986 section 4.3) with a host, without user information and without a fragment.
_URL = re.compile(r"https://[^/?#@\s]+(?:[/?][^#\s]*)?")

# The same by the grammar of RFC 3986, whose schemes may be in upper case (section 3.1).
_CHARACTERS = r"A-Za-z0-9\-._~!$&'()*+,;=%"
_HOST = rf"[{_CHARACTERS}]+|\[[0-9A-Fa-f:.]+\]"
_DOWNLOAD_URL = re.compile(rf"(?i:https)://(?:{_HOST})(?::(?P<port>[0-9]*))?(?:[/?][{_CHARACTERS}:/?@]*)?")
_SEGMENT = re.compile(rf"[{_CHARACTERS}:@]+")
MAXIMUM_SEGMENT = 24576
_UNRESERVED = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def read_directory(document: str) -> Dict[str, str]:
    """The URLs of a directory document by endpoint. What has another name is ignored."""
    try:
        directory: Any = json.loads(document)
    except ValueError as error:
        raise Refused("invalid-directory", str(error)) from None
    if not isinstance(directory, dict):
        raise Refused("invalid-directory", "no object")
    urls = {name: url for name, url in directory.items() if name in ENDPOINTS}
    for name, url in urls.items():
        if not isinstance(url, str) or not _URL.fullmatch(url):
            raise Refused("invalid-directory", f"{name} is no absolute https URL")
    return urls


def read_download_url(segment: str) -> str:
    """The URL of an asset, which is one segment of the path of proxyDownload (section 5.10.2, reading R-124).

    It is decoded once, and neither changed nor resolved then: it is for the asset's server to say what it means.
    """
    # The drafts state no limit; this one is that of the vectors.
    if len(segment) > MAXIMUM_SEGMENT or not _SEGMENT.fullmatch(segment):
        raise Refused("invalid-download-url", "not one segment")
    try:
        url = decode_utf8(percent_decode(segment))
    except Refused as refusal:
        raise Refused("invalid-download-url", str(refusal)) from None
    match = _DOWNLOAD_URL.fullmatch(url)
    if match is None or int(match["port"] or 0) > 0xFFFF:
        raise Refused("invalid-download-url", url)
    return url


def percent_encode(value: str) -> str:
    """Every octet that is not unreserved as % and two digits (RFC 6570 section 3.2.2)."""
    return "".join(chr(octet) if octet in _UNRESERVED else f"%{octet:02X}" for octet in value.encode("utf-8"))


def expand(template: str, values: Dict[str, str]) -> str:
    """Simple expansion, level 1 of RFC 6570 (R-020)."""

    def replace(match: "re.Match[str]") -> str:
        name = match[1]
        if name not in VARIABLES or name not in values:
            raise Refused("invalid-template", f"nothing stands for {{{name}}}")
        return percent_encode(values[name])

    url = re.sub(r"\{([^{}]*)\}", replace, template)
    if "{" in url or "}" in url:
        raise Refused("invalid-template", "a brace without the other")
    return url
