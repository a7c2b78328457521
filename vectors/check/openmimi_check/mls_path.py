"""UpdatePaths that are made out of given randomness (RFC 9420 sections 7.4 to 7.6)."""

from typing import Any, Dict, List, NamedTuple

from .hpke import derive_key_pair
from .mls_crypto import derive_secret, encrypt_with_label, sign_with_label
from .mls_member import Keys
from .mls_messages import leaf_node_tbs
from .mls_proposals import Applied
from .mls_structs import GroupContext
from .mls_tree import RatchetTree
from .registry import NotUnderstood

Json = Dict[str, Any]


class Draws:
    """The randomness of one step, to be used up in its order."""

    def __init__(self, draws: List[Json]) -> None:
        self.left = list(draws)

    def take(self, use: str) -> bytes:
        """The next octets, which have to be for this use."""
        if not self.left or self.left[0]["use"] != use:
            raise NotUnderstood(f"{use} is needed, and there is {self.left[:1]}")
        return bytes.fromhex(self.left.pop(0)["octets"])

    def finish(self) -> None:
        """Nothing may be left."""
        if self.left:
            raise NotUnderstood(f"randomness that is not needed: {self.left}")


class Path(NamedTuple):
    """An UpdatePath that was made."""

    update_path: Json
    tree: RatchetTree
    keys: Keys
    path_secrets: Dict[int, bytes]
    commit_secret: bytes


def make_path(context: Json, applied: Applied, own: int, leaf: Json, signature_key: bytes, draws: Draws) -> Path:
    """Updates the direct path of a leaf, and encrypts the path secrets to everybody else (sections 7.4 to 7.6)."""
    tree = applied.tree.copy()
    encryption_private, encryption_public = derive_key_pair(draws.take("leafKeyMaterial"))
    keys: Keys = {encryption_public.hex(): encryption_private}
    filtered = tree.filtered_direct_path(own)
    path_secrets: Dict[int, bytes] = {}
    path_secret = draws.take("pathSecret")
    public_keys: List[str] = []
    for node in filtered:
        path_secrets[node] = path_secret
        private_key, public_key = derive_key_pair(derive_secret(path_secret, "node"))
        keys[public_key.hex()] = private_key
        public_keys.append(public_key.hex())
        path_secret = derive_secret(path_secret, "path")
    new_leaf = {name: value for name, value in leaf.items() if name not in ("lifetime", "signature")}
    new_leaf.update(encryptionKey=encryption_public.hex(), leafNodeSource="commit")
    new_leaf["parentHash"] = tree.set_path(own, public_keys)
    tbs = leaf_node_tbs({**new_leaf, "signature": ""}, context["groupId"], own)
    new_leaf["signature"] = sign_with_label(signature_key, b"LeafNodeTBS", tbs).hex()
    tree.set_leaf(own, new_leaf)
    provisional = GroupContext.write({**next_context(context, applied), "treeHash": tree.tree_hash().hex()})
    nodes = [
        {
            "encryptionKey": public_key,
            "encryptedPathSecret": [
                encrypt(
                    tree.value(receiver)["encryptionKey"], b"UpdatePathNode", provisional, path_secrets[node], draws
                )
                for receiver in tree.resolution(tree.copath_child(own, node))
                if receiver not in {2 * added for added in applied.added}
            ],
        }
        for node, public_key in zip(filtered, public_keys)
    ]
    return Path({"leafNode": new_leaf, "nodes": nodes}, tree, keys, path_secrets, path_secret)


def encrypt(public_key: str, label: bytes, context: bytes, plaintext: bytes, draws: Draws) -> Json:
    """EncryptWithLabel, as an HPKECiphertext"""
    ephemeral_key = draws.take("hpkeEphemeralKey")
    kem_output, ciphertext = encrypt_with_label(ephemeral_key, bytes.fromhex(public_key), label, context, plaintext)
    return {"kemOutput": kem_output.hex(), "ciphertext": ciphertext.hex()}


def next_context(context: Json, applied: Applied) -> Json:
    """The GroupContext of the next epoch, with the tree hash and the transcript of this one."""
    return {**context, "epoch": str(int(context["epoch"]) + 1), "extensions": applied.extensions}
