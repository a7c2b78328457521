"""What clients send in the room transcripts, made again octet for octet out of their keys and the randomness."""

import unittest
from typing import Any, Dict, List, Optional, Tuple

import check
from openmimi_check.endpoint_bodies import open_group_info
from openmimi_check.endpoint_structs import FanoutMessages, GroupInfoResponse, SubmitMessageRequest, UpdateRequest
from openmimi_check.mimi_components import MimiComponents
from openmimi_check.mls_commit import stage
from openmimi_check.mls_crypto import make_key_package_ref, make_proposal_ref
from openmimi_check.mls_group import join
from openmimi_check.mls_member import Member, commit_secrets, join_by_welcome, open_message
from openmimi_check.mls_proposals import Proposed
from openmimi_check.mls_sender import Draws, Sent, commit, create, join_externally, make_group_info, propose, protect
from openmimi_check.mls_structs import GroupInfo, KeyPackage, MLSMessage, RatchetTree
from openmimi_check.presentation import decode, encode
from openmimi_check.registry import Refused

Json = Dict[str, Any]


class Client:
    """A client with its keys, and what it knows of the group."""

    def __init__(self, given: Json) -> None:
        self.key_package = decode(KeyPackage, bytes.fromhex(given["keyPackage"]))
        self.signature_key = bytes.fromhex(given["signaturePrivateKey"])
        self.init_key = bytes.fromhex(given["initPrivateKey"])
        self.encryption_key = bytes.fromhex(given["encryptionPrivateKey"])
        self.member: Optional[Member] = None
        self.pending: Dict[str, Proposed] = {}
        self.sent: Dict[str, Member] = {}
        self.group_info: Tuple[Json, List[Any]] = ({}, [])
        self.generations: Dict[str, int] = {}

    def create(self, step: Json) -> str:
        """The GroupInfo of a new group."""
        expected = decode(GroupInfo, bytes.fromhex(step["groupInfo"]))["groupContext"]
        draws = Draws(step["randomness"])
        self.member = create(self.key_package, self.encryption_key, expected["groupId"], expected["extensions"], draws)
        draws.finish()
        return encode(GroupInfo, make_group_info(self.member, self.signature_key)).hex()

    def commit(self, content: Json, draws: Draws) -> Sent:
        """The commit of the same proposals."""
        items = content["commit"]["proposals"]
        settings = (items, self.pending, content["authenticatedData"], draws, MimiComponents())
        if content["sender"]["senderType"] == "member":
            return commit(self.member, self.signature_key, *settings)
        group_info, nodes = self.group_info
        leaf = self.key_package["leafNode"]
        return join_externally(group_info, join(group_info, nodes), leaf, self.signature_key, *settings)

    def update(self, request: Json, draws: Draws) -> Json:
        """The same UpdateRequest."""
        content = request["proposalOrCommit"]["publicMessage"]["content"]
        if content["contentType"] == "proposal":
            messages = [request["proposalOrCommit"], *request["moreProposals"]]
            contents = [message["publicMessage"]["content"] for message in messages]
            first, *more = (
                propose(self.member, self.signature_key, each["proposal"], each["authenticatedData"])
                for each in contents
            )
            return {"proposalOrCommit": first, "moreProposals": more}
        made = self.commit(content, draws)
        self.sent[encode(MLSMessage, made.message).hex()] = made.member
        option = {"representation": "full", "groupInfo": made.group_info}
        if request["groupInfoOption"]["representation"] == "partial":
            partial = {
                "ratchetTreePresence": "noRatchetTree",
                "groupInfoExtensions": made.group_info["extensions"],
                "signature": made.group_info["signature"],
            }
            option = {"representation": "partial", "partialGroupInfo": partial}
        welcome = {} if made.welcome is None else {"welcome": made.welcome}
        tree = {"ratchetTreeOption": {"representation": "distributionService"}}
        return {"proposalOrCommit": made.message, **welcome, "groupInfoOption": option, **tree}

    def submit(self, request: Json, application_data: str, draws: Draws) -> Json:
        """The same SubmitMessageRequest."""
        private = request["appMessage"]["privateMessage"]
        generation = self.generations.get(private["epoch"], 0)
        self.generations[private["epoch"]] = generation + 1
        authenticated_data = private["authenticatedData"]
        message = protect(self.member, self.signature_key, application_data, authenticated_data, generation, draws)
        return {**request, "appMessage": message}

    def notified(self, fanout: Json) -> None:
        """Takes what its provider was notified of."""
        message = fanout["message"]
        if message["wireFormat"] == "welcome":
            self.welcomed(message["welcome"], fanout["ratchetTreeOption"]["ratchetTree"])
            return
        octets = encode(MLSMessage, message).hex()
        if octets in self.sent:
            self.member, self.pending = self.sent[octets], {}
            return
        if self.member is None or message["wireFormat"] == "privateMessage":
            return
        try:
            opened = open_message(self.member, message)
        except Refused:
            # Older than the client.
            return
        if opened.content["contentType"] == "proposal":
            for each in [message, *fanout["moreProposals"]]:
                proposal = open_message(self.member, each)
                reference = make_proposal_ref(proposal.authenticated_content).hex()
                self.pending[reference] = Proposed(proposal.content["proposal"], proposal.content["sender"], True)
            return
        staged = stage(self.member.group, opened.content, opened.auth, self.pending, MimiComponents())
        removed = self.member.own in staged.removed
        self.member = None if removed else commit_secrets(self.member, staged, opened.content)
        self.pending = {}

    def welcomed(self, welcome: Json, nodes: List[Any]) -> None:
        """Joins, if the Welcome is for this client."""
        reference = make_key_package_ref(KeyPackage.write(self.key_package)).hex()
        if reference in [entry["newMember"] for entry in welcome["secrets"]]:
            self.member = join_by_welcome(welcome, self.key_package, self.init_key, self.encryption_key, nodes)


