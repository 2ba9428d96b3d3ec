"""From a row of an Action Items table to an action item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from syncer.core.markdown.inline import plain_text
from syncer.core.reading.dates import is_iso, parse_due
from syncer.core.reading.placeholders import (
    is_blank,
    is_choice,
    is_form,
    names_no_action,
    names_nobody,
    says_nothing,
)
from syncer.core.reading.references import link_urls, read_reference
from syncer.core.reading.statuses import read_status
from syncer.model import Level, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.markdown.blocks import Definition, Row
    from syncer.core.reading.itemtables import ItemTable
    from syncer.core.reading.references import Reference
    from syncer.core.reading.vocabulary import Vocabulary
    from syncer.model import Column, Field

_PLAIN_FIELDS: Final[tuple[Literal["owner", "due", "priority"], ...]] = ("owner", "due", "priority")

MOST_UNUSUAL_DATES: Final = 500
"""How many due dates of a document are read that aren't in ISO form: each takes milliseconds."""

_QUOTED: Final = 60
"""How much of a cell a message quotes, in characters."""


@dataclass(frozen=True, slots=True)
class ActionItem:
    """A row that promises something.

    Attributes:
        table: Index of its table in ``PostMortem.tables``.
        row: Index of the row in that table's rows.
        line: The row's line.
        text: The action as plain text; empty only in a row that names an issue.
        values: Canonical strings by field. A field that has no column, or whose cell can't be read, is absent; an
            empty cell is the empty string. The action isn't in here: its value is the hash of ``text``.
        writable: Fields that have a cell which may be rewritten.
        status_span: The status words in the text that a new status replaces: for an empty cell an empty range.
            ``None`` if there are none that may be replaced.
        reference: What the issue column says; ``None`` if there is no such column, or nothing in it.
        urls: Addresses of the links in the other cells, in order.
        extra: Headers and plain texts of the columns that syncer has no use for, where there is a text.
    """

    table: int
    row: int
    line: int
    text: str
    values: Mapping[Field, str]
    writable: frozenset[Field]
    status_span: Span | None
    reference: Reference | None
    urls: tuple[str, ...]
    extra: tuple[tuple[str, str], ...]


