"""A member that sends: groups, commits with Welcome and GroupInfo, external commits and messages of given randomness.

(python-tls is writing this, for room_transcripts.py: create, commit, join_externally and protect, each with the Draws of a
step, each giving octets that are compared with those of the transcript, and the Member that comes of it.)
"""
