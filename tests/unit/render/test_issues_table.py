"""Issues as a table: readable at every width, in every script."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from syncer.model import Status
from syncer.render.issues import columns, table
from syncer.trackers.local_records import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2025, 11, 23, 12, 0, 0, tzinfo=UTC)
TITLES = [
    "Alert on queue depth",
    "キューの深さを監視して当番に知らせる",
    "Überlauf der Warteschlange melden",
]


def entry(number: int, title: str, priority: str = "") -> Entry:
    return Entry(
        key=str(number),
        title=title,
        status=Status.IN_PROGRESS,
        owner="@alice",
        due="2025-12-01",
        priority=priority,
        labels=(),
        body="",
        document="postmortems/1.md",
        created=NOON,
        updated=NOON,
    )


def lines(
    entries: Sequence[Entry], *, width: int = 80, today: date = date(2025, 11, 23)
) -> list[str]:
    return table(entries, today=today, color=False, width=width).splitlines()


@pytest.mark.parametrize("width", [60, 61, 70, 80, 119, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    shown = lines([entry(number, title) for number, title in enumerate(TITLES, 1)], width=width)
    assert max(map(cell_len, shown)) <= width


@pytest.mark.parametrize("width", [1, 60, 61, 80, 119])
@pytest.mark.parametrize("title", ["Alert on the queue's depth " * 9, "x" * 255, "監視" * 99])
def test_no_character_of_a_title_is_lost(title: str, width: int) -> None:
    shown = lines([entry(1, title, "P1")], width=width, today=date(2025, 12, 2))
    start = shown[0].index("Action")
    # What stands left of it is plain ASCII, so that characters are columns there.
    squeezed = "".join("".join(line[start:] for line in shown[2:-2]).split())
    assert squeezed == "".join(title.split())


def test_columns_stand_under_their_headings_whatever_the_script() -> None:
    entries = [entry(number, title) for number, title in enumerate(TITLES, 1)]
    shown = [line for line in lines(entries, width=119) if "#" in line or "Issue" in line]
    starts = {
        cell_len(line[: line.index(start)])
        for line, start in zip(shown, ["Action", *TITLES], strict=True)
    }
    assert len(starts) == 1


def test_documents_are_named_where_there_is_room() -> None:
    assert "postmortems/1.md" not in "\n".join(lines([entry(1, "A")], width=119))
    assert "postmortems/1.md" in "\n".join(lines([entry(1, "A")], width=120))


def test_priorities_have_a_column_if_there_are_any_and_there_is_room() -> None:
    assert "Priority" not in "\n".join(lines([entry(1, "A")]))
    some = [entry(1, "A"), entry(2, "B", "P1")]
    assert "Priority" in "\n".join(lines(some, width=80))
    assert "Priority" not in "\n".join(lines(some, width=79))


def test_what_is_late_is_said_in_words_and_not_in_colour_alone() -> None:
    assert "late" not in "\n".join(lines([entry(1, "A")], today=date(2025, 12, 1)))
    late = lines([entry(1, "A")], today=date(2025, 12, 2))
    assert any("2025-12-01 late" in line for line in late)
    assert late[-1] == "1 issue, 1 late"


def test_columns_for_other_programs_have_as_many_cells_as_the_heading() -> None:
    shown = columns([entry(1, "a\tb\nc"), entry(2, "")]).splitlines()
    assert [line.count("\t") for line in shown] == [6, 6, 6]
