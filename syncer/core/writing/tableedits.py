"""What is to stand in the tables of a document, and the splices that put it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.core.markdown.inline import escape
from syncer.core.writing.cells import is_padded, replace_cells
from syncer.core.writing.rowcontents import CellWriter
from syncer.core.writing.splices import Splice
from syncer.core.writing.widening import widen
from syncer.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.core.reading.postmortem import ActionItem, ItemTable, PostMortem
    from syncer.core.reading.vocabulary import Vocabulary
    from syncer.model import Column, Field

MAX_MISSING: Final = 20_000
"""How many cells that rows lack are added to a document."""


@dataclass(frozen=True, slots=True)
class RowEdit:
    """What a row is to say.

    Attributes:
        table: Index of its table in the document's tables.
        row: Index of the row in that table; an action item's.
        values: Canonical values by field; the action's is its plain text.
        link: Inline Markdown for the issue column, ``[#12]``; None leaves that as it is.
    """

    table: int
    row: int
    values: Mapping[Field, str]
    link: str | None = None


@dataclass(frozen=True, slots=True)
class TableEdit:
    """What is to stand in a table.

    Attributes:
        number: Its index in the document's tables.
        table: The table as it is.
        added: The columns that it gets at its end.
        contents: Inline Markdown of each cell that changes, by row and cell, those in added columns included.
    """

    number: int
    table: ItemTable
    added: tuple[Column, ...]
    contents: Mapping[int, Mapping[int, str]]


def plan_tables(
    document: PostMortem, edits: Sequence[RowEdit], vocabulary: Vocabulary, *, add_columns: bool
) -> list[TableEdit]:
    """Work out what is to stand in the cells of the tables.

    A cell that says what it is to say already is left as it is, however it says it.

    Args:
        document: The document.
        edits: What its rows are to say; no row twice.
        vocabulary: The words to write with.
        add_columns: Whether a Status column is added where one is needed.

    Raises:
        DocumentError: A table cannot be given the column that it needs, or a cell cannot say a value.
        InternalError: A row is no action item, or a value has no cell that may be rewritten.
    """
    by_table: dict[int, list[RowEdit]] = {}
    for edit in edits:
        by_table.setdefault(edit.table, []).append(edit)
    items: dict[int, dict[int, ActionItem]] = {}
    for item in document.items:
        items.setdefault(item.table, {})[item.row] = item
    keys = frozenset(definition.key for definition in document.definitions)
    plans = []
    for number, rows in sorted(by_table.items()):
        table = document.tables[number]
        of_table = items.get(number, {})
        added = _added(table, rows, of_table, add_columns=add_columns)
        if added and not table.widenable:
            raise _cannot_widen(table, added, vocabulary)
        places = dict(table.columns)
        places |= {column: len(table.headers) + i for i, column in enumerate(added)}
        writer = CellWriter(document, table, places, of_table, keys, vocabulary)
        contents = {edit.row: writer.contents(edit) for edit in rows}
        plans.append(TableEdit(number, table, added, contents))
    _check_missing(plans)
    return plans


def _added(
    table: ItemTable,
    edits: Sequence[RowEdit],
    items: Mapping[int, ActionItem],
    *,
    add_columns: bool,
) -> tuple[Column, ...]:
    """The columns that a table has to get, in their order."""
    issue = "issue" not in table.columns and any(edit.link is not None for edit in edits)
    status = "status" not in table.columns and (issue or _says_status(edits, items))
    added: list[Column] = ["status"] if status and add_columns else []
    return (*added, "issue") if issue else tuple(added)


def _says_status(edits: Sequence[RowEdit], items: Mapping[int, ActionItem]) -> bool:
    """Whether a row is to have a status that it doesn't have yet."""
    return any(
        "status" in edit.values
        and edit.row in items
        and items[edit.row].values.get("status") != edit.values["status"]
        for edit in edits
    )


def table_splices(text: str, edit: TableEdit, vocabulary: Vocabulary) -> list[Splice]:
    """The splices that put the contents into a table's cells, and the columns to its end."""
    table = edit.table.table
    if edit.added:
        language = edit.table.language
        headers = [escape(vocabulary.write_column(column, language)) for column in edit.added]
        lines = widen(text, table, headers, edit.contents)
        return [Splice(row.span, line) for row, line in lines]
    padded = is_padded(text, table)
    return [
        Splice(row.span, replace_cells(text, table, row, contents, padded=padded))
        for row, contents in ((table.rows[i], edit.contents[i]) for i in edit.contents)
        if contents
    ]


def _check_missing(plans: Sequence[TableEdit]) -> None:
    """Refuse a document whose rows lack so many cells that adding them would make it a different size."""
    missing = 0
    for plan in plans:
        rows = plan.table.table.rows
        if plan.added:
            missing += sum(len(plan.table.headers) - len(row.cells) for row in rows)
        else:
            missing += sum(
                max(0, max(contents, default=0) - len(rows[number].cells))
                for number, contents in plan.contents.items()
            )
    if missing > MAX_MISSING:
        raise DocumentError(
            f"the rows lack {missing:,} cells; at most {MAX_MISSING:,} are added",
            remedy="Add the missing cells, or take the columns out that nobody fills in.",
        )


def _cannot_widen(
    table: ItemTable, added: Sequence[Column], vocabulary: Vocabulary
) -> DocumentError:
    names = " and ".join(vocabulary.write_column(column, table.language) for column in added)
    row = next(row for row in table.table.rows if len(row.cells) > len(table.headers))
    return DocumentError(
        f"the row has {len(row.cells)} cells under {len(table.headers)} headers, so "
        f"the table cannot get the column {names} without showing what is hidden now",
        remedy="Write a pipe that belongs to the text as \\|, or give the extra cells a header.",
        line=row.line,
    )
