"""The clients of a room, as readers: what each makes of what its provider is notified of (RFC 9420 section 12)."""

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from .content import decode_message
from .crypto import ed25519_public_key, hmac_sha256, x25519_public_key
from .dictionary import SafeAAD, entries
from .endpoint_structs import GroupInfoRequest, GroupInfoResponse, KeyMaterialRequest
from .franking import FRANK_AAD, tag_in_authenticated_data, verify_frank
from .group_info import join_group, open_contents, read_answer
from .mimi_components import MimiComponents
from .mls_commit import stage
from .mls_crypto import make_key_package_ref, sign_with_label
from .mls_group import PublicGroup
from .mls_member import Member, Opened, commit_secrets, join_by_welcome, open_message
from .mls_path import Draws
from .mls_proposals import Proposed
from .mls_sender import commit, create, join_externally, make_group_info, propose, protect
from .mls_structs import GroupInfo, KeyPackage, RatchetTree
from .presentation import decode, encode
from .registry import NotUnderstood, expect_equal
from .tls import Reader
from .tls import decode as decode_struct
from .transcript_hub import FRANKING_AGENT, proposal_reference
from .transcript_policy import identity_of

Json = Dict[str, Any]


class Update(NamedTuple):
    """An update that a client has made: the bundle, and what comes of it for the client once it is accepted."""

    bundle: Json
    member: Optional[Member]
    pending: Dict[str, Proposed]


