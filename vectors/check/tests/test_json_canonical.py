"""RFC 8785: numbers as its appendix B has them, texts, and the order of names."""

import json
import struct
import unittest

from openmimi_check.json_canonical import canonical, canonical_number

# IEEE 754 octets and what they are in JSON.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


class Canonical(unittest.TestCase):
    """One form for each value"""

    def test_numbers(self) -> None:
        for octets, text in NUMBERS:
            with self.subTest(octets):
                number: float = struct.unpack(">d", bytes.fromhex(octets))[0]
                self.assertEqual(canonical_number(number), text)
                self.assertEqual(float(text), number)

    def test_values(self) -> None:
        value = json.loads(
            '{"peach": [true, null, 1E0], "\\u20ac": "a\\/\\u000f\\n", "\\ud83d\\ude00": 1, "\\ufb33": 2}'
        )
        self.assertEqual(canonical(value), '{"peach":[true,null,1],"\u20ac":"a/\\u000f\\n","\U0001f600":1,"\ufb33":2}')
