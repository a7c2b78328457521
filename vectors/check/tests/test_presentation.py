"""Structs as data, by octets written by hand."""

import unittest

from openmimi_check.presentation import (
    Enumeration,
    Fixed,
    Given,
    Maybe,
    Select,
    Struct,
    Vector,
    decode,
    encode,
    opaque,
    text,
    uint8,
    uint16,
    uint64,
)
from openmimi_check.registry import Refused

Inner = Struct("Inner", ("a", uint8), ("b", Maybe(uint16)))
Outer = Struct(
    "Outer",
    ("kind", Enumeration(1, {"none": 0, "number": 1, "list": 2})),
    Select("kind", {"number": [("number", uint64)], "list": [("list", Vector(Inner))]}),
    ("last", Given(lambda value: opaque if value["kind"] == "none" else Fixed(2))),
)


class Structs(unittest.TestCase):
    """Both directions"""

    def test_values(self) -> None:
        for octets, value in [
            ("00 02cafe", {"kind": "none", "last": "cafe"}),
            ("01 0000000100000000 cafe", {"kind": "number", "number": "4294967296", "last": "cafe"}),
            ("02 06 0100 02010003 cafe", {"kind": "list", "list": [{"a": 1}, {"a": 2, "b": 3}], "last": "cafe"}),
        ]:
            with self.subTest(octets):
                self.assertEqual(decode(Outer, bytes.fromhex(octets)), value)
                self.assertEqual(encode(Outer, value), bytes.fromhex(octets))

    def test_the_first_thing_that_is_wrong(self) -> None:
        for octets, reason, names in [
            ("03", "unknown-value", "Outer.kind"),
            ("", "truncated", "Outer.kind"),
            ("02 03 010001 cafe", "truncated", "Inner.b"),
            ("02 02 0102 cafe", "invalid-presence", "Inner.b"),
            ("00 02cafe00", "trailing-bytes", "behind the end"),
            ("00 4002cafe", "non-minimal-length", "Outer.last"),
        ]:
            with self.subTest(octets), self.assertRaises(Refused) as caught:
                decode(Outer, bytes.fromhex(octets))
            self.assertEqual(caught.exception.reason, reason)
            self.assertIn(names, caught.exception.detail)

    def test_rules(self) -> None:
        short = text.where(lambda characters: len(characters) < 3, "too long")
        self.assertEqual(decode(short, b"\x02hi"), "hi")
        for octets in (b"\x03hi!", b"\x01\xff"):
            with self.assertRaises(Refused) as caught:
                decode(short, octets)
            self.assertEqual(caught.exception.reason, "invalid-value")

    def test_open_enumerations_keep_numbers(self) -> None:
        codec = Enumeration(1, {"known": 1}, open=True)
        self.assertEqual([decode(codec, b"\x01"), decode(codec, b"\x63")], ["known", 99])
        self.assertEqual([encode(codec, "known"), encode(codec, 99)], [b"\x01", b"\x63"])

    def test_what_is_signed_ends_before_the_signature(self) -> None:
        signed = Struct("Signed", ("a", uint8), ("signature", opaque))
        self.assertEqual(signed.write_until("signature", {"a": 7, "signature": "ff"}), b"\x07")
