"""The structs of RFC 9420, with what the MLS extensions draft adds to them.

Names are the draft's, in camelCase. Sections are those of RFC 9420 where no draft is named.
"""

from .presentation import (
    Enumeration,
    Field,
    Fixed,
    Given,
    Maybe,
    Select,
    Struct,
    Vector,
    opaque,
    uint16,
    uint32,
    uint64,
)

# Section 5.3, and extensions section 6.5: what a MultiCredential holds refers to Credential again, hence the Given.
CredentialType = Enumeration(2, {"basic": 1, "x509": 2, "multi": 3, "weakMulti": 4})
_bindings: Field = ("bindings", Given(lambda value: Vector(CredentialBinding)))
Credential = Struct(
    "Credential",
    ("credentialType", CredentialType),
    Select(
        "credentialType",
        {
            "basic": [("identity", opaque)],
            "x509": [("certificates", Vector(Struct("Certificate", ("certData", opaque))))],
            "multi": [_bindings],
            "weakMulti": [_bindings],
        },
    ),
)
CredentialBinding: Struct = Struct(
    "CredentialBinding",
    ("cipherSuite", uint16),
    ("credential", Credential),
    ("credentialKey", opaque),
    ("signature", opaque),
)

# Section 7.2
Extension = Struct("Extension", ("extensionType", uint16), ("extensionData", opaque))
Extensions = Vector(Extension)
Capabilities = Struct(
    "Capabilities",
    ("versions", Vector(uint16)),
    ("cipherSuites", Vector(uint16)),
    ("extensions", Vector(uint16)),
    ("proposals", Vector(uint16)),
    ("credentials", Vector(uint16)),
)
RequiredCapabilities = Struct(
    "RequiredCapabilities",
    ("extensionTypes", Vector(uint16)),
    ("proposalTypes", Vector(uint16)),
    ("credentialTypes", Vector(uint16)),
)
Lifetime = Struct("Lifetime", ("notBefore", uint64), ("notAfter", uint64))
LeafNode = Struct(
    "LeafNode",
    ("encryptionKey", opaque),
    ("signatureKey", opaque),
    ("credential", Credential),
    ("capabilities", Capabilities),
    ("leafNodeSource", Enumeration(1, {"keyPackage": 1, "update": 2, "commit": 3})),
    Select("leafNodeSource", {"keyPackage": [("lifetime", Lifetime)], "commit": [("parentHash", opaque)]}),
    ("extensions", Extensions),
    ("signature", opaque),
)

# Sections 7.1 and 12.4.3.3. A blank node is null.
ParentNode = Struct("ParentNode", ("encryptionKey", opaque), ("parentHash", opaque), ("unmergedLeaves", Vector(uint32)))
Node = Struct(
    "Node",
    ("nodeType", Enumeration(1, {"leaf": 1, "parent": 2})),
    Select("nodeType", {"leaf": [("leafNode", LeafNode)], "parent": [("parentNode", ParentNode)]}),
)
RatchetTree = Vector(Maybe(Node))

# Sections 10 and 8.1
ProtocolVersion = Enumeration(2, {"mls10": 1})
KeyPackage = Struct(
    "KeyPackage",
    ("version", ProtocolVersion),
    ("cipherSuite", uint16),
    ("initKey", opaque),
    ("leafNode", LeafNode),
    ("extensions", Extensions),
    ("signature", opaque),
)
GroupContext = Struct(
    "GroupContext",
    ("version", ProtocolVersion),
    ("cipherSuite", uint16),
    ("groupId", opaque),
    ("epoch", uint64),
    ("treeHash", opaque),
    ("confirmedTranscriptHash", opaque),
    ("extensions", Extensions),
)

