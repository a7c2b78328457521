"""Commits, as a server processes them (RFC 9420 section 12.4.2): all but what takes secrets."""

from typing import Any, Dict, List, Mapping, NamedTuple, Set

from .dictionary import NO_COMPONENTS, Application
from .mls_group import PublicGroup, confirmed_transcript_hash
from .mls_leaf import check_members, check_replacement
from .mls_proposals import PATH_REQUIRED, Applied, Proposed, apply, check_list
from .mls_structs import WIRE_FORMATS
from .mls_tree import RatchetTree
from .registry import Refused

Json = Dict[str, Any]


class Staged(NamedTuple):
    """A commit that has been checked: the next epoch, and what led there."""

    group: PublicGroup
    committer: int
    proposals: List[Proposed]
    added: List[int]
    removed: List[int]


def resolve(commit: Json, sender: Json, pending: Mapping[str, Proposed]) -> List[Proposed]:
    """The proposals of a commit, those that it refers to among the pending ones of the epoch."""
    proposals: List[Proposed] = []
    for item in commit["proposals"]:
        if item["type"] == "proposal":
            proposals.append(Proposed(item["proposal"], sender, False))
        elif item["reference"] in pending:
            proposals.append(pending[item["reference"]])
        else:
            raise Refused("unknown-proposal-reference", item["reference"])
    return proposals


def check_path(group: PublicGroup, applied: Applied, committer: int, path: Json, external: bool) -> RatchetTree:
    """Validates an UpdatePath and merges it into the tree (sections 7.5 and 12.4.2)."""
    tree = applied.tree.copy()
    before = None if external else applied.tree.member(committer)
    group_id = group.context["groupId"]
    check_replacement(path["leafNode"], before, "commit", group_id, committer)
    new_keys = [path["leafNode"]["encryptionKey"]] + [node["encryptionKey"] for node in path["nodes"]]
    old_keys: Set[str] = {
        tree.value(index)["encryptionKey"] for index, node in enumerate(tree.nodes) if node is not None
    }
    if len(set(new_keys)) != len(new_keys) or old_keys & set(new_keys):
        raise Refused("invalid-path", "a public key that is in the tree already")
    new_leaves = {2 * leaf for leaf in applied.added}
    filtered = tree.filtered_direct_path(committer)
    for node, update in zip(filtered, path["nodes"]):
        copath = tree.resolution(tree.copath_child(committer, node))
        receivers = [receiver for receiver in copath if receiver not in new_leaves]
        if len(receivers) != len(update["encryptedPathSecret"]):
            raise Refused("invalid-path", f"{len(update['encryptedPathSecret'])} secrets for {len(receivers)} nodes")
    tree.merge_path(committer, path)
    check_members(tree, applied.extensions)
    return tree


def stage(
    group: PublicGroup,
    content: Json,
    auth: Json,
    pending: Mapping[str, Proposed],
    application: Application = NO_COMPONENTS,
    wire_format: int = WIRE_FORMATS["publicMessage"],
) -> Staged:
    """Checks a commit; what comes of it is the next epoch. Refused with a reason where it is not valid."""
    group.check_content(wire_format, content, auth["signature"])
    sender, commit = content["sender"], content["commit"]
    external = sender["senderType"] == "newMemberCommit"
    if not external and sender["senderType"] != "member":
        raise Refused("invalid-commit", f"a commit of {sender['senderType']}")
    proposals = resolve(commit, sender, pending)
    check_list(group, sender, proposals)
    applied = apply(group, proposals, application)
    path = commit.get("path")
    required = external or not proposals or any(proposed.kind in PATH_REQUIRED for proposed in proposals)
    if path is None and required:
        raise Refused("missing-path")
    committer = applied.tree.free_leaf() if external else sender["leafIndex"]
    tree = applied.tree if path is None else check_path(group, applied, committer, path, external)
    context = {
        **group.context,
        "epoch": str(int(group.context["epoch"]) + 1),
        "treeHash": tree.tree_hash().hex(),
        "confirmedTranscriptHash": confirmed_transcript_hash(group, wire_format, content, auth["signature"]).hex(),
        "extensions": applied.extensions,
    }
    next_group = PublicGroup(context, tree, auth["confirmationTag"])
    return Staged(next_group, committer, proposals, applied.added, applied.removed)
