"""Statuses and GitHub's states, with labels, with a field, and with neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from syncer.model import Status
from syncer.trackers.github.raw import Raw
from syncer.trackers.github.states import OPEN, States, Step

NOON = datetime(2025, 11, 23, 12, tzinfo=UTC)
RAW = Raw(
    number=1,
    id=101,
    title="Alert on queue depth",
    body="",
    state="open",
    reason="",
    labels=(),
    assignees=(),
    milestone=None,
    created=NOON,
    updated=NOON,
    url="https://github.com/acme/shop/issues/1",
    comments=0,
)
LABELLED = States(labels={Status.IN_PROGRESS: "status: in progress", Status.BLOCKED: "Blocked"})
FIELD = States(options={Status.NOT_STARTED: "Todo", Status.IN_PROGRESS: "Doing"}, field=7)


@pytest.mark.parametrize(
    ("state", "reason", "status"),
    [
        ("open", "", Status.NOT_STARTED),
        ("open", "reopened", Status.IN_PROGRESS),
        ("closed", "completed", Status.DONE),
        ("closed", "", Status.DONE),
        ("closed", "not_planned", Status.WONT_DO),
        ("closed", "duplicate", Status.WONT_DO),
    ],
)
def test_a_state_has_a_meaning(state: str, reason: str, status: Status) -> None:
    shown = States().shown(replace(RAW, state=state, reason=reason))
    assert shown.status is status
    assert shown.statuses == (frozenset(OPEN) if state == "open" else {status})


def test_labels_tell_open_statuses_apart() -> None:
    assert LABELLED.kept_apart == set(Status)
    assert LABELLED.shown(RAW).statuses == {Status.NOT_STARTED}
    doing = replace(RAW, labels=("Status: In Progress", "urgent"))
    assert LABELLED.shown(doing).statuses == {Status.IN_PROGRESS}
    both = replace(RAW, labels=("blocked", "status: in progress"))
    assert LABELLED.shown(both).status is Status.BLOCKED
    assert LABELLED.shown(both).statuses == {Status.IN_PROGRESS, Status.BLOCKED}
    closed = replace(doing, state="closed", reason="completed")
    assert LABELLED.shown(closed).status is Status.DONE


def test_a_field_tells_open_statuses_apart() -> None:
    assert FIELD.kept_apart == set(Status)
    assert FIELD.shown(replace(RAW, values={7: "doing"})).status is Status.IN_PROGRESS
    assert FIELD.shown(replace(RAW, values={7: "Todo"})).statuses == {Status.NOT_STARTED}
    assert FIELD.shown(RAW).statuses == {Status.BLOCKED}
    unknown = FIELD.shown(replace(RAW, values={7: "Triage"}))
    assert unknown.statuses == frozenset(OPEN), "an option that nobody has mapped says nothing"


def test_who_has_an_issue_has_started_where_that_is_configured() -> None:
    states = States(assigned=True)
    assert states.shown(RAW).status is Status.NOT_STARTED
    shown = states.shown(replace(RAW, assignees=("alice",)))
    assert shown.status is Status.IN_PROGRESS
    assert Status.NOT_STARTED not in shown.statuses
    assert Status.BLOCKED in shown.statuses


@pytest.mark.parametrize("states", [States(), LABELLED], ids=["plain", "labelled"])
@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_a_status_is_reached_from_every_other(
    states: States, before: Status, after: Status
) -> None:
    raw = RAW
    for status in (before, after):
        for step in states.steps(status, raw):
            assert step.state != raw.state, "a reason counts only where the state changes"
            raw = replace(raw, state=step.state, reason=step.reason)
        added, gone = states.label_changes(status, raw)
        raw = replace(raw, labels=tuple((set(raw.labels) - set(gone)) | set(added)))
        assert status in states.shown(raw).statuses
        if status in states.kept_apart:
            assert states.shown(raw).status is status


def test_a_duplicate_is_closed_as_one() -> None:
    assert States().steps(Status.WONT_DO, RAW, duplicate=True) == [Step("closed", "duplicate")]
    closed = replace(RAW, state="closed", reason="duplicate")
    assert States().steps(Status.WONT_DO, closed) == []
    assert States().steps(Status.WONT_DO, closed, duplicate=True) == []
    dropped = replace(closed, reason="not_planned")
    assert States().steps(Status.WONT_DO, dropped, duplicate=True) == [
        Step("open", "reopened"),
        Step("closed", "duplicate"),
    ]
