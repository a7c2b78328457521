"""The presentation language of TLS (RFC 8446, section 3) with the variable-size vectors of RFC 9420, section 2.1.2.

A Reader is a cursor over octets, and a struct is a function that reads its fields from it one after another:

    def read_participant(reader: Reader) -> dict:
        return {"user": reader.opaque().decode(), "roleIndex": reader.u32()}

    participant = decode(octets, read_participant)

What cannot be read is Refused with one of the vectors' classes: truncated, trailing-bytes, non-minimal-length,
invalid-length-prefix, invalid-presence, unknown-value, invalid-value.
"""

from typing import Callable, List, Optional, TypeVar

from .registry import Refused

Value = TypeVar("Value")

# RFC 9420, section 2.1.2: a length has at most 30 bits.
MAXIMUM_LENGTH = (1 << 30) - 1


class Reader:
    """A cursor over octets; `name` says in errors what they are."""

    def __init__(self, octets: bytes, name: str = "octets", offset: int = 0) -> None:
        self.octets = octets
        self.name = name
        self.position = 0
        self.base = offset

    @property
    def offset(self) -> int:
        """Where the cursor stands, counted in the outermost octets."""
        return self.base + self.position

    @property
    def remaining(self) -> int:
        """How many octets are left."""
        return len(self.octets) - self.position

    def refuse(self, reason: str, detail: str) -> Refused:
        """A refusal at the cursor, to be raised."""
        return Refused(reason, f"{detail}, in {self.name} at byte {self.offset}")

    def take(self, count: int) -> bytes:
        """The next `count` octets: `opaque name[count]`."""
        if count > self.remaining:
            raise self.refuse("truncated", f"{count} octets wanted, {self.remaining} left")
        self.position += count
        return self.octets[self.position - count : self.position]

    def rest(self) -> bytes:
        """All octets that are left."""
        return self.take(self.remaining)

    def unsigned(self, width: int) -> int:
        """An unsigned integer of `width` octets, in network order."""
        return int.from_bytes(self.take(width), "big")

    def u8(self) -> int:
        """uint8"""
        return self.unsigned(1)

    def u16(self) -> int:
        """uint16"""
        return self.unsigned(2)

    def u32(self) -> int:
        """uint32"""
        return self.unsigned(4)

    def u64(self) -> int:
        """uint64"""
        return self.unsigned(8)

    def length(self) -> int:
        """The length prefix of `<V>` in octets (RFC 9420, section 2.1.2): 1, 2 or 4 octets, and no more than needed."""
        start = self.position
        first = self.u8()
        prefix = first >> 6
        if prefix == 3:
            self.position = start
            raise self.refuse("invalid-length-prefix", "the two most significant bits are 11")
        value = first & 0x3F
        for octet in self.take((1 << prefix) - 1):
            value = value << 8 | octet
        # A length takes as few octets as it can.
        if prefix >= 1 and value < 1 << (8 * (1 << (prefix - 1)) - 2):
            self.position = start
            raise self.refuse("non-minimal-length", f"length {value} in {1 << prefix} octets")
        return value

    def opaque(self, maximum: int = MAXIMUM_LENGTH) -> bytes:
        """`opaque name<V>`: at most `maximum` octets."""
        length = self.length()
        if length > self.remaining:
            raise self.refuse("truncated", f"{length} octets wanted, {self.remaining} left")
        if length > maximum:
            raise self.refuse("invalid-value", f"{length} octets where at most {maximum} are allowed")
        return self.take(length)

    def sub(self, name: str) -> "Reader":
        """A cursor over the octets of the `<V>` that follows; what reads it has to `finish` it."""
        length = self.length()
        start = self.offset
        return Reader(self.take(length), name, start)

    def vector(self, read: Callable[["Reader"], Value], name: str = "vector") -> List[Value]:
        """`Struct name<V>`: elements until the octets of the vector are used up."""
        reader = self.sub(name)
        elements: List[Value] = []
        while reader.remaining > 0:
            elements.append(read(reader))
        return elements

    def optional(self, read: Callable[["Reader"], Value]) -> Optional[Value]:
        """`optional<Struct>` (RFC 9420, section 2.1.1): an octet 0 or 1, and the value behind 1."""
        presence = self.u8()
        if presence > 1:
            self.position -= 1
            raise self.refuse("invalid-presence", f"presence octet {presence}")
        return read(self) if presence == 1 else None

    def finish(self) -> None:
        """Refuses octets that are left."""
        if self.remaining > 0:
            raise self.refuse("trailing-bytes", f"{self.remaining} octets behind the end")


def decode(octets: bytes, read: Callable[[Reader], Value], name: str = "octets") -> Value:
    """Reads one value from the first octet to the last."""
    reader = Reader(octets, name)
    value = read(reader)
    reader.finish()
    return value


class Writer:
    """Appends fields to octets."""

    def __init__(self) -> None:
        self.octets = bytearray()

    def unsigned(self, value: int, width: int) -> "Writer":
        """An unsigned integer of `width` octets."""
        self.octets += value.to_bytes(width, "big")
        return self

    def u8(self, value: int) -> "Writer":
        """uint8"""
        return self.unsigned(value, 1)

    def u16(self, value: int) -> "Writer":
        """uint16"""
        return self.unsigned(value, 2)

    def u32(self, value: int) -> "Writer":
        """uint32"""
        return self.unsigned(value, 4)

    def u64(self, value: int) -> "Writer":
        """uint64"""
        return self.unsigned(value, 8)

    def raw(self, octets: bytes) -> "Writer":
        """Octets as they are: `opaque name[n]`, or something already encoded."""
        self.octets += octets
        return self

    def opaque(self, octets: bytes) -> "Writer":
        """`opaque name<V>`"""
        self.octets += encode_length(len(octets)) + octets
        return self

    def optional(self, octets: Optional[bytes]) -> "Writer":
        """`optional<Struct>`, of a value already encoded."""
        return self.u8(0) if octets is None else self.u8(1).raw(octets)

    def done(self) -> bytes:
        """The octets."""
        return bytes(self.octets)


def encode_length(length: int) -> bytes:
    """The length prefix of `<V>`, as short as possible."""
    if length < 1 << 6:
        return bytes([length])
    if length < 1 << 14:
        return (length | 1 << 14).to_bytes(2, "big")
    if length <= MAXIMUM_LENGTH:
        return (length | 1 << 31).to_bytes(4, "big")
    raise ValueError(f"{length} octets do not fit a vector")


def opaque(octets: bytes) -> bytes:
    """`opaque name<V>` of these octets."""
    return encode_length(len(octets)) + octets
