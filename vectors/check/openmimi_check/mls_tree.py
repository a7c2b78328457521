"""The ratchet tree (RFC 9420 sections 4 and 7): its shape, hashes, and what proposals and update paths make of it.

A tree is an array of nodes, in which leaf i stands at 2i and the parents in between (appendix C). A node is the Node
struct as in the vectors, or None where it is blank.
"""

from typing import Any, Dict, FrozenSet, Iterator, List, Optional, Set

from .mls_crypto import hash_of
from .mls_structs import LeafNode, ParentNode
from .registry import Refused
from .tls import opaque

Node = Optional[Dict[str, Any]]


def level(node: int) -> int:
    """How high a node stands above the leaves: the number of low bits that are 1."""
    height = 0
    while node >> height & 1:
        height += 1
    return height


def children(parent: int) -> "tuple[int, int]":
    """The left and the right child of a parent."""
    half = 1 << (level(parent) - 1)
    return parent - half, parent + half


def leaves_below(node: int) -> range:
    """The leaf indexes in the subtree of a node."""
    reach = (1 << level(node)) - 1
    return range((node - reach) // 2, (node + reach) // 2 + 1)


class RatchetTree:
    """A tree with 2^d leaves, all of its blank nodes included."""

    def __init__(self, nodes: List[Node]) -> None:
        self.nodes = list(nodes)

    @classmethod
    def of_extension(cls, nodes: List[Node]) -> "RatchetTree":
        """The tree of a ratchet_tree extension (section 12.4.3.3), which ends with its last node that is not blank."""
        if not nodes or nodes[-1] is None:
            raise Refused("invalid-tree", "the last node is blank")
        for index, node in enumerate(nodes):
            if node is not None and node["nodeType"] != ("parent" if index % 2 else "leaf"):
                raise Refused("invalid-tree", f"node {index} is of the other type")
        size = 1
        while size < len(nodes):
            size = 2 * size + 1
        return cls(nodes + [None] * (size - len(nodes)))

    def to_extension(self) -> List[Node]:
        """The nodes up to the last one that is not blank."""
        last = max(index for index, node in enumerate(self.nodes) if node is not None)
        return self.nodes[: last + 1]

    def copy(self) -> "RatchetTree":
        """A tree that can be changed by itself."""
        return RatchetTree(self.nodes)

    @property
    def root(self) -> int:
        """The node at the top."""
        return len(self.nodes) // 2

    def leaf(self, index: int) -> Optional[Dict[str, Any]]:
        """The LeafNode of a member, or None."""
        node = self.nodes[2 * index] if 0 <= 2 * index < len(self.nodes) else None
        return node["leafNode"] if node else None

    def member(self, index: int) -> Dict[str, Any]:
        """The LeafNode of a leaf that is not blank."""
        leaf = self.leaf(index)
        if leaf is None:
            raise Refused("unknown-member", f"nobody at leaf {index}")
        return leaf

    def value(self, node: int) -> Dict[str, Any]:
        """The LeafNode or ParentNode at a node that is not blank."""
        value = self.nodes[node]
        if value is None:
            raise ValueError(f"node {node} is blank")
        value_of: Dict[str, Any] = value["parentNode"] if node % 2 else value["leafNode"]
        return value_of

    def parent(self, node: int) -> Optional[Dict[str, Any]]:
        """The ParentNode at a node, or None."""
        value = self.nodes[node]
        return value["parentNode"] if value else None

    def members(self) -> Iterator["tuple[int, Dict[str, Any]]"]:
        """Leaf indexes with their LeafNodes."""
        for index in range(len(self.nodes) // 2 + 1):
            leaf = self.leaf(index)
            if leaf is not None:
                yield index, leaf

    def direct_path(self, leaf: int) -> List[int]:
        """The parents of a leaf, up to the root."""
        path: List[int] = []
        node = 2 * leaf
        while node != self.root:
            height = level(node)
            # Of the two bits above, the parent has 01: the lower one is set, and the higher one is not.
            node = (node | 1 << height) & ~(1 << (height + 1))
            path.append(node)
        return path

    def copath_child(self, leaf: int, parent: int) -> int:
        """The child of `parent` that is not above `leaf`."""
        left, right = children(parent)
        return right if leaf in leaves_below(left) else left

    def resolution(self, node: int) -> List[int]:
        """The nodes that are not blank and cover all of what is below (section 4.1.1)."""
        if self.nodes[node] is None:
            if node % 2 == 0:
                return []
            left, right = children(node)
            return self.resolution(left) + self.resolution(right)
        unmerged = self.value(node)["unmergedLeaves"] if node % 2 else []
        return [node] + [2 * leaf for leaf in unmerged]

    def filtered_direct_path(self, leaf: int) -> List[int]:
        """The direct path without nodes whose other child has nobody below (section 4.1.2)."""
        return [node for node in self.direct_path(leaf) if self.resolution(self.copath_child(leaf, node))]

    def tree_hash(self, node: Optional[int] = None, without: FrozenSet[int] = frozenset()) -> bytes:
        """The tree hash of a node, or of the whole tree (section 7.8), as if the leaves `without` were not there."""
        node = self.root if node is None else node
        if node % 2 == 0:
            leaf = None if node // 2 in without else self.leaf(node // 2)
            value = b"\0" if leaf is None else b"\1" + LeafNode.write(leaf)
            return hash_of(b"\1" + (node // 2).to_bytes(4, "big") + value)
        parent = self.parent(node)
        value = b"\0"
        if parent is not None:
            unmerged = [leaf for leaf in parent["unmergedLeaves"] if leaf not in without]
            value = b"\1" + ParentNode.write({**parent, "unmergedLeaves": unmerged})
        left, right = children(node)
        return hash_of(b"\2" + value + opaque(self.tree_hash(left, without)) + opaque(self.tree_hash(right, without)))

    def parent_hash(self, parent: int, copath_child: int) -> bytes:
        """The parent hash of `parent` with that copath child (section 7.9)."""
        node = self.value(parent)
        original = self.tree_hash(copath_child, frozenset(node["unmergedLeaves"]))
        return hash_of(
            opaque(bytes.fromhex(node["encryptionKey"])) + opaque(bytes.fromhex(node["parentHash"])) + opaque(original)
        )

    def parent_hash_valid(self, parent: int) -> bool:
        """Whether exactly one node below was set together with `parent` (section 7.9.2)."""
        chained = 0
        unmerged = {2 * leaf for leaf in self.value(parent)["unmergedLeaves"]}
        for child, sibling in (children(parent), children(parent)[::-1]):
            expected = self.parent_hash(parent, sibling).hex()
            resolution = self.resolution(child)
            below = {node for node in unmerged if node // 2 in leaves_below(child)}
            for node in resolution:
                if self.value(node).get("parentHash") == expected and below == set(resolution) - {node}:
                    chained += 1
        return chained == 1

    def check(self) -> None:
        """The rules for parents and keys that a joiner verifies (section 12.4.3.1)."""
        keys: Set[str] = set()
        signature_keys: Set[str] = set()
        for index, node in enumerate(self.nodes):
            if node is None:
                continue
            value = self.value(index)
            if value["encryptionKey"] in keys:
                raise Refused("invalid-tree", f"the encryption key of node {index} is there twice")
            keys.add(value["encryptionKey"])
            if index % 2 == 0:
                if value["signatureKey"] in signature_keys:
                    raise Refused("invalid-tree", f"the signature key of leaf {index // 2} is there twice")
                signature_keys.add(value["signatureKey"])
                continue
            self._check_unmerged(index, value["unmergedLeaves"])
            if not self.parent_hash_valid(index):
                raise Refused("invalid-tree", f"the parent hash of node {index}")

    def _check_unmerged(self, parent: int, unmerged: List[int]) -> None:
        """Every unmerged leaf is below, not blank, and unmerged in every parent between."""
        if unmerged != sorted(set(unmerged)):
            raise Refused("invalid-tree", f"unmerged leaves of node {parent} out of order")
        for leaf in unmerged:
            if leaf not in leaves_below(parent) or self.leaf(leaf) is None:
                raise Refused("invalid-tree", f"unmerged leaf {leaf} of node {parent}")
            for between in self.direct_path(leaf):
                if between == parent:
                    break
                if self.parent(between) and leaf not in self.value(between)["unmergedLeaves"]:
                    raise Refused("invalid-tree", f"leaf {leaf} is merged in node {between} below node {parent}")

    # What changes the tree

    def blank_direct_path(self, leaf: int) -> None:
        """Blanks the parents of a leaf."""
        for node in self.direct_path(leaf):
            self.nodes[node] = None

    def set_leaf(self, index: int, leaf_node: Optional[Dict[str, Any]]) -> None:
        """Puts a LeafNode into a leaf, or blanks it."""
        self.nodes[2 * index] = None if leaf_node is None else {"nodeType": "leaf", "leafNode": leaf_node}

    def update(self, index: int, leaf_node: Dict[str, Any]) -> None:
        """Applies an Update (section 12.1.2)."""
        self.set_leaf(index, leaf_node)
        self.blank_direct_path(index)

    def remove(self, index: int) -> None:
        """Applies a Remove (section 12.1.3), without the truncation at its end."""
        self.set_leaf(index, None)
        self.blank_direct_path(index)

    def truncate(self) -> None:
        """Cuts off right halves without members (section 7.7)."""
        while len(self.nodes) > 1 and all(self.leaf(leaf) is None for leaf in leaves_below(children(self.root)[1])):
            self.nodes = self.nodes[: self.root]

    def free_leaf(self) -> int:
        """The leftmost blank leaf, for which the tree grows where there is none."""
        for index in range(len(self.nodes) // 2 + 1):
            if self.leaf(index) is None:
                return index
        size = len(self.nodes)
        self.nodes += [None] * (size + 1)
        return (size + 1) // 2

    def add(self, leaf_node: Dict[str, Any]) -> int:
        """Applies an Add (section 12.1.1); gives back the new leaf's index."""
        index = self.free_leaf()
        for node in self.direct_path(index):
            parent = self.parent(node)
            if parent is not None:
                unmerged = sorted(parent["unmergedLeaves"] + [index])
                self.nodes[node] = {"nodeType": "parent", "parentNode": {**parent, "unmergedLeaves": unmerged}}
        self.set_leaf(index, leaf_node)
        return index

    def set_path(self, leaf: int, public_keys: List[str]) -> str:
        """Gives new keys to the filtered direct path of a leaf; gives back the leaf's parent hash (section 7.5)."""
        filtered = self.filtered_direct_path(leaf)
        if len(filtered) != len(public_keys):
            raise Refused("invalid-path", f"{len(public_keys)} nodes for a filtered path of {len(filtered)}")
        self.blank_direct_path(leaf)
        parent_hash = b""
        for node, public_key in reversed(list(zip(filtered, public_keys))):
            value = {"encryptionKey": public_key, "parentHash": parent_hash.hex(), "unmergedLeaves": []}
            self.nodes[node] = {"nodeType": "parent", "parentNode": value}
            parent_hash = self.parent_hash(node, self.copath_child(leaf, node))
        return parent_hash.hex()

    def merge_path(self, leaf: int, path: Dict[str, Any]) -> None:
        """Merges an UpdatePath (section 7.5). Refused where it does not fit the tree."""
        parent_hash = self.set_path(leaf, [node["encryptionKey"] for node in path["nodes"]])
        if path["leafNode"].get("parentHash") != parent_hash:
            raise Refused("invalid-path", "the parent hash of the new leaf")
        self.set_leaf(leaf, path["leafNode"])