class Client:
    """A client with its keys, and what it knows of the group once it is in."""

    def __init__(self, given: Json) -> None:
        self.uri: str = given["client"]
        self.user: str = given["user"]
        self.signature_key, self.init_key, self.encryption_key = (
            bytes.fromhex(given[name]) for name in ("signaturePrivateKey", "initPrivateKey", "encryptionPrivateKey")
        )
        self.key_package: Json = decode(KeyPackage, bytes.fromhex(given["keyPackage"]))
        self.reference = make_key_package_ref(bytes.fromhex(given["keyPackage"])).hex()
        self.member: Optional[Member] = None
        self.pending: Dict[str, Proposed] = {}
        self.joining: Optional[Tuple[Json, PublicGroup]] = None
        self.generation = 0
        leaf = self.key_package["leafNode"]
        public = [leaf["signatureKey"], self.key_package["initKey"], leaf["encryptionKey"]]
        expect_equal(
            f"keys of {self.uri}",
            public,
            [
                ed25519_public_key(self.signature_key).hex(),
                x25519_public_key(self.init_key).hex(),
                x25519_public_key(self.encryption_key).hex(),
            ],
        )
        expect_equal(
            f"identity of {self.uri}", [self.uri, self.user], [identity_of(leaf)[name] for name in ("client", "user")]
        )

    @property
    def domain(self) -> str:
        """Its provider."""
        return str(identity_of(self.key_package["leafNode"])["domain"])

    @property
    def signature_public_key(self) -> str:
        """The public key of its signatures, in hexadecimal."""
        return str(self.key_package["leafNode"]["signatureKey"])

    # --- Sending ----------------------------------------------------------------------------------------------------

    def create(self, group_info: Json, ratchet_tree: List[Any], draws: Draws) -> None:
        """Creates the group: GroupInfo and tree are made again."""
        context = group_info["groupContext"]
        member = create(self.key_package, self.encryption_key, context["groupId"], context["extensions"], draws)
        expect_equal(
            "GroupInfo",
            encode(GroupInfo, make_group_info(member, self.signature_key)).hex(),
            encode(GroupInfo, group_info).hex(),
        )
        expect_equal(
            "tree", encode(RatchetTree, member.group.tree.to_extension()).hex(), encode(RatchetTree, ratchet_tree).hex()
        )
        self.adopt(member)

    def sign_key_material_request(self, request: Json) -> str:
        """The request with its signature made again (protocol section 5.2)."""
        tbs = KeyMaterialRequest.write_until("keyMaterialRequestSignature", request)
        signature = sign_with_label(self.signature_key, b"KeyMaterialRequestTBS", tbs)
        return encode(KeyMaterialRequest, {**request, "keyMaterialRequestSignature": signature.hex()}).hex()

    def make_update(self, bundle: Json, draws: Draws) -> "Update":
        """An update that has the same proposals in it, with everything else made again."""
        content = bundle["proposalOrCommit"]["publicMessage"]["content"]
        if content["contentType"] == "proposal":
            return self.make_proposals([bundle["proposalOrCommit"], *bundle["moreProposals"]])
        items, data = content["commit"]["proposals"], content["authenticatedData"]
        components = MimiComponents()
        if content["sender"]["senderType"] == "newMemberCommit":
            if self.joining is None:
                raise NotUnderstood("an external commit without group information")
            group_info, group = self.joining
            leaf = self.key_package["leafNode"]
            key = self.signature_key
            sent = join_externally(group_info, group, leaf, key, items, self.pending, data, draws, components)
        else:
            sent = commit(self.in_group, self.signature_key, items, self.pending, data, draws, components)
        made = {
            "proposalOrCommit": sent.message,
            "groupInfoOption": group_info_option(sent.group_info, bundle["groupInfoOption"]["representation"]),
            # Reading R-056: to the hub the tree need not be sent, since it has it.
            "ratchetTreeOption": {"representation": "distributionService"},
        }
        return Update(made if sent.welcome is None else {**made, "welcome": sent.welcome}, sent.member, {})

    def make_proposals(self, messages: List[Json]) -> "Update":
        """Proposals, made again one by one."""
        made: List[Json] = []
        pending: Dict[str, Proposed] = {}
        for message in messages:
            content = message["publicMessage"]["content"]
            again = propose(self.in_group, self.signature_key, content["proposal"], content["authenticatedData"])
            made.append(again)
            sender = again["publicMessage"]["content"]["sender"]
            pending[proposal_reference(again)] = Proposed(content["proposal"], sender, True)
        return Update({"proposalOrCommit": made[0], "moreProposals": made[1:]}, None, pending)

    def take_sent(self, update: "Update") -> None:
        """What the hub has accepted of this client: it goes on in the epoch that its commit begins."""
        if update.member is not None:
            self.adopt(update.member)
        self.pending.update(update.pending)

    def make_message(self, application_data: str, draws: Draws) -> Json:
        """An application message with a franking tag in its SafeAAD (protocol section 5.4.1.1)."""
        data = bytes.fromhex(application_data)
        tag = hmac_sha256(bytes.fromhex(decode_message(inner_content(data))["salt"]), data)
        safe_aad = {"aadItems": [{"componentId": FRANK_AAD, "aadItemData": tag.hex()}]}
        authenticated_data = encode(SafeAAD, safe_aad).hex()
        generation = self.generation
        self.generation += 1
        return protect(self.in_group, self.signature_key, application_data, authenticated_data, generation, draws)

    def take_group_info(self, step: Json, room_uri: str) -> None:
        """The answer to a request for group information, with which this client can join."""
        given = {"roomUri": room_uri, **{name: step[name] for name in ("request", "groupInfoPrivateKey")}}
        read_answer({**given, "response": step["answer"]})
        request = decode(GroupInfoRequest, bytes.fromhex(step["request"]))
        expect_equal("key of the request", self.signature_public_key, request["requestingSignatureKey"])
        response = decode(GroupInfoResponse, bytes.fromhex(step["answer"]))
        contents = open_contents(response, request, bytes.fromhex(step["groupInfoPrivateKey"]))
        self.joining = (contents["groupInfo"], join_group(contents))
        for pending in contents["pendingProposals"]:
            content = pending["proposal"]["publicMessage"]["content"]
            proposed = Proposed(content["proposal"], content["sender"], True)
            self.pending[proposal_reference(pending["proposal"])] = proposed

    # --- Reading ----------------------------------------------------------------------------------------------------

    @property
    def in_group(self) -> Member:
        """This client as a member."""
        if self.member is None:
            raise NotUnderstood(f"{self.uri} is not in the group")
        return self.member

    def adopt(self, member: Member) -> None:
        """Goes on in another epoch, where nothing is pending and nothing was sent."""
        self.member = member
        self.pending = {}
        self.joining = None
        self.generation = 0

    def state(self) -> Optional[Json]:
        """The epoch, as far as this client knows."""
        if self.member is None:
            return None
        authenticator = self.member.secrets.named("authentication").hex()
        return {"epoch": self.member.group.context["epoch"], "epochAuthenticator": authenticator}

    def receive(self, fanout: Json, room_uri: str) -> Optional[Json]:
        """One message of a notification; what is delivered of it."""
        message = fanout["message"]
        if message["wireFormat"] == "welcome":
            self.join(message["welcome"], fanout["ratchetTreeOption"]["ratchetTree"])
            return None
        if self.member is None:
            return None
        if message["wireFormat"] == "publicMessage":
            self.take_handshakes([message, *fanout.get("moreProposals", [])])
            return None
        return self.read(message, fanout, room_uri)

    def join(self, welcome: Json, ratchet_tree: List[Any]) -> None:
        """Joins by a Welcome, if it is for this client."""
        if self.member is None and self.reference in [entry["newMember"] for entry in welcome["secrets"]]:
            self.adopt(join_by_welcome(welcome, self.key_package, self.init_key, self.encryption_key, ratchet_tree))

    def take_handshakes(self, messages: List[Json]) -> None:
        """A commit, or proposals, unless this client has them already, since it sent them."""
        for message in messages:
            content = message["publicMessage"]["content"]
            if int(content["epoch"]) < int(self.in_group.group.context["epoch"]):
                continue
            opened = open_message(self.in_group, message)
            if content["contentType"] == "proposal":
                self.pending[proposal_reference(message)] = Proposed(content["proposal"], content["sender"], True)
            else:
                self.take_commit(self.in_group, opened)
                break

    def take_commit(self, member: Member, opened: Opened) -> None:
        """The next epoch, or none where this client is removed."""
        staged = stage(member.group, opened.content, opened.auth, self.pending, MimiComponents(), opened.wire_format)
        if member.own in staged.removed:
            self.member = None
        else:
            self.adopt(commit_secrets(member, staged, opened.content))

    def read(self, message: Json, fanout: Json, room_uri: str) -> Optional[Json]:
        """An application message, with its frank; nothing where it is this client's own."""
        member = self.in_group
        opened = open_message(member, message)
        leaf = opened.content["sender"]["leafIndex"]
        if leaf == member.own:
            return None
        sender = identity_of(member.group.tree.member(leaf))
        data = opened.content["applicationData"]
        check_frank(member.group, opened.content, fanout, {"senderUri": sender["user"], "roomUri": room_uri})
        return {
            "client": self.uri,
            "sender": sender["client"],
            "applicationData": data,
            # What content section 3.4 and appendix A.2 derive from the hub and from MLS.
            "acceptedTimestampMs": fanout["timestamp"],
            "groupId": member.group.context["groupId"],
            "senderLeafIndex": leaf,
        }


