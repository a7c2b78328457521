"""Checks extension-proposals: AppDataUpdate, AppEphemeral and SelfRemove, in octets, in messages, in a dictionary."""

from typing import Any, Dict, List, Optional

from .dictionary import Application, component_proposals, replaced_extensions
from .mls_crypto import make_proposal_ref
from .mls_messages import authenticated_content, content_signature_verifies, membership_tag
from .mls_structs import WIRE_FORMATS, Commit, Extensions, GroupContext, MLSMessage, Proposal
from .presentation import Codec, decode, encode
from .registry import NotUnderstood, checker, compare, judge

STRUCTS: Dict[str, Codec] = {"Proposal": Proposal, "Commit": Commit}


def check_octets(struct: Codec, octets: str) -> Dict[str, Any]:
    """One value, from the first octet to the last, which encodes to the same octets again."""
    value: Dict[str, Any] = decode(struct, bytes.fromhex(octets))
    if encode(struct, value).hex() != octets:
        raise NotUnderstood("the value encodes to other octets")
    return value


def check_message(given: Dict[str, str]) -> Dict[str, Any]:
    """A PublicMessage with the keys to verify it (RFC 9420 sections 6.1 and 6.2)."""
    message = check_octets(MLSMessage, given["octets"])
    if message["wireFormat"] != "publicMessage":
        raise NotUnderstood(f"wire format {message['wireFormat']}")
    value = message["publicMessage"]
    content, auth = value["content"], value["auth"]
    context = decode(GroupContext, bytes.fromhex(given["groupContext"]))
    wire_format = WIRE_FORMATS["publicMessage"]
    tag: Optional[bool] = None
    if "membershipTag" in value:
        tag = membership_tag(value, context, bytes.fromhex(given["membershipKey"])).hex() == value["membershipTag"]
    authenticated = authenticated_content(wire_format, content, auth)
    verifies = content_signature_verifies(wire_format, content, auth["signature"], context, given["signatureKey"])
    return {
        "value": value,
        "signatureVerifies": verifies,
        "membershipTagVerifies": tag,
        "authenticatedContent": authenticated.hex(),
        "reference": make_proposal_ref(authenticated).hex(),
    }


class Components(Application):
    """The application of dictionary.json, as its README describes it: three components, and no others."""

    known = frozenset({0xF001, 0xF002, 0xF003})

    def update(self, component: int, data: Optional[bytes], updates: List[bytes]) -> bytes:
        if component == 0xF001:
            return (data or b"") + b"".join(updates)
        if component == 0xF002:
            return updates[-1]
        return super().update(component, data, updates)


def check_dictionary(extensions: str, proposals: List[str]) -> Dict[str, Any]:
    """The extensions of a GroupContext after a commit."""
    before = decode(Extensions, bytes.fromhex(extensions))
    committed = [decode(Proposal, bytes.fromhex(proposal)) for proposal in proposals]
    after = component_proposals(replaced_extensions(before, committed), committed, Components())
    return {"extensions": encode(Extensions, after).hex()}


def recompute(given: Dict[str, Any]) -> Dict[str, Any]:
    """What `expected` has, where the input is valid."""
    fields = set(given)
    if fields == {"struct", "octets"}:
        return {"value": check_octets(STRUCTS[given["struct"]], given["octets"])}
    if fields == {"octets", "groupContext", "signatureKey", "membershipKey"}:
        return check_message(given)
    if fields == {"extensions", "proposals"}:
        return check_dictionary(given["extensions"], given["proposals"])
    raise NotUnderstood(f"input with {sorted(fields)}")


@checker("extension-proposals")
def check(vector: Dict[str, Any], file: Dict[str, Any]) -> None:
    """One vector."""
    compare(vector["expected"], judge(lambda: recompute(vector["input"])))
