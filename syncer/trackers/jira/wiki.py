"""Plain text as wiki markup in which nothing is markup: no macro, no link, no mention, no heading."""

from __future__ import annotations

import re
from typing import Final

_SPECIAL: Final = re.compile(r"([\\{}\[\]*_+^~?!|#@&-])")
_BULLET: Final = re.compile(r"- \*\*(.+?):\*\* (.*)")
_HIDDEN: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY: Final = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'"}
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LIMIT: Final = 32_000
"""Longest text that is sent, in characters; Jira takes a little more."""


def escaped(text: str) -> str:
    """Text that is shown as it is."""
    return _SPECIAL.sub(r"\\\1", clean(text))


def clean(text: str) -> str:
    """A text without characters that Jira takes for an error."""
    return _UNWANTED.sub("", text)


def description(block: str) -> str:
    """What the managed block of an issue's text says, as wiki markup."""
    lines = []
    for line in _HIDDEN.sub("", block).splitlines():
        bullet = _BULLET.fullmatch(line)
        if bullet:
            label, value = (escaped(_plain(part)) for part in bullet.groups())
            lines.append(f"* *{label}:* {value}")
        elif line.strip():
            lines.append(escaped(_plain(line)))
    return "\n".join(lines)[:LIMIT]


def _plain(markdown: str) -> str:
    """Escaped Markdown as the text that it was made of."""
    text = _ESCAPED.sub(r"\1", markdown)
    for entity, character in _ENTITY.items():
        text = text.replace(entity, character)
    return text
