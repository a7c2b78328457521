"""The directory and its URL templates (protocol section 5.1, readings R-018 to R-020, R-023 and R-024)."""

import json
import re
from typing import Any, Dict

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
