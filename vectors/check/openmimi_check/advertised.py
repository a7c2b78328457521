"""What a client says that it can receive: draft-ietf-mls-extensions-10, section 6.2, and content, section 7.1."""

from typing import Any, Dict, List, Optional

from .processing import MediaType, parse_media_type
from .registry import NotUnderstood, Refused
from .tls import Reader, decode

REQUIRED = ["application/mimi-content", "text/plain;charset=utf-8", "text/markdown;variant=GFM-MIMI"]
RECOMMENDED = ["text/markdown;variant=CommonMark", "text/html", "image/jpeg", "image/png"]


def read_media_type(reader: Reader) -> MediaType:
    """MediaType, for comparison: without a parameter it stands for any value of that."""
    essence = reader.opaque().decode("ascii").lower()
    parameters: Dict[str, str] = {}
    for name, value in reader.vector(lambda inner: (inner.opaque().decode("ascii"), inner.opaque().decode("utf-8"))):
        parameters[name.lower()] = value.lower() if name.lower() == "charset" else value
    return essence, frozenset(parameters.items())


def read_media_type_list(reader: Reader) -> List[MediaType]:
    """MediaTypeList, which has at least one item."""
    media_types = reader.vector(read_media_type)
    if not media_types:
        raise reader.refuse("invalid-value", "no media types")
    return media_types


def includes(advertised: List[MediaType], wanted: str) -> bool:
    """Whether one of the advertised media types stands for the wanted one."""
    media_type = parse_media_type(wanted)
    if media_type is None:
        raise NotUnderstood(wanted)
    return any(essence == media_type[0] and parameters <= media_type[1] for essence, parameters in advertised)


def judge_advertised(octets: Optional[str]) -> Dict[str, Any]:
    """Whether a client can receive what all have to, and which of the recommended media types it leaves out."""
    if octets is None:
        raise Refused("not-advertised")
    advertised = decode(bytes.fromhex(octets), read_media_type_list, "MediaTypeList")
    if not all(includes(advertised, wanted) for wanted in REQUIRED):
        raise Refused("missing-media-type")
    return {"recommendedMissing": [wanted for wanted in RECOMMENDED if not includes(advertised, wanted)]}
