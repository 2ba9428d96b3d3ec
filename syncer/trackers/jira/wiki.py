"""Plain text as wiki markup in which nothing is markup: no macro, no link, no mention, no heading, no emoticon."""

from __future__ import annotations

import re
from typing import Final

from syncer.core.markdown.entities import unescape

_SPECIAL: Final = re.compile(
    r"""[\\{}\[\]*_+^~?!|\#@&(-]
    # What Jira makes a link of by itself, whatever its scheme, and emoticons without a parenthesis in front.
    | [:;](?=\S) | (?<=www)\.
    # Headings and quotes, which are such at the start of a line only.
    | (?<=h[1-6])\. | (?<=bq)\.
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BULLET: Final = re.compile(r"- \*\*(.+?):\*\* (.*)")
_HIDDEN: Final = re.compile(r"(?<!\\)<!--.*?-->", re.DOTALL)
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LIMIT: Final = 32_000
"""Longest text that is sent, in characters; Jira takes a little more."""


def escaped(text: str) -> str:
    """Text that is shown as it is."""
    return _SPECIAL.sub(r"\\\g<0>", clean(text))


def clean(text: str) -> str:
    """A text without characters that Jira takes for an error."""
    return _UNWANTED.sub("", text)


def description(block: str) -> str:
    """What the managed block of an issue's text says, as wiki markup."""
    lines = []
    for line in _HIDDEN.sub("", block).splitlines():
        bullet = _BULLET.fullmatch(line)
        if bullet:
            label, value = (escaped(unescape(part)) for part in bullet.groups())
            lines.append(f"* *{label}:* {value}")
        elif line.strip():
            lines.append(escaped(unescape(line)))
    return "\n".join(lines)[:LIMIT]
