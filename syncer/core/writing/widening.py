"""Columns that a table gets at its end, in the table's own style of pipes and padding."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from syncer.core.writing.cells import Line, alignment, is_padded, replace_cells
from syncer.core.writing.padding import BLANKS, MEASURES, Measure, display_width, pad, shield

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from syncer.core.markdown.blocks import Row, Table


@dataclass(frozen=True, slots=True)
class _Style:
    """How a table looks.

    Attributes:
        blank: What stands beside its pipes: a blank or nothing.
        rule_blank: The same in the delimiter row.
        colons: What all cells of the delimiter row have before and behind their dashes.
        dashes: The dashes of its last cell.
        full_rule: Whether its cells are as wide as those of the header.
        measure: What all cells of a column are equally wide in; None if the table isn't aligned.
        last_width: How wide the contents of the last column are in an aligned table without pipes at its edges.
    """

    blank: str
    rule_blank: str
    colons: tuple[str, str]
    dashes: int
    full_rule: bool
    measure: Measure | None
    last_width: int


def widen(
    text: str, table: Table, headers: Sequence[str], contents: Mapping[int, Mapping[int, str]]
) -> Iterator[tuple[Row, str]]:
    """The lines of a table with columns added at its end.

    Args:
        text: The document.
        table: The table; none of its rows has more cells than the header.
        headers: Inline Markdown of the new headers.
        contents: Inline Markdown of the cells that change, by row and cell; the new ones among them. A new cell
            that is left out is empty.

    Yields:
        Every row of the table, the header and the delimiter row included, with its new line.
    """
    style = _style(text, table)
    width = len(table.header.cells)
    columns = []
    for index, header in enumerate(headers, start=width):
        cells = [contents.get(row, {}).get(index, "") for row in range(len(table.rows))]
        columns.append(_column([header, *cells], style))
    rows = [table.header, table.delimiter, *table.rows]
    looks = zip(*columns, strict=True)
    for number, (row, look) in enumerate(zip(rows, looks, strict=True), start=-2):
        changed = {i: content for i, content in contents.get(number, {}).items() if i < width}
        line = replace_cells(
            text, table, row, changed, look, style.last_width, padded=bool(style.blank)
        )
        yield row, line


def _column(contents: Sequence[str], style: _Style) -> list[str]:
    """What stands between the pipes in a new column: of the header, of the delimiter row, of each row."""
    first, last = style.colons
    cells = [style.blank + content + style.blank for content in contents]
    frame = 2 * len(style.rule_blank) + len(first + last)
    dashes = style.dashes
    if style.measure is not None:
        width = max([frame + 3, *map(style.measure, cells)])
        inner = width - 2 * len(style.blank)
        how = alignment(f"{first}-{last}")
        cells = [
            style.blank + pad(content, inner, how, style.measure) + style.blank
            for content in contents
        ]
        dashes = width - frame
    elif style.full_rule:
        dashes = max(3, display_width(cells[0]) - frame)
    rule = style.rule_blank + first + "-" * dashes + last + style.rule_blank
    return [shield(cells[0]), rule, *map(shield, cells[1:])]


def _style(text: str, table: Table) -> _Style:
    header, delimiter = Line.of(text, table.header), Line.of(text, table.delimiter)
    rules = [cell.strip(BLANKS) for cell in delimiter.cells]
    colons = {(":" * rule.startswith(":"), ":" * rule.endswith(":")) for rule in rules}
    measure, last_width = _alignment(text, table)
    return _Style(
        blank=" " if is_padded(text, table) else "",
        rule_blank=" " if any(cell != cell.strip(BLANKS) for cell in delimiter.cells) else "",
        colons=colons.pop() if len(colons) == 1 else ("", ""),
        dashes=rules[-1].count("-"),
        full_rule=any(
            list(map(measure, header.cells)) == list(map(measure, delimiter.cells))
            for measure in MEASURES
        ),
        measure=measure,
        last_width=last_width,
    )


def _alignment(text: str, table: Table) -> tuple[Measure | None, int]:
    """What the table is aligned in, and the width of its last column's contents if no pipe closes its rows."""
    lines = [Line.of(text, row) for row in (table.header, table.delimiter, *table.rows)]
    columns = len(table.header.cells)
    closed = lines[0].trailing
    shape = {(len(line.cells), line.leading, line.trailing) for line in lines}
    # A single column that no pipe closes shows nothing.
    if len(shape) > 1 or not (closed or columns > 1):
        return None, 0
    for measure in MEASURES:
        widths = [
            [measure(cell) for cell in line.cells[: columns - (not closed)]] for line in lines
        ]
        if all(one == other for one, other in pairwise(widths)):
            last = 0 if closed else max(display_width(line.cells[-1]) for line in lines)
            return measure, last
    return None, 0
