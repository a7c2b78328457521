"""Whole rooms, every request between three providers, octet for octet. Kind: room-transcripts.

draft-ietf-mimi-protocol-06. Each step is read as its receivers read it, and made again as its sender makes it: what
clients send out of their keys and the randomness that stands there (`mls_sender.py`), what the hub answers and notifies
(`transcript_hub.py`), and what the clients make of it (`transcript_clients.py`).
"""

from typing import Any, Callable, Dict, List, Optional
from urllib.parse import quote, urlsplit

from .endpoint_structs import (
    FanoutMessages,
    KeyMaterialRequest,
    SubmitMessageRequest,
    UpdateRequest,
    UpdateRoomResponse,
)
from .key_material import use_answer
from .mls_path import Draws
from .mls_structs import GroupInfo, RatchetTree
from .presentation import decode, encode
from .registry import NotUnderstood, checker, compare, expect_equal, judge
from .transcript_clients import Client
from .transcript_hub import Hub, encode_submit_answer

Json = Dict[str, Any]


class Replay:
    """A room from its first step on."""

    def __init__(self, given: Json) -> None:
        self.given = given
        self.clients = {client["client"]: Client(client) for client in given["clients"]}
        self.providers: List[str] = [provider["domain"] for provider in given["providers"]]
        self.hub = self.create(given["steps"][0])
        # Claims of key material that the hub has taken and not passed on yet.
        self.claims: List[Json] = []
        self.clock = 0
        self.handlers: Dict[str, Callable[[Json, str], Optional[List[Json]]]] = {
            "keyMaterial": self.key_material,
            "update": self.update,
            "notify": self.notify,
            "submitMessage": self.submit_message,
            "groupInfo": self.group_info,
        }

    @property
    def domain(self) -> str:
        """The provider that is the hub."""
        return self.providers[0]

    def play(self) -> Json:
        """All steps; what is true behind each."""
        states = [self.state([])]
        for step in self.given["steps"][1:]:
            states.append(self.state(self.request(step)))
        expect_equal("claims that were not passed on", [], self.claims)
        expect_equal("notifications that were not sent", [], [body for box in self.hub.outbox.values() for body in box])
        return {"states": states}

    def state(self, delivered: List[Json]) -> Json:
        """What the transcript says behind a step."""
        known = {uri: client.state() for uri, client in self.clients.items()}
        clients = {uri: state for uri, state in known.items() if state is not None}
        return {**self.hub.state(), "clients": clients, "delivered": delivered}

    def create(self, step: Json) -> Hub:
        """The first step: a client makes the group, of which the hub hears."""
        group_info = decode(GroupInfo, bytes.fromhex(step["groupInfo"]))
        ratchet_tree = decode(RatchetTree, bytes.fromhex(step["ratchetTree"]))
        draws = Draws(step["randomness"])
        self.clients[step["client"]].create(group_info, ratchet_tree, draws)
        draws.finish()
        return Hub(self.given, group_info, ratchet_tree)

    def request(self, step: Json) -> List[Json]:
        """One request; what is delivered by it."""
        url = urlsplit(step["url"])
        version, endpoint, segment = url.path.strip("/").split("/")
        notified = endpoint == "notify"
        expect_equal("URL", ["https", step["to"], "v1", ""], [url.scheme, url.netloc, version, url.query])
        expect_equal("method", "POST", step["method"])
        headers = {"from": f"mimi@{step['from']}", "content-type": "application/octet-stream"}
        expect_equal("headers", headers, step["headers"])
        expect_equal("status", 201 if notified else 200, step["status"])
        expect_equal("local", step["from"] == step["to"], step.get("local", False))
        expect_equal("time goes on", True, self.clock <= int(step["clockMs"]))
        self.clock = int(step["clockMs"])
        if endpoint not in self.handlers:
            raise NotUnderstood(f"a request to {endpoint}")
        if endpoint != "keyMaterial":
            expect_equal("room in the path", quote(self.given["roomUri"], safe=""), segment)
        if "client" in step:
            expect_equal("provider of the client", self.clients[step["client"]].domain, step["from"])
        if not notified and "client" in step:
            expect_equal("receiver", self.domain, step["to"])
        return self.handlers[endpoint](step, segment) or []

    # --- Key material: by way of the hub ----------------------------------------------------------------------------

    def key_material(self, step: Json, segment: str) -> None:
        """A client claims at the hub, which passes request and answer on as they are (reading R-033)."""
        request = decode(KeyMaterialRequest, bytes.fromhex(step["request"]))
        expect_equal("target in the path", quote(request["targetUser"], safe=""), segment)
        exchange = {name: step[name] for name in ("request", "answer")}
        if "client" not in step:
            expect_equal("claim that is passed on", self.claims.pop(0), exchange)
            expect_equal("providers", [self.domain, self.domain_of(request["targetUser"])], [step["from"], step["to"]])
            return
        client = self.clients[step["client"]]
        expect_equal("requester", client.user, request["requestingUser"])
        expect_equal("key of the requester", client.signature_public_key, request["requesterSignatureKey"])
        expect_equal("signature of the request", client.sign_key_material_request(request), step["request"])
        self.hub.check_claim(request)
        used = use_answer({"request": step["request"], "response": step["answer"]})["keyPackages"]
        stock = {entry["client"]: self.clients[entry["client"]].reference for entry in used}
        expect_equal("KeyPackages", stock, {entry["client"]: entry["reference"] for entry in used})
        self.claims.append(exchange)

    def domain_of(self, user: str) -> str:
        """The provider of a user."""
        return next(client.domain for client in self.clients.values() if client.user == user)

    # --- What clients send ------------------------------------------------------------------------------------------

    def update(self, step: Json, segment: str) -> None:
        """A commit or proposals: made again by the client, answered again by the hub."""
        client = self.clients[step["client"]]
        draws = Draws(step.get("randomness", []))
        made = client.make_update(decode(UpdateRequest, bytes.fromhex(step["request"])), draws)
        draws.finish()
        expect_equal("update", encode(UpdateRequest, made.bundle).hex(), step["request"])
        answer = self.hub.update(bytes.fromhex(step["request"]), step["clockMs"])
        given = decode(UpdateRoomResponse, bytes.fromhex(step["answer"]))
        # What it says beside its code is for people, and nothing of a success.
        description = "" if answer["responseCode"] == "success" else given["errorDescription"]
        expect_equal("answer", {**answer, "errorDescription": description}, given)
        if answer["responseCode"] == "success":
            client.take_sent(made)

    def submit_message(self, step: Json, segment: str) -> None:
        """A message: made again by the client, answered and franked again by the hub."""
        client = self.clients[step["client"]]
        draws = Draws(step["randomness"])
        message = client.make_message(step["applicationData"], draws)
        draws.finish()
        request = {"protocol": "mls10", "appMessage": message, "sendingUri": client.user}
        expect_equal("message", encode(SubmitMessageRequest, request).hex(), step["request"])
        answer = self.hub.submit(bytes.fromhex(step["request"]), step["clockMs"])
        expect_equal("answer", encode_submit_answer(answer).hex(), step["answer"])

    def group_info(self, step: Json, segment: str) -> None:
        """A request for group information: answered again by the hub, and believed by the client."""
        draws = Draws(step["randomness"])
        answer = self.hub.group_information(step, segment, draws.take("hpkeEphemeralKey").hex())
        draws.finish()
        expect_equal("answer", answer["response"], step["answer"])
        self.clients[step["client"]].take_group_info(step, self.given["roomUri"])

    # --- What the hub notifies --------------------------------------------------------------------------------------

    def notify(self, step: Json, segment: str) -> List[Json]:
        """The next notification that the hub owes a provider, and what its clients make of it."""
        expect_equal("sender", self.domain, step["from"])
        owed = self.hub.outbox[step["to"]]
        expect_equal("notification", owed.pop(0).hex() if owed else "(none)", step["request"])
        expect_equal("answer", "", step["answer"])
        delivered: List[Json] = []
        for fanout in decode(FanoutMessages, bytes.fromhex(step["request"])):
            expect_equal(
                "what was accepted is not from the future", True, int(fanout["timestamp"]) <= int(step["clockMs"])
            )
            for client in self.clients.values():
                if client.domain == step["to"]:
                    read = client.receive(fanout, self.given["roomUri"])
                    delivered += [] if read is None else [read]
        return delivered


@checker("room-transcripts")
def check_room_transcript(vector: Json, file: Json) -> None:
    """Plays the room again: every octet of every request and answer but texts for people, and every state."""
    compare(vector["expected"], judge(lambda: Replay(vector["input"]).play()))