# Section 8.4; application PSKs are those of extensions section 4.5.
PreSharedKeyID = Struct(
    "PreSharedKeyID",
    ("pskType", Enumeration(1, {"external": 1, "resumption": 2, "application": 3})),
    Select(
        "pskType",
        {
            "external": [("pskId", opaque)],
            "resumption": [
                ("usage", Enumeration(1, {"application": 1, "reinit": 2, "branch": 3})),
                ("pskGroupId", opaque),
                ("pskEpoch", uint64),
            ],
            "application": [("componentId", uint16), ("pskId", opaque)],
        },
    ),
    ("pskNonce", opaque),
)

# Extensions sections 4.7 and 4.8
AppDataUpdate = Struct(
    "AppDataUpdate",
    ("componentId", uint16),
    ("op", Enumeration(1, {"update": 1, "remove": 2})),
    Select("op", {"update": [("update", opaque)]}),
)
AppEphemeral = Struct("AppEphemeral", ("componentId", uint16), ("data", opaque))

# Section 12.1, extensions section 7.2. Fields of an unnamed struct of RFC 9420 stand beside proposalType.
PROPOSAL_TYPES = {
    "add": 1,
    "update": 2,
    "remove": 3,
    "psk": 4,
    "reinit": 5,
    "externalInit": 6,
    "groupContextExtensions": 7,
    "appDataUpdate": 8,
    "appEphemeral": 9,
    "selfRemove": 10,
}
Proposal = Struct(
    "Proposal",
    ("proposalType", Enumeration(2, PROPOSAL_TYPES)),
    Select(
        "proposalType",
        {
            "add": [("keyPackage", KeyPackage)],
            "update": [("leafNode", LeafNode)],
            "remove": [("removed", uint32)],
            "psk": [("psk", PreSharedKeyID)],
            "reinit": [
                ("groupId", opaque),
                ("version", ProtocolVersion),
                ("cipherSuite", uint16),
                ("extensions", Extensions),
            ],
            "externalInit": [("kemOutput", opaque)],
            "groupContextExtensions": [("extensions", Extensions)],
            "appDataUpdate": [("appDataUpdate", AppDataUpdate)],
            "appEphemeral": [("appEphemeral", AppEphemeral)],
        },
    ),
)

# Sections 7.6 and 12.4
HPKECiphertext = Struct("HPKECiphertext", ("kemOutput", opaque), ("ciphertext", opaque))
UpdatePathNode = Struct("UpdatePathNode", ("encryptionKey", opaque), ("encryptedPathSecret", Vector(HPKECiphertext)))
UpdatePath = Struct("UpdatePath", ("leafNode", LeafNode), ("nodes", Vector(UpdatePathNode)))
ProposalOrRef = Struct(
    "ProposalOrRef",
    ("type", Enumeration(1, {"proposal": 1, "reference": 2})),
    Select("type", {"proposal": [("proposal", Proposal)], "reference": [("reference", opaque)]}),
)
Commit = Struct("Commit", ("proposals", Vector(ProposalOrRef)), ("path", Maybe(UpdatePath)))

# Sections 6 and 6.1
ContentType = Enumeration(1, {"application": 1, "proposal": 2, "commit": 3})
Sender = Struct(
    "Sender",
    ("senderType", Enumeration(1, {"member": 1, "external": 2, "newMemberProposal": 3, "newMemberCommit": 4})),
    Select("senderType", {"member": [("leafIndex", uint32)], "external": [("senderIndex", uint32)]}),
)
FramedContent = Struct(
    "FramedContent",
    ("groupId", opaque),
    ("epoch", uint64),
    ("sender", Sender),
    ("authenticatedData", opaque),
    ("contentType", ContentType),
    Select(
        "contentType",
        {
            "application": [("applicationData", opaque)],
            "proposal": [("proposal", Proposal)],
            "commit": [("commit", Commit)],
        },
    ),
)
_AuthData = Struct("FramedContentAuthData", ("signature", opaque))
_CommitAuthData = Struct("FramedContentAuthData", ("signature", opaque), ("confirmationTag", opaque))


def auth_data(content_type: str) -> Struct:
    """FramedContentAuthData, which has a confirmation tag for a commit only."""
    return _CommitAuthData if content_type == "commit" else _AuthData


