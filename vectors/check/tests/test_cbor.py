"""Deterministic CBOR: the examples of RFC 8949, appendix A, and what is refused and why."""

import unittest
from typing import Any, Callable, List, Tuple

from openmimi_check.cbor import CborMap, CborReader, Simple, Tag, decode_item
from openmimi_check.registry import Refused

# RFC 8949, appendix A: those that are deterministic.
VALUES: List[Tuple[str, Any]] = [
    ("00", 0),
    ("17", 23),
    ("1818", 24),
    ("18ff", 255),
    ("190100", 256),
    ("1903e8", 1000),
    ("1a000f4240", 1000000),
    ("1b000000e8d4a51000", 1000000000000),
    ("1bffffffffffffffff", 18446744073709551615),
    ("c249010000000000000000", 18446744073709551616),
    ("3bffffffffffffffff", -18446744073709551616),
    ("c349010000000000000000", -18446744073709551617),
    ("20", -1),
    ("3903e7", -1000),
    ("f90000", 0.0),
    ("f98000", -0.0),
    ("f93c00", 1.0),
    ("fb3ff199999999999a", 1.1),
    ("f97bff", 65504.0),
    ("fa47c35000", 100000.0),
    ("fa7f7fffff", 3.4028234663852886e38),
    ("fb7e37e43c8800759c", 1.0e300),
    ("f90001", 5.960464477539063e-8),
    ("f90400", 0.00006103515625),
    ("f9c400", -4.0),
    ("f97c00", float("inf")),
    ("f9fc00", float("-inf")),
    ("f4", False),
    ("f5", True),
    ("f6", None),
    ("f7", Simple(23)),
    ("f0", Simple(16)),
    ("f8ff", Simple(255)),
    ("c11a514b67b0", Tag(1, 1363896240)),
    ("d74401020304", Tag(23, b"\x01\x02\x03\x04")),
    ("40", b""),
    ("4401020304", b"\x01\x02\x03\x04"),
    ("60", ""),
    ("62c3bc", "\u00fc"),
    ("64f0908591", "\U00010151"),
    ("80", []),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("a0", CborMap([])),
    ("a201020304", CborMap([(1, 2), (3, 4)])),
    ("a26161016162820203", CborMap([("a", 1), ("b", [2, 3])])),
    ("826161a161626163", ["a", CborMap([("b", "c")])]),
]

REFUSED = [
    ("", "truncated"),
    ("18", "truncated"),
    ("4201", "truncated"),
    ("81", "truncated"),
    ("9b7fffffffffffffff00", "truncated"),
    ("bb7fffffffffffffff00", "truncated"),
    ("0000", "trailing-bytes"),
    ("1817", "not-shortest"),
    ("190018", "not-shortest"),
    ("1a0000ffff", "not-shortest"),
    ("1b00000000ffffffff", "not-shortest"),
    ("5800", "not-shortest"),
    ("980101", "not-shortest"),
    ("d80100", "not-shortest"),
    ("1c", "not-well-formed"),
    ("1f", "not-well-formed"),
    ("df00", "not-well-formed"),
    ("ff", "not-well-formed"),
    ("f818", "not-well-formed"),
    ("f814", "not-well-formed"),
    ("5f4101ff", "indefinite-length"),
    ("7f6161ff", "indefinite-length"),
    ("9fff", "indefinite-length"),
    ("bfff", "indefinite-length"),
    ("a203000200", "unsorted-keys"),
    ("a202000200", "duplicate-key"),
    ("a1f500", "invalid-key"),
    ("a18000", "invalid-key"),
    ("a11b002000000000000000", "invalid-key"),
    ("a13b001fffffffffffff00", "invalid-key"),
    ("61ff", "invalid-utf8"),
    ("62c080", "invalid-utf8"),
    ("63eda080", "invalid-utf8"),
    ("64f4908080", "invalid-utf8"),
    ("f97e01", "invalid-nan"),
    ("fa7fc00000", "invalid-nan"),
    ("fb7ff8000000000000", "invalid-nan"),
    ("fa3f800000", "not-shortest"),
    ("fb3ff0000000000000", "not-shortest"),
    ("fa33800000", "not-shortest"),
    ("fb7ff0000000000000", "not-shortest"),
    ("c24101", "invalid-bignum"),
    ("c249000000000000000001", "invalid-bignum"),
    ("c26161", "invalid-bignum"),
    ("8181818180", "too-deep"),
    ("c0c0c0c0c000", "too-deep"),
]


class Items(unittest.TestCase):
    """Whatever a CBOR item can be"""

    def test_values(self) -> None:
        for octets, value in VALUES:
            with self.subTest(octets):
                decoded = decode_item(bytes.fromhex(octets))
                self.assertEqual(decoded, value)
                self.assertIs(type(decoded), type(value))

    def test_nan(self) -> None:
        decoded = decode_item(bytes.fromhex("f97e00"))
        self.assertNotEqual(decoded, decoded)

    def test_keys_are_sorted_bytewise(self) -> None:
        # 10, 100, -1 are in order; with the shorter ones first (RFC 7049, section 3.9) they are not.
        self.assertEqual(decode_item(bytes.fromhex("a30a0118640220 03")).pairs, [(10, 1), (100, 2), (-1, 3)])
        with self.assertRaises(Refused) as caught:
            decode_item(bytes.fromhex("a30a01200318 6402"))
        self.assertEqual(caught.exception.reason, "unsorted-keys")

    def test_refused(self) -> None:
        for octets, reason in REFUSED:
            with self.subTest(octets), self.assertRaises(Refused) as caught:
                decode_item(bytes.fromhex(octets))
            with self.subTest(octets):
                self.assertEqual(caught.exception.reason, reason)

    def test_depth(self) -> None:
        self.assertEqual(decode_item(bytes.fromhex("8181818100")), [[[[0]]]])
        # Far deeper than Python recurses: refused at the fifth level.
        with self.assertRaises(Refused) as caught:
            decode_item(b"\x81" * 1_000_000)
        self.assertEqual(caught.exception.reason, "too-deep")


class Typed(unittest.TestCase):
    """Items of which a CDDL says what they are"""

    def test_types(self) -> None:
        self.assertEqual(CborReader(bytes.fromhex("18ff")).unsigned(255), 255)
        self.assertIsNone(CborReader(bytes.fromhex("f6")).null_or(lambda: 1))
        self.assertTrue(CborReader(bytes.fromhex("f5")).boolean())
        cases: List[Tuple[str, Callable[[CborReader], Any], str]] = [
            ("190100", lambda reader: reader.unsigned(255), "out-of-range"),
            ("20", lambda reader: reader.unsigned(255), "wrong-type"),
            ("6161", lambda reader: reader.byte_string(), "wrong-type"),
            ("4161", lambda reader: reader.byte_string(2), "wrong-length"),
            ("8100", lambda reader: reader.array(2), "wrong-length"),
            ("f6", lambda reader: reader.boolean(), "wrong-type"),
            ("f7", lambda reader: reader.null_or(reader.text), "wrong-type"),
        ]
        for octets, read, reason in cases:
            with self.subTest(octets), self.assertRaises(Refused) as caught:
                read(CborReader(bytes.fromhex(octets)))
            with self.subTest(octets):
                self.assertEqual(caught.exception.reason, reason)
