"""As much of DER (ITU-T X.690) as it takes to find the extensions of an X.509 certificate (RFC 5280, section 4.1)."""

from typing import List, NamedTuple, Tuple

from .registry import Refused

SEQUENCE, OBJECT_IDENTIFIER, OCTET_STRING, BOOLEAN = 0x30, 0x06, 0x04, 0x01

# TBSCertificate: version [0] and extensions [3] have tags of their own.
VERSION, EXTENSIONS = 0xA0, 0xA3

# serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
FIXED_FIELDS = 6


class Element(NamedTuple):
    """A tag with what is in it, and the octets of both."""

    tag: int
    content: bytes
    octets: bytes


def refused(detail: str) -> Refused:
    """What is no DER, or no certificate."""
    return Refused("invalid-der", detail)


def read_elements(octets: bytes) -> List[Element]:
    """The elements that stand one behind the other, to the last octet."""
    elements: List[Element] = []
    at = 0
    while at < len(octets):
        start = at
        if len(octets) < at + 2:
            raise refused("no length")
        tag, length = octets[at], octets[at + 1]
        at += 2
        if length >= 0x80:
            count = length & 0x7F
            digits = octets[at : at + count]
            length = int.from_bytes(digits, "big")
            at += count
            # As short as possible: section 10.1.
            if count == 0 or len(digits) < count or digits[0] == 0 or length < 0x80:
                raise refused("length")
        if len(octets) < at + length:
            raise refused("cut off")
        elements.append(Element(tag, octets[at : at + length], octets[start : at + length]))
        at += length
    return elements


def inside(element: Element, tag: int) -> List[Element]:
    """What is in an element of this tag."""
    if element.tag != tag:
        raise refused(f"tag {element.tag:#04x} where {tag:#04x} is wanted")
    return read_elements(element.content)


def only(elements: List[Element]) -> Element:
    """The one element that there is."""
    if len(elements) != 1:
        raise refused(f"{len(elements)} elements where there is one")
    return elements[0]


def certificate_extensions(certificate: bytes) -> List[Tuple[bytes, bytes]]:
    """Of each extension the object identifier in DER, and the octets inside extnValue."""
    parts = inside(only(read_elements(certificate)), SEQUENCE)
    if len(parts) != 3:
        raise refused("no certificate")
    fields = inside(parts[0], SEQUENCE)
    if fields and fields[0].tag == VERSION:
        fields = fields[1:]
    if len(fields) < FIXED_FIELDS:
        raise refused("fields of the certificate are missing")
    found = [field for field in fields[FIXED_FIELDS:] if field.tag == EXTENSIONS]
    if not found:
        return []
    return [read_extension(extension) for extension in inside(only(inside(only(found), EXTENSIONS)), SEQUENCE)]


def read_extension(extension: Element) -> Tuple[bytes, bytes]:
    """`SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }`"""
    fields = inside(extension, SEQUENCE)
    if len(fields) == 3 and fields[1].tag == BOOLEAN:
        del fields[1]
    if len(fields) != 2 or fields[0].tag != OBJECT_IDENTIFIER or fields[1].tag != OCTET_STRING:
        raise refused("no extension")
    return fields[0].octets, fields[1].content
