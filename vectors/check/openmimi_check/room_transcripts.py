"""Whole rooms, every request between providers: draft-ietf-mimi-protocol-06. Kind: room-transcripts.

(python-cbor is writing this: the hub with its answers, notifications and policy, and clients as readers. Senders are in
mls_sender.py, by python-tls: `protect`, `commit` and `join_externally` take a Member, or what a joiner has, and the Draws
of a step, and give the octets of the message, of the Welcome and of the GroupInfo, and the Member that comes of it.)
"""
