"""Whole rooms, every request between providers: draft-ietf-mimi-protocol-06. Kind: room-transcripts.

(python-cbor is writing this.)
"""
