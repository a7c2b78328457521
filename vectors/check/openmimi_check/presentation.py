"""Structs of the presentation language as data: written once, in the order of the draft, then read and written.

    Lifetime = Struct("Lifetime", ("notBefore", uint64), ("notAfter", uint64))
    value = decode(Lifetime, octets)
    octets = encode(Lifetime, value)

Values are the JSON values of the vectors (vectors/README.md): integers up to 32 bits are numbers, uint64 is decimal
text, byte strings are hexadecimal, enumerations are names, absent optional fields are left out, and the fields of a
`select` stand beside its discriminant.

Octets that are no value are Refused for the first thing that is wrong when one reads from the first octet to the last.
"""

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

from . import tls
from .registry import Refused
from .tls import Reader

Value = Any


class Codec:
    """One type of the presentation language."""

    def read(self, reader: Reader) -> Value:
        """The value at the cursor."""
        raise NotImplementedError

    def write(self, value: Value) -> bytes:
        """The octets of a value."""
        raise NotImplementedError

    def where(self, rule: Callable[[Value], bool], says: str) -> "Codec":
        """The same type with a further rule; what breaks it is invalid-value."""
        return Ruled(self, rule, says)


def decode(codec: Codec, octets: bytes) -> Value:
    """The octets, from the first to the last, as one value."""
    return tls.decode(octets, codec.read)


def encode(codec: Codec, value: Value) -> bytes:
    """The octets of a value."""
    return codec.write(value)


class Ruled(Codec):
    """A type with a rule of its draft that the grammar does not say."""

    def __init__(self, codec: Codec, rule: Callable[[Value], bool], says: str) -> None:
        self.codec, self.rule, self.says = codec, rule, says

    def read(self, reader: Reader) -> Value:
        start = reader.position
        value = self.codec.read(reader)
        if not self.rule(value):
            reader.position = start
            raise reader.refuse("invalid-value", self.says)
        return value

    def write(self, value: Value) -> bytes:
        return self.codec.write(value)


class Integer(Codec):
    """uint8, uint16 and uint32 as numbers, uint64 as decimal text."""

    def __init__(self, width: int) -> None:
        self.width = width

    def read(self, reader: Reader) -> Value:
        number = reader.unsigned(self.width)
        return str(number) if self.width == 8 else number

    def write(self, value: Value) -> bytes:
        return int(value).to_bytes(self.width, "big")


uint8, uint16, uint32, uint64 = Integer(1), Integer(2), Integer(4), Integer(8)


class Enumeration(Codec):
    """An enum by its names. What has no name is unknown-value, or stays a number where the enum is `open`."""

    def __init__(self, width: int, names: Dict[str, int], open: bool = False) -> None:
        self.width, self.names, self.open = width, names, open
        self.values = {number: name for name, number in names.items()}

    def read(self, reader: Reader) -> Value:
        start = reader.position
        number = reader.unsigned(self.width)
        if number in self.values:
            return self.values[number]
        if self.open:
            return number
        reader.position = start
        raise reader.refuse("unknown-value", f"{number} has no name")

    def write(self, value: Value) -> bytes:
        number = value if isinstance(value, int) else self.names[value]
        return number.to_bytes(self.width, "big")


class Fixed(Codec):
    """`opaque name[size]`"""

    def __init__(self, size: int) -> None:
        self.size = size

    def read(self, reader: Reader) -> Value:
        return reader.take(self.size).hex()

    def write(self, value: Value) -> bytes:
        return bytes.fromhex(value)


class Opaque(Codec):
    """`opaque name<V>`"""

    def read(self, reader: Reader) -> Value:
        return reader.opaque().hex()

    def write(self, value: Value) -> bytes:
        return tls.opaque(bytes.fromhex(value))


class Text(Codec):
    """`opaque name<V>` with UTF-8 in it."""

    def read(self, reader: Reader) -> Value:
        start = reader.position
        try:
            return reader.opaque().decode("utf-8")
        except UnicodeDecodeError:
            reader.position = start
            raise reader.refuse("invalid-value", "no UTF-8") from None

    def write(self, value: Value) -> bytes:
        return tls.opaque(value.encode("utf-8"))


opaque, text = Opaque(), Text()


class Vector(Codec):
    """`T name<V>`: the length counts octets, not elements (reading R-006)."""

    def __init__(self, element: Codec) -> None:
        self.element = element

    def read(self, reader: Reader) -> Value:
        return reader.vector(self.element.read)

    def write(self, value: Value) -> bytes:
        return tls.opaque(b"".join(self.element.write(element) for element in value))


class Maybe(Codec):
    """`optional<T>` (RFC 9420 section 2.1.1). Absent is None: null in a vector, and left out as a field of a struct."""

    def __init__(self, inner: Codec) -> None:
        self.inner = inner

    def read(self, reader: Reader) -> Value:
        return reader.optional(self.inner.read)

    def write(self, value: Value) -> bytes:
        return b"\0" if value is None else b"\1" + self.inner.write(value)


class Given(NamedTuple):
    """A field whose type depends on the fields in front of it, all of which it is given."""

    choose: Callable[[Dict[str, Value]], Codec]


class Select:
    """`select (discriminant)`: fields that are there in some cases. A case that is not listed has none (reading R-007).

    `of` names the field in front that decides, or computes the case from all of them.
    """

    def __init__(self, of: Union[str, Callable[[Dict[str, Value]], Any]], cases: Dict[Any, List["Field"]]) -> None:
        self.of, self.cases = of, cases

    def fields(self, value: Dict[str, Value]) -> List["Field"]:
        """The fields that are there."""
        case = value[self.of] if isinstance(self.of, str) else self.of(value)
        return self.cases.get(case, [])


Field = Union[Tuple[str, Union[Codec, Given]], Select]


class Struct(Codec):
    """A struct: its fields in their order."""

    def __init__(self, name: str, *fields: Field) -> None:
        self.name, self.fields = name, list(fields)

    def read(self, reader: Reader) -> Value:
        return self._read(reader, self.fields, {})

    def _read(self, reader: Reader, fields: List[Field], value: Dict[str, Value]) -> Dict[str, Value]:
        for field in fields:
            if isinstance(field, Select):
                self._read(reader, field.fields(value), value)
                continue
            name, codec = field
            try:
                read = (codec.choose(value) if isinstance(codec, Given) else codec).read(reader)
            except Refused as refusal:
                raise Refused(refusal.reason, f"{self.name}.{name}: {refusal.detail}") from None
            if read is not None:
                value[name] = read
        return value

    def write(self, value: Value) -> bytes:
        return self.write_until(None, value)

    def write_until(self, last: Optional[str], value: Value) -> bytes:
        """The octets of the fields before `last`: what a signature at the end is about."""
        return b"".join(codec.write(value.get(name)) for name, codec in self._present(value, self.fields, last))

    def _present(self, value: Value, fields: List[Field], last: Optional[str]) -> List[Tuple[str, Codec]]:
        present: List[Tuple[str, Codec]] = []
        for field in fields:
            if isinstance(field, Select):
                present += self._present(value, field.fields(value), None)
            else:
                name, codec = field
                present.append((name, codec.choose(value) if isinstance(codec, Given) else codec))
        names = [name for name, _ in present]
        return present[: names.index(last)] if last in names else present
