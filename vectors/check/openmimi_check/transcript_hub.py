"""The hub of a room: what it answers, whom it notifies of what, and what it knows of the group (protocol section 5)."""

from typing import Any, Dict, List, NamedTuple

from .crypto import ed25519_public_key
from .dictionary import entries
from .endpoint_structs import (
    FanoutMessages,
    SubmitMessageRequest,
    SubmitMessageResponse,
    UpdateRequest,
    UpdateRoomResponse,
)
from .franking import read_franking_agent, stamp, tag_in_authenticated_data
from .group_info import answer as answer_group_info
from .identifiers import parse_uri
from .mimi_components import MimiComponents
from .mls_commit import Staged, stage
from .mls_commits import check_group_info
from .mls_crypto import make_key_package_ref, make_proposal_ref
from .mls_group import PublicGroup, join
from .mls_messages import authenticated_content
from .mls_proposals import Proposed, check_proposal
from .mls_structs import WIRE_FORMATS, ExternalSender, ExternalSenders, GroupInfo, KeyPackage, MLSMessage, RatchetTree
from .policy.commit import judge_commit, judge_proposals
from .policy.decision import Denied
from .policy.requests import judge_key_material, judge_message
from .presentation import decode, encode
from .registry import expect_equal
from .tls import decode as decode_struct
from .transcript_policy import commit_question, identity_of, proposals_question, room_of

Json = Dict[str, Any]

FRANKING_AGENT = 0x0021
SUITE = 0x0001


class Pending(NamedTuple):
    """A proposal that the hub has accepted in this epoch."""

    proposed: Proposed
    message: Json
    accepted: str


