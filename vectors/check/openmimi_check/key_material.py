"""Which key material a provider hands out, and what a requester makes of it: draft-ietf-mimi-protocol-06, section 5.2.

Kind: key-material. Credentials are basic. What the draft leaves open is decided by the readings that are named here,
and by vectors/key-material/README.md.
"""

from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple

from .dictionary import entries as dictionary_entries
from .endpoint_bodies import key_material_signature_verifies
from .endpoint_structs import KEY_MATERIAL_USER_CODES, IdentifierUri, KeyMaterialRequest, KeyMaterialResponse, MaybeUri
from .identifiers import MimiUri, parse_basic_identity, parse_path_segment, parse_uri
from .mls_crypto import make_key_package_ref
from .mls_messages import key_package_signature_verifies
from .mls_structs import KeyPackage
from .presentation import decode, encode
from .registry import NotUnderstood, Refused, check_twin, checker, compare, judge
from .tls import Reader

# Reading R-042: what does not last as long as this is as good as expired.
MARGIN_SECONDS = 60

# RFC 9420, section 17.3 and 17.4: what every client has, so that it need not be listed (section 7.2).
DEFAULT_EXTENSIONS = range(1, 6)
DEFAULT_PROPOSALS = range(1, 8)

# Reading R-041: component last_resort_key_package (extensions, section 6.4), and the extension of earlier drafts.
LAST_RESORT_COMPONENT = 0x0004
LAST_RESORT_EXTENSION = 0x000A

# What a provider may say in place of a code, to protect its users, or since it makes no distinction.
ALSO_ALLOWED = {
    "userUnknown": ["noConsent"],
    "userDeleted": ["userUnknown", "noConsent"],
    "noConsentForThisRoom": ["noConsent"],
}


class Stocked(NamedTuple):
    """A KeyPackage in the stock of a client, and where it stands there."""

    position: int
    value: Dict[str, Any]

    @property
    def suite(self) -> int:
        """Its cipher suite."""
        return int(self.value["cipherSuite"])

    @property
    def not_after(self) -> int:
        """When it expires, in seconds."""
        return int(self.value["leafNode"]["lifetime"]["notAfter"])

    @property
    def is_last_resort(self) -> bool:
        """Whether it is marked as one."""
        types = [extension["extensionType"] for extension in self.value["extensions"]]
        components = dictionary_entries(self.value["extensions"]) or {}
        return LAST_RESORT_EXTENSION in types or LAST_RESORT_COMPONENT in components

    def lives(self, now: int) -> bool:
        """Whether it has not expired, nor is about to, and is valid already (reading R-042)."""
        not_before = int(self.value["leafNode"]["lifetime"]["notBefore"])
        return not_before <= now and self.not_after >= now + MARGIN_SECONDS

    def fits(self, request: Dict[str, Any]) -> bool:
        """Whether its suite is listed, and its leaf's capabilities have what is required."""
        required, has = request["requiredCapabilities"], self.value["leafNode"]["capabilities"]
        return (
            self.suite in request["acceptableCiphersuites"]
            and set(required["extensionTypes"]) <= {*has["extensions"], *DEFAULT_EXTENSIONS}
            and set(required["proposalTypes"]) <= {*has["proposals"], *DEFAULT_PROPOSALS}
            and set(required["credentialTypes"]) <= set(has["credentials"])
        )


