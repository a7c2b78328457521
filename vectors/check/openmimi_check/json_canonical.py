"""JSON in one form: RFC 8785, for the payloads of JSON Web Tokens."""

import base64
import json
import math
import re
from decimal import Decimal
from typing import Any, List, Tuple

from .registry import NotUnderstood, Refused

BASE64URL = re.compile(rb"[A-Za-z0-9_-]*")

# RFC 8785, section 3.2.2.2: the escapes that have a letter.
SHORT_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def canonical(value: Any) -> str:
    """A JSON value in its one form."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return canonical_number(float(value))
    if isinstance(value, str):
        return canonical_string(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    # Section 3.2.3: names by their UTF-16 code units.
    members = sorted(value.items(), key=lambda member: str(member[0]).encode("utf-16-be"))
    return "{" + ",".join(f"{canonical_string(name)}:{canonical(inner)}" for name, inner in members) + "}"


def canonical_string(text: str) -> str:
    """Section 3.2.2.2"""
    escaped = [
        SHORT_ESCAPES.get(character) or (f"\\u{ord(character):04x}" if character < " " else character)
        for character in text
    ]
    return '"' + "".join(escaped) + '"'


def canonical_number(number: float) -> str:
    """Section 3.2.2.3: as ECMAScript writes a double (Number::toString)."""
    if not math.isfinite(number):
        raise NotUnderstood("a number that no double holds")
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    # repr has the fewest digits that lead back to the double.
    digits_tuple = Decimal(repr(abs(number))).normalize().as_tuple()
    digits = "".join(str(digit) for digit in digits_tuple.digits)
    count, point = len(digits), len(digits) + int(digits_tuple.exponent)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    exponent = point - 1
    mantissa = digits[0] + (f".{digits[1:]}" if count > 1 else "")
    return f"{sign}{mantissa}e{'+' if exponent > 0 else '-'}{abs(exponent)}"


def unique(pairs: List[Tuple[str, Any]]) -> Any:
    """A JSON object. One with a name twice is for RFC 8785 none (RFC 7493), and for others something else each."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise NotUnderstood("a name twice")
    return dict(pairs)


def refuse_constant(name: str) -> Any:
    """NaN and the like are no JSON."""
    raise ValueError(name)


def canonical_members(encoded: bytes) -> List[Tuple[bytes, bytes]]:
    """The members of a JSON object in base64url: each with its name, and its value in one form, in UTF-8."""
    if not BASE64URL.fullmatch(encoded):
        raise Refused("no-claims", "no base64url")
    try:
        octets = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
        value = json.loads(octets.decode("utf-8"), object_pairs_hook=unique, parse_constant=refuse_constant)
        if not isinstance(value, dict):
            raise ValueError("no object")
        return [(name.encode("utf-8"), canonical(inner).encode("utf-8")) for name, inner in value.items()]
    except ValueError as error:
        raise Refused("no-claims", str(error)) from None
