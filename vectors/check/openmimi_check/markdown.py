"""GFM-MIMI: draft-ietf-mimi-content-08, sections 7.1.1 and 9.6. Kind: markdown.

CommonMark is parsed by markdown-it-py, which is imported where it is needed. What GFM adds to it, and what MIMI takes
from it again, is here: tables, strikethrough and task list items, no autolinks of what merely stands there, no HTML.
"""

import re
from typing import Any, Dict, List, NamedTuple, Optional, Union

from .links import is_unsafe
from .registry import NotUnderstood, checker, compare

# A text, or an element: its name, its attributes if it has any, and what is in it.
Node = Union[str, List[Any]]

ELEMENTS = {"s": "del"}

# GFM, section 6.10
ATTRIBUTE = r"""\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?"""
HTML_TAG = re.compile(
    rf"<[A-Za-z][A-Za-z0-9-]*(?:{ATTRIBUTE})*\s*/?>"
    r"|</[A-Za-z][A-Za-z0-9-]*\s*>"
    r"|<!--(?!>|->)(?:(?!--)[\s\S])*(?<!-)-->"
    r"|<\?[\s\S]*?\?>"
    r"|<![A-Z]+\s+[^>]*>"
    r"|<!\[CDATA\[[\s\S]*?\]\]>"
)

# GFM, section 5.3: in front of the text of a list item.
TASK = re.compile(r"\[([ xX])\](?=\s)")


def parser() -> Any:
    """CommonMark without HTML, with tables and strikethrough, and with every link, whatever it leads to."""
    from markdown_it import MarkdownIt

    class Parser(MarkdownIt):
        """Which links may be opened is judged in `open_element`."""

        def validateLink(self, url: str) -> bool:
            return True

    md = Parser("commonmark", {"html": False}).enable("table")
    md.inline.ruler.before("emphasis", "tildes", read_tildes)
    md.inline.ruler2.before("emphasis", "tildes", pair_tildes)
    return md


def read_tildes(state: Any, silent: bool) -> bool:
    """One or two tildes may open or close what is struck through (GFM, section 6.5)."""
    from markdown_it.rules_inline.state_inline import Delimiter

    if state.src[state.pos] != "~" or silent:
        return False
    scanned = state.scanDelims(state.pos, True)
    token = state.push("text", "", 0)
    token.content = "~" * scanned.length
    if scanned.length <= 2:
        # A marker of its own for each length, since only equal ones go together.
        delimiter = Delimiter(
            marker=-scanned.length,
            length=0,
            token=len(state.tokens) - 1,
            end=-1,
            open=scanned.can_open,
            close=scanned.can_close,
        )
        state.delimiters.append(delimiter)
    state.pos += scanned.length
    return True


def pair_tildes(state: Any) -> None:
    """Turns pairs of tildes into elements."""
    lists = [state.delimiters] + [meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta]
    for delimiters in lists:
        for opening in delimiters:
            if opening.marker not in (-1, -2) or opening.end == -1:
                continue
            for index, nesting in ((opening.token, 1), (delimiters[opening.end].token, -1)):
                token = state.tokens[index]
                token.type, token.tag, token.nesting = ("s_open" if nesting == 1 else "s_close"), "s", nesting
                token.content = ""


class Element(NamedTuple):
    """An element that is being read; None stands in place of the name of one that is not shown."""

    name: Optional[str]
    attributes: Dict[str, Any]
    inside: List[Node]

    def add(self, node: Node) -> None:
        """Appends a node; texts beside each other are one."""
        if isinstance(node, str) and self.inside and isinstance(self.inside[-1], str):
            self.inside[-1] += node
        elif node != "":
            self.inside.append(node)

    def done(self) -> List[Node]:
        """The nodes that it comes to: one, or what is in it."""
        if self.name is None:
            return self.inside
        return [[self.name, *([self.attributes] if self.attributes else []), *self.inside]]


