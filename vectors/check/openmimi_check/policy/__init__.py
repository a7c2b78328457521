"""Room policy: participants, roles, capabilities and policy components (draft-ietf-mimi-room-policy-03, protocol §7).

Written from the drafts, spec/readings and packages/room/README.md. One module for each part of that README:

- capabilities.py: the registry (policy §10.2)
- components.py: the structs, what is valid in them, and what AppDataUpdates make of them
- uris.py, media_types.py: what the rules need to know of identifiers and media types
- room.py: the room of one epoch; facts.py: who does what; decision.py: a denial
- commit.py: steps 1 and 2 of a commit (who acts, what may stand together), and the order of the steps
- list_rules.py, client_rules.py, component_rules.py: steps 3, 4 and 5 (who may)
- outcome.py: step 6 (what the room becomes); new_room.py: a room that begins
- requests.py, messages.py: everything that is no handshake
"""
