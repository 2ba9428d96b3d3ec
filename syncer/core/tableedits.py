"""What is to stand in the cells of a table, worked out from the values that its rows are to have."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.core.cells import replace_cells
from syncer.core.inline import escape, links, plain_text
from syncer.core.markdown import normalise_label
from syncer.core.placeholders import is_choice, names_no_action, names_nobody, says_nothing
from syncer.core.splices import Splice
from syncer.core.statuses import read_status, replacement
from syncer.core.widening import widen
from syncer.errors import DocumentError, InternalError
from syncer.model import Span, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.core.postmortem import ActionItem, ItemTable, PostMortem
    from syncer.core.vocabulary import Vocabulary
    from syncer.model import Column, Field

_BARE_PIPE: Final = re.compile(r"(?<!\\)\|")


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


def plan_table(
    document: PostMortem,
    number: int,
    edits: Sequence[RowEdit],
    vocabulary: Vocabulary,
    *,
    add_columns: bool,
) -> TableEdit:
    """Work out what is to stand in the cells of a table.

    A cell that says what it is to say already is left as it is, however it says it.

    Args:
        document: The document.
        number: The table's index.
        edits: Rows of this table, none of them twice.
        vocabulary: The words to write with.
        add_columns: Whether a Status column is added where one is needed.

    Raises:
        DocumentError: The table cannot be given the column that it needs.
        InternalError: A value has no cell that may be rewritten.
    """
    table = document.tables[number]
    items = {item.row: item for item in document.items if item.table == number}
    added: list[Column] = []
    if any(edit.link is not None for edit in edits) and "issue" not in table.columns:
        added.append("issue")
    if add_columns and "status" not in table.columns and (added or _says_status(edits, items)):
        added.insert(0, "status")
    if added and not table.widenable:
        raise _cannot_widen(document, table, added, vocabulary)
    places = dict(table.columns)
    places |= {column: len(table.headers) + i for i, column in enumerate(added)}
    writer = _Writer(document, table, places, items, vocabulary)
    contents = {edit.row: writer.contents(edit) for edit in edits}
    return TableEdit(number, table, tuple(added), contents)


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
    return [
        Splice(table.rows[number].span, replace_cells(text, table, table.rows[number], contents))
        for number, contents in edit.contents.items()
        if contents
    ]


def _cannot_widen(
    document: PostMortem, table: ItemTable, added: Sequence[Column], vocabulary: Vocabulary
) -> DocumentError:
    names = " and ".join(vocabulary.write_column(column, table.language) for column in added)
    row = next(row for row in table.table.rows if len(row.cells) > len(table.headers))
    return DocumentError(
        f"{document.path}:{row.line}: the row has {len(row.cells)} cells under {len(table.headers)} headers, so "
        f"the table cannot get the column {names} without showing what is hidden now",
        remedy="Write a pipe that belongs to the text as \\|, or give the extra cells a header.",
        line=row.line,
    )


class _Writer:
    """Finds the words for the cells of one table."""

    def __init__(
        self,
        document: PostMortem,
        table: ItemTable,
        columns: Mapping[Column, int],
        items: Mapping[int, ActionItem],
        vocabulary: Vocabulary,
    ) -> None:
        self.document = document
        self.table = table
        self.columns = columns
        self.items = items
        self.vocabulary = vocabulary
        self.keys = frozenset(definition.key for definition in document.definitions)
        spans = [item.status_span for item in items.values() if item.values.get("status")]
        self.used = [span.of(document.text) for span in spans if span is not None]

    def contents(self, edit: RowEdit) -> dict[int, str]:
        """What changes in a row, by cell."""
        item = self.items.get(edit.row)
        if item is None:
            raise self._error(edit, "it is no action item")
        contents: dict[int, str] = {}
        for field, value in edit.values.items():
            now = item.text if field == "action" else item.values.get(field)
            wanted = plain_value(value)
            if now == wanted:
                continue
            place = self.columns.get(field)
            if place is None:
                if field == "status":
                    continue  # the configuration wants no such column
                raise self._error(edit, f"the table has no column for its {field}")
            source = self._source(edit.row, place)
            if field == "status":
                contents[place] = self._status(edit, item, source, wanted)
            else:
                self._check(edit, field, wanted)
                contents[place] = escape(wanted)
        if edit.link is not None:
            place = self.columns["issue"]
            source = self._source(edit.row, place)
            linked = self._linked(source, item, _cell_safe(edit.link))
            if linked != source:
                contents[place] = linked
        return contents

    def _check(self, edit: RowEdit, field: Field, value: str) -> None:
        """Refuse a value that a cell cannot say: an account called "TBD" reads as nobody."""
        if field == "action":
            says = not names_no_action(value, self.vocabulary)
        elif field == "owner":
            says = not value or not names_nobody(value, self.vocabulary)
        else:
            nothing = says_nothing(value, self.vocabulary) or is_choice(value, self.vocabulary)
            says = not value or not nothing
        if not says:
            line = self.table.table.rows[edit.row].line
            raise DocumentError(
                f"{self.document.path}:{line}: the {field} “{value}” cannot be written, because in a cell it "
                "reads as empty",
                remedy=f"Change the {field} in the tracker, or give it another name in the configuration.",
                line=line,
            )

    def _source(self, row: int, place: int) -> str:
        cells = self.table.table.rows[row].cells
        return cells[place].span.of(self.document.text) if place < len(cells) else ""

    def _status(self, edit: RowEdit, item: ActionItem, source: str, wanted: str) -> str:
        """The status cell with the words for another status in it."""
        if not wanted:
            raise self._error(edit, "a status is never emptied")
        status = Status(wanted)
        words = replacement(source, status, self.used, self.table.language, self.vocabulary)
        if not source:
            return words
        if item.status_span is None:
            raise self._error(edit, f"its status “{source}” cannot be replaced")
        place = self.columns["status"]
        start = self.table.table.rows[edit.row].cells[place].span.start
        span = Span(item.status_span.start - start, item.status_span.end - start)
        return source[: span.start] + words + source[span.end :]

    def _linked(self, source: str, item: ActionItem, link: str) -> str:
        """The issue cell with a link in place of the reference that it has; what else it says stays."""
        key = label_of(link)
        reference = item.reference
        if reference is None:
            beside = read_status(source, self.vocabulary)
            if beside.span is None or says_nothing(plain_text(source), self.vocabulary):
                return link
            return f"{link} {source}"
        for found in links(source, self.keys):
            if found.label is not None and normalise_label(found.label) == key:
                return source
            if found.text == reference.text:
                return source[: found.span.start] + link + source[found.span.end :]
        if source.count(reference.text) == 1:
            return source.replace(reference.text, link)
        return link

    def _error(self, edit: RowEdit, reason: str) -> InternalError:
        line = self.table.table.rows[edit.row].line
        return InternalError(f"{self.document.path}:{line}: the row cannot be written: {reason}")


def plain_value(value: str) -> str:
    """A value as it reads back from a cell: white space collapsed, without what no cell can hold."""
    kept = (c for c in " ".join(value.split()) if unicodedata.category(c) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())


def label_of(link: str) -> str | None:
    """The key of the definition that a link without a text or address of its own leads to: ``[#12]``."""
    return normalise_label(link[1:-1]) if link.startswith("[") and link.endswith("]") else None


def _cell_safe(source: str) -> str:
    """Inline Markdown of our own as it can stand in a cell."""
    return _BARE_PIPE.sub(r"\\|", " ".join(source.split()))
