"""The examples that the drafts themselves publish: what the checker says of them was decided by others.

They are not part of this repository (vectors/README.md). OPENMIMI_PUBLISHED_VECTORS names the folder they are in, and
`openmimi vectors fetch` fetches them.
"""

import os
import re
import unittest
from pathlib import Path

import check
from openmimi_check.content import decode_message
from openmimi_check.message_id import message_id_with
from openmimi_check.status import decode_report

NAMED = os.environ.get("OPENMIMI_PUBLISHED_VECTORS")
FOLDER = Path(NAMED) if NAMED else check.VECTORS / "published"
ABSENT = not FOLDER.is_dir() and os.environ.get("CI") != "true"


@unittest.skipIf(ABSENT, "the published vectors are not here: openmimi vectors fetch")
class Published(unittest.TestCase):
    """draft-ietf-mimi-content-08 and draft-mahy-mimi-message-status-01"""

    def test_message_ids_of_the_content_draft(self) -> None:
        checked = 0
        for path in sorted((FOLDER / "mimi-content-08").glob("*.cbor")):
            # What is derived from a message is no message, and has an ID by the formula of an earlier draft.
            if path.name == "implied-original.cbor":
                continue
            with self.subTest(path.name):
                comment = re.match(r"(?:#[^\n]*\n)+", path.with_suffix(".edn").read_text(encoding="utf-8"))
                published = re.search(r"h'([0-9a-f\s#]+)'", comment.group(0) if comment else "")
                self.assertIsNotNone(published)
                message_id = re.sub(r"[^0-9a-f]", "", published.group(1)) if published else ""
                self.assertEqual(message_id_with(path.read_bytes(), {}), message_id)
                checked += 1
        self.assertEqual(checked, 14)

    def test_references_of_the_content_draft(self) -> None:
        original, reply = ((FOLDER / "mimi-content-08" / f"{name}.cbor").read_bytes() for name in ("original", "reply"))
        self.assertEqual(decode_message(reply)["inReplyTo"], message_id_with(original, {}))

    def test_report_of_the_status_draft(self) -> None:
        report = decode_report((FOLDER / "mimi-message-status-01" / "status.cbor").read_bytes())
        self.assertEqual([pair["status"] for pair in report], [2, 2, 0, 3])
        original, reply, mention, expiring = (
            message_id_with((FOLDER / "mimi-content-08" / f"{name}.cbor").read_bytes(), {})
            for name in ("original", "reply", "mention", "expiring")
        )
        self.assertEqual([pair["messageId"] for pair in report], [original, reply, mention, expiring])
