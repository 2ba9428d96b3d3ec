"""The walk over a document's lines that finds its blocks.

This is the algorithm of CommonMark's appendix, "A parsing strategy": each line first continues the blocks that are
open, then opens new ones, and what is left of it is text. It reads every line once, keeps offsets into the text as
it was read, and its work per line is bounded by the depth of nesting, which is bounded by ``MAX_DEPTH``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from syncer.core.blocks import Heading, Other, Paragraph, Table
from syncer.core.grammar import TRIGGERS, break_or_item, html_end, opener
from syncer.core.leaves import OpenParagraph, Summary
from syncer.core.table import count_cells, read_row
from syncer.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.core.blocks import Block, Definition, Row

MAX_DEPTH: Final = 100
"""Lists, list items and block quotes nested more deeply than this are read as text."""

_CODE_INDENT: Final = 4
_TAB_WIDTH: Final = 4
_SPACES: Final = re.compile(" *+")

_Outcome = Literal["refused", "container", "leaf"]


class _Quote:
    """An open block quote."""

    __slots__ = ()


class _List:
    """An open list; all its items have one kind of marker (CommonMark 5.3)."""

    __slots__ = ("marker",)

    def __init__(self, marker: str) -> None:
        self.marker = marker


class _Item:
    """An open list item: how many columns its content is indented, and whether it has any content yet."""

    __slots__ = ("filled", "width")

    def __init__(self, width: int) -> None:
        self.width = width
        self.filled = False


class _Code:
    """An open code block: the fence that closes it, or nothing if it is an indented one."""

    __slots__ = ("fence",)

    def __init__(self, fence: str) -> None:
        self.fence = fence


class _Html:
    """An open HTML block: the pattern that ends it; None if a blank line does."""

    __slots__ = ("end",)

    def __init__(self, end: re.Pattern[str] | None) -> None:
        self.end = end


class _Rows:
    """An open table and its rows so far; those of a table in a list or quote are not kept."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows


_Node = _Quote | _List | _Item
_Leaf = _Code | _Html | _Rows | OpenParagraph


