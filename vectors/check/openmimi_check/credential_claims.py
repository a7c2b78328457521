"""What a credential claims, for policies that ask: room policy, section 4, reading R-175. Kind: credential-claims."""

from typing import Any, Callable, Dict, List, NamedTuple, Tuple

from .cbor import TEXT, UNSIGNED, CborReader, Head
from .der import certificate_extensions
from .json_canonical import canonical_members
from .registry import Refused, checker, compare, expect_equal, judge
from .tls import Reader, decode

BASIC, X509, MULTI, WEAK_MULTI = 1, 2, 3, 4

# Nobody has registered these: numbers for private use (reading R-175).
JWT, CWT = 0xF001, 0xF002

# RFC 8392, section 6, and RFC 9052, section 4.2: a CWT, and a COSE_Sign1.
CWT_TAG, COSE_SIGN1_TAG = 61, 18

# How deep the claims of a token may go here: nothing says.
TOKEN_LEVELS = 16


class Claim(NamedTuple):
    """What a claim is called, and its value, as octets."""

    id: bytes
    value: bytes


class TokenReader(CborReader):
    """CBOR whose lengths are definite and shortest; maps need not be sorted, and floats need not be short."""

    def descend(self, level: int, items: int, start: int) -> None:
        """Nothing limits how deep a token goes, but for this reader."""
        if level > TOKEN_LEVELS:
            self.refuse("too-deep", f"level {level}", start)
        if items > self.remaining:
            self.refuse("truncated", f"{items} items announced", start)

    def entries(
        self, count: int, level: int, start: int, key: Callable[[], Any], value: Callable[[Any, int], Any]
    ) -> List[Tuple[Any, Any]]:
        """The pairs of a map, in which no key stands twice."""
        self.descend(level, 2 * count, start)
        pairs: List[Tuple[Any, Any]] = []
        seen: List[bytes] = []
        for _ in range(count):
            at = self.position
            name = key()
            encoded = self.octets[at : self.position]
            if encoded in seen:
                self.refuse("duplicate-key", repr(name), at)
            seen.append(encoded)
            pairs.append((name, value(name, level + 1)))
        return pairs

    def bignum(self, tag: Head) -> Any:
        """A bignum is a tag like others."""
        return self.item()

    def floating(self, head: Head) -> float:
        """Any float."""
        return 0.0

    def claim_key(self) -> bytes:
        """A key of the claims: an integer or a text, as it is encoded."""
        start = self.position
        head = self.head()
        if head.major == TEXT:
            self.utf8(self.take(head.argument, head.start), head.start)
        elif head.major > UNSIGNED + 1:
            self.refuse("invalid-key", "neither an integer nor a text", head.start)
        return self.octets[start : self.position]

    def encoded_item(self, level: int) -> bytes:
        """The next item as it stands there."""
        start = self.position
        self.item(level)
        return self.octets[start : self.position]


def basic_claims(reader: Reader) -> List[Claim]:
    """One claim without an id: the identity."""
    return [Claim(b"", reader.opaque())]


def x509_claims(reader: Reader) -> List[Claim]:
    """The extensions of the first certificate, which is the end entity's."""
    certificates = reader.vector(Reader.opaque)
    if not certificates:
        return []
    return [Claim(oid, value) for oid, value in certificate_extensions(certificates[0])]


def jwt_claims(reader: Reader) -> List[Claim]:
    """The members of the payload, with their values as JSON in the form of RFC 8785."""
    parts = reader.opaque().split(b".")
    if len(parts) != 3:
        raise Refused("no-claims", f"a token of {len(parts)} parts")
    return [Claim(name, value) for name, value in canonical_members(parts[1])]


def cwt_claims(reader: Reader) -> List[Claim]:
    """The entries of the map in the payload of a COSE_Sign1, which is tagged, as they are encoded."""
    token = TokenReader(reader.opaque())
    tag = token.expect(6)
    if tag == CWT_TAG:
        tag = token.expect(6)
    if tag != COSE_SIGN1_TAG:
        raise Refused("no-claims", f"tag {tag}")
    token.array(4)
    token.byte_string()
    token.map(1, token.key, lambda _, level: token.item(level))
    payload = TokenReader(token.byte_string())
    token.byte_string()
    token.finish()
    claims = payload.map(1, payload.claim_key, lambda _, level: payload.encoded_item(level))
    payload.finish()
    return [Claim(key, value) for key, value in claims]


# Whatever is not here claims nothing: multi-credentials, and what nobody knows.
CLAIMS: Dict[int, Callable[[Reader], List[Claim]]] = {
    BASIC: basic_claims,
    X509: x509_claims,
    JWT: jwt_claims,
    CWT: cwt_claims,
}


def read_claims(reader: Reader) -> List[Dict[str, Any]]:
    """The claims of a Credential, as the vectors have them."""
    credential_type = reader.u16()
    if credential_type not in CLAIMS:
        raise Refused("no-claims", f"a credential of type {credential_type}")
    claims = CLAIMS[credential_type](reader)
    return [{"credentialType": credential_type, "id": claim.id.hex(), "value": claim.value.hex()} for claim in claims]


def claims_of(octets: bytes) -> Dict[str, Any]:
    """What a credential claims; what cannot be read claims nothing."""
    try:
        claims = decode(octets, read_claims, "Credential")
    except Refused as refusal:
        raise Refused("no-claims", str(refusal)) from None
    if not claims:
        raise Refused("no-claims", "nothing is claimed")
    return {"claims": claims}


@checker("credential-claims")
def check_credential_claims(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """Recomputes the claims; their order means nothing."""
    result = judge(lambda: claims_of(bytes.fromhex(vector["input"]["credential"])))
    expected = dict(vector["expected"])
    if expected["valid"] and result["valid"]:
        in_order = [
            sorted(side.pop("claims"), key=lambda claim: (claim["id"], claim["value"])) for side in (expected, result)
        ]
        expect_equal("claims", *in_order)
    compare(expected, result)
