"""A table's row with other contents in some of its cells, and with cells added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from syncer.core.writing.padding import BLANKS, Alignment, Place, display_width, pad, refill, shield

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.core.markdown.blocks import Row, Table


@dataclass(slots=True)
class Line:
    """A row taken apart.

    Attributes:
        before: The indentation.
        cells: What stands between the pipes; at an edge without one, without the white space there.
        after: White space behind the row.
        leading: Whether a pipe opens the row.
        trailing: Whether a pipe closes it.
    """

    before: str
    cells: list[str]
    after: str
    leading: bool
    trailing: bool

    @classmethod
    def of(cls, text: str, row: Row) -> Self:
        """The parts of a row of the document."""
        cells = [cell.outer.of(text) for cell in row.cells]
        first, last = row.cells[0], row.cells[-1]
        # The pipe at an edge is the one character between the outermost cell and the white space beyond.
        start = first.outer.start - 1 if row.leading_pipe else first.span.start
        end = last.outer.end + 1 if row.trailing_pipe else last.span.end
        if not row.trailing_pipe:
            cells[-1] = cells[-1][: end - last.outer.start]
        if not row.leading_pipe:
            cells[0] = cells[0][start - first.outer.start :]
        return cls(
            text[row.span.start : start],
            cells,
            text[end : row.span.end],
            row.leading_pipe,
            row.trailing_pipe,
        )

    def close(self, *, padded: bool) -> None:
        """Give the row pipes at both edges."""
        blank = " " if padded else ""
        if not self.leading:
            self.cells[0] = blank + self.cells[0]
        if not self.trailing:
            self.cells[-1] = shield(self.cells[-1].rstrip(BLANKS) + blank)
        self.leading = self.trailing = True

    def __str__(self) -> str:
        pipes = ("|" if self.leading else "", "|" if self.trailing else "")
        return self.before + pipes[0] + "|".join(self.cells) + pipes[1] + self.after


def alignment(dashes: str) -> Alignment:
    """How a cell of the delimiter row says that its column is aligned; left if it says nothing."""
    marks = dashes.strip(BLANKS)
    if not marks.endswith(":"):
        return "left"
    return "centre" if marks.startswith(":") else "right"


def is_padded(text: str, table: Table) -> bool:
    """Whether the table has blanks beside its pipes, judged by its header."""
    cells = Line.of(text, table.header).cells
    if len(cells) == 1 and not (table.header.leading_pipe or table.header.trailing_pipe):
        return True
    blanks = sum(cell != cell.strip(BLANKS) for cell in cells)
    return 2 * blanks >= len(cells)


def replace_cells(
    text: str,
    table: Table,
    row: Row,
    contents: Mapping[int, str],
    added: Sequence[str] = (),
    last_width: int = 0,
    *,
    padded: bool,
) -> str:
    r"""The line of a row with other contents in some cells, and with cells added at its end.

    Args:
        text: The document.
        table: The table of the row.
        row: The row; it may be the header or the delimiter row.
        contents: Inline Markdown by cell, with pipes escaped and without line ends. A cell that the row lacks is
            added, with the ones before it.
        added: What is to stand between the pipes in columns behind the header's last, padding included.
        last_width: How wide, without padding, the last cell becomes where a pipe has to follow it.
        padded: Whether the table has blanks beside its pipes.

    Returns:
        The line, without its line end. The row gets pipes at its edges where it has none and would be read as
        something else: its first cell could begin a block, or its first or last one is empty.
    """
    line = Line.of(text, row)
    for index in contents.keys() & range(len(line.cells)):
        place = Place(
            alignment(table.delimiter.cells[index].span.of(text)),
            (table.header.cells[index].outer.of(text), table.delimiter.cells[index].outer.of(text)),
            padded=padded,
            open_left=index == 0 and not line.leading,
            open_right=index + 1 == len(line.cells) and not line.trailing,
        )
        line.cells[index] = refill(line.cells[index], contents[index], place)
    _extend(line, contents, len(table.header.cells), added, last_width, padded=padded)
    first, last = line.cells[0].strip(BLANKS), line.cells[-1].strip(BLANKS)
    # A letter begins no block. What an author wrote is left as it is.
    risky = 0 in contents and not (first[:1].isalpha() or first[:1] == "@")
    if (risky and not line.leading) or (not last and not line.trailing):
        line.close(padded=padded)
    return str(line)


def _extend(
    line: Line,
    contents: Mapping[int, str],
    columns: int,
    added: Sequence[str],
    last_width: int,
    *,
    padded: bool,
) -> None:
    """Add the cells that the row lacks, up to the last of ``contents`` or in front of ``added``, and then those."""
    wanted = columns if added else max(contents, default=-1) + 1
    place = Place("left", ("", ""), padded=padded)
    new = [refill("", contents.get(i, ""), place) for i in range(len(line.cells), wanted)]
    new += added
    if not new:
        return
    if not line.trailing:
        blank = " " if padded else ""
        line.cells[-1] = shield(pad(line.cells[-1], last_width, "left", display_width) + blank)
        new[-1] = new[-1].rstrip(BLANKS)
    line.cells += new
