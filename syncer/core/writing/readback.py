"""Whether an edited document says what was meant, and everything else what it said before."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, NoReturn

from syncer.core.markdown import parse_blocks
from syncer.core.markdown.blocks import Definition, Table
from syncer.core.writing.definitions import says
from syncer.core.writing.rowcontents import label_of, plain_value
from syncer.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.core.markdown.blocks import Block, Row
    from syncer.core.reading.postmortem import ActionItem, PostMortem
    from syncer.core.writing.definitions import DefinitionEdit
    from syncer.core.writing.tableedits import RowEdit, TableEdit
    from syncer.model import Field


def check(
    before: PostMortem,
    after: PostMortem,
    tables: Sequence[TableEdit],
    rows: Sequence[RowEdit],
    definitions: Sequence[tuple[DefinitionEdit, Definition | None]],
) -> None:
    """Compare an edited document, read again, with the one before and with what was meant.

    Args:
        before: The document before.
        after: The document afterwards.
        tables: What was to stand in the cells of the tables that changed.
        rows: What was to be read from their rows.
        definitions: What definitions were to say, and which did; None for one that was added.

    Raises:
        InternalError: Something differs; it names the document and the first difference.
    """
    checker = _Checker(before, after)
    checker.blocks(tables)
    checker.definitions(definitions)
    checker.items(tables, rows)


class _Checker:
    def __init__(self, before: PostMortem, after: PostMortem) -> None:
        self.before = before
        self.after = after

    def fail(self, line: int, what: str, found: object, wanted: object) -> NoReturn:
        raise InternalError(
            f"{self.before.path}: the edited text would not be read as meant, so nothing was written: in line "
            f"{line} {what} would be {found!r} and not {wanted!r}",
            remedy="This is a defect of syncer. Please report it with the lines of the document around that one.",
        )

    def blocks(self, tables: Sequence[TableEdit]) -> None:
        """Compare all blocks but definitions: none came or went, and only cells that were meant to changed."""
        edits = {edit.table.table.span.start: edit for edit in tables}
        old = parse_blocks(self.before.text)
        new = parse_blocks(self.after.text)
        pairs = zip_longest(
            (block for block in old.blocks if not isinstance(block, Definition)),
            (block for block in new.blocks if not isinstance(block, Definition)),
        )
        for one, other in pairs:
            if isinstance(one, Table) and isinstance(other, Table):
                self._table(one, other, edits.get(one.span.start))
            elif not _same(one, other):
                line = other.line if other is not None else 0
                self.fail(line, "the block", other, one)
        if (old.front_matter, old.end_is_open) != (new.front_matter, new.end_is_open):
            self.fail(1, "the frame of the document", new.end_is_open, old.end_is_open)

    def _table(self, old: Table, new: Table, edit: TableEdit | None) -> None:
        added = len(edit.added) if edit is not None else 0
        if len(old.rows) != len(new.rows):
            self.fail(new.line, "the number of rows", len(new.rows), len(old.rows))
        width = len(old.header.cells)
        for one, other in ((old.header, new.header), (old.delimiter, new.delimiter)):
            wanted = _sources(one, self.before.text)
            found = _sources(other, self.after.text)
            if found[:width] != wanted or len(found) != width + added:
                self.fail(other.line, "the row", found, wanted)
        for number, (one, other) in enumerate(zip(old.rows, new.rows, strict=True)):
            contents = edit.contents.get(number, {}) if edit is not None else {}
            wanted = _sources(one, self.before.text)
            cells = max(width + added if added else len(wanted), *(i + 1 for i in contents), 0)
            wanted += [""] * (cells - len(wanted))
            for index, content in contents.items():
                wanted[index] = content
            found = _sources(other, self.after.text)
            if found != wanted:
                self.fail(other.line, "the row", found, wanted)

    def definitions(self, changes: Sequence[tuple[DefinitionEdit, Definition | None]]) -> None:
        """Compare the definitions: the changed ones say what they are to say, the others what they said."""
        edits = {id(target): edit for edit, target in changes if target is not None}
        wanted: list[Definition | DefinitionEdit] = [
            edits.get(id(definition), definition) for definition in self.before.definitions
        ]
        wanted += [edit for edit, target in changes if target is None]
        for one, other in zip_longest(wanted, self.after.definitions):
            if one is None or other is None:
                self.fail(other.line if other else 0, "the definition", other, one)
            if isinstance(one, Definition):
                same = (one.label, one.url, one.title) == (other.label, other.url, other.title)
            else:
                same = says(other, one)
            if not same:
                self.fail(other.line, "the definition", other, one)

    def items(self, tables: Sequence[TableEdit], rows: Sequence[RowEdit]) -> None:
        """Compare the action items: those of edited rows say what they are to say, the others what they said."""
        edits = {(edit.table, edit.row): edit for edit in rows}
        new_status = {edit.number for edit in tables if "status" in edit.added}
        old_status = {n for n, table in enumerate(self.before.tables) if "status" in table.columns}
        for one, other in zip_longest(self.before.items, self.after.items):
            if one is None or other is None or (one.table, one.row) != (other.table, other.row):
                self.fail(other.line if other else 0, "the action item", other, one)
            edit = edits.get((one.table, one.row))
            values = dict(one.values)
            if one.table in new_status:
                values.setdefault("status", "")
            text = one.text
            if edit is not None:
                values |= _wanted(edit, status=one.table in new_status | old_status)
                if "action" in edit.values:
                    text = plain_value(edit.values["action"])
            if other.text != text:
                self.fail(other.line, "the action", other.text, text)
            if other.values != values:
                self.fail(other.line, "the values", dict(other.values), values)
            self._reference(one, other, edit.link if edit is not None else None)

    def _reference(self, one: ActionItem, other: ActionItem, link: str | None) -> None:
        found = other.reference
        if link is None:
            if (found is None) != (one.reference is None):
                self.fail(other.line, "the issue", found, one.reference)
        elif found is None or found.label != label_of(link):
            self.fail(other.line, "the issue", found, link)


def _wanted(edit: RowEdit, *, status: bool) -> Mapping[Field, str]:
    return {
        field: plain_value(value)
        for field, value in edit.values.items()
        if field != "action" and (field != "status" or status)
    }


def _same(one: Block | None, other: Block | None) -> bool:
    """Whether two blocks say the same, wherever they stand."""
    if one is None or other is None or isinstance(one, Table) or isinstance(other, Table):
        return False
    return replace(one, line=0) == replace(other, line=0)


def _sources(row: Row, text: str) -> list[str]:
    return [cell.span.of(text) for cell in row.cells]