class Target:
    """The target provider: its users with what is left of their stocks, and consent."""

    def __init__(self, given: Dict[str, Any]) -> None:
        self.domain = given["domain"]
        self.now = int(given["nowSeconds"])
        self.users = {user["user"]: user for user in given["users"]}
        self.consent = given["consent"]
        self.issued: Set[str] = set()

    def answer(self, claim: Dict[str, Any]) -> Dict[str, Any]:
        """What the provider answers to one claim; takes what it issues from the stock."""
        octets = bytes.fromhex(claim["request"])
        if octets and octets[0] > 1:
            return self.other_protocol(octets)
        request = decode(KeyMaterialRequest, octets)
        self.check_request(request, claim)
        code = self.user_code(request)
        if code is not None:
            return self.failure(request, code)
        return self.supply(request)

    def check_request(self, request: Dict[str, Any], claim: Dict[str, Any]) -> None:
        """Refuses a request that contradicts itself, its path, or the provider that sends it."""
        # Reading R-035: a disagreement of path and body is refused.
        if parse_path_segment(claim["pathSegment"])["uri"] != request["targetUser"]:
            raise Refused("path-mismatch")
        target, requester = parse_uri(request["targetUser"]), parse_uri(request["requestingUser"])
        if not (is_user(target) and is_user(requester)):
            raise Refused("not-a-user")
        credential = request["requesterCredential"]
        if credential["credentialType"] != "basic":
            raise NotUnderstood(f"credential of type {credential['credentialType']}")
        if parse_basic_identity(bytes.fromhex(credential["identity"]))["user"] != requester.uri:
            raise Refused("requester-mismatch")
        if not key_material_signature_verifies(request):
            raise Refused("invalid-signature")
        # A claim for a room comes from its hub, any other from the requester's provider (readings ).
        if request["roomId"] == "" and requester.domain != claim["from"]:
            raise Refused("not-the-requester")
        if request["roomId"] != "" and parse_uri(request["roomId"]).domain != claim["from"]:
            raise Refused("not-the-hub")
        if target.domain != self.domain:
            raise Refused("not-here")

    def other_protocol(self, octets: bytes) -> Dict[str, Any]:
        """Reading R-037: of another protocol only the four common fields can be read; its octet is repeated."""
        reader = Reader(octets)
        protocol = reader.u8()
        IdentifierUri.read(reader)
        target = IdentifierUri.read(reader)
        MaybeUri.read(reader)
        code = KEY_MATERIAL_USER_CODES["incompatibleProtocol"]
        answer = bytes([protocol, code]) + IdentifierUri.write(target) + b"\0"
        return {"userStatus": "incompatibleProtocol", "alsoAllowed": [], "clients": [], "octets": answer.hex()}

    def user_code(self, request: Dict[str, Any]) -> Optional[str]:
        """Why the request fails for the user as a whole, or None."""
        user = self.users.get(request["targetUser"])
        if user is None:
            return "userUnknown"
        if user["status"] == "deleted":
            return "userDeleted"
        rooms = [
            consent.get("roomId")
            for consent in self.consent
            if (consent["requestingUser"], consent["targetUser"]) == (request["requestingUser"], request["targetUser"])
        ]
        # Reading R-034: a claim for no particular room takes consent for any.
        if None in rooms or (request["roomId"] != "" and request["roomId"] in rooms):
            return None
        return "noConsentForThisRoom" if rooms and request["roomId"] != "" else "noConsent"

    def failure(self, request: Dict[str, Any], code: str) -> Dict[str, Any]:
        """An answer that lists no clients."""
        also = list(ALSO_ALLOWED.get(code, []))
        if code == "noConsent" and request["roomId"] == "" and self.has_any_consent(request):
            also = ["noConsentForThisRoom"]
        return {"userStatus": code, "alsoAllowed": also, "clients": [], "octets": encode_answer(request, code, [])}

    def has_any_consent(self, request: Dict[str, Any]) -> bool:
        """Whether the user lets the requester claim for some room."""
        users = request["requestingUser"], request["targetUser"]
        return any((consent["requestingUser"], consent["targetUser"]) == users for consent in self.consent)

    def supply(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """One KeyPackage for each client that has one that fits."""
        clients = self.users[request["targetUser"]]["clients"]
        living = {client["client"]: self.living(client) for client in clients}
        fitting = {name: [entry for entry in stock if entry.fits(request)] for name, stock in living.items()}
        listed: List[int] = request["acceptableCiphersuites"]
        # Reading R-043: one suite for as many clients as possible, the first in the list of several such.
        counts = {
            suite: sum(any(one.suite == suite for one in stock) for stock in fitting.values()) for suite in listed
        }
        preferred = sorted(listed, key=lambda suite: (-counts[suite], listed.index(suite)))[:1] + listed
        entries: List[Dict[str, Any]] = []
        encoded: List[Dict[str, Any]] = []
        for client in clients:
            name = client["client"]
            if not fitting[name]:
                # Compatibility is asked of what there is: what has expired or was issued is not there.
                status = "nothingCompatible" if living[name] else "keyMaterialExhausted"
                entries.append({"client": name, "clientStatus": status})
                encoded.append({"clientStatus": status, "clientUri": name})
                continue
            chosen, allowed = choose(fitting[name], preferred)
            self.issued.add(client["keyPackages"][chosen.position])
            place = {"keyPackage": chosen.position, "allowed": [entry.position for entry in allowed]}
            entries.append({"client": name, "clientStatus": "success", **place})
            encoded.append({"clientStatus": "success", "clientUri": name, "keyPackage": chosen.value})
        served = [entry for entry in entries if entry["clientStatus"] == "success"]
        # Reading R-036: noCompatibleMaterial is the one failing code that may list clients.
        code = "success" if served == entries != [] else "partialSuccess" if served else "noCompatibleMaterial"
        octets = encode_answer(request, code, encoded)
        return {"userStatus": code, "alsoAllowed": [], "clients": entries, "octets": octets}

    def living(self, client: Dict[str, Any]) -> List[Stocked]:
        """What is left of a client's stock: nothing is issued twice."""
        stock = [
            Stocked(position, decode(KeyPackage, bytes.fromhex(octets)))
            for position, octets in enumerate(client["keyPackages"])
            if octets not in self.issued
        ]
        return [entry for entry in stock if entry.lives(self.now)]


def is_user(uri: MimiUri) -> bool:
    """Whether a URI names a user, or a pseudonym of one."""
    return uri.kind in ("user", "pseudonym")


def choose(fitting: List[Stocked], preferred: List[int]) -> Tuple[Stocked, List[Stocked]]:
    """What is issued of a client's KeyPackages that fit, and all of which it could be: any suite, in any order.

    A last resort only if there is nothing else (extensions, section 6.4); then what expires first, then what was
    published first.
    """
    allowed = [entry for entry in fitting if not entry.is_last_resort] or fitting
    suite = next(suite for suite in preferred if any(entry.suite == suite for entry in fitting))
    of_suite = [entry for entry in fitting if entry.suite == suite]
    return min(of_suite, key=lambda entry: (entry.is_last_resort, entry.not_after, entry.position)), allowed


def encode_answer(request: Dict[str, Any], code: str, clients: List[Dict[str, Any]]) -> str:
    """The KeyMaterialResponse, without the optional capabilities; the list is always there (reading R-038)."""
    answer = {"protocol": "mls10", "userStatus": code, "userUri": request["targetUser"], "clients": clients}
    return encode(KeyMaterialResponse, answer).hex()


def use_answer(given: Dict[str, Any]) -> Dict[str, Any]:
    """The KeyPackages that a requester takes from an answer, or why it does not believe it."""
    request = decode(KeyMaterialRequest, bytes.fromhex(given["request"]))
    response = decode(KeyMaterialResponse, bytes.fromhex(given["response"]))
    clients = response["clients"]
    served = [client for client in clients if client["clientStatus"] == "success"]
    consistent = {
        "success": clients != [] and served == clients,
        "partialSuccess": served != [],
        "noCompatibleMaterial": served == [],
    }.get(response["userStatus"], clients == [])
    if not consistent:
        raise Refused("inconsistent-response", f"{response['userStatus']} with {len(served)} of {len(clients)} served")
    if response["userUri"] != request["targetUser"]:
        raise Refused("inconsistent-response", "another user")
    names = [client["clientUri"] for client in clients]
    if len(set(names)) != len(names):
        raise Refused("inconsistent-response", "one client twice")
    if any(parse_uri(name).domain != parse_uri(request["targetUser"]).domain for name in names):
        raise Refused("inconsistent-response", "a client of another provider")
    return {"keyPackages": [use_key_package(request, client) for client in served]}


def use_key_package(request: Dict[str, Any], client: Dict[str, Any]) -> Dict[str, str]:
    """One KeyPackage of an answer: of the target user, of that client, of an acceptable suite, and signed."""
    key_package = client["keyPackage"]
    credential = key_package["leafNode"]["credential"]
    if credential["credentialType"] != "basic":
        raise NotUnderstood(f"credential of type {credential['credentialType']}")
    named = parse_basic_identity(bytes.fromhex(credential["identity"]))
    if named["user"] != request["targetUser"] or named["client"] not in (None, client["clientUri"]):
        raise Refused("inconsistent-response", "a KeyPackage of somebody else")
    if key_package["cipherSuite"] not in request["acceptableCiphersuites"]:
        raise Refused("inconsistent-response", "a suite that was not asked for")
    if not key_package_signature_verifies(key_package):
        raise Refused("inconsistent-response", "signature of a KeyPackage")
    return {"client": client["clientUri"], "reference": make_key_package_ref(encode(KeyPackage, key_package)).hex()}


def answer_all(given: Dict[str, Any]) -> Dict[str, Any]:
    """The answers to claims, one after another."""
    target = Target(given)
    return {"answers": [target.answer(claim) for claim in given["claims"]]}


@checker("key-material")
def check_key_material(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """Recomputes answers with their octets, what else may be issued, refusals, and what a requester uses."""
    given = vector["input"]
    check_twin(vector, file)
    result = judge(lambda: answer_all(given) if "claims" in given else use_answer(given))
    compare(vector["expected"], result, informative=("httpStatus",))
