"""Rows and tables of GitHub Flavored Markdown, read as cmark-gfm reads them.

The rules are those of the GFM specification, section 4.10, and where it leaves something open, those of cmark-gfm:

- a pipe is escaped by the backslash right before it, always, in a code span too, and whatever stands before that;
- pipes at the edges of a row are optional, row by row;
- the header is the last line of the paragraph above the delimiter row, and has as many cells as that;
- a table ends at a blank line, at a line indented by four columns, at the start of another block, and at a line
  that is nothing but a pipe.
"""

from __future__ import annotations

import re
from typing import Final

from syncer.core.blocks import Cell, Row
from syncer.model import Span

DELIMITER: Final = (
    r"\|?[ \t\v\f]*+(?::?-++:?[ \t\v\f]*+)(?:\|[ \t\v\f]*+:?-++:?[ \t\v\f]*+)*+\|?[ \t\v\f]*+$"
)
"""A delimiter row after its indentation, for the flag ``re.M``. Possessive, so that no line is read twice."""

_PIPE: Final = re.compile(r"(?<!\\)\|")
_BLANKS: Final = " \t\v\f"


def bare_cells(line: str) -> list[str]:
    """The cells of a row as written, with their padding; empty if the line is no row.

    Args:
        line: A line without its line end.
    """
    text = line.strip(" \t")
    cells = _PIPE.split(text)
    if text[:1] == "|":
        del cells[0]
    if len(cells) > 1 and not cells[-1].strip(_BLANKS):
        del cells[-1]
    elif len(cells) == 1 and text[:1] == "|" and not cells[0].strip(_BLANKS):
        return []
    return cells if text else []


def read_row(source: str, start: int, end: int, line: int, offset: int) -> Row | None:
    """The row that a line holds.

    Args:
        source: The text.
        start: Where the line begins in it.
        end: Where its line end begins.
        line: The line's number.
        offset: What to add to an offset into ``source`` for the offset that the row is to have.

    Returns:
        The row; None if the line is blank, or nothing but a pipe.
    """
    text = source[start:end]
    content = text.strip(" \t")
    if not content:
        return None
    base = start + offset
    leading = content[0] == "|"
    edge = text.index("|") + 1 if leading else 0
    pieces = _PIPE.split(text[edge:] if leading else text)
    trailing = not pieces[-1].strip(_BLANKS) and (leading or len(pieces) > 1)
    if trailing:
        del pieces[-1]
        if not pieces:
            return None
    cells = []
    position = base + edge
    for piece in pieces:
        width = len(piece)
        body = piece.lstrip(_BLANKS)
        first = position + width - len(body)
        body = body.rstrip(_BLANKS)
        if not body:
            first = position + min(1, width)
        cells.append(Cell(Span(position, position + width), Span(first, first + len(body))))
        position += width + 1
    return Row(line, Span(base, base + len(text)), tuple(cells), leading, trailing)