def build(tokens: List[Any]) -> List[Node]:
    """The tree of a list of tokens, in which elements open and close."""
    stack = [Element(None, {}, [])]
    for token in tokens:
        if token.nesting == 1:
            stack.append(open_element(token))
            continue
        closed = stack.pop() if token.nesting == -1 else None
        if closed is not None and closed.name == "li":
            mark_task(closed.inside)
        for node in leaf(token) if closed is None else closed.done():
            stack[-1].add(node)
    return stack[0].inside


def open_element(token: Any) -> Element:
    """An element that begins."""
    if token.hidden:
        return Element(None, {}, [])
    if token.tag == "a":
        # Section 9.6, and the README of the kind: what may not be opened is no link.
        target = token.attrGet("href")
        return Element(None, {}, []) if is_unsafe(target) else Element("a", {"href": target}, [])
    return Element(ELEMENTS.get(token.tag, token.tag), attributes(token), [])


def attributes(token: Any) -> Dict[str, Any]:
    """The attributes of an element that are part of the tree."""
    found: Dict[str, Any] = {}
    if token.tag == "ol" and token.attrGet("start") not in (None, 1):
        found["start"] = token.attrGet("start")
    style = token.attrGet("style")
    if token.tag in ("th", "td") and style:
        found["align"] = style.partition(":")[2]
    return found


def mark_task(inside: List[Node]) -> None:
    """A list item that begins with a box is a task."""
    first = inside[0] if inside else ""
    at = 0
    if isinstance(first, list) and first[0] == "p":
        inside, at = first, 1
    text = inside[at] if len(inside) > at else ""
    match = TASK.match(text) if isinstance(text, str) else None
    if match and isinstance(text, str):
        inside[at : at + 1] = [["input", {"checked": match.group(1) != " "}], text[match.end() :]]


def leaf(token: Any) -> List[Node]:
    """What a token without an end is."""
    if token.type == "inline":
        return build(token.children or [])
    if token.type == "text":
        return [token.content]
    if token.type == "softbreak":
        return ["\n"]
    if token.type == "hardbreak":
        return [["br"], "\n"]
    if token.type == "hr":
        return [["hr"]]
    if token.type == "code_inline":
        return [["code", token.content]]
    if token.type == "image":
        # Nothing is loaded: its description.
        return [plain_text(build(token.children or []))]
    if token.type in ("fence", "code_block"):
        language = token.info.split()[0] if token.info.split() else None
        # A line of code ends like a line, also where the text ends first.
        code = token.content if token.content.endswith("\n") or token.content == "" else f"{token.content}\n"
        return [["pre", ["code", *([{"language": language}] if language else []), code]]]
    raise NotUnderstood(f"Markdown token {token.type}")


def plain_text(nodes: List[Node]) -> str:
    """The texts of a tree."""
    texts = [node if isinstance(node, str) else plain_text(node[1:]) for node in nodes if not isinstance(node, dict)]
    return "".join(texts)


def read(markdown: str) -> List[Node]:
    """What a text of type text/markdown;variant=GFM-MIMI is for who reads it."""
    return build(parser().parse(markdown))


def neutralize(typed: str) -> str:
    """What is sent of a text: the `<` of every tag is written as an entity (section 7.1.1).

    Where a `<` is text, writing it so leaves the reader's tree as it is. Where it is not (in code, behind a backslash,
    around an autolink), the tree would be another.
    """
    text, start = typed, 0
    while True:
        match: Optional["re.Match[str]"] = HTML_TAG.search(text, start)
        if match is None:
            return text
        at = match.start()
        neutral = f"{text[:at]}&lt;{text[at + 1 :]}"
        if read(neutral) == read(text):
            text = neutral
        start = at + 1


@checker("markdown")
def check_markdown(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """Recomputes the tree of a text, or what is sent of one."""
    given = vector["input"]
    if "markdown" in given:
        compare(vector["expected"], {"valid": True, "tree": read(given["markdown"])})
    else:
        compare(vector["expected"], {"valid": True, "sent": neutralize(given["typed"])})
