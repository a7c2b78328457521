"""Deterministic CBOR (RFC 8949, sections 3 and 4.2.1) with the restrictions of MIMI content, section 6.

A cursor that judges every data item where it reads it, so that an input is refused for the first thing that is wrong
when one reads from the first octet to the last. The reasons: truncated, trailing-bytes, not-well-formed, not-shortest,
indefinite-length, unsorted-keys, duplicate-key, invalid-key, invalid-utf8, invalid-nan, invalid-bignum, too-deep; and,
for what a CDDL asks of an item, wrong-type, wrong-length, out-of-range.
"""

import math
import struct
from typing import Any, Callable, List, NamedTuple, NoReturn, Optional, Tuple, TypeVar, Union

from .registry import Refused

Value = TypeVar("Value")

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE_OR_FLOAT = range(8)
NAMES = ("unsigned integer", "negative integer", "byte string", "text string", "array", "map", "tag", "simple or float")

FALSE, TRUE, NULL = 20, 21, 22

# Content, section 6.2: integer keys that a double holds without loss.
LARGEST_KEY = (1 << 53) - 1

# Content, section 6.3: how deep tags, maps and arrays may stand in each other, the extensions map included.
LEVELS = 4


class Head(NamedTuple):
    """What stands in front of every item: RFC 8949, section 3."""

    major: int
    info: int
    argument: int
    start: int


class Tag(NamedTuple):
    """A tagged item."""

    number: int
    content: Any


class Simple(NamedTuple):
    """A simple value other than false, true and null."""

    number: int


class CborMap(NamedTuple):
    """A map as pairs of key and value: keys can be byte strings and integers side by side."""

    pairs: List[Tuple[Any, Any]]


