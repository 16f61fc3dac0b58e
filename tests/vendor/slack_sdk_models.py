"""What is sent passes the model validation of Slack's own Python SDK, and says there what it says.

Run by `./test --all`; by hand: `.tools/slack-sdk/bin/python tests/vendor/slack_sdk_models.py`.
"""

import json
import logging
import sys
from pathlib import Path

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus" / "payloads" / "slack"


class Warnings(logging.Handler):
    """Unknown blocks and fields are warned of, and then left out: here they are faults."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.seen = []

    def emit(self, record):
        self.seen.append(record.getMessage()[:200])


def payloads():
    """Every payload with its name: a message's or a view's arguments."""
    for path in sorted((HERE / "payloads").glob("*.json")):
        calls = json.loads(path.read_text())
        for number, call in enumerate(calls if isinstance(calls, list) else [calls], 1):
            arguments = call["arguments"]
            yield f"{path.name}, call {number}", arguments.get("view", arguments)
    for path in sorted(CORPUS.glob("*.json")):
        for number, part in enumerate(json.loads(path.read_text()), 1):
            yield f"{path.name}, part {number}", part


def faults(payload, warnings):
    """What the models find wrong with a payload."""
    warnings.seen.clear()
    found = []
    try:
        if "type" in payload:
            view = View(**payload)
            view.validate_json()
            parsed = view.blocks
        else:
            parsed = Block.parse_all(payload["blocks"])
        for block, sent in zip(parsed, payload["blocks"], strict=True):
            if block is None:
                found.append(f"unknown block {sent.get('type')}")
                continue
            block.validate_json()
            if block.to_dict() != known(sent):
                found.append(f"{sent['type']} is read as {json.dumps(block.to_dict())[:300]}")
    except (SlackObjectFormationError, TypeError, ValueError) as error:
        found.append(f"{type(error).__name__}: {error}")
    return found + warnings.seen


def known(sent):
    """A block without what this SDK leaves out, and Slack's own types have: the border of a quote."""
    if isinstance(sent, list):
        return [known(item) for item in sent]
    if not isinstance(sent, dict):
        return sent
    is_quote = sent.get("type") == "rich_text_quote"
    return {key: known(value) for key, value in sent.items() if not (is_quote and key == "border")}


WRONG = [
    {"blocks": [{"type": "nonsense"}]},
    {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
    {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "colour": "red"}]},
    {"blocks": [{"type": "actions", "elements": [{"type": "button", "action_id": "x" * 256,
                                                  "text": {"type": "plain_text", "text": "x"}}]}]},
    {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": []},
]


def main():
    warnings = Warnings()
    logging.getLogger("slack_sdk").addHandler(warnings)
    logging.getLogger("slack_sdk").propagate = False
    passed = failed = 0
    for name, payload in payloads():
        found = faults(payload, warnings)
        passed, failed = passed + (not found), failed + bool(found)
        for fault in found:
            print(f"{name}: {fault}")
    for wrong in WRONG:
        found = faults(wrong, warnings)
        passed, failed = passed + bool(found), failed + (not found)
        if not found:
            print(f"nothing is found wrong with {json.dumps(wrong)[:200]}")
    print(f"# pass {passed}\n# fail {failed}")
    return 1 if failed or passed <= len(WRONG) else 0


if __name__ == "__main__":
    sys.exit(main())
