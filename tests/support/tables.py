"""Short ways to ask what a document's tables and blocks are."""

from __future__ import annotations

from syncer.core.markdown import Table, parse_blocks


def the_table(text: str) -> Table:
    (table,) = tables(text)
    return table


def tables(text: str) -> list[Table]:
    return [block for block in parse_blocks(text).blocks if isinstance(block, Table)]


def words(text: str) -> list[list[str]]:
    """The cells of the only table, the delimiter row left out."""
    table = the_table(text)
    return [[cell.span.of(text) for cell in row.cells] for row in (table.header, *table.rows)]


def kinds(text: str) -> list[str]:
    return [type(block).__name__ for block in parse_blocks(text).blocks]
