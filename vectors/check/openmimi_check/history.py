"""The messages of a room and what becomes of them: draft-ietf-mimi-content-08, sections 3.4, 4.1, 5 and 9.3.

The room is a function of the set of its messages: nothing depends on the order in which they arrive, but for what is
said of each message when it does (`taken`).
"""

from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple

from .content import decode_message
from .message_id import message_id_with
from .processing import first_shown
from .registry import NotUnderstood, Refused, expect_equal
from .status import decode_report, standing_status

REACTION = 2
STATUS_REPORT = "application/mimi-message-status"


class Message(NamedTuple):
    """A message with what is known of it from MLS and from the hub."""

    id: str
    accepted: int
    sender: str
    fields: Dict[str, Any]

    @property
    def body(self) -> Dict[str, Any]:
        """`nestedPart`"""
        return dict(self.fields["nestedPart"])

    @property
    def is_empty(self) -> bool:
        """Whether it shows nothing: as a change, this deletes (section 5.6)."""
        return bool(self.body["cardinality"] == "nullpart")

    @property
    def is_reaction(self) -> bool:
        """Section 5.3; without something to react to it is an ordinary message (reading R-157)."""
        return bool(self.body["disposition"] == REACTION) and self.fields["inReplyTo"] is not None


class Room:
    """Messages by ID, and permissions."""

    def __init__(self, messages: List[Message], grants: List[Dict[str, str]]) -> None:
        # Section 5.11, reading R-171: by accepted timestamp, then the lexically lowest message ID.
        self.ordered = sorted(messages, key=lambda message: (message.accepted, message.id))
        self.by_id = {message.id: message for message in messages}
        self.grants: Set[Tuple[str, str]] = {(grant["actorUri"], grant["action"]) for grant in grants}

    def root(self, message_id: str) -> str:
        """The ID of the first version, as far as it is known (reading R-156: chains of `replaces` are followed)."""
        seen: Set[str] = set()
        current = message_id
        while current in self.by_id and self.by_id[current].fields["replaces"] is not None:
            if current in seen:
                raise NotUnderstood("messages that replace each other")
            seen.add(current)
            current = self.by_id[current].fields["replaces"]
        return current

    def may_change(self, change: Message, original: Message) -> bool:
        """Section 9.3: the sender may, and who has been permitted to."""
        action = ("delete" if change.is_empty else "edit") + ("Reaction" if original.is_reaction else "Message")
        return change.sender == original.sender or (change.sender, action) in self.grants

    def changes(self, original: Message) -> List[Message]:
        """The edits and deletions of a message that count, in order."""
        every = [message for message in self.ordered if message.fields["replaces"] is not None]
        return [change for change in every if self.root(change.id) == original.id and self.may_change(change, original)]

    def taken(self, message: Message) -> str:
        """What becomes of a message that arrives when all others of this room have."""
        if message.fields["replaces"] is None:
            return "allowed"
        original = self.by_id.get(self.root(message.id))
        if original is None:
            return "pending"
        return "allowed" if self.may_change(message, original) else "refused"


class Clock(NamedTuple):
    """The time at the end, and when the user first read any version of what, by the ID of the first version."""

    now: Optional[int]
    read: Dict[str, int]

    def has_expired(self, message_id: str, message: Message) -> bool:
        """Section 5.8: at a time, or some time after reading. `message_id` is that of the first version."""
        expires = message.fields["expires"]
        if expires is None or self.now is None:
            return False
        begin = self.read.get(message_id) if expires["relative"] else 0
        return begin is not None and begin + expires["time"] * 1000 <= self.now


def show(
    room: Room, message_id: str, versions: List[Message], deletions: List[Message], clock: Clock
) -> Dict[str, Any]:
    """A message as it is in the end. The first of `versions` is the original, or else an edit of what is not known."""
    first, newest = versions[0], versions[-1]
    state = "deleted" if deletions else "expired" if clock.has_expired(message_id, first) else "shown"
    # Section 9.3: an edit changes the body alone (reading R-155), but for who may also change the topic.
    topics = [edit for edit in versions[1:] if (edit.sender, "changeTopic") in room.grants]
    return {
        "messageId": message_id,
        "isOriginalKnown": first.id == message_id,
        "senderUri": first.sender,
        "state": state,
        "body": first_shown(newest.body) if state == "shown" else None,
        "versions": [version.id for version in versions],
        "deletedBy": deletions[0].sender if deletions else None,
        "topicId": (topics or versions)[-1 if topics else 0].fields["topicId"],
        "inReplyTo": first.fields["inReplyTo"],
        "reactions": reactions_to(room, clock, {message_id, *(version.id for version in versions)}, state),
    }


def reactions_to(room: Room, clock: Clock, versions: Set[str], state: str) -> List[Dict[str, str]]:
    """The reactions to any version that stands of a message that is shown; a user's same reaction counts once."""
    reactions: List[Dict[str, str]] = []
    if state != "shown":
        return reactions
    for message in room.ordered:
        replaces, target = message.fields["replaces"], message.fields["inReplyTo"]
        if replaces is not None or not message.is_reaction or target not in versions:
            continue
        changes = room.changes(message)
        if message.is_empty or any(change.is_empty for change in changes):  # Section 5.7: unlike
            continue
        if clock.has_expired(message.id, message):
            continue
        for reaction in contents([message, *changes][-1].body):
            if not any(known["senderUri"] == message.sender and known["reaction"] == reaction for known in reactions):
                entry = {"senderUri": message.sender, "reaction": reaction}
                reactions.append({**entry, "messageId": message.id, "toVersion": target})
    return reactions


