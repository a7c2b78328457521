"""Message status reports: draft-mahy-mimi-message-status-01. Kind: message-status.

Which statuses may follow each other is left to implementers (section 3): see `standing_status`.
"""

from typing import Any, Dict, List

from .cbor import CborReader
from .registry import check_twin, checker, compare, judge

UNREAD, DELIVERED, READ, EXPIRED, DELETED, HIDDEN, ERROR = range(7)


def decode_report(octets: bytes) -> List[Dict[str, Any]]:
    """The pairs of message ID and status (section 4). CBOR has to be deterministic here as in content."""
    reader = CborReader(octets)
    report = [status_pair(reader) for _ in range(reader.array())]
    reader.finish()
    return report


def status_pair(reader: CborReader) -> Dict[str, Any]:
    """`PerMessageStatus`: a status without a name is none the worse."""
    reader.array(2)
    return {"messageId": reader.byte_string(32).hex(), "status": reader.unsigned(0xFF)}


def standing_status(statuses: List[int]) -> int:
    """What stands of the statuses that one user reports of one message, in the order of the hub.

    The draft has two examples: delivered, read, unread, expired each follow the one before; and delivered does not
    follow deleted. The rest is the decision of these vectors: what is gone (deleted, expired) stays gone; that a
    message was delivered says nothing new to who knows more; an error says nothing to who knows anything; all else is
    up to the user.
    """
    standing = statuses[0]
    for status in statuses[1:]:
        gone = standing in (DELETED, EXPIRED)
        says_nothing = status == ERROR or (status == DELIVERED and standing != ERROR)
        if not gone and not says_nothing:
            standing = status
    return standing


@checker("message-status")
def check_message_status(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """Recomputes the verdict, the reason and the pairs of a report; and the status that stands of several."""
    given = vector["input"]
    check_twin(vector, file)
    if "statuses" in given:
        compare(vector["expected"], judge(lambda: {"standing": standing_status(given["statuses"])}))
    else:
        compare(vector["expected"], judge(lambda: {"value": decode_report(bytes.fromhex(given["octets"]))}))
