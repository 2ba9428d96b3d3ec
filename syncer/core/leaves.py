"""What is gathered while a block is open: the lines of a paragraph, the contents of a list or quote."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from syncer.core.blocks import Container, Definition
from syncer.core.grammar import is_delimiter
from syncer.core.linkdefs import read_definitions
from syncer.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_TASK: Final = re.compile(r"\[([ xX])\]\s")


class OpenParagraph:
    """A paragraph that the next line may continue.

    Args:
        index: The index of its first line.
        first_in_item: Whether it is the first thing in a list item.
    """

    __slots__ = ("first_in_item", "index", "pieces", "refused")

    def __init__(self, index: int, start: int, end: int, *, first_in_item: bool = False) -> None:
        self.index = index
        self.pieces = [(start, end)]
        self.first_in_item = first_in_item
        self.refused = False
        """Whether a delimiter row did not fit its last line: then no later one may (as in cmark-gfm)."""

    def text(self, source: str) -> str:
        """Its inline Markdown, without the white space around each line."""
        return "\n".join([source[start:end].strip(" \t") for start, end in self.pieces])

    def take_definitions(
        self, source: str, lines: Sequence[tuple[int, int]], *, spans: bool
    ) -> list[Definition]:
        """Takes the link reference definitions off its beginning (CommonMark 4.7).

        Args:
            source: The document.
            lines: Start and end of each of its lines.
            spans: Whether the definitions may be edited, which only those at the top level may.

        Returns:
            The definitions. Nothing is left of a paragraph that consists of them.
        """
        start = self.pieces[0][0]
        if source[start : start + 1] != "[":
            return []
        text = "\n".join([source[a:b] for a, b in self.pieces])
        definitions = []
        done = taken = 0
        for label, key, url, title, end in read_definitions(text):
            first = self.index + taken
            taken += text.count("\n", done, end) + (end == len(text))
            done = end
            last = self.index + taken - 1
            span = Span(lines[first][0], lines[last][1]) if spans else None
            definitions.append(Definition(label, key, url, title, span, first + 1))
        del self.pieces[:taken]
        self.index += taken
        return definitions


class Summary:
    """What a list or block quote at the top level holds.

    Args:
        kind: Which of the two.
        line: The line on which it begins.
    """

    __slots__ = ("_checked", "_kind", "_line", "_stray", "_texts", "_unchecked", "tables")

    def __init__(self, kind: Literal["list", "quote"], line: int) -> None:
        self._kind = kind
        self._line = line
        self.tables = self._checked = self._unchecked = 0
        self._texts: list[str] = []
        self._stray = False

    def add_text(self, text: str, *, first_in_item: bool) -> None:
        """Notes the text of a paragraph, and whether it is a task or looks like a table."""
        self._texts.append(text)
        if first_in_item and (task := _TASK.match(text)):
            if task[1] == " ":
                self._unchecked += 1
            else:
                self._checked += 1
        if "|" in text and not self._stray:
            rows = [line.lstrip(" \t") for line in text.split("\n")]
            self._stray = any(
                "|" in above and "|" in below and is_delimiter(below)
                for above, below in pairwise(rows)
            )

    def block(self) -> Container:
        """The finished block."""
        return Container(
            self._kind,
            self._line,
            self.tables,
            self._checked,
            self._unchecked,
            tuple(self._texts),
            self._stray,
        )
