"""Links and mentions: draft-ietf-mimi-content-08, section 9.6, and RFC 3986, section 6.2 for what is equivalent.

Of Markdown this module reads what it takes for one paragraph of text, code spans, autolinks and inline links; anything
else is NotUnderstood, and so never agreed with.
"""

import re
import unicodedata
from typing import Any, Dict, List, NamedTuple, Optional
from urllib.parse import urlsplit

from .registry import NotUnderstood

WEB = {"https": 443, "http": 80}
SCHEMES = {*WEB, "mailto", "mimi", "im"}
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?![0-9]+(?:/|$))")
# Host and port. Whether two hosts are the same is not judged where more than ASCII letters stand for them.
AUTHORITY = re.compile(r"((?:[A-Za-z0-9_\-]+\.)*[A-Za-z_][A-Za-z0-9_\-]*\.?)(?::([0-9]*))?")
UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")

AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*)>")
INLINE_LINK = re.compile(r"\[([^\[\]<>`\\*_~!]*)\]\(([^\s()<>\\]*)\)")
CODE_SPAN = re.compile(r"(`+)(?!`)(.*?)(?<!`)\1(?!`)", re.DOTALL)
PLAIN = re.compile(r"[^\[\]<>`\\!&]+")

# What begins something else than a paragraph: GFM, section 4. A blank line ends one.
BLOCK = re.compile(r"^(?: {4}|\t| {0,3}(?:#|>|[-+*]\s|\d+[.)]\s|```|~~~|\||=+\s*$|\[[^\]]+\]:))", re.MULTILINE)


class Link(NamedTuple):
    """A link of a text."""

    text: str
    target: str


def is_unsafe(target: str) -> bool:
    """What is not opened whatever its text says: another scheme, no host, a user name in front, what cannot be seen."""
    if "\\" in target or any(is_invisible(character) for character in target):
        return True
    parts = urlsplit(target)
    if parts.scheme not in SCHEMES:
        return True
    return parts.scheme in WEB and (target[len(parts.scheme) + 1 :] in ("", "//") or "@" in parts.netloc)


def is_invisible(character: str) -> bool:
    """White space, and what has no shape at all."""
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf")


def normal_percents(text: str) -> str:
    """RFC 3986, sections 6.2.2.1 and 6.2.2.2: hexadecimal digits in capitals, nothing encoded without need."""

    def normal(match: "re.Match[str]") -> str:
        character = chr(int(match.group(1), 16))
        return character if UNRESERVED.fullmatch(character) else match.group(0).upper()

    return re.sub(r"%([0-9A-Fa-f]{2})", normal, text)


def normal_path(path: str) -> str:
    """Sections 6.2.2.3 and 6.2.3: without dot segments (section 5.2.4), and `/` in place of nothing."""
    kept: List[str] = []
    *folders, last = normal_percents(path).split("/")[1:] or [""]
    for folder in folders:
        if folder == "..":
            kept = kept[:-1]
        elif folder != ".":
            kept.append(folder)
    if last == "..":
        kept, last = kept[:-1], ""
    return "/" + "/".join([*kept, "" if last == "." else last])


def normal_web(url: str) -> List[Optional[str]]:
    """What is left of a web URL without its scheme, written one way: RFC 3986, sections 6.2.2 and 6.2.3."""
    parts = urlsplit(url)
    match = AUTHORITY.fullmatch(parts.netloc)
    if match is None or (parts.path and not parts.path.startswith("/")):
        raise NotUnderstood(f"web URL {url!r}")
    host, port = match.group(1).lower(), match.group(2) or ""
    default = port in ("", str(WEB[parts.scheme]))
    # An empty query is not the same as none.
    query = normal_percents(parts.query) if "?" in url.partition("#")[0] else None
    fragment = normal_percents(parts.fragment) if "#" in url else None
    return [host, None if default else port, normal_path(parts.path), query, fragment]


def compare_link(text: str, target: str) -> str:
    """Whether the text of a link says where it leads: same, downgraded, different, or unsafe."""
    if is_unsafe(target):
        return "unsafe"
    text = text.strip()
    if text == target:
        return "same"
    there = urlsplit(target).scheme
    if there not in WEB or any(is_invisible(character) for character in text):
        return "different"
    # Without a scheme, https is meant.
    url = text if SCHEME.match(text) else f"https://{text}"
    here = urlsplit(url).scheme
    if here not in WEB or "@" in urlsplit(url).netloc or normal_web(url) != normal_web(target):
        return "different"
    if here == there:
        return "same"
    # The same place without encryption.
    return "downgraded" if here == "https" else "different"


def find_links(markdown: str) -> List[Link]:
    """The links of one paragraph of GFM-MIMI, in order. There is no autolink extension (section 7.1.1)."""
    if BLOCK.search(markdown) or "\n\n" in markdown:
        raise NotUnderstood("Markdown of more than one paragraph")
    links: List[Link] = []
    position = 0
    while position < len(markdown):
        code = CODE_SPAN.match(markdown, position)
        automatic = AUTOLINK.match(markdown, position)
        inline = INLINE_LINK.match(markdown, position)
        plain = PLAIN.match(markdown, position)
        if automatic:
            links.append(Link(automatic.group(1), automatic.group(1)))
        elif inline:
            links.append(Link(inline.group(1), inline.group(2)))
        found = code or automatic or inline or plain
        if found is None:
            raise NotUnderstood(f"Markdown {markdown[position : position + 20]!r}")
        position = found.end()
    return links


def find_mentions(markdown: str, members: List[str]) -> Dict[str, Any]:
    """The links, and which of them lead to members: those are mentions."""
    links = find_links(markdown)
    mentions = [
        {"target": link.target, "hint": None if link.text == link.target else link.text}
        for link in links
        if link.target in members
    ]
    return {"links": [link.target for link in links], "mentions": mentions}
