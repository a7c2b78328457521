"""A member that sends, out of given randomness: groups, proposals, commits with Welcome and GroupInfo, and messages.

Sections are those of RFC 9420. What is sent comes out octet for octet as whoever had the same randomness sends it: a
commit has a path, its GroupInfo has external_pub and no tree, and no message is padded.
"""

from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from .crypto import aes_gcm_seal
from .dictionary import NO_COMPONENTS, Application
from .hpke import encapsulate, export, key_schedule
from .mls_commit import resolve
from .mls_crypto import NH, NK, NN, expand_with_label, make_key_package_ref, sign_with_label
from .mls_group import PublicGroup, confirmed_transcript_hash, find_extension
from .mls_member import Member, with_resumption
from .mls_messages import framed_content_tbs, membership_tag
from .mls_path import Draws, Path, encrypt, make_path, next_context
from .mls_proposals import Proposed, apply, check_list
from .mls_secrets import ZERO, EpochSecrets, epoch_secrets, guarded, joiner_secret, ratchet, sender_data_key
from .mls_structs import (
    EXTENSION_TYPES,
    WIRE_FORMATS,
    GroupInfo,
    GroupSecrets,
    KeyPackage,
    PrivateMessage,
    SenderData,
    auth_data,
)
from .mls_tree import RatchetTree, leaves_below
from .registry import NotUnderstood
from .tls import opaque

Json = Dict[str, Any]


class Sent(NamedTuple):
    """A commit that was made: the PublicMessage, what goes with it, and the committer in the next epoch."""

    message: Json
    welcome: Optional[Json]
    group_info: Json
    member: Member


def external_pub(secrets: EpochSecrets) -> Json:
    """The extension external_pub (section 12.4.3.2)"""
    return {
        "extensionType": EXTENSION_TYPES["externalPub"],
        "extensionData": opaque(secrets.external_key_pair()[1]).hex(),
    }


def make_group_info(member: Member, signature_key: bytes) -> Json:
    """A GroupInfo of the member's epoch (section 12.4.3)."""
    group_info = {
        "groupContext": member.group.context,
        "extensions": [external_pub(member.secrets)],
        "confirmationTag": member.group.confirmation_tag,
        "signer": member.own,
    }
    tbs = GroupInfo.write_until("signature", group_info)
    return {**group_info, "signature": sign_with_label(signature_key, b"GroupInfoTBS", tbs).hex()}


def create(key_package: Json, encryption_key: bytes, group_id: str, extensions: List[Json], draws: Draws) -> Member:
    """Creates a group with one member (section 11)."""
    tree = RatchetTree([None])
    tree.set_leaf(0, key_package["leafNode"])
    context = {
        "version": "mls10",
        "cipherSuite": 1,
        "groupId": group_id,
        "epoch": "0",
        "treeHash": tree.tree_hash().hex(),
        "confirmedTranscriptHash": "",
        "extensions": extensions,
    }
    secrets = EpochSecrets(b"", draws.take("epochSecret"))
    group = PublicGroup(context, tree, secrets.confirmation_tag(context))
    keys = {key_package["leafNode"]["encryptionKey"]: encryption_key}
    return Member(group, 0, keys, secrets, with_resumption({}, group, secrets))


def framed(context: Json, sender: Json, authenticated_data: str, kind: str, value: Any) -> Json:
    """A FramedContent of this epoch."""
    return {
        "groupId": context["groupId"],
        "epoch": context["epoch"],
        "sender": sender,
        "authenticatedData": authenticated_data,
        "contentType": kind,
        kind if kind != "application" else "applicationData": value,
    }


def sign_content(wire_format: str, content: Json, context: Json, signature_key: bytes) -> str:
    """The signature in FramedContentAuthData (section 6.1)"""
    tbs = framed_content_tbs(WIRE_FORMATS[wire_format], content, context)
    return sign_with_label(signature_key, b"FramedContentTBS", tbs).hex()


