"""Which key material a provider hands out: draft-ietf-mimi-protocol-06, section 5.2. Kind: key-material.

(python-cbor is writing this.)
"""
