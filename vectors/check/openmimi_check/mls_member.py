"""A group as a member knows it: the public part, and an epoch's secrets (RFC 9420 sections 12.4.2 and 12.4.3.1)."""

from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from .hpke import derive_key_pair, export, setup_base_receiver
from .mls_commit import Staged, stage
from .mls_crypto import (
    NH,
    NK,
    NN,
    aead_open,
    decrypt_with_label,
    derive_secret,
    expand_with_label,
    make_key_package_ref,
)
from .mls_group import PublicGroup, find_extension, join
from .mls_messages import authenticated_content, membership_tag
from .mls_proposals import Proposed
from .mls_secrets import (
    ZERO,
    EpochSecrets,
    epoch_secrets,
    joiner_secret,
    open_private_message,
    psk_secret_of,
    welcome_secret,
)
from .mls_structs import (
    WIRE_FORMATS,
    GroupContext,
    GroupInfo,
    GroupSecrets,
    KeyPackage,
    PreSharedKeyID,
    RatchetTree,
)
from .mls_tree import leaves_below
from .presentation import decode
from .registry import Refused

Json = Dict[str, Any]

# HPKE private keys by the public keys that stand in the tree, both of them as in the vectors for the public ones.
Keys = Dict[str, bytes]


class Member(NamedTuple):
    """A member in one epoch."""

    group: PublicGroup
    own: int
    keys: Keys
    secrets: EpochSecrets
    psks: Mapping[str, bytes]

    @property
    def leaves(self) -> int:
        """How many leaves the tree has, blank ones included."""
        return len(self.group.tree.nodes) // 2 + 1


class Opened(NamedTuple):
    """A handshake or a message that has been read and verified."""

    wire_format: int
    content: Json
    auth: Json

    @property
    def authenticated_content(self) -> bytes:
        """AuthenticatedContent, of which a ProposalRef is made"""
        return authenticated_content(self.wire_format, self.content, self.auth)


def with_resumption(psks: Mapping[str, bytes], group: PublicGroup, secrets: EpochSecrets) -> Dict[str, bytes]:
    """The PSKs that a member knows, with the resumption PSK of this epoch (section 8.6)."""
    known = dict(psks)
    for usage in ("application", "reinit", "branch"):
        name = {
            "pskType": "resumption",
            "usage": usage,
            "pskGroupId": group.context["groupId"],
            "pskEpoch": group.context["epoch"],
        }
        known[PreSharedKeyID.write_until("pskNonce", name).hex()] = secrets.named("resumption")
    return known


def check_confirmation(group: PublicGroup, secrets: EpochSecrets) -> None:
    """The confirmation tag of the epoch."""
    if secrets.confirmation_tag(group.context) != group.confirmation_tag:
        raise Refused("invalid-confirmation-tag")


def open_welcome(
    welcome: Json, key_package: Json, init_private: bytes, psks: Mapping[str, bytes]
) -> "tuple[Json, Json, bytes]":
    """GroupSecrets and GroupInfo of a Welcome, and the PSK secret (section 12.4.3.1)."""
    reference = make_key_package_ref(KeyPackage.write(key_package)).hex()
    found = [entry for entry in welcome["secrets"] if entry["newMember"] == reference]
    if not found:
        raise Refused("not-welcome", reference)
    encrypted = found[0]["encryptedGroupSecrets"]
    group_info_octets = bytes.fromhex(welcome["encryptedGroupInfo"])
    opened = decrypt_with_label(
        init_private,
        b"Welcome",
        group_info_octets,
        bytes.fromhex(encrypted["kemOutput"]),
        bytes.fromhex(encrypted["ciphertext"]),
    )
    group_secrets = decode(GroupSecrets, opened)
    psk_secret = psk_secret_of(group_secrets["psks"], psks)
    secret = welcome_secret(bytes.fromhex(group_secrets["joinerSecret"]), psk_secret)
    key, nonce = expand_with_label(secret, "key", b"", NK), expand_with_label(secret, "nonce", b"", NN)
    group_info = decode(GroupInfo, aead_open(key, nonce, b"", group_info_octets))
    return group_secrets, group_info, psk_secret


def path_keys(group: PublicGroup, path_secret: bytes, nodes: List[int]) -> "tuple[Keys, bytes]":
    """The keys of nodes from a path secret upwards, which have to be those in the tree; and the commit secret."""
    keys: Keys = {}
    for node in nodes:
        private_key, public_key = derive_key_pair(derive_secret(path_secret, "node"))
        parent = group.tree.parent(node)
        if parent is None or parent["encryptionKey"] != public_key.hex():
            raise Refused("invalid-path", f"another key at node {node}")
        keys[public_key.hex()] = private_key
        path_secret = derive_secret(path_secret, "path")
    return keys, path_secret


