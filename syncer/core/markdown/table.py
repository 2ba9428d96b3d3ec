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

from syncer.core.markdown.blocks import Cell, Row
from syncer.model import Span

_PIPE: Final = re.compile(r"(?<!\\)\|")
_BLANKS: Final = " \t\v\f"


def count_cells(text: str) -> int:
    """How many cells a row has; 0 if it is nothing but a pipe.

    Args:
        text: The row from its first character that is not blank, without its line end; not empty.
    """
    pieces = _PIPE.split(text)
    closed = len(pieces) > 1
    if text.startswith("|"):
        del pieces[0]
    return len(pieces) - (closed and not pieces[-1].strip(_BLANKS))


def read_row(text: str, start: int, end: int, line: int) -> Row | None:
    """The row that a line holds.

    Args:
        text: The document.
        start: Where the line begins in it; it is not blank.
        end: Where its line end begins.
        line: The line's number.

    Returns:
        The row; None if the line is nothing but a pipe.
    """
    leading = text[start:end].lstrip(" \t").startswith("|")
    first = text.index("|", start) + 1 if leading else start
    pieces = _PIPE.split(text[first:end])
    trailing = (leading or len(pieces) > 1) and not pieces[-1].strip(_BLANKS)
    if trailing:
        del pieces[-1]
        if not pieces:
            return None
    cells = []
    for piece in pieces:
        last = first + len(piece)
        body = piece.strip(" \t")
        begin = first + piece.index(body) if body else min(first + 1, last)
        cells.append(Cell(Span(first, last), Span(begin, begin + len(body))))
        first = last + 1
    return Row(line, Span(start, end), tuple(cells), leading, trailing)
