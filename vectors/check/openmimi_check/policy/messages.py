"""What a message does only its receivers can see, and they judge it (README of room, "Requests and messages")."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from . import components, media_types, uris
from .decision import Denied
from .facts import understand
from .requests import has, require
from .room import Room

_CONTENT_FIELDS = (
    "replaces",
    "inReplyTo",
    "deletes",
    "reaction",
    "topicId",
    "changesBody",
    "hasLink",
    "hasLinkPreview",
    "mediaTypes",
    "assets",
    "lifetimeSeconds",
    "reports",
)

# Which size limit and which capability an asset has, by its top-level media type.
_BY_TYPE = {
    "image": ("maxImage", "canUploadImage"),
    "audio": ("maxAudio", "canUploadAudio"),
    "video": ("maxVideo", "canUploadVideo"),
}
_ATTACHMENT = ("maxAttachment", "canUploadAttachment")


def judge_content(room: Room, given: Dict[str, Any]) -> List[str]:
    understand(given, ("question", "room", "components", "user", "content"))
    user, content = given["user"], given["content"]
    understand(content, _CONTENT_FIELDS)
    needed = [require(room, user, "canSendMessage")]
    needed += [require(room, user, capability) for capability in _of_the_kind(room, user, content)]
    needed += [require(room, user, capability) for capability in _of_the_parts(content)]
    for reason, allowed in (
        ("link-preview-not-allowed", _link_preview_allowed(room, content)),
        ("asset-not-allowed", _assets_allowed(room, user, content)),
        ("expiration-not-allowed", _expiration_allowed(room, content)),
        ("status-report-not-allowed", _reports_allowed(room, content)),
    ):
        if not allowed:
            raise Denied(reason, user=user)
    return needed


def _of_the_kind(room: Room, user: str, content: Dict[str, Any]) -> List[str]:
    """What a new message, an edit or a deletion needs."""
    replaced = content.get("replaces")
    if replaced is None:
        return _of_a_new_message(content)
    if replaced == "unknown":
        # What is not at hand counts as one's own, and as what it is replaced by.
        replaced = {"senderUri": user, "topicId": content["topicId"], "reaction": content["reaction"]}
    own = replaced["senderUri"] == user
    if content["deletes"]:
        return [f"canDelete{'Own' if own else 'Other'}{'Reaction' if replaced['reaction'] else 'Message'}"]
    if replaced["reaction"]:
        if not own or not content["reaction"]:
            raise Denied("not-permitted", user=user)  # A reaction stays one.
        return ["canEditReaction"]
    return _of_an_edit(room, user, content, own, replaced["topicId"] != content["topicId"])


def _of_a_new_message(content: Dict[str, Any]) -> List[str]:
    replied: Any = content.get("inReplyTo")
    topic = content["topicId"]
    # Of a message that is not at hand nobody knows the topic: it counts as the same.
    same_topic = replied == "unknown" or (replied is not None and replied["topicId"] == topic)
    needed: List[str] = []
    if content["reaction"]:
        needed.append("canReactToMessage")
    elif replied is not None:
        needed.append("canReplyInTopic" if same_topic and topic != "" else "canReplyToMessage")
    if topic != "" and not same_topic:
        needed.append("canStartTopic")
    return needed


def _of_an_edit(room: Room, user: str, content: Dict[str, Any], own: bool, new_topic: bool) -> List[str]:
    """Another topic that the sender may not give is ignored where the edit is about the body (R-155)."""
    new_body = content["changesBody"] or not new_topic
    if new_body and not own:
        raise Denied("not-permitted", user=user)  # Nobody edits what another said.
    needed = ["canEditOwnMessage"] if new_body else []
    if content["reaction"]:
        needed.append("canReactToMessage")  # It is one from now on.
    if new_topic and not own:
        needed.append("canEditOtherTopic")
    elif new_topic and (not new_body or has(room, user, "canEditOwnTopic")):
        needed.append("canEditOwnTopic")
    return needed


def _of_the_parts(content: Dict[str, Any]) -> List[str]:
    needed: List[str] = []
    if content["hasLinkPreview"]:
        needed.append("canSendLinkPreview")
    elif content["hasLink"]:
        needed.append("canSendLink")
    for asset in content["assets"]:
        kind = _asset_kind(asset)
        # A preview belongs to its link.
        if kind is not None and asset["disposition"] != "preview" and kind[1] not in needed:
            needed.append(kind[1])
    return needed


def _asset_kind(asset: Dict[str, Any]) -> Optional[tuple]:
    """The limit and the capability for an asset; None for sessions, which are nothing to download."""
    if asset["disposition"] == "session":
        return None
    if asset["disposition"] == "attachment":
        return _ATTACHMENT
    return _BY_TYPE.get(media_types.from_text(asset["mediaType"]).essence.split("/")[0], _ATTACHMENT)


# --- The room's policies (policy §6) ---------------------------------------------------------------------------------


def _link_preview_allowed(room: Room, content: Dict[str, Any]) -> bool:
    policy = room.value(components.LINK_PREVIEW_POLICY) or {"sendLinkPreviews": "optional"}
    if content["hasLinkPreview"]:
        return policy["sendLinkPreviews"] != "forbidden"
    return policy["sendLinkPreviews"] != "required" or not content["hasLink"]


def _assets_allowed(room: Room, user: str, content: Dict[str, Any]) -> bool:
    policy = room.value(components.ASSET_POLICY)
    if policy is None:
        return True
    forbidden = [media_types.from_struct(entry) for entry in policy["forbiddenMediaTypes"]]
    permitted = [media_types.from_struct(entry) for entry in policy["permittedMediaTypes"]]
    for text in content["mediaTypes"]:
        given = media_types.from_text(text)
        listed = permitted == [] or any(media_types.matches(entry, given) for entry in permitted)
        if not listed or any(media_types.matches(entry, given) for entry in forbidden):
            return False
    for asset in content["assets"]:
        kind = _asset_kind(asset)
        if kind is None:
            continue
        maximum = int(policy[kind[0]])
        # 0 takes none, whether the size is given or not.
        if maximum == 0 or int(asset["size"]) > maximum:
            return False
        if not _is_upload_domain(policy, user, uris.host_of(asset["url"])):
            return False
    return True


def _is_upload_domain(policy: Dict[str, Any], user: str, host: Optional[str]) -> bool:
    location = policy["assetUploadLocation"]
    if location == "unspecified":
        return True
    domain = uris.domain_of(user)
    for entry in policy["uploadDomains"]:
        if location == "hub" or entry["provider"]["domain"] == domain:
            if host in [destination["domain"] for destination in entry["assetUploadDestinations"]]:
                return True
    return False


def _expiration_allowed(room: Room, content: Dict[str, Any]) -> bool:
    policy = room.value(components.MESSAGE_EXPIRATION)
    if policy is None or content["deletes"] or content["reports"] != []:
        return True  # A deletion and a status report leave nothing that could expire.
    lifetime = content.get("lifetimeSeconds")
    if lifetime is None:
        return policy["expiringMessages"] != "required"
    if policy["expiringMessages"] == "forbidden":
        return False
    return policy["minExpirationDuration"] <= lifetime <= policy["maxExpirationDuration"]


def _reports_allowed(room: Room, content: Dict[str, Any]) -> bool:
    policy = room.value(components.STATUS_NOTIFICATION_POLICY) or {}
    return not (
        ("delivery" in content["reports"] and policy.get("deliveryNotifications") == "forbidden")
        or ("read" in content["reports"] and policy.get("readReceipts") == "forbidden")
    )
