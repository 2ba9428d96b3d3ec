"""The text of an issue: its title, and the managed block between two hidden lines.

The block's opening line carries two hashes: of the facts that it shows, which tells at a glance whether there is
anything to write, and of the lines that follow. A block that no longer has the second hash was edited by a person and
is theirs from then on.
"""

from __future__ import annotations

import hashlib
import re
from itertools import chain
from typing import Final

from syncer.core.markdown.inline import escape

Facts = tuple[tuple[str, str], ...]
"""What a managed block shows: label and plain text, in order."""

_OPEN: Final = re.compile(r"<!-- syncer:begin [0-9a-f]{16} ([0-9a-f]{16}) [^\n]*-->\n")
_CLOSE: Final = "<!-- syncer:end -->"
_MENTION: Final = r"@[A-Za-z0-9][\w-]*(?:/[A-Za-z0-9][\w.-]*)?"
_MENTIONS: Final = re.compile(rf"{_MENTION}(?:(?:,| and) {_MENTION})*")
_OWNER: Final = "Owner"
DOCUMENT: Final = "Post-mortem"
"""The label of the fact that is the document's path, which may become a link to it."""
_HINT: Final = "write above or below, this part is kept up to date "


def title_of(action: str, limit: int) -> str:
    """The title of an action item's issue: its words in one line, at most ``limit`` characters."""
    words = " ".join(action.split())
    if len(words) <= limit:
        return words
    cut = words[: limit - 1]
    at_word = cut.rsplit(" ", 1)[0]
    # A text without blanks (Japanese, a long URL) is cut where it has to be.
    return (at_word if len(at_word) > limit // 2 else cut) + "…"


def facts_digest(facts: Facts) -> str:
    """16 hexadecimal digits over what a managed block shows."""
    text = "\0".join(chain.from_iterable(facts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def naming(facts: Facts, owner: str) -> Facts:
    """Facts that name an owner, too."""
    named = (_OWNER, owner)
    return facts if not owner or named in facts else (*facts, named)


def without(facts: Facts, owner: str) -> Facts:
    """Facts that don't name this owner."""
    return tuple(fact for fact in facts if fact != (_OWNER, owner))


def render_block(facts: Facts, *, mentions: bool = False, link: str = "") -> str:
    """The managed block that shows these facts.

    Args:
        facts: Label and plain text, in the order in which they appear; empty ones are left out.
        mentions: Whether accounts and teams that are named as owners are told.
        link: Address of the document, which its path becomes a link to; empty for none.

    Returns:
        The block with its two hidden lines, without a final newline. All text is escaped: nothing in it becomes
        markup, closes a comment or mentions a person.
    """
    content = "".join(
        f"- **{escape(label)}:** {_shown(label, value, mentions=mentions, link=link)}\n"
        for label, value in facts
        if value
    )
    return (
        f"<!-- syncer:begin {facts_digest(facts)} {_digest(content)} {_HINT}-->\n{content}{_CLOSE}"
    )


def shows(body: str, facts: Facts) -> bool:
    """Whether an issue's text has a managed block that was written for these facts."""
    return f"<!-- syncer:begin {facts_digest(facts)} " in body


def is_edited(body: str) -> bool:
    """Whether the managed block was edited by a person, or is gone, so that it isn't ours to write."""
    return _find(body) is None


def replace_block(body: str, facts: Facts, *, mentions: bool = False, link: str = "") -> str | None:
    """The issue's text with its managed block showing new facts.

    Trackers may hand the text back with CRLF line ends; these count as line ends, not as an edit. A document that was
    linked to, and is called as it was, is linked to as it was: at the revision that the issue was filed from.

    Returns:
        The new text, or ``None`` where the block isn't ours to write.
    """
    found = _find(body)
    if found is None:
        return None
    start, end = found
    text = _unix(body)
    for label, value in facts:
        known = re.search(
            rf"^- .+ \[{re.escape(quiet(value))}\]\(<([^<>\n]+)>\)$", text[start:end], re.MULTILINE
        )
        if label == DOCUMENT and known:
            link = known[1]
    return text[:start] + render_block(facts, mentions=mentions, link=link) + text[end:]


def quiet(value: str) -> str:
    """Plain text as Markdown in which no ``@name`` and no ``#12`` reaches anybody."""
    return escape(value.replace("@", "@\u200b").replace("#", "#\u200b"))


def _shown(label: str, value: str, *, mentions: bool, link: str) -> str:
    if link and label == DOCUMENT:
        return f"[{quiet(value)}](<{link}>)"
    if mentions and label == _OWNER and _MENTIONS.fullmatch(value):
        return value
    return quiet(value)


def _find(body: str) -> tuple[int, int] | None:
    """Start and end of an intact managed block in the text with LF line ends."""
    text = _unix(body)
    opening = _OPEN.search(text)
    if opening is None:
        return None
    end = text.find(_CLOSE, opening.end())
    if end < 0 or _digest(text[opening.end() : end]) != opening.group(1):
        return None
    return opening.start(), end + len(_CLOSE)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]
