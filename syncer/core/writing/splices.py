"""Replacing ranges of a text while every character outside of them stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.model import Span


@dataclass(frozen=True, slots=True)
class Splice:
    """A range of the text and what is to stand there instead; an empty range is where something is added."""

    span: Span
    text: str


def apply(text: str, splices: Iterable[Splice]) -> str:
    """The text with all splices made.

    Args:
        text: The text that the spans are ranges of.
        splices: In any order; those at one place are made in the order given.

    Raises:
        ValueError: Two ranges overlap, or one lies outside of the text.
    """
    parts: list[str] = []
    place = 0
    for splice in sorted(splices, key=lambda splice: (splice.span.start, splice.span.end)):
        if not place <= splice.span.start <= splice.span.end <= len(text):
            raise ValueError(f"cannot replace {splice.span}")
        parts += text[place : splice.span.start], splice.text
        place = splice.span.end
    return "".join((*parts, text[place:]))