class Reader:
    """Reads one document.

    Args:
        text: The document.
        lines: Start and end of each line, line ends excluded.
        first: The index of the first line to read.
    """

    def __init__(self, text: str, lines: Sequence[tuple[int, int]], first: int) -> None:
        self._text = text
        self._lines = lines
        self._index = first
        self._match = opener().match
        self._rules = {
            "block_quote": self._open_quote,
            "atx_heading": self._open_heading,
            "fenced_code": self._open_fence,
            "html": self._open_html,
            "setex_heading": self._underline,
            "thematic_break": self._open_break,
            "list": self._open_item,
            "table": self._open_table,
        }
        self.blocks: list[Block] = []
        self.definitions: list[Definition] = []
        self._nodes: list[_Node] = []
        self._leaf: _Leaf | None = None
        self._summary: Summary | None = None
        # Of the current line, the characters before _place are taken. Columns count from 0; _column may lie inside
        # the tab at _place. _first is the next character that is not blank. _kept is the number of open containers
        # that the line continues, and _paragraph the paragraph that it continues if it opens no block.
        self._line = ""
        self._place = self._column = self._first = self._first_column = 0
        self._kept = 0
        self._paragraph: OpenParagraph | None = None

    def read(self) -> bool:
        """Reads all lines, filling ``blocks`` and ``definitions``.

        Returns:
            Whether the text ends inside a block that not even a blank line ends.
        """
        text = self._text
        blank_before = False
        for index in range(self._index, len(self._lines)):
            start, end = self._lines[index]
            line = text[start:end]
            if line and line[0].isalpha() and not self._nodes:
                # The shortcut for most lines: plain text can only open or continue a paragraph.
                leaf = self._leaf
                if leaf is None:
                    self._leaf = OpenParagraph(index, start, end)
                    blank_before = False
                    continue
                if type(leaf) is OpenParagraph:
                    leaf.pieces.append((start, end))
                    continue
            blank = not line or not line.strip(" \t")
            # A second blank line changes nothing that the first one left.
            if not (blank and blank_before):
                self._index = index
                self._read_line(line)
            blank_before = blank
        leaf = self._leaf
        is_open = not self._nodes and (
            (type(leaf) is _Code and leaf.fence != "")
            or (type(leaf) is _Html and leaf.end is not None)
        )
        self._close(0)
        return is_open

    # One line

    def _read_line(self, line: str) -> None:
        self._line = line
        self._place = self._column = 0
        self._find_first()
        self._kept = self._continue_nodes()
        leaf = self._leaf
        continued = leaf is not None and self._kept == len(self._nodes)
        if continued and self._continue_leaf():
            return
        # The paragraph that the line continues if it opens nothing: as one of its own lines, or as a lazy line,
        # which lost the markers of its containers (CommonMark 5.1).
        text = leaf if type(leaf) is OpenParagraph else None
        self._paragraph = text if continued else None
        while self._first < len(line):
            if self._first_column - self._column >= _CODE_INDENT:
                if text is not None:
                    break
                self._begin()
                self._leaf = _Code("")
                self._add(Other("code", self._index + 1))
                return
            outcome = self._open_block(line[self._first :])
            if outcome == "leaf":
                return
            if outcome == "refused":
                break
            self._paragraph = text = None
            continued = False
        if self._first == len(line):
            self._close(self._kept)
        elif text is not None:
            start, end = self._lines[self._index]
            # A lazy line keeps its indentation, which matters if it turns out to be the header of a table.
            text.pieces.append((start + (self._first if continued else self._place), end))
        elif not (continued and type(leaf) is _Rows and self._add_row(leaf)):
            self._open_paragraph()

    def _continue_nodes(self) -> int:
        """Takes the markers of the open containers off the line; returns how many of them it continues."""
        length = len(self._line)
        for count, node in enumerate(self._nodes):
            if type(node) is _Item:
                if self._first_column - self._column >= node.width:
                    self._skip_columns(node.width)
                elif self._first == length and node.filled:
                    self._place, self._column = self._first, self._first_column
                else:
                    return count
            elif type(node) is _Quote:
                if not self._line.startswith(">", self._first) or self._indented:
                    return count
                self._take_quote_marker()
        return len(self._nodes)

    def _continue_leaf(self) -> bool:
        """Whether the line is part of the open leaf, whatever else it looks like."""
        leaf = self._leaf
        if type(leaf) is _Code:
            if not leaf.fence:
                return self._indented or self._first == len(self._line)
            rest = self._line[self._first :].rstrip(" \t")
            if rest.startswith(leaf.fence) and not rest.strip(leaf.fence[0]) and not self._indented:
                self._leaf = None
            return True
        if type(leaf) is _Html:
            if leaf.end is None:
                return self._first < len(self._line)
            if leaf.end.search(self._line, self._first):
                self._leaf = None
            return True
        return False

    # The rules

    def _open_block(self, rest: str) -> _Outcome:
        match = self._match(rest) if rest[0] in TRIGGERS else None
        if match is None or match.lastgroup is None:
            return "refused"
        return self._rules[match.lastgroup](match)

    def _open_quote(self, _match: re.Match[str]) -> _Outcome:
        if len(self._nodes) >= MAX_DEPTH:
            return "refused"
        self._begin()
        self._push(_Quote())
        self._take_quote_marker()
        return "container"

    def _open_heading(self, match: re.Match[str]) -> _Outcome:
        self._begin()
        title = (match["title"] or "").strip(" \t")
        bare = title.rstrip("#")
        if not bare or bare[-1] in " \t":
            title = bare.rstrip(" \t")
        self._add(Heading(len(match["level"]), title, self._index + 1))
        return "leaf"

    def _open_fence(self, match: re.Match[str]) -> _Outcome:
        fence = match["fenced_2"]
        if fence[0] == "`" and "`" in match["fenced_3"]:
            return "refused"
        self._begin()
        self._leaf = _Code(fence)
        self._add(Other("code", self._index + 1))
        return "leaf"

    def _open_html(self, match: re.Match[str]) -> _Outcome:
        found = html_end(match.string, interrupting=self._paragraph is not None)
        if found is None:
            return "refused"
        self._begin()
        self._add(Other("html", self._index + 1))
        (end,) = found
        if end is None or not end.search(match.string):
            self._leaf = _Html(end)
        return "leaf"

    def _underline(self, match: re.Match[str]) -> _Outcome:
        paragraph = self._paragraph
        if paragraph is None:
            other = break_or_item().match(match.string)
            if other is None or other.lastgroup is None:
                return "refused"
            return self._rules[other.lastgroup](other)
        self._take_definitions(paragraph)
        if not paragraph.pieces:
            paragraph.pieces = [self._lines[self._index]]
            return "leaf"
        self._leaf = None
        level = 1 if match["underline"][0] == "=" else 2
        self._add(Heading(level, paragraph.text(self._text), paragraph.index + 1))
        return "leaf"

    def _open_break(self, _match: re.Match[str]) -> _Outcome:
        self._begin()
        self._add(Other("thematic_break", self._index + 1))
        return "leaf"

    def _open_item(self, match: re.Match[str]) -> _Outcome:
        marker = match["list_2"]
        if self._paragraph is not None and (
            not match["list_3"].strip(" \t") or (len(marker) > 1 and int(marker[:-1]) != 1)
        ):
            # What may not interrupt a paragraph (CommonMark 5.2).
            return "refused"
        if len(self._nodes) >= MAX_DEPTH:
            return "refused"
        self._close(self._kept)
        last = self._nodes[-1] if self._nodes else None
        if type(last) is not _List or last.marker != marker[-1]:
            self._begin()
            self._push(_List(marker[-1]))
        indent = self._first_column - self._column
        self._push(_Item(indent + self._take_item_marker(len(marker))))
        return "container"

    def _open_table(self, match: re.Match[str]) -> _Outcome:
        paragraph = self._paragraph
        if paragraph is None or paragraph.refused:
            return "refused"
        start, end = paragraph.pieces[-1]
        if count_cells(self._text[start:end]) != count_cells(match.string):
            paragraph.refused = True
            return "refused"
        paragraph.pieces.pop()
        self._leaf = None
        if paragraph.pieces:
            self._finish_paragraph(paragraph)
        if self._summary is not None:
            self._summary.tables += 1
            self._leaf = _Rows([])
            return "leaf"
        header, delimiter = self._row(self._index - 1), self._row(self._index)
        if header is not None and delimiter is not None:
            self._leaf = _Rows([header, delimiter])
        return "leaf"

    # Open blocks

    def _begin(self) -> None:
        """Ends what the line does not continue, before a block opens that is no item of the innermost list."""
        self._close(self._kept)
        if self._nodes and type(self._nodes[-1]) is _List:
            self._close(self._kept - 1)
        self._kept = len(self._nodes)
        if self._nodes:
            last = self._nodes[-1]
            if type(last) is _Item:
                last.filled = True

    def _push(self, node: _Node) -> None:
        if not self._nodes:
            self._summary = Summary("quote" if type(node) is _Quote else "list", self._index + 1)
        self._nodes.append(node)
        self._kept = len(self._nodes)

    def _close(self, kept: int) -> None:
        """Ends the open leaf and the containers inside of the outermost ``kept`` ones."""
        leaf, self._leaf = self._leaf, None
        if type(leaf) is OpenParagraph:
            self._take_definitions(leaf)
            if leaf.pieces:
                self._finish_paragraph(leaf)
        elif type(leaf) is _Rows and self._summary is None:
            header, delimiter, *rows = leaf.rows
            span = Span(header.span.start, leaf.rows[-1].span.end)
            self.blocks.append(Table(header, delimiter, tuple(rows), span))
        if kept < len(self._nodes):
            del self._nodes[kept:]
            if not self._nodes and self._summary is not None:
                self.blocks.append(self._summary.block())
                self._summary = None

    def _add(self, block: Block) -> None:
        if self._summary is None:
            self.blocks.append(block)

    def _open_paragraph(self) -> None:
        self._close(self._kept)
        first_in_item = (
            bool(self._nodes) and type(last := self._nodes[-1]) is _Item and not last.filled
        )
        self._begin()
        start, end = self._lines[self._index]
        self._leaf = OpenParagraph(
            self._index, start + self._first, end, first_in_item=first_in_item
        )

    def _take_definitions(self, paragraph: OpenParagraph) -> None:
        top = self._summary is None
        found = paragraph.take_definitions(self._text, self._lines, spans=top)
        self.definitions += found
        if top:
            self.blocks += found

    def _finish_paragraph(self, paragraph: OpenParagraph) -> None:
        text = paragraph.text(self._text)
        if self._summary is None:
            self.blocks.append(Paragraph(text, paragraph.index + 1))
        else:
            self._summary.add_text(text, first_in_item=paragraph.first_in_item)

    def _add_row(self, table: _Rows) -> bool:
        if self._summary is not None:
            return count_cells(self._line[self._first :]) > 0
        row = self._row(self._index)
        if row is None:
            return False
        table.rows.append(row)
        return True

    def _row(self, index: int) -> Row | None:
        start, end = self._lines[index]
        return read_row(self._text, start, end, index + 1)

    # The place in the line

    @property
    def _indented(self) -> bool:
        """Whether the rest of the line is indented far enough for code (CommonMark 4.4)."""
        return self._first_column - self._column >= _CODE_INDENT

    def _find_first(self) -> None:
        """Finds the next character that is not blank, and its column."""
        line = self._line
        place, column = self._place, self._column
        length = len(line)
        while place < length:
            character = line[place]
            if character == " ":
                column += 1
            elif character == "\t":
                column += _TAB_WIDTH - column % _TAB_WIDTH
            else:
                break
            place += 1
        self._first, self._first_column = place, column

    def _skip_columns(self, count: int) -> None:
        """Takes blanks off the line, as many columns as said, or as there are; perhaps part of a tab."""
        goal = min(self._column + count, self._first_column)
        while self._column < goal:
            width = 1
            if self._line[self._place] == "\t":
                width = _TAB_WIDTH - self._column % _TAB_WIDTH
            if self._column + width > goal:
                self._column = goal
                return
            self._column += width
            self._place += 1

    def _take_quote_marker(self) -> None:
        """Takes ``>`` off the line, and the blank behind it (CommonMark 5.1)."""
        self._place, self._column = self._first + 1, self._first_column + 1
        self._find_first()
        self._skip_columns(1)

    def _take_item_marker(self, length: int) -> int:
        """Takes a list marker off the line, and the blanks that belong to it.

        Returns:
            The columns that the two take up (CommonMark 5.2).
        """
        self._place, self._column = self._first + length, self._first_column + length
        self._find_first()
        blanks = self._first_column - self._column
        if self._first == len(self._line) or blanks > _CODE_INDENT:
            self._skip_columns(1)
            return length + 1
        self._skip_columns(blanks)
        return length + blanks