def public_message(message: Json, context: Json, secrets: Optional[EpochSecrets]) -> Json:
    """An MLSMessage of a PublicMessage, with the membership tag of a member (section 6.2)."""
    if secrets is not None:
        tag = membership_tag(message, context, secrets.named("membership"))
        message = {**message, "membershipTag": tag.hex()}
    return {"version": "mls10", "wireFormat": "publicMessage", "publicMessage": message}


def propose(member: Member, signature_key: bytes, proposal: Json, authenticated_data: str) -> Json:
    """A proposal of a member, as an MLSMessage."""
    context = member.group.context
    content = framed(
        context, {"senderType": "member", "leafIndex": member.own}, authenticated_data, "proposal", proposal
    )
    signature = sign_content("publicMessage", content, context, signature_key)
    return public_message({"content": content, "auth": {"signature": signature}}, context, member.secrets)


def propose_externally(group: PublicGroup, index: int, key: bytes, proposal: Json, authenticated_data: str) -> Json:
    """A proposal of an external sender, as an MLSMessage (section 12.1.8)."""
    sender = {"senderType": "external", "senderIndex": index}
    content = framed(group.context, sender, authenticated_data, "proposal", proposal)
    signature = sign_content("publicMessage", content, group.context, key)
    return public_message({"content": content, "auth": {"signature": signature}}, group.context, None)


def protect(
    member: Member, signature_key: bytes, application_data: str, authenticated_data: str, generation: int, draws: Draws
) -> Json:
    """An application message as an MLSMessage (sections 6.3.1 and 6.3.2)."""
    context = member.group.context
    sender = {"senderType": "member", "leafIndex": member.own}
    content = framed(context, sender, authenticated_data, "application", application_data)
    signature = sign_content("privateMessage", content, context, signature_key)
    plaintext = opaque(bytes.fromhex(application_data)) + auth_data("application").write({"signature": signature})
    message = {name: content[name] for name in ("groupId", "epoch", "contentType", "authenticatedData")}
    key = ratchet(member.secrets.named("encryption"), member.leaves, member.own, "application", generation)
    guard = draws.take("reuseGuard")
    associated_data = PrivateMessage.write_until("encryptedSenderData", message)
    ciphertext = aes_gcm_seal(key.key, guarded(key.nonce, guard), plaintext, associated_data)
    data = {"leafIndex": member.own, "generation": generation, "reuseGuard": guard.hex()}
    data_key = sender_data_key(member.secrets.named("sender data"), ciphertext)
    sender_data_aad = PrivateMessage.write_until("authenticatedData", message)
    encrypted = aes_gcm_seal(data_key.key, data_key.nonce, SenderData.write(data), sender_data_aad)
    private = {**message, "encryptedSenderData": encrypted.hex(), "ciphertext": ciphertext.hex()}
    return {"version": "mls10", "wireFormat": "privateMessage", "privateMessage": private}


def make_welcome(sent: Member, joiner: bytes, path: Path, added: List[Json], group_info: Json, draws: Draws) -> Json:
    """The Welcome for the clients that a commit adds, in the order of the Adds (section 12.4.3.1)."""
    secret = sent.secrets.welcome_secret
    key, nonce = expand_with_label(secret, "key", b"", NK), expand_with_label(secret, "nonce", b"", NN)
    encrypted_group_info = aes_gcm_seal(key, nonce, GroupInfo.write(group_info), b"")
    secrets: List[Json] = []
    for key_package in added:
        leaf = next(index for index, leaf in sent.group.tree.members() if leaf == key_package["leafNode"])
        # The lowest node above both.
        shared = next(node for node in path.path_secrets if leaf in leaves_below(node))
        path_secret = path.path_secrets[shared]
        group_secrets = {"joinerSecret": joiner.hex(), "pathSecret": {"pathSecret": path_secret.hex()}, "psks": []}
        plaintext = GroupSecrets.write(group_secrets)
        secrets.append(
            {
                "newMember": make_key_package_ref(KeyPackage.write(key_package)).hex(),
                "encryptedGroupSecrets": encrypt(
                    key_package["initKey"], b"Welcome", encrypted_group_info, plaintext, draws
                ),
            }
        )
    return {"cipherSuite": 1, "secrets": secrets, "encryptedGroupInfo": encrypted_group_info.hex()}


