"""What the property holds, and what counts as a person's touch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncer.testing.lab import marker
from syncer.trackers.jira.raw import Account, State
from syncer.trackers.jira.seals import TOUCHED, is_touched, read, seal_of, written
from tests.unit.trackers.jira.test_workflow import RAW

SEALED = replace(RAW, held=written(marker(3), seal_of(RAW)))


def test_a_marker_and_its_seal_read_back() -> None:
    held = read(SEALED.held)
    assert held is not None
    assert held.marker == marker(3)
    assert not is_touched(SEALED, held)


@pytest.mark.parametrize(
    "changed",
    [
        replace(SEALED, summary="Do that"),
        replace(SEALED, state=State("9", "Doing", "indeterminate")),
        replace(SEALED, assignee=Account("5b10", "Alice")),
        replace(SEALED, due="2025-12-01"),
        replace(SEALED, priority="High"),
        replace(SEALED, comments=1),
        replace(SEALED, held=None),
        replace(SEALED, held=written(marker(3), {TOUCHED: True})),
        replace(SEALED, held={"marker": "nonsense"}),
    ],
)
def test_what_a_person_changes_is_a_touch(changed: object) -> None:
    assert isinstance(changed, type(SEALED))
    assert is_touched(changed, read(changed.held))


def test_what_jira_fills_in_by_itself_is_none() -> None:
    filed = replace(RAW, held=written(marker(), {"due": "", "category": "new", "comments": 0}))
    given = replace(filed, priority="Medium", assignee=Account("c", "Carol"))
    assert not is_touched(given, read(given.held))


@pytest.mark.parametrize("held", [{}, {"marker": 7}, {"marker": "syncer 1 item=x"}, {"seal": []}])
def test_a_damaged_property_has_no_marker(held: dict[str, object]) -> None:
    found = read(held)
    assert found is not None
    assert found.marker is None
    assert read(None) is None
