"""Who gets the GroupInfo of a room, and what becomes of it: draft-ietf-mimi-protocol-06, section 5.6. Kind: group-info.

(python-cbor is writing this.)
"""
