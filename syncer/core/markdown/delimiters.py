"""Which of the characters ``*``, ``_`` and ``~`` in inline Markdown are markup, and which are text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from string import punctuation
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_ASCII_PUNCTUATION: Final = frozenset(punctuation)
_LONGEST_TILDES: Final = 2


@dataclass(slots=True)
class Run:
    """A run of one of the characters, as it stands in its source.

    Attributes:
        character: Which one.
        length: How many of them.
        can_open: Whether it may open emphasis or strikethrough.
        can_close: Whether it may close it.
        left: How many of them are left as text; filled by ``match_runs``.
    """

    character: str
    length: int
    can_open: bool
    can_close: bool
    left: int


def read_run(source: str, start: int, end: int) -> Run:
    """The run between two offsets, judged by the characters around it (CommonMark 6.2)."""
    first, last = start, end
    if source[start] != "~":
        # cmark-gfm looks through tildes at what is behind them.
        while first and source[first - 1] == "~":
            first -= 1
        while last < len(source) and source[last] == "~":
            last += 1
    before = source[first - 1] if first else "\n"
    after = source[last] if last < len(source) else "\n"
    punctuation_before, punctuation_after = _is_punctuation(before), _is_punctuation(after)
    blank_before, blank_after = _is_blank(before), _is_blank(after)
    left_flanking = not blank_after and (
        not punctuation_after or blank_before or punctuation_before
    )
    right_flanking = not blank_before and (
        not punctuation_before or blank_after or punctuation_after
    )
    character, length = source[start], end - start
    if character == "_":
        can_open = left_flanking and (not right_flanking or punctuation_before)
        can_close = right_flanking and (not left_flanking or punctuation_after)
    else:
        fits = character == "*" or length <= _LONGEST_TILDES
        can_open, can_close = left_flanking and fits, right_flanking and fits
    return Run(character, length, can_open, can_close, length)


def match_runs(runs: Iterable[Run]) -> None:
    """Pairs openers with closers and notes what is left of each run as text.

    This is "process emphasis" of CommonMark's appendix, and strikethrough as in GFM 6.5: two runs of one length.
    The time is linear: behind the point where a search for an opener was in vain, no later one of its kind goes. What
    is of one kind, is as in cmark-gfm, which in rare cases finds less than the specification says.
    """
    openers: list[tuple[int, Run]] = []
    bottoms: dict[tuple[str, int], int] = {}
    for number, run in enumerate(runs):
        while run.can_close and run.left:
            kind = (run.character, run.length % 3)
            place = _find_opener(openers, run, bottoms.get(kind, 0))
            if place is None:
                bottoms[kind] = number
                break
            opener = openers[place][1]
            del openers[place + 1 :]
            if run.character == "~":
                del openers[place]
                if opener.length == run.length:
                    opener.left = run.left = 0
                run.can_open = False
                break
            used = 2 if opener.left > 1 and run.left > 1 else 1
            opener.left -= used
            run.left -= used
            if not opener.left:
                del openers[place]
        if run.can_open and run.left:
            openers.append((number, run))


def _find_opener(openers: list[tuple[int, Run]], closer: Run, bottom: int) -> int | None:
    for place in range(len(openers) - 1, -1, -1):
        number, opener = openers[place]
        if number < bottom:
            return None
        if opener.character == closer.character and _fit(opener, closer):
            return place
    return None


def _fit(opener: Run, closer: Run) -> bool:
    """Rules 9 and 10 of CommonMark 6.2."""
    if not (opener.can_close or closer.can_open):
        return True
    return (opener.length + closer.length) % 3 != 0 or closer.length % 3 == 0


def _is_blank(character: str) -> bool:
    return character in "\t\n\f\r" or unicodedata.category(character) == "Zs"


def _is_punctuation(character: str) -> bool:
    return character in _ASCII_PUNCTUATION or unicodedata.category(character).startswith("P")