def contents(part: Dict[str, Any]) -> List[str]:
    """The contents of a reaction (section 5.3): several stand in a MultiPart; of alternatives the first counts."""
    if part["cardinality"] != "multi":
        return [part["content"]] if part["cardinality"] == "single" else []
    parts: List[Dict[str, Any]] = part["parts"]
    if part["partSemantics"] == "chooseOne":
        # Section 4.4: they are formats of the same, and here all are understood.
        parts = ([each for each in parts if each["cardinality"] != "nullpart"] or parts)[:1]
    return [content for each in parts for content in contents(each)]


def shown_messages(room: Room, clock: Clock) -> List[Dict[str, Any]]:
    """All that the room shows, in order."""
    shown: List[Tuple[Tuple[int, str], Dict[str, Any]]] = []
    strangers: Dict[Tuple[str, str], List[Message]] = {}
    for message in room.ordered:
        root = room.root(message.id)
        if message.fields["replaces"] is not None:
            if root not in room.by_id:
                # Who wrote the original cannot be told, so that everybody changes what is theirs alone.
                strangers.setdefault((root, message.sender), []).append(message)
        elif not (message.is_empty or message.is_reaction or status_report(message)):
            changes = room.changes(message)
            versions = [message, *(change for change in changes if not change.is_empty)]
            deletions = [change for change in changes if change.is_empty]
            shown.append(((message.accepted, message.id), show(room, message.id, versions, deletions, clock)))
    for (root, _), changes in strangers.items():
        edits = [change for change in changes if not change.is_empty]
        if edits and not edits[0].is_reaction:
            deletions = [change for change in changes if change.is_empty]
            shown.append(((edits[0].accepted, edits[0].id), show(room, root, edits, deletions, clock)))
    return [entry for _, entry in sorted(shown, key=lambda item: item[0])]


def reply_chain(room: Room, message_id: str) -> Dict[str, Any]:
    """Section 4.1: what the message refers to, what that refers to, and so on, as long as there is no loop."""
    chain: List[str] = []
    seen: Set[str] = set()
    current = room.root(message_id)
    while current in room.by_id:
        if current in seen:
            return {"replyChain": chain, "replyChainEnds": "loop"}
        seen.add(current)
        target = room.by_id[current].fields["inReplyTo"]
        if target is None:
            return {"replyChain": chain, "replyChainEnds": "start"}
        chain.append(target)
        current = room.root(target)
    return {"replyChain": chain, "replyChainEnds": "unknown"}


def status_report(message: Message) -> List[Dict[str, Any]]:
    """The pairs of a status report; none where the message is something else, or no valid report."""
    body = message.body
    if body["cardinality"] != "single" or body["contentType"] != STATUS_REPORT:
        return []
    try:
        return decode_report(bytes.fromhex(body["content"]))
    except Refused:
        return []


def statuses_of(room: Room, message_id: str) -> Dict[str, int]:
    """What stands of the statuses of a message, by user."""
    reported: Dict[str, List[int]] = {}
    for message in room.ordered:
        for pair in status_report(message):
            if pair["messageId"] == message_id:
                reported.setdefault(message.sender, []).append(pair["status"])
    return {sender: standing_status(statuses) for sender, statuses in reported.items()}


def read_history(given: Dict[str, Any]) -> Dict[str, Any]:
    """`expected` of a vector of history.json"""
    grants = given.get("grants", [])
    arrived: List[Message] = []
    taken: List[str] = []
    for entry in given["messages"]:
        octets = bytes.fromhex(entry["octets"])
        fields = decode_message(octets)
        # A message that says where it comes from has its ID from that; others have the one that is given.
        if {"senderUri", "roomUri"} <= set(fields["mimiExtensions"]):
            expect_equal("messageId", entry["messageId"], message_id_with(octets, {"senderUri": entry["senderUri"]}))
        message = Message(entry["messageId"], int(entry["acceptedTimestampMs"]), entry["senderUri"], fields)
        if any(known.id == message.id for known in arrived):
            taken.append("duplicate")
            continue
        arrived.append(message)
        taken.append(Room(arrived, grants).taken(message))
    room = Room(arrived, grants)
    now = int(given["nowMs"]) if "nowMs" in given else None
    read: Dict[str, int] = {}
    for message_id, time in given.get("read", []):
        first_version = room.root(message_id)
        read[first_version] = min(int(time), read.get(first_version, int(time)))
    clock = Clock(now, read)
    messages = shown_messages(room, clock)
    history: Dict[str, Any] = {"taken": taken, "messages": messages}
    if "of" in given:
        of = given["of"]
        first = room.root(of)
        versions = [entry["versions"] for entry in messages if entry["messageId"] == first]
        versions.sort(key=lambda known: of not in known)
        history.update(firstVersion=first, newestVersion=versions[0][-1] if versions else first)
        history.update(reply_chain(room, of), statuses=statuses_of(room, of))
    return history
