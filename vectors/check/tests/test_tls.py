"""The presentation language, by octets written by hand."""

import unittest

from openmimi_check.registry import Refused
from openmimi_check.tls import Reader, Writer, decode, encode_length


class Lengths(unittest.TestCase):
    """RFC 9420, section 2.1.2"""

    def test_shortest_forms(self) -> None:
        for octets, length in [("00", 0), ("3f", 63), ("4040", 64), ("7fff", 16383), ("80004000", 16384)]:
            with self.subTest(octets):
                self.assertEqual(Reader(bytes.fromhex(octets)).length(), length)
                self.assertEqual(encode_length(length).hex(), octets)
        self.assertEqual(Reader(bytes.fromhex("bfffffff")).length(), (1 << 30) - 1)

    def test_refused(self) -> None:
        for octets, reason in [
            ("4000", "non-minimal-length"),
            ("403f", "non-minimal-length"),
            ("80003fff", "non-minimal-length"),
            ("c000000000000000", "invalid-length-prefix"),
            ("", "truncated"),
            ("40", "truncated"),
            ("800040", "truncated"),
        ]:
            with self.subTest(octets), self.assertRaises(Refused) as caught:
                Reader(bytes.fromhex(octets)).length()
            self.assertEqual(caught.exception.reason, reason)


class Values(unittest.TestCase):
    """Fields one after another"""

    def test_round_trip(self) -> None:
        octets = Writer().u8(1).u16(2).u32(3).u64(4).opaque(b"ab").optional(None).optional(b"\x05").done()
        self.assertEqual(octets.hex(), "010002000000030000000000000004026162000105")
        reader = Reader(octets)
        self.assertEqual([reader.u8(), reader.u16(), reader.u32(), reader.u64()], [1, 2, 3, 4])
        self.assertEqual(reader.opaque(), b"ab")
        self.assertEqual([reader.optional(Reader.u8), reader.optional(Reader.u8)], [None, 5])
        reader.finish()

    def test_vectors(self) -> None:
        self.assertEqual(decode(bytes.fromhex("0400010002"), lambda reader: reader.vector(Reader.u16)), [1, 2])
        for octets, reason in [
            ("03000100", "truncated"),
            ("0400010002ff", "trailing-bytes"),
            ("04000100", "truncated"),
        ]:
            with self.subTest(octets), self.assertRaises(Refused) as caught:
                decode(bytes.fromhex(octets), lambda reader: reader.vector(Reader.u16))
            self.assertEqual(caught.exception.reason, reason)

    def test_presence(self) -> None:
        with self.assertRaises(Refused) as caught:
            Reader(b"\x02\x00").optional(Reader.u8)
        self.assertEqual(caught.exception.reason, "invalid-presence")

    def test_limits(self) -> None:
        with self.assertRaises(Refused) as caught:
            Reader(b"\x02ab").opaque(1)
        self.assertEqual(caught.exception.reason, "invalid-value")
        with self.assertRaises(Refused) as caught:
            Reader(b"\xbf\xff\xff\xff").opaque()
        self.assertEqual(caught.exception.reason, "truncated")
