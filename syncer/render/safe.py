r"""Text from documents and trackers, made fit for a terminal.

Whoever writes a post-mortem or an issue decides what stands in it: an escape sequence that rewrites what a terminal
shows or types for its owner, a carriage return that hides half a line, direction marks that make words read
otherwise than they are (CVE-2021-42574). Such characters are shown as what they are, ``\x1b`` or ``\u202e``.

Markup of rich (``[red]``) is plain text here and stays as it is: print it as ``rich.text.Text`` or with
``markup=False``.
"""

from __future__ import annotations

import re
from typing import Final

LIMIT: Final = 10_000
"""How much of a text is shown, in characters, unless the caller says otherwise."""

_HOSTILE: Final = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, delete, C1: line ends, tabs, terminal escapes
    "\u00ad\u061c\u180e"  # soft hyphen, Arabic letter mark, Mongolian vowel separator
    "\u200b\u200e\u200f"  # zero width space and direction marks; joiners belong to words and emoji
    "\u2028-\u202e"  # line and paragraph separators, direction embeddings and overrides
    "\u2060-\u206f"  # word joiner, invisible operators, isolates, deprecated format characters
    "\ufeff\ufff9-\uffff"  # byte order mark, annotations, non-characters; U+FFFD is let through below
    "\ud800-\udfff"  # half a character, which no output can encode
    "\U0001d173-\U0001d17a"  # musical format characters
    "\U000e0000-\U000e0fff"  # tags and what else is invisible
    "]"
)


def safe(text: str, limit: int = LIMIT) -> str:
    """Text as one line that does nothing to a terminal but show itself.

    Args:
        text: Anything at all.
        limit: How many of its characters are shown; what is cut off is replaced by ``…``.

    Returns:
        The text with every control, direction and invisible character as a visible escape; without a line end or
        a tab.
    """
    shown = text if len(text) <= limit else text[:limit] + "…"
    # Most texts are plain letters, and those are told without a look at each of them.
    if shown.isascii() and shown.isprintable():
        return shown
    return _HOSTILE.sub(_escape, shown)


def safe_lines(text: str, limit: int = LIMIT) -> str:
    """Text like ``safe`` makes it, but with its own lines: they end in LF; a tab is four blanks."""
    shown = text if len(text) <= limit else text[:limit] + "…"
    lines = shown.replace("\r\n", "\n").replace("\t", "    ").split("\n")
    return "\n".join(safe(line, len(line)) for line in lines)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character == "\ufffd":
        return character
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
