"""The blocks that are open while a document is read, and what has been gathered of them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from syncer.core.markdown.blocks import Container, Definition
from syncer.core.markdown.grammar import is_delimiter
from syncer.core.markdown.linkdefs import read_definitions
from syncer.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.core.markdown.blocks import Row
    from syncer.core.markdown.grammar import HtmlEnd

_TASK: Final = re.compile(r"\[([ xX])\]\s")


class Quote:
    """An open block quote."""

    __slots__ = ()


class ListBlock:
    """An open list.

    Attributes:
        marker: The last character of its items' markers; another one begins another list (CommonMark 5.3).
    """

    __slots__ = ("marker",)

    def __init__(self, marker: str) -> None:
        self.marker = marker


class Item:
    """An open list item.

    Attributes:
        width: How many columns its content is indented.
        filled: Whether it has any content yet; if not, a blank line ends it.
    """

    __slots__ = ("filled", "width")

    def __init__(self, width: int) -> None:
        self.width = width
        self.filled = False


class Code:
    """An open code block.

    Attributes:
        fence: The run of characters that opened it; empty if it is an indented one.
    """

    __slots__ = ("fence",)

    def __init__(self, fence: str) -> None:
        self.fence = fence


class Html:
    """An open HTML block.

    Attributes:
        end: What ends it.
    """

    __slots__ = ("end",)

    def __init__(self, end: HtmlEnd) -> None:
        self.end = end


class Rows:
    """An open table.

    Attributes:
        rows: Its rows so far, header and delimiter row first. Those of a table in a list or quote are not kept.
    """

    __slots__ = ("rows",)

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows


class OpenParagraph:
    """A paragraph that the next line may continue.

    Args:
        index: The index of its first line.
        start: Where the text of that line begins.
        end: Where it ends.
        first_in_item: Whether the paragraph is the first thing in a list item.

    Attributes:
        pieces: Start and end of the text of each of its lines.
        refused: Whether a delimiter row did not fit the line above it; then none is looked at any more, as in
            cmark-gfm, which also bounds the work.
    """

    __slots__ = ("first_in_item", "index", "pieces", "refused")

    def __init__(self, index: int, start: int, end: int, *, first_in_item: bool = False) -> None:
        self.index = index
        self.pieces = [(start, end)]
        self.first_in_item = first_in_item
        self.refused = False

    def text(self, source: str) -> str:
        """Its inline Markdown, without the white space around each line."""
        return "\n".join([source[start:end].strip(" \t") for start, end in self.pieces])

    def take_definitions(
        self, source: str, lines: Sequence[tuple[int, int]], *, editable: bool
    ) -> list[Definition]:
        """Takes the link reference definitions off its beginning (CommonMark 4.7).

        Args:
            source: The document.
            lines: Start and end of each of its lines.
            editable: Whether the definitions get a span, which only those at the top level do.

        Returns:
            The definitions. A paragraph that consists of them has no pieces left.
        """
        if not source.startswith("[", self.pieces[0][0]):
            return []
        text = "\n".join([source[start:end] for start, end in self.pieces])
        definitions = []
        done = taken = 0
        for found in read_definitions(text):
            first = self.index + taken
            taken += text.count("\n", done, found.end) + (found.end == len(text))
            done = found.end
            last = self.index + taken - 1
            span = Span(lines[first][0], lines[last][1]) if editable else None
            definitions.append(
                Definition(found.label, found.key, found.url, found.title, span, first + 1)
            )
        del self.pieces[:taken]
        self.index += taken
        return definitions


class Summary:
    """What a list or block quote at the top level holds.

    Args:
        kind: Which of the two.
        line: The line on which it begins.

    Attributes:
        tables: How many tables stand in it.
    """

    __slots__ = ("_checked", "_kind", "_line", "_stray", "_texts", "_unchecked", "tables")

    def __init__(self, kind: Literal["list", "quote"], line: int) -> None:
        self._kind = kind
        self._line = line
        self.tables = self._checked = self._unchecked = 0
        self._texts: list[str] = []
        self._stray = False

    def add_text(self, text: str, *, first_in_item: bool) -> None:
        """Notes the text of a paragraph, whether it is a task, and whether it looks like a table."""
        self._texts.append(text)
        if first_in_item and (task := _TASK.match(text)):
            if task[1] == " ":
                self._unchecked += 1
            else:
                self._checked += 1
        if "|" in text and not self._stray:
            self._stray = any(
                "|" in above and "|" in below and is_delimiter(below)
                for above, below in pairwise(text.split("\n"))
            )

    def block(self) -> Container:
        """The finished block."""
        return Container(
            kind=self._kind,
            line=self._line,
            tables=self.tables,
            checked=self._checked,
            unchecked=self._unchecked,
            texts=tuple(self._texts),
            stray_table=self._stray,
        )