# Sections 6.2, 6.3 and 6
PublicMessage = Struct(
    "PublicMessage",
    ("content", FramedContent),
    ("auth", Given(lambda value: auth_data(value["content"]["contentType"]))),
    Select(lambda value: value["content"]["sender"]["senderType"], {"member": [("membershipTag", opaque)]}),
)
PrivateMessage = Struct(
    "PrivateMessage",
    ("groupId", opaque),
    ("epoch", uint64),
    ("contentType", ContentType),
    ("authenticatedData", opaque),
    ("encryptedSenderData", opaque),
    ("ciphertext", opaque),
)
SenderData = Struct("SenderData", ("leafIndex", uint32), ("generation", uint32), ("reuseGuard", Fixed(4)))

# Sections 12.4.3 and 12.4.3.1
GroupInfo = Struct(
    "GroupInfo",
    ("groupContext", GroupContext),
    ("extensions", Extensions),
    ("confirmationTag", opaque),
    ("signer", uint32),
    ("signature", opaque),
)
GroupSecrets = Struct(
    "GroupSecrets",
    ("joinerSecret", opaque),
    ("pathSecret", Maybe(Struct("PathSecret", ("pathSecret", opaque)))),
    ("psks", Vector(PreSharedKeyID)),
)
EncryptedGroupSecrets = Struct(
    "EncryptedGroupSecrets", ("newMember", opaque), ("encryptedGroupSecrets", HPKECiphertext)
)
Welcome = Struct(
    "Welcome",
    ("cipherSuite", uint16),
    ("secrets", Vector(EncryptedGroupSecrets)),
    ("encryptedGroupInfo", opaque),
)

# Semi-private section 3.1. The wire format has no number yet (reading R-207); the reference is an opaque<V> (R-209).
KeyForExternalReceiver = Struct(
    "KeyForExternalReceiver", ("externalReceiverRef", opaque), ("encryptedKeysAndNonces", HPKECiphertext)
)
SemiPrivateMessage = Struct(
    "SemiPrivateMessage",
    ("groupId", opaque),
    ("epoch", uint64),
    ("contentType", Enumeration(1, {"proposal": 2, "commit": 3})),
    ("authenticatedData", opaque),
    ("partialContextHash", opaque),
    ("keysForExternalReceivers", Vector(KeyForExternalReceiver)),
    ("framedContentTbsHash", opaque),
    ("encryptedSenderData", opaque),
    ("ciphertext", opaque),
)

WIRE_FORMATS = {
    "publicMessage": 1,
    "privateMessage": 2,
    "welcome": 3,
    "groupInfo": 4,
    "keyPackage": 5,
    "semiPrivateMessage": 0xF006,
}
MLSMessage = Struct(
    "MLSMessage",
    ("version", ProtocolVersion),
    ("wireFormat", Enumeration(2, WIRE_FORMATS)),
    Select(
        "wireFormat",
        {
            "publicMessage": [("publicMessage", PublicMessage)],
            "privateMessage": [("privateMessage", PrivateMessage)],
            "welcome": [("welcome", Welcome)],
            "groupInfo": [("groupInfo", GroupInfo)],
            "keyPackage": [("keyPackage", KeyPackage)],
            "semiPrivateMessage": [("semiPrivateMessage", SemiPrivateMessage)],
        },
    ),
)

# Section 12.1.8.1
ExternalSender = Struct("ExternalSender", ("signatureKey", opaque), ("credential", Credential))
ExternalSenders = Vector(ExternalSender)

# Section 17.3, extensions section 7.1
EXTENSION_TYPES = {
    "applicationId": 1,
    "ratchetTree": 2,
    "requiredCapabilities": 3,
    "externalPub": 4,
    "externalSenders": 5,
    "appDataDictionary": 6,
    "supportedWireFormats": 7,
    "requiredWireFormats": 8,
    "externalReceivers": 0xF008,  # reading R-207
}
