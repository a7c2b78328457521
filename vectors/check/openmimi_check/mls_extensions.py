"""Checks mls-extensions: what the MLS extensions draft and its neighbours define beside proposals."""

from typing import Any, Callable, Dict

from .dictionary import AppDataDictionary, SafeAAD
from .mls_commit import stage
from .mls_crypto import component_label, decrypt_with_label, derive_secret, tree_secret, verify_with_label
from .mls_group import find_extension, join
from .mls_messages import group_info_signature_verifies
from .mls_structs import CredentialBinding, GroupInfo, MLSMessage, PreSharedKeyID, RatchetTree
from .multi_credential import binding_verifies
from .presentation import Codec, Struct, Vector, decode, encode, opaque, text, uint32
from .registry import NotUnderstood, Refused, checker, compare, expect_equal, judge
from .semi_private import receive
from .tree_options import PartialGroupInfo, RatchetTreeOption

Json = Dict[str, Any]

# Extensions section 6.1: a span has its first generation first.
MessageRange = Struct(
    "MessageRange", ("sender", uint32), ("firstGeneration", uint32), ("lastGeneration", uint32)
).where(lambda span: span["firstGeneration"] <= span["lastGeneration"], "a range that ends before it begins")
AppAck = Struct("AppAck", ("receivedRanges", Vector(MessageRange)))

# Extensions section 6.2
Parameter = Struct("Parameter", ("parameterName", opaque), ("parameterValue", opaque))
MediaType = Struct("MediaType", ("type", text), ("parameters", Vector(Parameter)))
MediaTypeList = Struct(
    "MediaTypeList", ("mediaTypeList", Vector(MediaType).where(lambda types: types != [], "no media types"))
)
ApplicationFraming = Struct("ApplicationFraming", ("mediaType", MediaType), ("innerApplicationContent", opaque))

STRUCTS: Dict[str, Codec] = {
    "SafeAAD": SafeAAD,
    "PreSharedKeyID": PreSharedKeyID,
    "AppAck": AppAck,
    "AppDataDictionary": AppDataDictionary,
    "PartialGroupInfo": PartialGroupInfo,
    "RatchetTreeOption": RatchetTreeOption,
}


def octets(given: Json, name: str) -> bytes:
    """A field of the input in octets."""
    return bytes.fromhex(given[name])


def decode_struct(given: Json) -> Json:
    """One value, which encodes to the same octets again."""
    struct = STRUCTS[given["struct"]]
    value = decode(struct, octets(given, "octets"))
    expect_equal("the value encoded again", given["octets"], encode(struct, value).hex())
    return {"value": value}


def safe_exporter(given: Json) -> Json:
    """Extensions section 4.4: a leaf of the Exporter Tree, whose root is derived from the epoch secret."""
    application_export_secret = derive_secret(octets(given, "epochSecret"), "application_export")
    exported_secret = tree_secret(application_export_secret, 1 << 16, given["componentId"])
    return {"applicationExportSecret": application_export_secret.hex(), "exportedSecret": exported_secret.hex()}


def safe_verify(given: Json) -> Json:
    """Extensions section 4.3: SafeVerifyWithLabel"""
    label = component_label(given["componentId"], given["label"].encode())
    if not verify_with_label(octets(given, "publicKey"), label, octets(given, "content"), octets(given, "signature")):
        raise Refused("invalid-signature")
    return {}


def safe_decrypt(given: Json) -> Json:
    """Extensions section 4.2: SafeDecryptWithLabel"""
    label = component_label(given["componentId"], given["label"].encode())
    plaintext = decrypt_with_label(
        octets(given, "privateKey"),
        label,
        octets(given, "context"),
        octets(given, "kemOutput"),
        octets(given, "ciphertext"),
    )
    return {"plaintext": plaintext.hex()}


def read_content(given: Json) -> Json:
    """Extensions section 6.2.4: a media type of no octets is the first one of the group."""
    try:
        media_types = decode(MediaTypeList, octets(given, "mediaTypes"))["mediaTypeList"]
        framing = decode(ApplicationFraming, octets(given, "applicationData"))
    except Refused as refusal:
        raise Refused("invalid-extension", str(refusal)) from None
    media_type = framing["mediaType"] if framing["mediaType"]["type"] else media_types[0]
    return {"mediaType": media_type, "content": framing["innerApplicationContent"]}


def credential_binding(given: Json) -> Json:
    """Extensions section 6.5: the holder of the credential signs, with credential_key, whose signature_key it is."""
    binding = decode(CredentialBinding, octets(given, "binding"))
    if not binding_verifies(binding, given["signatureKey"]):
        raise Refused("invalid-signature", "CredentialBindingTBS")
    return {"binding": binding}


def partial_group_info(given: Json) -> Json:
    """Tree options section 4: the GroupInfo of the next epoch, of a commit and what a server cannot make by itself."""
    before = decode(GroupInfo, octets(given, "groupInfo"))
    group = join(before, decode(RatchetTree, octets(given, "ratchetTree")))
    commit = decode(MLSMessage, octets(given, "commit"))["publicMessage"]
    partial = decode(PartialGroupInfo, octets(given, "partialGroupInfo"))
    presence = partial["ratchetTreePresence"]
    # Trees are never embedded, so only these two can be right, and none stands among the extensions.
    if presence not in ("noRatchetTree", "removed"):
        raise Refused("invalid-group-info", presence)
    if find_extension(partial["groupInfoExtensions"], "ratchetTree") is not None:
        raise Refused("invalid-group-info", "a tree among the extensions")
    had_tree = find_extension(before["extensions"], "ratchetTree") is not None
    expect_equal("whether there was a tree before", presence == "removed", had_tree)
    staged = stage(group, commit["content"], commit["auth"], {})
    # extensions as they are, the tag of the commit, and the committer as the signer.
    group_info = {
        "groupContext": staged.group.context,
        "extensions": partial["groupInfoExtensions"],
        "confirmationTag": commit["auth"]["confirmationTag"],
        "signer": staged.committer,
        "signature": partial["signature"],
    }
    if not group_info_signature_verifies(group_info, staged.group.tree.member(staged.committer)):
        raise Refused("invalid-group-info", "the signature")
    return {"newGroupInfo": encode(GroupInfo, group_info).hex()}


FUNCTIONS: Dict[str, Callable[[Json], Json]] = {
    "decode": decode_struct,
    "safeExporter": safe_exporter,
    "safeVerify": safe_verify,
    "safeDecrypt": safe_decrypt,
    "content": read_content,
    "credentialBinding": credential_binding,
    "partialGroupInfo": partial_group_info,
    "semiPrivateMessage": receive,
}


@checker("mls-extensions")
def check(vector: Json, file: Json) -> None:
    """One vector."""
    given = vector["input"]
    if given["function"] not in FUNCTIONS:
        raise NotUnderstood(given["function"])
    compare(vector["expected"], judge(lambda: FUNCTIONS[given["function"]](given)))
