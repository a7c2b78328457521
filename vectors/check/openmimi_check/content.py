"""MIMI content: the message format of draft-ietf-mimi-content-08, sections 4 and 6, with the limits of section 9.1.

A decoded message is the JSON value that the vectors show (`value`). Kind: content.
"""

from typing import Any, Dict, List, Optional, Tuple, Union

from .cbor import LARGEST_KEY, NAMES, NEGATIVE, TEXT, UNSIGNED, CborReader
from .registry import check_twin, checker, compare, judge

# Section 9.1
MAXIMUM_TOPIC_OCTETS = 4096
MAXIMUM_PARTS = 1024
MAXIMUM_PART_LEVELS = 4

# How large a message may be is local policy: what the vectors take where they say nothing (schema/content.json).
DEFAULT_MAXIMUM_OCTETS = 1 << 20

CARDINALITIES = ("nullpart", "single", "external", "multi")
PART_SEMANTICS = ("chooseOne", "singleUnit", "processAll")

# Fields of a NestedPart of each cardinality, with disposition, language and cardinality.
PART_FIELDS = {"nullpart": 3, "single": 5, "external": 15, "multi": 5}

AES_128_GCM = 1

SENDER_URI, ROOM_URI = 1, 2


class ContentReader(CborReader):
    """A cursor over one message."""

    def __init__(self, octets: bytes, maximum_octets: int = DEFAULT_MAXIMUM_OCTETS) -> None:
        super().__init__(octets)
        self.parts = 1
        if len(octets) > maximum_octets:
            self.refuse("too-large", f"{len(octets)} octets", 0)

    def message(self) -> Dict[str, Any]:
        """`mimiContent` (section 4.1)"""
        self.array(7)
        return {
            "salt": self.byte_string(16).hex(),
            "replaces": self.message_id_or_null(),
            "topicId": self.topic_id().hex(),
            "expires": self.null_or(self.expiration),
            "inReplyTo": self.message_id_or_null(),
            "mimiExtensions": self.extensions(),
            "nestedPart": self.nested_part(1),
        }

    def message_id_or_null(self) -> Optional[str]:
        """`null / MessageId`"""
        message_id = self.null_or(lambda: self.byte_string(32))
        return None if message_id is None else message_id.hex()

    def topic_id(self) -> bytes:
        """`topicId`: section 9.1 discards what is longer than 4096 octets."""
        start = self.position
        topic_id = self.byte_string()
        if len(topic_id) > MAXIMUM_TOPIC_OCTETS:
            self.refuse("too-large", f"topicId of {len(topic_id)} octets", start)
        return topic_id

    def expiration(self) -> Dict[str, Any]:
        """`Expiration` (section 4.1)"""
        self.array(2)
        return {"relative": self.boolean(), "time": self.unsigned(0xFFFFFFFF)}

    def extensions(self) -> Dict[str, Any]:
        """`extensions` (section 4.3): the two that the draft defines, and the others in their encoding."""
        extensions: Dict[str, Any] = {}
        unknown: List[List[Any]] = []
        for key, value in self.map(1, self.extension_key, self.extension_value):
            if key == SENDER_URI:
                extensions["senderUri"] = value
            elif key == ROOM_URI:
                extensions["roomUri"] = value
            else:
                unknown.append([key, value])
        return {**extensions, "unknownExtensions": unknown}

    def extension_key(self) -> Union[int, str]:
        """A key of the extensions map (sections 4.3 and 6.2; readings R-146 and R-147)."""
        head = self.head()
        if head.major == TEXT:
            name = self.utf8(self.take(head.argument, head.start), head.start)
            if not 1 <= head.argument <= 255:
                self.refuse("invalid-key", f"text of {head.argument} octets", head.start)
            return name
        if head.major not in (UNSIGNED, NEGATIVE):
            self.refuse("invalid-key", f"a {NAMES[head.major]} is no key of an extension", head.start)
        value = head.argument if head.major == UNSIGNED else -1 - head.argument
        if value == 0 or abs(value) > LARGEST_KEY:
            self.refuse("invalid-key", f"key {value}", head.start)
        return value

    def extension_value(self, key: Union[int, str], level: int) -> str:
        """The value of an extension: text for what the draft defines, and the octets of any other."""
        if key in (SENDER_URI, ROOM_URI):
            return self.text()
        start = self.position
        self.item(level)
        return self.octets[start : self.position].hex()

    def nested_part(self, level: int) -> Dict[str, Any]:
        """`NestedPart` (section 4.4), of which the root is at level 1 (reading R-151)."""
        start = self.position
        fields = self.array()
        if level > MAXIMUM_PART_LEVELS:
            self.refuse("too-deep", f"part at level {level}", start)
        if fields not in PART_FIELDS.values():
            self.refuse("wrong-length", f"part of {fields} fields", start)
        part: Dict[str, Any] = {"disposition": self.unsigned(0xFF), "language": self.text()}
        cardinality = self.enumeration(CARDINALITIES)
        part["cardinality"] = cardinality
        if fields != PART_FIELDS[cardinality]:
            self.refuse("wrong-length", f"{cardinality} of {fields} fields", start)
        if cardinality == "single":
            part["contentType"] = self.text()
            part["content"] = self.byte_string().hex()
        elif cardinality == "external":
            part.update(self.external_part())
        elif cardinality == "multi":
            part["partSemantics"] = self.enumeration(PART_SEMANTICS)
            part["parts"] = self.nested_parts(level)
        return part

    def enumeration(self, names: Tuple[str, ...]) -> str:
        """One of the values that have names. They are of one octet: what does not fit it is out-of-range."""
        start = self.position
        value = self.unsigned(0xFF)
        if value >= len(names):
            self.refuse("unknown-value", f"{value} is none of {names}", start)
        return names[value]

    def nested_parts(self, level: int) -> List[Dict[str, Any]]:
        """`parts: [2* NestedPart]`; all parts count, root and containers included (section 9.1, reading R-153)."""
        start = self.position
        count = self.array()
        self.parts += count
        if self.parts > MAXIMUM_PARTS:
            self.refuse("too-many-parts", f"{self.parts} parts", start)
        if count < 2:
            self.refuse("wrong-length", f"{count} parts where at least 2 are wanted", start)
        return [self.nested_part(level + 1) for _ in range(count)]

    def external_part(self) -> Dict[str, Any]:
        """`ExternalPart` (section 4.5), with lengths that go with its algorithms (reading R-163)."""
        part: Dict[str, Any] = {
            "contentType": self.text(),
            "url": self.text(),
            "expires": self.unsigned(0xFFFFFFFF),
            "size": str(self.unsigned((1 << 64) - 1)),
            "encAlg": self.unsigned(0xFFFF),
        }
        algorithm = part["encAlg"]
        for name, octets in (("key", 16), ("nonce", 12), ("aad", None)):
            start = self.position
            value = self.byte_string()
            part[name] = value.hex()
            # Without encryption all three are empty.
            if algorithm == 0 and value:
                self.refuse("inconsistent", f"{name} without encryption", start)
            if algorithm == AES_128_GCM and octets is not None and len(value) != octets:
                self.refuse("inconsistent", f"{name} of {len(value)} octets for AES-128-GCM", start)
        part["hashAlg"] = self.unsigned(0xFF)
        start = self.position
        part["contentHash"] = self.byte_string().hex()
        if (part["hashAlg"] == 0) != (part["contentHash"] == ""):
            self.refuse("inconsistent", "hashAlg and contentHash", start)
        part["description"] = self.text()
        part["filename"] = self.text()
        return part


def decode_message(octets: bytes, maximum_octets: int = DEFAULT_MAXIMUM_OCTETS) -> Dict[str, Any]:
    """The message that these octets are, as JSON; Refused with its reason where they are none."""
    reader = ContentReader(octets, maximum_octets)
    message = reader.message()
    reader.finish()
    return message


def count_parts(part: Dict[str, Any]) -> int:
    """The parts of a tree, its root included."""
    return 1 + sum(count_parts(inner) for inner in part.get("parts", []))


@checker("content")
def check_content(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """Recomputes: the verdict, the reason, and the whole decoded message or the number of its parts."""
    given = vector["input"]
    check_twin(vector, file)
    maximum = given.get("maxOctets", DEFAULT_MAXIMUM_OCTETS)

    def decoded() -> Dict[str, Any]:
        message = decode_message(bytes.fromhex(given["octets"]), maximum)
        if "parts" in vector["expected"]:
            return {"parts": count_parts(message["nestedPart"])}
        return {"value": message}

    compare(vector["expected"], judge(decoded))
