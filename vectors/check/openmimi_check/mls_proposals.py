"""Proposal lists: which are valid, and what they do to tree and extensions (RFC 9420 sections 12.2 and 12.3).

The MLS extensions draft adds AppDataUpdate, AppEphemeral and SelfRemove (sections 4.7, 4.8 and 6.3).
"""

from typing import Any, Dict, List, NamedTuple, Optional

from .dictionary import Application, component_proposals, replaced_extensions
from .mls_crypto import NH
from .mls_group import PublicGroup
from .mls_leaf import DEFAULT_PROPOSALS, check_key_package, check_members, check_replacement, missing
from .mls_structs import PROPOSAL_TYPES, PreSharedKeyID
from .mls_tree import RatchetTree
from .registry import Refused

Json = Dict[str, Any]

# Proposals whose commit needs a path (section 12.4, extensions section 6.3)
PATH_REQUIRED = {"update", "remove", "externalInit", "groupContextExtensions", "selfRemove"}

# What may come from an external sender (section 12.1.8; extensions sections 4.7 and 4.8)
FROM_EXTERNAL = {"add", "remove", "psk", "reinit", "groupContextExtensions", "appDataUpdate", "appEphemeral"}

# What an external commit may hold beside its ExternalInit (section 12.2; readings)
IN_EXTERNAL_COMMIT = {"externalInit", "remove", "psk", "appDataUpdate", "appEphemeral", "selfRemove"}


class Proposed(NamedTuple):
    """A proposal of a commit, with who sent it, and whether the commit refers to it only."""

    proposal: Json
    sender: Json
    by_reference: bool

    @property
    def kind(self) -> str:
        """Its type."""
        return str(self.proposal["proposalType"])

    @property
    def target(self) -> Optional[int]:
        """The leaf that an Update, a Remove or a SelfRemove is about."""
        if self.kind == "remove":
            return int(self.proposal["removed"])
        leaf = self.sender.get("leafIndex") if self.kind in ("update", "selfRemove") else None
        return None if leaf is None else int(leaf)


class Applied(NamedTuple):
    """What proposals make of a group, before a path is merged."""

    tree: RatchetTree
    extensions: List[Json]
    added: List[int]
    removed: List[int]


def refuse(detail: str) -> Refused:
    """A list of proposals that is invalid as a whole."""
    return Refused("invalid-proposal-list", detail)


def check_list(group: PublicGroup, sender: Json, proposals: List[Proposed]) -> None:
    """The rules for the list, apart from those for the tree that comes of it (section 12.2)."""
    for proposed in proposals:
        check_one(proposed)
    kinds = [proposed.kind for proposed in proposals]
    external = sender["senderType"] == "newMemberCommit"
    if external:
        check_external_list(proposals)
    elif "externalInit" in kinds:
        raise refuse("ExternalInit of a member")
    targets = [proposed.target for proposed in proposals if proposed.target is not None]
    if len(set(targets)) != len(targets):
        raise refuse("two proposals for one leaf")
    for target in targets:
        if group.tree.leaf(target) is None:
            raise refuse(f"nobody at leaf {target}")
    if not external and sender["leafIndex"] in targets:
        raise refuse("an Update of the committer, or its removal")
    if kinds.count("groupContextExtensions") > 1:
        raise refuse("several GroupContextExtensions")
    if "reinit" in kinds and len(kinds) > 1:
        raise refuse("ReInit among others")
    psks = [PreSharedKeyID.write(proposed.proposal["psk"]) for proposed in proposals if proposed.kind == "psk"]
    if len(set(psks)) != len(psks):
        raise refuse("one PSK twice")
    if any(proposed.kind == "selfRemove" and not proposed.by_reference for proposed in proposals):
        raise refuse("SelfRemove by value")
    check_support(group, proposals)


def check_external_list(proposals: List[Proposed]) -> None:
    """The list of an external commit (section 12.2)."""
    kinds = [proposed.kind for proposed in proposals]
    if kinds.count("externalInit") != 1 or kinds.count("remove") > 1 or not set(kinds) <= IN_EXTERNAL_COMMIT:
        raise refuse(f"external commit of {kinds}")
    for proposed in proposals:
        if proposed.by_reference != (proposed.kind == "selfRemove"):
            raise refuse(f"{proposed.kind} in an external commit, by reference: {proposed.by_reference}")


def check_one(proposed: Proposed) -> None:
    """What is asked of a proposal, wherever it stands: that its sender may send it (sections 12.1.4 and 12.1.8)."""
    kind, sender_type = proposed.kind, proposed.sender["senderType"]
    # It says whose leaf it is about by its sender (extensions section 6.3).
    if kind == "selfRemove" and sender_type != "member":
        raise Refused("invalid-proposal", f"SelfRemove of {sender_type}")
    if sender_type == "external" and kind not in FROM_EXTERNAL:
        raise Refused("invalid-proposal", f"{kind} from an external sender")
    if sender_type == "newMemberProposal" and kind != "add":
        raise Refused("invalid-proposal", f"{kind} from a new member")
    if kind == "psk":
        psk = proposed.proposal["psk"]
        if len(psk["pskNonce"]) != 2 * NH or psk.get("usage") in ("reinit", "branch"):
            raise Refused("invalid-proposal", "a PSK that does not belong here")


def check_proposal(group: PublicGroup, proposed: Proposed) -> None:
    """What can be said of a proposal when it arrives: the members have to support it, and its sender may send it."""
    check_one(proposed)
    check_support(group, [proposed])
    if proposed.target is not None and group.tree.leaf(proposed.target) is None:
        raise Refused("invalid-proposal", f"nobody at leaf {proposed.target}")


def check_support(group: PublicGroup, proposals: List[Proposed]) -> None:
    """Who stays in the group has to support the types of proposals that are not default (section 12.2)."""
    gone = {proposed.target for proposed in proposals if proposed.kind in ("remove", "selfRemove")}
    for proposed in proposals:
        number = PROPOSAL_TYPES[proposed.kind]
        for index, leaf in group.tree.members():
            if index not in gone and missing([number], leaf["capabilities"]["proposals"], DEFAULT_PROPOSALS):
                raise Refused("missing-capability", f"leaf {index} does not support {proposed.kind}")


def apply(group: PublicGroup, proposals: List[Proposed], application: Application) -> Applied:
    """Applies a list: extensions, updates, removals, additions, and then what is for components (section 12.3)."""
    context = group.context
    bare = [proposed.proposal for proposed in proposals]
    extensions = replaced_extensions(context["extensions"], bare)
    tree = group.tree.copy()
    for proposed in proposals:
        if proposed.kind == "update":
            index, leaf = proposed.sender["leafIndex"], proposed.proposal["leafNode"]
            check_replacement(leaf, group.tree.leaf(index), "update", context["groupId"], index)
            tree.update(index, leaf)
    targets = [proposed.target for proposed in proposals if proposed.kind in ("selfRemove", "remove")]
    removed = [target for target in targets if target is not None]
    for index in removed:
        tree.remove(index)
    tree.truncate()
    added: List[int] = []
    for proposed in proposals:
        if proposed.kind == "add":
            check_key_package(proposed.proposal["keyPackage"], context)
            added.append(tree.add(proposed.proposal["keyPackage"]["leafNode"]))
    extensions = component_proposals(extensions, bare, application)
    types = [extension["extensionType"] for extension in extensions]
    if len(set(types)) != len(types):
        raise refuse("an extension twice")
    check_members(tree, extensions)
    return Applied(tree, extensions, added, removed)