def join_by_welcome(
    welcome: Json,
    key_package: Json,
    init_private: bytes,
    encryption_private: bytes,
    ratchet_tree: Optional[List[Any]] = None,
    psks: Mapping[str, bytes] = {},
) -> Member:
    """Joins a group (section 12.4.3.1). The tree is that of the GroupInfo where it is not given."""
    group_secrets, group_info, psk_secret = open_welcome(welcome, key_package, init_private, psks)
    embedded = find_extension(group_info["extensions"], "ratchetTree")
    nodes = ratchet_tree if embedded is None else decode(RatchetTree, embedded)
    if nodes is None:
        raise Refused("no-tree")
    group = join(group_info, nodes)
    own = [index for index, leaf in group.tree.members() if leaf == key_package["leafNode"]]
    if len(own) != 1:
        raise Refused("not-welcome", "no leaf of this KeyPackage")
    keys: Keys = {key_package["leafNode"]["encryptionKey"]: encryption_private}
    if "pathSecret" in group_secrets:
        path_secret = bytes.fromhex(group_secrets["pathSecret"]["pathSecret"])
        filtered = group.tree.filtered_direct_path(group_info["signer"])
        shared = [node for node in filtered if own[0] in leaves_below(node)]
        keys.update(path_keys(group, path_secret, shared)[0])
    secrets = epoch_secrets(bytes.fromhex(group_secrets["joinerSecret"]), psk_secret, group.context)
    check_confirmation(group, secrets)
    return Member(group, own[0], keys, secrets, with_resumption(psks, group, secrets))


def open_message(member: Member, message: Json) -> Opened:
    """Reads and verifies a PublicMessage or a PrivateMessage of this epoch (sections 6.1 to 6.3)."""
    wire_format = WIRE_FORMATS[message["wireFormat"]]
    if message["wireFormat"] == "privateMessage":
        private = message["privateMessage"]
        if (private["groupId"], private["epoch"]) != (member.group.context["groupId"], member.group.context["epoch"]):
            raise Refused("wrong-epoch", private["epoch"])
        content, auth, _ = open_private_message(private, member.secrets, member.leaves)
        check_visible(content)
    else:
        content, auth = message["publicMessage"]["content"], message["publicMessage"]["auth"]
    member.group.check_content(wire_format, content, auth["signature"])
    if "membershipTag" in message.get("publicMessage", {}):
        tag = membership_tag(message["publicMessage"], member.group.context, member.secrets.named("membership"))
        if tag.hex() != message["publicMessage"]["membershipTag"]:
            raise Refused("invalid-membership-tag")
    return Opened(wire_format, content, auth)


def check_visible(content: Json) -> None:
    """SelfRemove is for everybody to see, so it travels in a PublicMessage alone (extensions section 6.3)."""
    if content.get("proposal", {}).get("proposalType") == "selfRemove":
        raise Refused("wrong-wire-format", "SelfRemove in an encrypted message")


def commit_secret_of(member: Member, staged: Staged, path: Json, keys: Keys) -> "tuple[Keys, bytes]":
    """Decrypts the path secret that is for this member (section 7.5): the new keys, and the commit secret."""
    tree, group = staged.group.tree, staged.group
    # The provisional GroupContext has the transcript of before.
    context = {**group.context, "confirmedTranscriptHash": member.group.context["confirmedTranscriptHash"]}
    new_leaves = {2 * leaf for leaf in staged.added}
    filtered = tree.filtered_direct_path(staged.committer)
    for position, node in enumerate(filtered):
        if member.own not in leaves_below(node):
            continue
        copath = tree.resolution(tree.copath_child(staged.committer, node))
        receivers = [receiver for receiver in copath if receiver not in new_leaves]
        for receiver, encrypted in zip(receivers, path["nodes"][position]["encryptedPathSecret"]):
            public_key = tree.value(receiver)["encryptionKey"]
            if public_key in keys:
                path_secret = decrypt_with_label(
                    keys[public_key],
                    b"UpdatePathNode",
                    GroupContext.write(context),
                    bytes.fromhex(encrypted["kemOutput"]),
                    bytes.fromhex(encrypted["ciphertext"]),
                )
                return path_keys(group, path_secret, filtered[position:])
    raise Refused("invalid-path", "no path secret for this member")


def init_secret_of(member: Member, proposals: List[Proposed]) -> bytes:
    """init_secret of the epoch, or the one that an external joiner sends (sections 8 and 8.3)."""
    for proposed in proposals:
        if proposed.kind == "externalInit":
            private_key, _ = member.secrets.external_key_pair()
            kem_output = bytes.fromhex(proposed.proposal["kemOutput"])
            return export(setup_base_receiver(kem_output, private_key, b""), b"MLS 1.0 external init secret", NH)
    return member.secrets.named("init")


def commit_secrets(member: Member, staged: Staged, content: Json, own_keys: Mapping[str, bytes] = {}) -> Member:
    """The secrets of the next epoch (section 12.4.2). `own_keys` are those of own Updates that are pending."""
    if member.own in staged.removed:
        raise Refused("removed", "this member is not in the next epoch")
    keys: Keys = {**member.keys, **own_keys}
    commit_secret = ZERO
    if "path" in content["commit"]:
        new_keys, commit_secret = commit_secret_of(member, staged, content["commit"]["path"], keys)
        keys.update(new_keys)
    identifiers = [proposed.proposal["psk"] for proposed in staged.proposals if proposed.kind == "psk"]
    psk_secret = psk_secret_of(identifiers, member.psks)
    init_secret = init_secret_of(member, staged.proposals)
    joiner = joiner_secret(init_secret, commit_secret, staged.group.context)
    secrets = epoch_secrets(joiner, psk_secret, staged.group.context)
    check_confirmation(staged.group, secrets)
    return Member(staged.group, member.own, keys, secrets, with_resumption(member.psks, staged.group, secrets))


def process_commit(member: Member, opened: Opened, pending: Mapping[str, Proposed]) -> Member:
    """The next epoch."""
    staged = stage(member.group, opened.content, opened.auth, pending, wire_format=opened.wire_format)
    return commit_secrets(member, staged, opened.content)