class RowReader:
    """Reads the rows of one document; collects what it couldn't read.

    Args:
        path: The document's path.
        text: Its text.
        definitions: Its definitions by key.
        authored: The keys of those that the author wrote. An action's words must not change because syncer adds a
            definition, so only these make links in it.
        incident_date: The incident's date, or empty.
        vocabulary: The words.
    """

    def __init__(
        self,
        path: str,
        text: str,
        definitions: Mapping[str, Definition],
        authored: frozenset[str],
        incident_date: str,
        vocabulary: Vocabulary,
    ) -> None:
        self.path = path
        self.text = text
        self.definitions = definitions
        self.authored = authored
        self.incident_date = incident_date
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []
        self.unusual_dates = 0

    def read(self, table: ItemTable, number: int) -> list[ActionItem]:
        """The action items of a table.

        Args:
            table: The table.
            number: Its index among the document's tables.
        """
        used = set(table.columns.values())
        unused = [
            i
            for i, header in enumerate(table.headers)
            if i not in used and not self.vocabulary.is_row_number(header)
        ]
        items = []
        for index, row in enumerate(table.table.rows):
            item = self._row(table, number, index, row, unused)
            if item is not None:
                items.append(item)
        return items

    def _row(
        self, table: ItemTable, number: int, index: int, row: Row, unused: list[int]
    ) -> ActionItem | None:
        text, columns = self.text, table.columns
        sources = [text[cell.span.start : cell.span.end] for cell in row.cells]
        place = columns["action"]
        source = sources[place] if place < len(sources) else ""
        action = plain_text(source, self.authored)
        reference = self._reference(columns, sources)
        if names_no_action(action, self.vocabulary):
            if not _keeps_link(action, reference):
                self._note_forgotten(columns, sources, row, reference)
                return None
            action = ""
        elif reference is None and _is_struck(source):
            self._note(
                Level.INFO,
                row,
                "the action is struck out, so no issue is filed for it",
                "Say in its status that it won't be done, or remove the row.",
            )
            return None
        self._check_width(table, row)
        values: dict[Field, str] = {}
        writable: set[Field] = {"action"} if place < len(sources) else set()
        self._owner_due_priority(columns, sources, row, values, writable)
        status_span = self._status(columns, sources, row, values, writable)
        return ActionItem(
            table=number,
            row=index,
            line=row.line,
            text=action,
            values=values,
            writable=frozenset(writable),
            status_span=status_span,
            reference=reference,
            urls=self._urls(table, sources),
            extra=self._extra(table, sources, unused),
        )

    def _reference(self, columns: Mapping[Column, int], sources: list[str]) -> Reference | None:
        place = columns.get("issue", -1)
        if not 0 <= place < len(sources):
            return None
        return read_reference(sources[place], self.definitions, self.vocabulary)

    def _owner_due_priority(
        self,
        columns: Mapping[Column, int],
        sources: list[str],
        row: Row,
        values: dict[Field, str],
        writable: set[Field],
    ) -> None:
        for field in _PLAIN_FIELDS:
            place = columns.get(field)
            if place is None:
                continue
            if place >= len(sources):
                values[field] = ""
                continue
            source = sources[place]
            value = self._due(source, row) if field == "due" else self._words(field, source)
            if value is not None:
                values[field] = value
                writable.add(field)

    def _words(self, field: Field, source: str) -> str:
        text = plain_text(source, self.authored)
        if field == "owner":
            nothing = names_nobody(text, self.vocabulary)
        else:
            nothing = says_nothing(text, self.vocabulary) or is_choice(text, self.vocabulary)
        return "" if nothing else text

    def _due(self, source: str, row: Row) -> str | None:
        text = plain_text(source)
        if is_blank(text) or is_form(text):
            return ""
        found = None
        self.unusual_dates += not is_iso(text)
        if "~~" not in source and self.unusual_dates <= MOST_UNUSUAL_DATES:
            found = parse_due(text, self.incident_date, self.vocabulary.relative_dates)
        if found is None:
            self._note(
                Level.INFO,
                row,
                f"{_quoted(text)} is not a due date that can only mean one day",
                "Write it as YYYY-MM-DD. Until then the cell is left as it is.",
            )
        return found

    def _status(
        self,
        columns: Mapping[Column, int],
        sources: list[str],
        row: Row,
        values: dict[Field, str],
        writable: set[Field],
    ) -> Span | None:
        """Read the status into ``values``; returns the words that a new one replaces."""
        place = columns.get("status")
        if place is None or place >= len(sources):
            elsewhere = self._status_beside_issue(columns, sources)
            if elsewhere or place is not None:
                values["status"] = elsewhere
            return None
        source, start = sources[place], row.cells[place].span.start
        found = read_status(source, self.vocabulary)
        if found.status is not None:
            values["status"] = found.status.value
            if found.span is None:
                return None
            writable.add("status")
            return Span(start + found.span.start, start + found.span.end)
        text = plain_text(source)
        if says_nothing(text, self.vocabulary):
            values["status"] = self._status_beside_issue(columns, sources)
            writable.add("status")
            return Span(start, start + len(source))
        self._note(
            Level.WARNING,
            row,
            f"the status {_quoted(text)} is unknown",
            "Use one status alone, with remarks in parentheses, or add the words to 'vocabulary.statuses' in the "
            "configuration. Until then the cell is left as it is, and a row without an issue is not filed.",
        )
        return None

    def _status_beside_issue(self, columns: Mapping[Column, int], sources: list[str]) -> str:
        """The status that some write into the issue column: ``n/a **DONE**``."""
        place = columns.get("issue", -1)
        if not 0 <= place < len(sources):
            return ""
        found = read_status(sources[place], self.vocabulary)
        return found.status.value if found.status is not None else ""

    def _urls(self, table: ItemTable, sources: list[str]) -> tuple[str, ...]:
        issue = table.columns.get("issue")
        urls: list[str] = []
        for place, source in enumerate(sources[: len(table.headers)]):
            if place != issue and ("[" in source or "://" in source):
                urls += link_urls(source, self.definitions)
        return tuple(urls)

    def _extra(
        self, table: ItemTable, sources: list[str], unused: list[int]
    ) -> tuple[tuple[str, str], ...]:
        found = []
        for place in unused:
            text = plain_text(sources[place], self.authored) if place < len(sources) else ""
            if not is_blank(text):
                found.append((table.headers[place], text))
        return tuple(found)

    def _note_forgotten(
        self,
        columns: Mapping[Column, int],
        sources: list[str],
        row: Row,
        reference: Reference | None,
    ) -> None:
        """A row without an action is silent, unless somebody has filled in the rest of it."""
        place = columns["action"]
        if place < len(sources) and not is_blank(plain_text(sources[place])):
            return
        owner = columns.get("owner", -1)
        has_owner = 0 <= owner < len(sources) and not names_nobody(
            plain_text(sources[owner]), self.vocabulary
        )
        if has_owner or reference is not None:
            self._note(
                Level.INFO,
                row,
                "the row has no action, so no issue is filed for it",
                "Say in its action cell what is to be done, or remove the row.",
            )

    def _check_width(self, table: ItemTable, row: Row) -> None:
        width = len(table.headers)
        if len(row.cells) < width:
            self._note(
                Level.INFO,
                row,
                f"the row has {len(row.cells)} of {width} cells; the last ones count as empty",
                "Add the missing cells.",
            )
        elif len(row.cells) > width:
            self._note(
                Level.WARNING,
                row,
                f"the row has {len(row.cells)} cells under {width} headers; nobody sees the last ones",
                "Write a pipe that belongs to the text as \\|, or give the extra cells a header.",
            )

    def _note(self, level: Level, row: Row, message: str, remedy: str) -> None:
        self.problems.append(Problem(level, self.path, row.line, message, remedy))


def _keeps_link(action: str, reference: Reference | None) -> bool:
    """Whether a row whose action says nothing is an action item all the same, because it is linked to an issue."""
    if reference is None or reference.skip:
        return False
    return reference.url is not None or (is_blank(action) and reference.names_issue)


def _is_struck(source: str) -> bool:
    return (
        len(source) > 4
        and source.startswith("~~")
        and source.endswith("~~")
        and "~~" not in source[2:-2]
    )


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= _QUOTED else text[: _QUOTED - 1] + '…'}”"
