"""The structs of the ratchet tree options draft (draft-mahy-mls-ratchet-tree-options-03, sections 3 and 4)."""

from .mls_structs import Extensions, RatchetTree
from .presentation import Enumeration, Select, Struct, opaque

# Section 3. A full tree is what the ratchet_tree extension holds (reading R-054); tree_signature is not used.
RatchetTreeOption = Struct(
    "RatchetTreeOption",
    ("representation", Enumeration(1, {"full": 1, "httpsUri": 2, "outOfBand": 3, "distributionService": 4})),
    Select(
        "representation",
        {
            "full": [("ratchetTree", RatchetTree)],
            "httpsUri": [("ratchetTreeUrl", opaque), ("treeSignature", opaque)],
            "outOfBand": [("treeSignature", opaque)],
        },
    ),
)

# Section 4
PartialGroupInfo = Struct(
    "PartialGroupInfo",
    ("ratchetTreePresence", Enumeration(1, {"noRatchetTree": 0, "present": 1, "removed": 2, "added": 3})),
    ("groupInfoExtensions", Extensions),
    ("signature", opaque),
)
