"""How wide cells are, and what their padding does when the content changes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

BLANKS: Final = " \t"
"""What pads a cell."""

Alignment = Literal["left", "centre", "right"]

Measure = Callable[[str], int]
"""How wide a text is: in columns of a terminal, or in characters."""

_EMOJI_VARIATION: Final = "\ufe0f"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell stands.

    Attributes:
        alignment: How its column is aligned.
        guides: What the header and the delimiter row have in its column, padding included: a cell that is as
            wide as both stands in an aligned table, and stays so wide.
        padded: Whether the table has blanks beside its pipes.
        open_left: Whether the cell is its row's first and has no pipe before it; its padding is an indentation.
        open_right: Whether it is the last and has no pipe behind it; its padding is the end of a line.
    """

    alignment: Alignment
    guides: tuple[str, str]
    padded: bool
    open_left: bool = False
    open_right: bool = False


def display_width(text: str) -> int:
    """How many columns a text takes in a monospaced font (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    width = last = 0
    for character in text:
        if character == _EMOJI_VARIATION and last == 1:
            last = 1  # it makes the character before it an emoji, which is two columns wide
        elif unicodedata.category(character) in ("Mn", "Me", "Cf"):
            last = 0
        else:
            last = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        width += last
    return width


MEASURES: Final[tuple[Measure, ...]] = (display_width, len)
"""In the order in which they are tried: formatters align by columns, some editors by characters."""


def split(outer: str) -> tuple[str, str, str]:
    """The padding before a cell's content, the content, and the padding behind it; an empty cell has it behind."""
    body = outer.strip(BLANKS)
    start = outer.index(body) if body else 0
    return outer[:start], body, outer[start + len(body) :]


def pad(content: str, width: int, alignment: Alignment, measure: Measure) -> str:
    """Content with blanks around it, up to a width."""
    missing = max(0, width - measure(content))
    left = {"left": 0, "centre": missing // 2, "right": missing}[alignment]
    return " " * left + content + " " * (missing - left)


def refill(outer: str, content: str, place: Place) -> str:
    """A cell with another content.

    The padding takes up the difference: what grows uses up all but one blank, what shrinks gives blanks back if
    the cell was padded to a width before, so that the column keeps it.

    Args:
        outer: What stands between the cell's pipes now.
        content: What is to stand there, without padding; may be empty.
        place: Where the cell stands.
    """
    lead, body, trail = split(outer)
    alignment = "left" if place.open_left else place.alignment
    if not body:
        lead, trail = _divide(outer, alignment, padded=place.padded)
    measure, aligned = _measure(outer, place)
    growth = measure(content) - measure(body)
    if alignment == "centre" and abs(len(lead) - len(trail)) <= 1 and not place.open_right:
        extra_left = len(lead) > len(trail)
        total = len(_absorb(lead + trail, growth, least=2, aligned=aligned))
        left = (total + extra_left) // 2
        lead, trail = " " * left, " " * (total - left)
    elif alignment == "right" and len(lead) >= len(trail):
        lead = _absorb(lead, growth, least=1, aligned=aligned)
    elif not place.open_right:
        trail = _absorb(trail, growth, least=1, aligned=aligned)
    new = lead + content + trail
    return new if place.open_right else shield(new)


def shield(outer: str) -> str:
    """What stands between two pipes, so that the second one counts: a backslash right before it would escape it."""
    return outer + " " if outer.endswith("\\") else outer


def _divide(blanks: str, alignment: Alignment, *, padded: bool) -> tuple[str, str]:
    """The padding of an empty cell, parted where its content is to stand."""
    if not blanks:
        return (" ", " ") if padded else ("", "")
    at = {"left": 1, "centre": len(blanks) // 2, "right": len(blanks) - 1}[alignment]
    return blanks[:at] or " ", blanks[at:] or " "


def _measure(outer: str, place: Place) -> tuple[Measure, bool]:
    """How the column is measured, and whether it is aligned."""
    for measure in MEASURES:
        if {measure(guide) for guide in place.guides} == {measure(outer)}:
            return measure, True
    return display_width, False


def _absorb(blanks: str, growth: int, *, least: int, aligned: bool) -> str:
    if blanks.strip(" "):
        return blanks  # tabs: nobody knows how wide they are
    size = len(blanks)
    if growth >= 0:
        return " " * max(min(least, size), size - growth)
    return " " * (size - growth) if aligned or size > least else blanks
