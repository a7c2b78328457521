"""The structs of the protocol draft for consent, identifier queries and abuse reports (sections 5.7 to 5.9).

What is left open in the draft is read as the readings say that are named here (spec/readings).
"""

from .dictionary import AppDataDictionary
from .endpoint_structs import Frank, IdentifierUri, MaybeUri, String
from .mls_structs import KeyPackage
from .presentation import Enumeration, Maybe, Select, Struct, Vector, opaque, uint8, uint64

# Section 5.7
ConsentEntry = Struct(
    "ConsentEntry",
    ("consentOperation", Enumeration(1, {"cancel": 0, "request": 1, "grant": 2, "revoke": 3})),
    ("requesterUri", IdentifierUri),
    ("targetUri", IdentifierUri),
    ("roomId", Maybe(IdentifierUri)),
    Select("consentOperation", {"grant": [("clientKeyPackages", Vector(KeyPackage))]}),
    ("consentExtensions", AppDataDictionary),
)

# Section 5.8. A search of a type not known here has no further field and keeps its number.
SEARCH_TYPES = {
    "handle": 1,
    "nick": 2,
    "email": 3,
    "phone": 4,
    "partialName": 5,
    "wholeProfile": 6,
    "oidcStdClaim": 7,
    "vcardField": 8,
}
QueryElement = Struct(
    "QueryElement",
    ("searchType", Enumeration(1, SEARCH_TYPES, open=True)),
    Select("searchType", {"oidcStdClaim": [("claimName", String)], "vcardField": [("propertyName", String)]}),
    ("searchValue", String),
)
IdentifierRequest = Struct(
    "IdentifierRequest",
    ("queryElements", Vector(QueryElement)),
    ("idRequestExtensions", AppDataDictionary),
)
ProfileField = Struct(
    "ProfileField",
    ("fieldSource", Enumeration(1, {"oidcStdClaim": 7, "vcardField": 8})),
    ("fieldName", String),
    ("fieldValue", opaque),
)
UserProfile = Struct("UserProfile", ("stableUri", IdentifierUri), ("fields", Vector(ProfileField)))
IDENTIFIER_QUERY_CODES = {"success": 0, "notFound": 1, "ambiguous": 2, "forbidden": 3, "unsupportedField": 4}
IdentifierResponse = Struct(
    "IdentifierResponse",
    ("responseCode", Enumeration(1, IDENTIFIER_QUERY_CODES)),
    ("uri", Vector(IdentifierUri)),
    ("foundProfiles", Vector(UserProfile)),
    ("idResponseExtensions", AppDataDictionary),
)

# Section 5.9. Any reason code is taken, and a report may be anonymous.
AbusiveMessage = Struct("AbusiveMessage", ("messageContent", opaque), ("frank", Frank), ("acceptedTimestamp", uint64))
AbuseReport = Struct(
    "AbuseReport",
    ("reportingUser", MaybeUri),
    ("allegedAbuserUri", IdentifierUri),
    ("reasonCode", uint8),
    ("note", String),
    ("messages", Vector(AbusiveMessage)),
    ("abuseExtensions", AppDataDictionary),
)
