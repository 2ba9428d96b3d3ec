"""The walk over a document's lines that finds its blocks.

This is the algorithm of CommonMark's appendix, "A parsing strategy": each line first continues the blocks that are
open, then opens new ones, and what is left of it is text. It reads every line once, keeps offsets into the text as
it was read, and its work per line is bounded by the depth of nesting, which is bounded by ``MAX_DEPTH``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from syncer.core.markdown.blocks import Heading, Other, Paragraph, Table
from syncer.core.markdown.cursor import Cursor
from syncer.core.markdown.grammar import TRIGGERS, break_or_item, html_end, opener
from syncer.core.markdown.openblocks import (
    Code,
    Html,
    Item,
    ListBlock,
    OpenParagraph,
    Quote,
    Rows,
    Summary,
)
from syncer.core.markdown.table import count_cells, read_row
from syncer.model import Span

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    from syncer.core.markdown.blocks import Block, Definition, Row

MAX_DEPTH: Final = 60
"""Lists, list items and block quotes nested more deeply than this are read as text."""

_Node = Quote | ListBlock | Item
_Leaf = Code | Html | Rows | OpenParagraph
_Outcome = Literal["refused", "container", "leaf"]
"""What a rule made of the rest of a line: nothing; a container, whose content follows; a block that ends it."""


class Reader:
    """Reads one document.

    Args:
        text: The document.
        lines: Start and end of each line, line ends excluded.
        first: The index of the first line to read.

    Attributes:
        blocks: The blocks at the top level.
        definitions: All link reference definitions.
    """

    def __init__(self, text: str, lines: Sequence[tuple[int, int]], first: int) -> None:
        self.blocks: list[Block] = []
        self.definitions: list[Definition] = []
        self._text = text
        self._lines = lines
        self._opener = opener().match
        self._nodes: list[_Node] = []
        self._leaf: _Leaf | None = None
        self._summary: Summary | None = None
        # About the current line: its index, the place in it, how many of the open containers it continues, and the
        # paragraph that it continues if it opens nothing.
        self._index = first
        self._cursor = Cursor()
        self._kept = 0
        self._paragraph: OpenParagraph | None = None

    def read(self) -> bool:
        """Reads all lines; to be called once.

        Returns:
            Whether the text ends inside a block that not even a blank line ends.
        """
        text = self._text
        blank_before = False
        for index in range(self._index, len(self._lines)):
            start, end = self._lines[index]
            line = text[start:end]
            leaf = self._leaf
            if not self._nodes and line:
                # Two shortcuts for most lines. Nothing but a row begins with a pipe right after a row, and what
                # begins with a letter can only open or continue a paragraph.
                if type(leaf) is Rows and line[0] == "|":
                    self._index = index
                    if self._add_row(leaf):
                        continue
                elif (leaf is None or type(leaf) is OpenParagraph) and line[0].isalpha():
                    if leaf is None:
                        self._leaf = OpenParagraph(index, start, end)
                    else:
                        leaf.pieces.append((start, end))
                    blank_before = False
                    continue
            blank = not line or (line.isspace() and not line.strip(" \t"))
            # A second blank line changes nothing that the first one left.
            if not (blank and blank_before):
                self._index = index
                self._read_line(line)
            blank_before = blank
        is_open = not self._nodes and self._ends_open()
        self._close(0)
        return is_open

    def _ends_open(self) -> bool:
        leaf = self._leaf
        return (type(leaf) is Code and leaf.fence != "") or (
            type(leaf) is Html and leaf.end != "blank line"
        )

    # One line

    def _read_line(self, line: str) -> None:
        cursor = self._cursor
        cursor.start(line)
        self._kept = self._continue_nodes()
        leaf = self._leaf
        continued = leaf is not None and self._kept == len(self._nodes)
        if continued and self._continue_leaf():
            return
        # The paragraph that the line continues if it opens nothing: as one of its own lines, or as a lazy one, which
        # lost the markers of its containers (CommonMark 5.1).
        open_text = leaf if type(leaf) is OpenParagraph else None
        self._paragraph = open_text if continued else None
        while not cursor.at_end:
            if cursor.is_indented:
                if open_text is not None:
                    break
                self._begin()
                self._leaf = Code("")
                self._add(Other("code", self._index + 1))
                return
            outcome = self._open_block(line[cursor.first :])
            if outcome == "leaf":
                return
            if outcome == "refused":
                break
            self._paragraph = open_text = None
            continued = False
        if cursor.at_end:
            self._close(self._kept)
        elif open_text is not None:
            start, end = self._lines[self._index]
            # A lazy line keeps its indentation, which matters if it turns out to be the header of a table.
            open_text.pieces.append((start + (cursor.first if continued else cursor.place), end))
        elif not (continued and type(leaf) is Rows and self._add_row(leaf)):
            self._open_paragraph()

    def _continue_nodes(self) -> int:
        """Takes the markers of the open containers off the line; returns how many of them it continues."""
        cursor = self._cursor
        for count, node in enumerate(self._nodes):
            if type(node) is Item:
                if cursor.indent >= node.width:
                    cursor.take_columns(node.width)
                elif cursor.at_end and node.filled:
                    cursor.take_blanks()
                else:
                    return count
            elif type(node) is Quote:
                if cursor.is_indented or not cursor.line.startswith(">", cursor.first):
                    return count
                cursor.take_quote_marker()
        return len(self._nodes)

    def _continue_leaf(self) -> bool:
        """Whether the line is part of the open code or HTML block, whatever else it looks like."""
        leaf = self._leaf
        cursor = self._cursor
        if type(leaf) is Code:
            if not leaf.fence:
                return cursor.is_indented or cursor.at_end
            rest = cursor.line[cursor.first :].rstrip(" \t")
            closes = rest.startswith(leaf.fence) and not rest.strip(leaf.fence[0])
            if closes and not cursor.is_indented:
                self._leaf = None
            return True
        if type(leaf) is Html:
            if leaf.end == "blank line":
                return not cursor.at_end
            if leaf.end.search(cursor.line, cursor.first):
                self._leaf = None
            return True
        return False

    def _open_block(self, rest: str) -> _Outcome:
        match = self._opener(rest) if rest[0] in TRIGGERS else None
        if match is None or match.lastgroup is None:
            return "refused"
        return self._RULES[match.lastgroup](self, match)

    # The rules; each gets the match of its pattern on the rest of the line

    def _open_quote(self, _match: re.Match[str]) -> _Outcome:
        if len(self._nodes) >= MAX_DEPTH:
            return "refused"
        self._begin()
        self._push(Quote())
        self._cursor.take_quote_marker()
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
        self._leaf = Code(fence)
        self._add(Other("code", self._index + 1))
        return "leaf"

    def _open_html(self, match: re.Match[str]) -> _Outcome:
        end = html_end(match.string, interrupting=self._paragraph is not None)
        if end is None:
            return "refused"
        self._begin()
        self._add(Other("html", self._index + 1))
        if end == "blank line" or not end.search(match.string):
            self._leaf = Html(end)
        return "leaf"

    def _underline(self, match: re.Match[str]) -> _Outcome:
        paragraph = self._paragraph
        if paragraph is None:
            other = break_or_item().match(match.string)
            if other is None or other.lastgroup is None:
                return "refused"
            return self._RULES[other.lastgroup](self, other)
        self._take_definitions(paragraph)
        if not paragraph.pieces:
            # Nothing is left to be a heading, so the line itself is the paragraph.
            return "refused"
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
        blank = not match["list_3"].strip(" \t")
        # Neither an empty item nor a number but 1 may interrupt a paragraph (CommonMark 5.2).
        if self._paragraph is not None and (blank or (len(marker) > 1 and int(marker[:-1]) != 1)):
            return "refused"
        if len(self._nodes) >= MAX_DEPTH:
            return "refused"
        self._close(self._kept)
        last = self._nodes[-1] if self._nodes else None
        if type(last) is not ListBlock or last.marker != marker[-1]:
            self._begin()
            self._push(ListBlock(marker[-1]))
        indent = self._cursor.indent
        self._push(Item(indent + self._cursor.take_item_marker(len(marker))))
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
        if paragraph.pieces:
            # cmark-gfm looks for no definitions in what stands above the header.
            self._finish(paragraph)
        if self._summary is not None:
            self._summary.tables += 1
            self._leaf = Rows([])
            return "leaf"
        rows = (self._row(self._index - 1), self._row(self._index))
        self._leaf = Rows([row for row in rows if row is not None])
        return "leaf"

    _RULES: ClassVar[dict[str, Callable[[Reader, re.Match[str]], _Outcome]]] = {
        "block_quote": _open_quote,
        "atx_heading": _open_heading,
        "fenced_code": _open_fence,
        "html": _open_html,
        "setex_heading": _underline,
        "thematic_break": _open_break,
        "list": _open_item,
        "table": _open_table,
    }

    # Open blocks

    def _begin(self) -> None:
        """Ends what the line does not continue, before a block opens that is no item of the innermost list."""
        self._close(self._kept)
        if self._nodes and type(self._nodes[-1]) is ListBlock:
            self._close(self._kept - 1)
        self._kept = len(self._nodes)
        if self._nodes and type(parent := self._nodes[-1]) is Item:
            parent.filled = True

    def _push(self, node: _Node) -> None:
        if not self._nodes:
            kind: Literal["list", "quote"] = "quote" if type(node) is Quote else "list"
            self._summary = Summary(kind, self._index + 1)
        self._nodes.append(node)
        self._kept = len(self._nodes)

    def _close(self, kept: int) -> None:
        """Ends the open leaf, and the containers inside the outermost ``kept`` ones."""
        leaf, self._leaf = self._leaf, None
        if type(leaf) is OpenParagraph:
            self._take_definitions(leaf)
            if leaf.pieces:
                self._finish(leaf)
        elif type(leaf) is Rows and self._summary is None:
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
        parent = self._nodes[-1] if self._nodes else None
        first_in_item = type(parent) is Item and not parent.filled
        self._begin()
        start, end = self._lines[self._index]
        start += self._cursor.first
        self._leaf = OpenParagraph(self._index, start, end, first_in_item=first_in_item)

    def _take_definitions(self, paragraph: OpenParagraph) -> None:
        at_top = self._summary is None
        found = paragraph.take_definitions(self._text, self._lines, editable=at_top)
        self.definitions += found
        if at_top:
            self.blocks += found

    def _finish(self, paragraph: OpenParagraph) -> None:
        text = paragraph.text(self._text)
        if self._summary is None:
            self.blocks.append(Paragraph(text, paragraph.index + 1))
        else:
            self._summary.add_text(text, first_in_item=paragraph.first_in_item)

    def _add_row(self, table: Rows) -> bool:
        """Whether the line is a row of the open table; then it is added."""
        if self._summary is not None:
            return count_cells(self._cursor.line[self._cursor.first :]) > 0
        row = self._row(self._index)
        if row is None:
            return False
        table.rows.append(row)
        return True

    def _row(self, index: int) -> Row | None:
        start, end = self._lines[index]
        return read_row(self._text, start, end, index + 1)