class CborReader:
    """A cursor over encoded CBOR."""

    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        self.position = 0

    @property
    def remaining(self) -> int:
        """How many octets are left."""
        return len(self.octets) - self.position

    def refuse(self, reason: str, detail: str, position: Optional[int] = None) -> NoReturn:
        """Raises a refusal."""
        at = self.position if position is None else position
        raise Refused(reason, f"{detail}, at byte {at}")

    def take(self, count: int, start: int) -> bytes:
        """The next `count` octets of the item that begins at `start`."""
        if count > self.remaining:
            self.refuse("truncated", f"{count} octets wanted, {self.remaining} left", start)
        self.position += count
        return self.octets[self.position - count : self.position]

    def head(self) -> Head:
        """The head of the next item, in its shortest form."""
        start = self.position
        initial = self.take(1, start)[0]
        major, info = initial >> 5, initial & 31
        if 28 <= info <= 30:
            self.refuse("not-well-formed", f"additional information {info} is reserved", start)
        if info == 31:
            # Section 3.2: indefinite lengths of strings, arrays and maps; a break outside of them is not well-formed.
            indefinite = BYTES <= major <= MAP
            self.refuse("indefinite-length" if indefinite else "not-well-formed", "additional information 31", start)
        if info < 24:
            return Head(major, info, info, start)
        argument = int.from_bytes(self.take(1 << (info - 24), start), "big")
        if major == SIMPLE_OR_FLOAT:
            # Section 3.3: simple values below 32 stand in the initial octet. Floats are judged by `floating`.
            if info == 24 and argument < 32:
                self.refuse("not-well-formed", f"simple value {argument} in two octets", start)
        elif argument < (24, 1 << 8, 1 << 16, 1 << 32)[info - 24]:
            self.refuse("not-shortest", f"{argument} in {1 << (info - 24)} octets", start)
        return Head(major, info, argument, start)

    def expect(self, major: int) -> int:
        """The argument of the next head, which has to be of this major type."""
        head = self.head()
        if head.major != major:
            self.refuse("wrong-type", f"{NAMES[head.major]} where a {NAMES[major]} is wanted", head.start)
        return head.argument

    def unsigned(self, maximum: int) -> int:
        """`uint`, at most `maximum`"""
        start = self.position
        value = self.expect(UNSIGNED)
        if value > maximum:
            self.refuse("out-of-range", f"{value} where at most {maximum} is allowed", start)
        return value

    def byte_string(self, size: Optional[int] = None) -> bytes:
        """`bstr`, or `bstr .size size`"""
        start = self.position
        octets = self.take(self.expect(BYTES), start)
        if size is not None and len(octets) != size:
            self.refuse("wrong-length", f"{len(octets)} octets where {size} are wanted", start)
        return octets

    def text(self) -> str:
        """`tstr`"""
        start = self.position
        return self.utf8(self.take(self.expect(TEXT), start), start)

    def utf8(self, octets: bytes, start: int) -> str:
        """Content, section 6.2: text strings are valid UTF-8 (RFC 3629: no surrogates, nothing overlong)."""
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError as error:
            self.refuse("invalid-utf8", error.reason, start)

    def array(self, *sizes: int) -> int:
        """The number of items in the array that begins here; one of `sizes`, where some are given."""
        start = self.position
        count = self.expect(ARRAY)
        if sizes and count not in sizes:
            self.refuse("wrong-length", f"array of {count} where {sizes} are wanted", start)
        return count

    def boolean(self) -> bool:
        """`bool`"""
        head = self.head()
        if head.major != SIMPLE_OR_FLOAT or head.info not in (FALSE, TRUE):
            self.refuse("wrong-type", f"{NAMES[head.major]} where a bool is wanted", head.start)
        return head.info == TRUE

    def null_or(self, read: Callable[[], Value]) -> Optional[Value]:
        """`null / ...`"""
        if self.remaining > 0 and self.octets[self.position] == SIMPLE_OR_FLOAT << 5 | NULL:
            self.position += 1
            return None
        return read()

    def map(self, level: int, key: Callable[[], Any], value: Callable[[Any, int], Any]) -> List[Tuple[Any, Any]]:
        """The pairs of the map that begins here, at this level; the keys are bytewise sorted (section 4.2.1)."""
        start = self.position
        count = self.expect(MAP)
        return self.entries(count, level, start, key, value)

    def entries(
        self, count: int, level: int, start: int, key: Callable[[], Any], value: Callable[[Any, int], Any]
    ) -> List[Tuple[Any, Any]]:
        """The pairs behind the head of a map."""
        self.descend(level, 2 * count, start)
        pairs: List[Tuple[Any, Any]] = []
        previous = b""
        for _ in range(count):
            at = self.position
            name = key()
            encoded = self.octets[at : self.position]
            if pairs and encoded == previous:
                self.refuse("duplicate-key", repr(name), at)
            if encoded < previous:
                self.refuse("unsorted-keys", repr(name), at)
            previous = encoded
            pairs.append((name, value(name, level + 1)))
        return pairs

    def descend(self, level: int, items: int, start: int) -> None:
        """Refuses a container that is too deep, or that announces more items than there are octets."""
        if level > LEVELS:
            self.refuse("too-deep", f"level {level}", start)
        if items > self.remaining:
            self.refuse("truncated", f"{items} items announced, {self.remaining} octets left", start)

    def key(self) -> Union[int, str, bytes]:
        """A key of a map inside an extension. Content, section 6.2: integers, text strings and byte strings."""
        head = self.head()
        if head.major in (UNSIGNED, NEGATIVE):
            if head.argument > LARGEST_KEY - (head.major == NEGATIVE):
                self.refuse("invalid-key", f"{head.argument} is too large", head.start)
            return head.argument if head.major == UNSIGNED else -1 - head.argument
        if head.major == BYTES:
            return self.take(head.argument, head.start)
        if head.major == TEXT:
            return self.utf8(self.take(head.argument, head.start), head.start)
        self.refuse("invalid-key", f"a {NAMES[head.major]} is no key", head.start)

    def item(self, level: int = 1) -> Any:
        """The next item, whatever it is. `level` is that of a map, an array or a tag that begins here."""
        head = self.head()
        if head.major == UNSIGNED:
            return head.argument
        if head.major == NEGATIVE:
            return -1 - head.argument
        if head.major == BYTES:
            return self.take(head.argument, head.start)
        if head.major == TEXT:
            return self.utf8(self.take(head.argument, head.start), head.start)
        if head.major == ARRAY:
            self.descend(level, head.argument, head.start)
            return [self.item(level + 1) for _ in range(head.argument)]
        if head.major == MAP:
            pairs = self.entries(head.argument, level, head.start, self.key, lambda _, inner: self.item(inner))
            return CborMap(pairs)
        if head.major == TAG:
            self.descend(level, 1, head.start)
            return self.bignum(head) if head.argument in (2, 3) else Tag(head.argument, self.item(level + 1))
        if head.info >= 25:
            return self.floating(head)
        return {FALSE: False, TRUE: True, NULL: None}.get(head.argument, Simple(head.argument))

    def bignum(self, tag: Head) -> int:
        """Tags 2 and 3. Content, section 6.1: only for what no plain integer holds."""
        start = self.position
        head = self.head()
        if head.major != BYTES:
            self.refuse("invalid-bignum", f"bignum of a {NAMES[head.major]}", start)
        magnitude = self.take(head.argument, start)
        # RFC 8949, section 3.4.3: without leading zeros, in preferred serialization.
        if len(magnitude) <= 8 or magnitude[0] == 0:
            self.refuse("invalid-bignum", f"bignum of {magnitude.hex()!r}", start)
        value = int.from_bytes(magnitude, "big")
        return value if tag.argument == 2 else -1 - value

    def floating(self, head: Head) -> float:
        """Floats: as short as their value allows, and one NaN (content, section 6.2)."""
        formats = (">e", ">f", ">d")
        width = head.info - 25
        value: float = struct.unpack(formats[width], self.octets[head.start + 1 : self.position])[0]
        if math.isnan(value):
            if (head.info, head.argument) != (25, 0x7E00):
                self.refuse("invalid-nan", f"NaN {head.argument:#x}", head.start)
        elif width > 0 and fits(value, formats[width - 1]):
            self.refuse("not-shortest", f"{value} in {1 << (width + 1)} octets", head.start)
        return value

    def finish(self) -> None:
        """Refuses octets that are left."""
        if self.remaining > 0:
            self.refuse("trailing-bytes", f"{self.remaining} octets behind the end")


def fits(value: float, shorter: str) -> bool:
    """Whether the value survives in a shorter format."""
    try:
        return bool(struct.unpack(shorter, struct.pack(shorter, value))[0] == value)
    except OverflowError:
        return False


def decode_item(octets: bytes) -> Any:
    """One item, from the first octet to the last."""
    reader = CborReader(octets)
    value = reader.item()
    reader.finish()
    return value
