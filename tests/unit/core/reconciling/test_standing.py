"""Which promises of a document are open, and which are overdue, on the 20th of November 2025."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncer import vocabularies
from syncer.core.matching.identity import IssueId, LinkIndex
from syncer.core.matching.linkreading import read_links
from syncer.core.reading.postmortem import parse
from syncer.core.reconciling.documentplan import Rules, View, plan_document
from syncer.model import Status
from tests.support.making import NOW, FakeDirectory, issue, marker, state

if TYPE_CHECKING:
    from syncer.core.tracking import Issue

SHOP = FakeDirectory("shop")
VOCABULARY = vocabularies.load()
HEADER = "| Action | Due Date | Status | Issue |\n|---|---|---|---|\n"
PATH = "pm/one.md"


def counted(rows: str, *issues: Issue, header: str = HEADER) -> tuple[int, int]:
    text = f"# Outage\n\n## Action Items\n\n{header}{rows}\n"
    reading = read_links(parse(text, PATH, VOCABULARY), [SHOP])
    links = LinkIndex()
    for one in issues:
        links.add(IssueId("shop", one.key), PATH)
    found = {IssueId("shop", one.key): one for one in issues}
    view = View([SHOP], found, links, {}, frozenset(), NOW)
    tally = plan_document(reading, view, Rules()).plan.tally
    return tally.open, tally.overdue


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| a | 2025-11-19 | Not Started | |", (1, 1)),
        ("| a | 2025-11-20 | Not Started | |", (1, 0)),
        ("| a | 2025-11-19 | In Progress | n/a |", (1, 1)),
        ("| a | 2025-11-19 | Done | |", (0, 0)),
        ("| a | 2025-11-19 | Won't Do | |", (0, 0)),
        ("| a | | Blocked | |", (1, 0)),
        ("| a | ASAP | | |", (1, 0)),
        ("| a | 2025-11-19 | Done until #49 | |", (0, 0)),
    ],
)
def test_a_row_is_open_until_it_says_otherwise(row: str, expected: tuple[int, int]) -> None:
    assert counted(row) == expected


def agreed(status: Status, now: Status, due: str = "2025-11-01") -> Issue:
    base = state(1, status=status.value, due="2025-11-01", owner="")
    return issue("7", title="a", status=now, due=due, marker=marker(base, document=PATH))


def test_what_comes_back_from_the_tracker_counts_already() -> None:
    row = "| a | 2025-11-01 | Not Started | #7 |"
    assert counted(row, agreed(Status.NOT_STARTED, Status.NOT_STARTED)) == (1, 1)
    assert counted(row, agreed(Status.NOT_STARTED, Status.DONE)) == (0, 0)
    later = agreed(Status.NOT_STARTED, Status.NOT_STARTED, "2026-01-01")
    assert counted(row, later) == (1, 0)


def test_an_issue_tells_what_a_row_does_not() -> None:
    unread = "| a | 2025-11-01 | Done until #49 | #7 |"
    there = replace(agreed(Status.NOT_STARTED, Status.DONE), marker=None)
    assert counted(unread, there) == (0, 0)
    assert counted(unread, replace(there, status=Status.IN_PROGRESS)) == (1, 1)


def test_without_a_status_column_a_row_is_open() -> None:
    assert counted("| a | |", header="| Action | Issue |\n|---|---|\n") == (1, 0)
