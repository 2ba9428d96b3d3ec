"""A document that is written to changes where it was meant to, and nowhere else."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, reject, settings

from syncer.core.markdown import normalise_label
from syncer.core.reading.postmortem import parse
from syncer.core.state import bounded, is_ours, our_definitions
from syncer.core.writing.rowcontents import plain_value
from syncer.core.writing.writeback import RowEdit, write_back
from syncer.errors import DocumentError
from syncer.model import State
from tests.support.editable import VOCABULARY, Edits, edits
from tests.support.markdown_oracle import cmark

if TYPE_CHECKING:
    from syncer.core.markdown.blocks import Row
    from syncer.core.reading.postmortem import ActionItem, PostMortem
    from syncer.model import Field, Span

_slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def written(asked: Edits) -> str:
    """The new text, for a document that can take its edits."""
    try:
        return write_back(
            asked.document,
            asked.rows,
            asked.definitions,
            vocabulary=VOCABULARY,
            add_columns=asked.add_columns,
        )
    except DocumentError:
        if reasons_to_refuse(asked):
            reject()
        raise


def reasons_to_refuse(asked: Edits) -> bool:
    """Whether there is any of the things that a document is known not to take."""
    document = asked.document
    keys = {definition.key: definition for definition in document.definitions}
    wanted = [keys.get(normalise_label(edit.label)) for edit in asked.definitions]
    return (
        (document.end_is_open and None in wanted)
        or any(found is not None and found.span is None for found in wanted)
        or any(not document.tables[number].widenable for number in widened(asked))
    )


def widened(asked: Edits) -> set[int]:
    """The tables that get a column."""
    tables = asked.document.tables
    return {
        edit.table
        for edit in asked.rows
        if (edit.link and "issue" not in tables[edit.table].columns)
        or (
            asked.add_columns
            and "status" in edit.values
            and "status" not in tables[edit.table].columns
        )
    }


def rows_of(document: PostMortem, table: int) -> list[Row]:
    found = document.tables[table].table
    return [found.header, found.delimiter, *found.rows]


def row_spans(asked: Edits) -> list[Span]:
    """The lines of tables that may change."""
    document = asked.document
    wide = widened(asked)
    rows = [row for table in wide for row in rows_of(document, table)]
    rows += [
        document.tables[edit.table].table.rows[edit.row]
        for edit in asked.rows
        if edit.table not in wide
    ]
    return [row.span for row in rows]


@_slow
@given(edits())
def test_every_byte_outside_of_what_was_edited_stays(asked: Edits) -> None:
    document = asked.document
    text = document.text
    new = written(asked)
    keys = {normalise_label(edit.label) for edit in asked.definitions}
    places = [(span, r"[^\r\n]*") for span in row_spans(asked)]
    places += [
        (one.span, r"(?s:.*?)")
        for one in document.definitions
        if one.key in keys and one.span is not None and is_ours(one)
    ]
    # New definitions stand on lines of their own, behind the last of ours or at the very end.
    added = r"(?:(?:\r\n|\n|\r)*\[[^\r\n]*(?:\r\n|\n|\r)?)*"
    pattern, place = "", 0
    for span, what in sorted(places, key=lambda each: each[0].start):
        pattern += re.escape(text[place : span.start]) + what
        place = span.end
    rest = text[place:]
    blank = re.search(r"(?:(?:\r\n|\n|\r)[ \t]*)*\Z", rest)
    assert blank is not None
    body, tail = re.escape(rest[: blank.start()]), re.escape(blank[0])
    pattern += f"{body}(?:{added}{tail}|{tail}{added})"

    assert re.fullmatch(pattern, new)


@_slow
@given(edits())
def test_what_was_meant_reads_back(asked: Edits) -> None:
    before = asked.document
    after = parse(written(asked), before.path, VOCABULARY)
    meant = {(edit.table, edit.row): edit for edit in asked.rows}

    assert len(after.items) == len(before.items)
    for old, new in zip(before.items, after.items, strict=True):
        edit = meant.get((old.table, old.row))
        values = dict(edit.values) if edit else {}
        assert new.text == plain_value(values.pop("action", old.text))
        has_status = "status" in after.tables[new.table].columns
        for field in old.values.keys() | values.keys():
            if field != "status" or has_status:
                wanted = plain_value(values.get(field, old.values.get(field, "")))
                assert new.values[field] == wanted
        if edit is not None and edit.link is not None:
            assert new.reference is not None
            assert new.reference.label == normalise_label(edit.link[1:-1])
    states = our_definitions(after.definitions)
    for definition in asked.definitions:
        found, state = states[normalise_label(definition.label)]
        assert found.url == definition.url
        assert isinstance(state, State)
        assert state.counter == definition.state.counter
        assert {f: (a.document, a.tracker) for f, a in state.values.items()} == {
            f: (bounded(a.document), bounded(a.tracker)) for f, a in definition.state.values.items()
        }


@_slow
@given(edits())
def test_another_reader_sees_the_same_cells(asked: Edits) -> None:
    before = asked.document
    new = written(asked)
    after = parse(new, before.path, VOCABULARY)
    old, found = cmark(before.text), cmark(new)
    lines = [line for kind, line in old.kinds if kind == "table"]
    meant = {(edit.table, edit.row): edit for edit in asked.rows}

    assert [len(table.rows) for table in found.tables] == [len(t.rows) for t in old.tables]
    for number, ours in enumerate(before.tables):
        if ours.table.line not in lines:
            reject()  # cmark sees no table there; the tests of the reader are about such
        index = lines.index(ours.table.line)
        columns = after.tables[number].columns
        for row, (_, cells) in enumerate(old.tables[index].rows):
            shown = found.tables[index].rows[row][1]
            edit = meant.get((number, row), RowEdit(number, row, {}))
            item = next((i for i in before.items if (i.table, i.row) == (number, row)), None)
            changed = {columns[field] for field in edit.values if field in columns}
            changed |= {columns["issue"]} if edit.link is not None else set()
            for place, cell in enumerate(cells):
                if place not in changed:
                    assert shown[place] == cell
            for field in ("action", "owner", "priority"):
                value = plain_value(edit.values.get(field, ""))
                if field in edit.values and item is not None and value != now(item, field):
                    # No markup came of it, and nothing was lost.
                    assert html.unescape(shown[columns[field]]) == value


def now(item: ActionItem, field: Field) -> str | None:
    return item.text if field == "action" else item.values.get(field)


@_slow
@given(edits())
def test_writing_the_same_again_changes_nothing(asked: Edits) -> None:
    once = written(asked)
    again = Edits(
        parse(once, asked.document.path, VOCABULARY),
        asked.rows,
        asked.definitions,
        asked.add_columns,
    )

    assert written(again) == once


@_slow
@given(edits())
def test_cells_beside_an_edited_one_keep_their_padding(asked: Edits) -> None:
    before = asked.document
    after = parse(written(asked), before.path, VOCABULARY)
    for edit in asked.rows:
        if edit.table in widened(asked):
            continue
        columns = before.tables[edit.table].columns
        changed = {columns[f] for f in edit.values if f in columns}
        changed |= {columns["issue"]} if edit.link else set()
        old = before.tables[edit.table].table.rows[edit.row]
        new = after.tables[edit.table].table.rows[edit.row]
        if (old.leading_pipe, old.trailing_pipe) != (new.leading_pipe, new.trailing_pipe):
            continue
        for place, (one, other) in enumerate(zip(old.cells, new.cells, strict=False)):
            edge = place == len(old.cells) - 1 and not old.trailing_pipe
            if place not in changed and not edge:
                assert one.outer.of(before.text) == other.outer.of(after.text)