def commit(
    member: Member,
    signature_key: bytes,
    items: List[Json],
    pending: Mapping[str, Proposed],
    authenticated_data: str,
    draws: Draws,
    application: Application = NO_COMPONENTS,
) -> Sent:
    """Commits proposals, by reference or by value as `items` have them (section 12.4.1)."""
    sender = {"senderType": "member", "leafIndex": member.own}
    leaf = member.group.tree.member(member.own)
    init_secret = member.secrets.named("init")
    committer = Committer(member.group, sender, signature_key, authenticated_data, draws)
    return committer.commit(items, pending, application, leaf, init_secret, member)


def join_externally(
    group_info: Json,
    group: PublicGroup,
    leaf: Json,
    signature_key: bytes,
    items: List[Json],
    pending: Mapping[str, Proposed],
    authenticated_data: str,
    draws: Draws,
    application: Application = NO_COMPONENTS,
) -> Sent:
    """Joins by an external commit (section 12.4.3.2). The kem_output of the ExternalInit in `items` is made anew."""
    public_key = find_extension(group_info["extensions"], "externalPub") or b""
    # The extension holds an HPKEPublicKey, which is an opaque<V>.
    shared_secret, kem_output = encapsulate(draws.take("hpkeEphemeralKey"), public_key[1:])
    init_secret = export(key_schedule(shared_secret, b""), b"MLS 1.0 external init secret", NH)
    renewed = [
        {**item, "proposal": {"proposalType": "externalInit", "kemOutput": kem_output.hex()}}
        if item.get("proposal", {}).get("proposalType") == "externalInit"
        else item
        for item in items
    ]
    committer = Committer(group, {"senderType": "newMemberCommit"}, signature_key, authenticated_data, draws)
    return committer.commit(renewed, pending, application, leaf, init_secret, None)


class Committer(NamedTuple):
    """Who makes a commit."""

    group: PublicGroup
    sender: Json
    signature_key: bytes
    authenticated_data: str
    draws: Draws

    def commit(
        self,
        items: List[Json],
        pending: Mapping[str, Proposed],
        application: Application,
        leaf: Json,
        init_secret: bytes,
        member: Optional[Member],
    ) -> Sent:
        """The commit, and what goes with it."""
        before = self.group.context
        proposals = resolve({"proposals": items}, self.sender, pending)
        check_list(self.group, self.sender, proposals)
        if any(proposed.kind == "psk" for proposed in proposals):
            raise NotUnderstood("PSKs")
        applied = apply(self.group, proposals, application)
        own = applied.tree.free_leaf() if member is None else member.own
        path = make_path(before, applied, own, leaf, self.signature_key, self.draws)
        value = {"proposals": items, "path": path.update_path}
        content = framed(before, self.sender, self.authenticated_data, "commit", value)
        signature = sign_content("publicMessage", content, before, self.signature_key)
        confirmed = confirmed_transcript_hash(self.group, WIRE_FORMATS["publicMessage"], content, signature)
        context = {
            **next_context(before, applied),
            "treeHash": path.tree.tree_hash().hex(),
            "confirmedTranscriptHash": confirmed.hex(),
        }
        joiner = joiner_secret(init_secret, path.commit_secret, context)
        secrets = epoch_secrets(joiner, ZERO, context)
        auth = {"signature": signature, "confirmationTag": secrets.confirmation_tag(context)}
        group = PublicGroup(context, path.tree, auth["confirmationTag"])
        known: Mapping[str, bytes] = {} if member is None else member.psks
        keys = {**({} if member is None else member.keys), **path.keys}
        after = Member(group, own, keys, secrets, with_resumption(known, group, secrets))
        group_info = make_group_info(after, self.signature_key)
        added = [proposed.proposal["keyPackage"] for proposed in proposals if proposed.kind == "add"]
        welcome = make_welcome(after, joiner, path, added, group_info, self.draws) if added else None
        message = public_message({"content": content, "auth": auth}, before, None if member is None else member.secrets)
        return Sent(message, welcome, group_info, after)
