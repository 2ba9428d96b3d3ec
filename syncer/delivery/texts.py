"""Texts as GitHub keeps them: bounded, found again by a hidden mark, and compared as a reader would."""

from __future__ import annotations

from typing import Final

from syncer.trackers.github.bodies import LIMIT, clean

_CUT: Final = "\n\n… The rest is left out: GitHub takes no longer text.\n"


def hidden(mark: str) -> str:
    """A mark as it stands in a text, where nobody sees it.

    Args:
        mark: Letters and digits, with single hyphens between them.

    Raises:
        ValueError: It is something else, which might end the HTML comment that it stands in.
    """
    if not all(part.isascii() and part.isalnum() for part in mark.split("-")):
        raise ValueError(f"{mark!r} is no mark")
    return f"<!-- syncer:{mark} -->"


def bounded(text: str) -> str:
    """A text that GitHub takes as it is: without characters that it drops, and cut after a line if it is too long."""
    text = clean(text)
    if len(text) <= LIMIT:
        return text
    kept = text[: LIMIT - len(_CUT)]
    return (kept[: kept.rfind("\n")] if "\n" in kept else kept).rstrip() + _CUT


def same(present: str, wanted: str) -> bool:
    """Whether two texts are one to a reader: forms on the web send other line ends, and lose blanks around a text."""
    return _plain(present) == _plain(wanted)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