def group_info_option(group_info: Json, representation: str) -> Json:
    """A GroupInfo for the hub, whole or without what the hub knows (readings R-051 to R-053)."""
    if representation == "full":
        return {"representation": "full", "groupInfo": group_info}
    partial = {
        "ratchetTreePresence": "noRatchetTree",
        "groupInfoExtensions": group_info["extensions"],
        "signature": group_info["signature"],
    }
    return {"representation": "partial", "partialGroupInfo": partial}


def inner_content(application_data: bytes) -> bytes:
    """What an ApplicationFraming without a media type frames (extensions section 6.2.4): here MIMI content."""

    def read(reader: Reader) -> bytes:
        expect_equal("media type of the framing", ["", ""], [reader.opaque().hex(), reader.opaque().hex()])
        return reader.opaque()

    return decode_struct(application_data, read, "ApplicationFraming")


def check_frank(group: PublicGroup, content: Json, fanout: Mapping[str, Any], uris: Dict[str, str]) -> None:
    """What a receiver verifies of a franked message (protocol section 5.4.1.3)."""
    data = bytes.fromhex(content["applicationData"])
    message = decode_message(inner_content(data))
    inside = {name: message["mimiExtensions"].get(name) for name in uris}
    expect_equal("URIs in the message", uris, inside)
    tag = hmac_sha256(bytes.fromhex(message["salt"]), data).hex()
    in_aad = tag_in_authenticated_data(bytes.fromhex(content["authenticatedData"]))["frankingTag"]
    expect_equal("franking tag", tag, in_aad)
    components = entries(group.context["extensions"]) or {}
    verify_frank(
        {
            **fanout["frank"],
            "frankingAgent": components[FRANKING_AGENT].hex(),
            "context": {**uris, "acceptedTimestamp": fanout["timestamp"]},
        }
    )
