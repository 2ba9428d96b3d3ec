"""Which column of a table is which, and whether the table holds action items at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from syncer.core.markdown.inline import plain_text
from syncer.core.reading.references import is_prose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.markdown.blocks import Table
    from syncer.core.reading.vocabulary import ColumnWord, Vocabulary
    from syncer.model import Column


@dataclass(frozen=True, slots=True)
class ItemTable:
    """A table of action items.

    Attributes:
        table: Where it stands.
        columns: The index of each column that syncer has a use for, into the header's cells.
        headers: The plain text of the header's cells.
        widenable: Whether a column can be added: no row has more cells than the header, which would come to light.
        language: The language of the headers, for words that are added.
    """

    table: Table
    columns: Mapping[Column, int]
    headers: tuple[str, ...]
    widenable: bool
    language: str


@dataclass(frozen=True, slots=True)
class _Header:
    """What a header row says by itself.

    Attributes:
        headers: The plain text of its cells.
        claims: For each use the columns that claim it, the likeliest first.
        holds_items: Whether it is the header of a table of action items.
        language: Its language.
    """

    headers: tuple[str, ...]
    claims: Mapping[Column, tuple[int, ...]]
    holds_items: bool
    language: str


def header_texts(table: Table, text: str) -> tuple[str, ...]:
    """The plain text of a table's header cells."""
    return tuple(plain_text(cell.span.of(text)) for cell in table.header.cells)


def read_table(table: Table, text: str, vocabulary: Vocabulary) -> ItemTable | None:
    """Find a table's columns.

    Args:
        table: The table.
        text: The text that it stands in.
        vocabulary: The words of headers.

    Returns:
        The table with its columns; ``None`` if it holds no action items: it has no action column, it has one with a
        header that heads anything ("Item") and nothing else beside it, or it is a timeline.
    """
    header = _read_header(tuple(cell.span.of(text) for cell in table.header.cells), vocabulary)
    if not header.holds_items:
        return None
    columns: dict[Column, int] = {}
    for use, places in header.claims.items():
        place = _issue_column(places, table, text) if use == "issue" else places[0]
        if place is not None:
            columns[use] = place
    return ItemTable(
        table=table,
        columns=columns,
        headers=header.headers,
        widenable=all(len(row.cells) <= len(header.headers) for row in table.rows),
        language=header.language,
    )


@lru_cache(maxsize=1024)
def _read_header(cells: tuple[str, ...], vocabulary: Vocabulary) -> _Header:
    headers = tuple(plain_text(cell) for cell in cells)
    words = {
        index: word
        for index, header in enumerate(headers)
        if (word := vocabulary.column_word(header)) is not None
    }
    claims: dict[Column, tuple[int, ...]] = {}
    for index in sorted(words, key=lambda i: (words[i].rank, i)):
        claims[words[index].column] = (*claims.get(words[index].column, ()), index)
    first = next((header for header in headers if not vocabulary.is_row_number(header)), "")
    return _Header(
        headers=headers,
        claims=claims,
        holds_items=_holds_items(first, claims, words, vocabulary),
        language=vocabulary.language([word.languages for word in words.values()]),
    )


def _holds_items(
    first: str,
    claims: Mapping[Column, tuple[int, ...]],
    words: Mapping[int, ColumnWord],
    vocabulary: Vocabulary,
) -> bool:
    if "action" not in claims:
        return False
    if vocabulary.is_timeline(first) and not claims.keys() & {"status", "issue"}:
        return False
    return words[claims["action"][0]].rank < 2 or len(claims) > 1


def _issue_column(places: tuple[int, ...], table: Table, text: str) -> int | None:
    """The first column that names issues; none if all that are headed so describe problems instead."""
    for place in places:
        cells = [row.cells[place].span for row in table.rows if place < len(row.cells)]
        if not is_prose([span.of(text) for span in cells]):
            return place
    return None