class Hub:
    """The hub and what it has still to notify, by provider."""

    def __init__(self, given: Json, group_info: Json, ratchet_tree: List[Any]) -> None:
        self.given = given
        self.keys = given["providers"][0]
        self.domains: List[str] = [provider["domain"] for provider in given["providers"]]
        self.group: PublicGroup = join(group_info, ratchet_tree)
        self.group_info = group_info
        self.pending: Dict[str, Pending] = {}
        self.outbox: Dict[str, List[bytes]] = {domain: [] for domain in self.domains}
        self.sender = self.own_sender()
        agent = decode_struct(self.components[FRANKING_AGENT], read_franking_agent, "FrankingAgentData")
        expect_equal("key of the franking agent", agent["key"].hex(), self.public_key("frankingPrivateKey"))

    def public_key(self, name: str) -> str:
        """The public key of one of the hub's private keys."""
        return ed25519_public_key(bytes.fromhex(self.keys[name])).hex()

    def own_sender(self) -> Json:
        """The hub as an external sender of the group."""
        senders = decode(ExternalSenders, self.group.extension("externalSenders") or b"\0")
        own = [sender for sender in senders if sender["signatureKey"] == self.public_key("senderPrivateKey")]
        expect_equal("the hub is an external sender", 1, len(own))
        return dict(own[0])

    @property
    def components(self) -> Dict[int, bytes]:
        """The components of the room."""
        return entries(self.group.context["extensions"]) or {}

    @property
    def proposed(self) -> Dict[str, Proposed]:
        """The pending proposals by reference."""
        return {reference: pending.proposed for reference, pending in self.pending.items()}

    def state(self) -> Json:
        """What a transcript says of the hub."""
        leaves = [self.group.tree.leaf(index) for index in range(len(self.group.tree.to_extension()) // 2 + 1)]
        return {
            "epoch": self.group.context["epoch"],
            "treeHash": self.group.context["treeHash"],
            "participants": [
                {"user": user, "roleIndex": role_index} for user, role_index in room_of(self.group).participants
            ],
            "members": [None if leaf is None else identity_of(leaf)["client"] for leaf in leaves],
            "pending": list(self.pending),
        }

    def member_domains(self) -> List[str]:
        """The providers that have clients in the group."""
        found = {identity_of(leaf)["domain"] for _, leaf in self.group.tree.members()}
        return [domain for domain in self.domains if domain in found]

    def notify(self, domains: List[str], fanout: Json) -> None:
        """Puts a notification of one message into the outbox: the same body for each provider."""
        for domain in domains:
            self.outbox[domain].append(encode(FanoutMessages, [fanout]))

    # --- Key material (section 5.2): passed on as it is -------------------------------------------------------------

    def check_claim(self, request: Json) -> None:
        """That whoever claims key material for this room may; raises Denied."""
        expect_equal("room of the claim", self.given["roomUri"], request["roomId"])
        users = {"user": request["requestingUser"], "targetUser": request["targetUser"]}
        judge_key_material(room_of(self.group), users)

    # --- Updates (section 5.3) --------------------------------------------------------------------------------------

    def update(self, octets: bytes, clock: str) -> Json:
        """The answer to an update, as its struct; an accepted one changes the room, and is notified."""
        bundle = decode(UpdateRequest, octets)
        content = bundle["proposalOrCommit"]["publicMessage"]["content"]
        expect_equal("group of the update", self.group.context["groupId"], content["groupId"])
        if content["epoch"] != self.group.context["epoch"]:
            return {"responseCode": "wrongEpoch", "currentEpoch": self.group.context["epoch"]}
        try:
            if content["contentType"] == "commit":
                self.take_commit(bundle, content, clock)
            else:
                self.take_proposals(bundle, clock)
        except Denied:
            return {"responseCode": "notAllowed"}
        return {"responseCode": "success", "acceptedTimestamp": clock}

    def take_commit(self, bundle: Json, content: Json, clock: str) -> None:
        """A commit, with the Welcome, the GroupInfo and the tree that belong to it."""
        message = bundle["proposalOrCommit"]
        self.group.check_message(message["publicMessage"])
        judge_commit(room_of(self.group), commit_question(self.group, content, self.proposed))
        staged = stage(
            self.group, content, message["publicMessage"]["auth"], self.proposed, application=MimiComponents()
        )
        group_info = whole_group_info(staged, bundle["groupInfoOption"])
        check_group_info(staged, group_info)
        tree = {"representation": "full", "ratchetTree": staged.group.tree.to_extension()}
        if bundle["ratchetTreeOption"]["representation"] != "distributionService":
            expect_equal("tree behind the commit", tree, bundle["ratchetTreeOption"])
        joined = self.check_welcome(staged, bundle)
        before = self.member_domains()
        external = content["sender"]["senderType"] == "newMemberCommit"
        own = identity_of(staged.group.tree.member(staged.committer))["domain"]
        hear = [domain for domain in self.domains if domain in before or (external and domain == own)]
        self.group, self.group_info, self.pending = staged.group, group_info, {}
        self.notify(hear, {"timestamp": clock, "message": message, "externalProposals": []})
        if joined:
            welcome = {"version": "mls10", "wireFormat": "welcome", "welcome": bundle["welcome"]}
            # Reading R-056: joiners always get the whole tree.
            self.notify(joined, {"timestamp": clock, "message": welcome, "ratchetTreeOption": tree})

    def check_welcome(self, staged: Staged, bundle: Json) -> List[str]:
        """That the Welcome is for those who are added, and for nobody else; the providers of these."""
        added = [proposed.proposal["keyPackage"] for proposed in staged.proposals if proposed.kind == "add"]
        references = [make_key_package_ref(encode(KeyPackage, key_package)).hex() for key_package in added]
        welcome = bundle.get("welcome")
        expect_equal(
            "Welcome",
            sorted(references),
            sorted(entry["newMember"] for entry in (welcome or {"secrets": []})["secrets"]),
        )
        domains = {identity_of(key_package["leafNode"])["domain"] for key_package in added}
        return [domain for domain in self.domains if domain in domains]

    def take_proposals(self, bundle: Json, clock: str) -> None:
        """Proposals, which are pending from now on."""
        messages = [bundle["proposalOrCommit"], *bundle["moreProposals"]]
        contents = [message["publicMessage"]["content"] for message in messages]
        for message in messages:
            self.group.check_message(message["publicMessage"])
        judge_proposals(room_of(self.group), proposals_question(self.group, contents, self.proposed))
        for message in messages:
            public = message["publicMessage"]
            proposed = Proposed(public["content"]["proposal"], public["content"]["sender"], True)
            check_proposal(self.group, proposed)
            reference = proposal_reference(message)
            self.pending[reference] = Pending(proposed, message, clock)
        fanout = {"timestamp": clock, "message": messages[0], "moreProposals": messages[1:]}
        self.notify(self.member_domains(), fanout)

    # --- Messages (section 5.4) -------------------------------------------------------------------------------------

    def submit(self, octets: bytes, clock: str) -> Json:
        """The answer to a message, with a frank where the room has a franking agent; and its notification."""
        request = decode(SubmitMessageRequest, octets)
        private = request["appMessage"]["privateMessage"]
        expect_equal("group of the message", self.group.context["groupId"], private["groupId"])
        if private["epoch"] != self.group.context["epoch"]:
            return {"protocol": "mls10", "statusCode": "epochTooOld", "currentEpoch": self.group.context["epoch"]}
        user = identity_user(request["sendingUri"])
        try:
            judge_message(room_of(self.group), {"user": user})
        except Denied:
            return {"protocol": "mls10", "statusCode": "notAllowed"}
        frank = self.frank(private["authenticatedData"], request["sendingUri"], clock)
        optional = {} if frank is None else {"frank": frank}
        fanout = {"timestamp": clock, "message": request["appMessage"], **optional}
        self.notify(self.member_domains(), fanout)
        return {"protocol": "mls10", "statusCode": "accepted", "acceptedTimestamp": clock, **optional}

    def frank(self, authenticated_data: str, sender_uri: str, clock: str) -> Any:
        """The frank of a message with a tag, where the room has a franking agent; or None."""
        tag = tag_in_authenticated_data(bytes.fromhex(authenticated_data))["frankingTag"]
        if tag is None or FRANKING_AGENT not in self.components:
            return None
        context = {"senderUri": sender_uri, "roomUri": self.given["roomUri"], "acceptedTimestamp": clock}
        keys = {name: self.keys[name] for name in ("hubKey", "frankingPrivateKey")}
        stamped = stamp({**keys, "frankingTag": tag, "context": context})
        return {
            "serverFrank": stamped["serverFrank"],
            "frankingSignatureCiphersuite": SUITE,
            "frankingIntegritySignature": stamped["frankingIntegritySignature"],
        }

    # --- Group information (section 5.6) ----------------------------------------------------------------------------

    def group_information(self, step: Json, path_segment: str, ephemeral_key: str) -> Json:
        """The answer to a request for group information, as kind group-info has it."""
        room = {
            "roomUri": self.given["roomUri"],
            "groupInfo": encode(GroupInfo, self.group_info).hex(),
            "ratchetTree": encode(RatchetTree, self.group.tree.to_extension()).hex(),
            "pendingProposals": [
                {"proposal": encode(MLSMessage, pending.message).hex(), "hubAcceptedTime": pending.accepted}
                for pending in self.pending.values()
            ],
        }
        return answer_group_info(
            {
                "hubSender": encode(ExternalSender, self.sender).hex(),
                "hubPrivateKey": self.keys["senderPrivateKey"],
                "rooms": [room],
                "from": step["from"],
                "pathSegment": path_segment,
                "request": step["request"],
                "ephemeralKey": ephemeral_key,
            }
        )


def whole_group_info(staged: Staged, option: Json) -> Json:
    """The GroupInfo of a commit, with what the hub knows where it is partial (readings R-052 and R-053)."""
    if option["representation"] == "full":
        return dict(option["groupInfo"])
    partial = option["partialGroupInfo"]
    expect_equal("tree in the GroupInfo", "noRatchetTree", partial["ratchetTreePresence"])
    return {
        "groupContext": staged.group.context,
        "extensions": partial["groupInfoExtensions"],
        "confirmationTag": staged.group.confirmation_tag,
        "signer": staged.committer,
        "signature": partial["signature"],
    }


def identity_user(uri: str) -> str:
    """The user that a sendingUri names."""
    parsed = parse_uri(uri)
    return parsed.user or parsed.uri


def proposal_reference(message: Json) -> str:
    """The ProposalRef of a proposal in a PublicMessage."""
    public = message["publicMessage"]
    return make_proposal_ref(
        authenticated_content(WIRE_FORMATS["publicMessage"], public["content"], public["auth"])
    ).hex()


def encode_update_answer(answer: Json, description: str) -> bytes:
    """UpdateRoomResponse; the description is for people."""
    return encode(UpdateRoomResponse, {"errorDescription": description, **answer})


def encode_submit_answer(answer: Json) -> bytes:
    """SubmitMessageResponse"""
    return encode(SubmitMessageResponse, answer)
