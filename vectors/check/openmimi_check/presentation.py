"""The TLS presentation language, as MLS uses it (RFC 9420 section 2.1), and what decoded values look like.

A struct of a draft is written once, with its fields in the order of the draft, and can then be read and written:

    Lifetime = Struct(("notBefore", uint64), ("notAfter", uint64))
    value = decode(Lifetime, octets)
    octets = encode(Lifetime, value)

Values are the JSON values of the vectors (vectors/README.md, "Format"): integers up to 32 bits are numbers, uint64 is
decimal text, byte strings are hexadecimal, enumerations are names, absent optional fields are left out, and the fields
of a `select` stand beside its discriminant.

Octets that are no value of a struct raise `Malformed` with one of the reasons of the vectors: the first thing that is
wrong when one reads from the first octet to the last.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from .tls import Cursor, Malformed, length_prefix

Value = Any


class Codec:
    """One type of the presentation language."""

    def read(self, cursor: Cursor) -> Value:
        raise NotImplementedError

    def write(self, value: Value) -> bytes:
        raise NotImplementedError


def decode(codec: Codec, octets: bytes) -> Value:
    """The octets, from the first to the last, as one value."""
    cursor = Cursor(octets)
    value = codec.read(cursor)
    cursor.expect_end()
    return value


def encode(codec: Codec, value: Value) -> bytes:
    return codec.write(value)