class Transcripts(unittest.TestCase):
    """Every body that a client sends"""

    def test_clients_send_the_same_octets(self) -> None:
        made = 0
        for path in check.find_files([check.VECTORS / "room-transcripts"]):
            for vector in check.read_file(path)["vectors"]:
                with self.subTest(vector["id"]):
                    made += self.play(vector["input"])
        self.assertGreater(made, 40)

    def play(self, given: Json) -> int:
        clients = {client["client"]: Client(client) for client in given["clients"]}
        made = 0
        for step in given["steps"]:
            client = clients.get(step.get("client", ""))
            if client is not None:
                made += self.send(client, step)
            elif "/v1/notify/" in step["url"]:
                for fanout in decode(FanoutMessages, bytes.fromhex(step["request"])):
                    for name, other in clients.items():
                        if f"//{step['to']}/" in name:
                            other.notified(fanout)
        return made

    def send(self, client: Client, step: Json) -> int:
        """Compares what the client sends with the transcript; gives back how much that was."""
        if "groupInfo" in step:
            self.assertEqual(client.create(step), step["groupInfo"])
            nodes = client.member.group.tree.to_extension() if client.member else []
            self.assertEqual(encode(RatchetTree, nodes).hex(), step["ratchetTree"])
            return 1
        octets, draws = bytes.fromhex(step["request"]), Draws(step.get("randomness", []))
        if "/v1/update/" in step["url"]:
            request = decode(UpdateRequest, octets)
            body = encode(UpdateRequest, client.update(request, draws))
        elif "/v1/submitMessage/" in step["url"]:
            request = decode(SubmitMessageRequest, octets)
            body = encode(SubmitMessageRequest, client.submit(request, step["applicationData"], draws))
        else:
            if "groupInfoPrivateKey" in step:
                answer = decode(GroupInfoResponse, bytes.fromhex(step["answer"]))
                contents = open_group_info(answer, bytes.fromhex(step["groupInfoPrivateKey"]))
                client.group_info = contents["groupInfo"], contents["ratchetTreeOption"]["ratchetTree"]
            return 0
        draws.finish()
        self.assertEqual(body.hex(), octets.hex(), step["what"])
        return 1
