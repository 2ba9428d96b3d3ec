"""Statuses and a workflow's statuses: by category, by name, and towards where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from syncer.model import Status
from syncer.trackers.jira.raw import Raw, State
from syncer.trackers.jira.workflow import Transition, Workflow

NOON = datetime(2025, 11, 23, 12, tzinfo=UTC)
TO_DO = State("1", "To Do", "new")
DOING = State("2", "In Progress", "indeterminate")
STUCK = State("3", "On hold", "indeterminate")
CLOSED = State("4", "Closed", "done")
RAW = Raw(
    id="1",
    key="PAY-1",
    summary="Do it",
    state=TO_DO,
    resolution="",
    assignee=None,
    due="",
    priority="",
    labels=(),
    created=NOON,
    updated=NOON,
    comments=0,
)


@pytest.mark.parametrize(
    ("state", "resolution", "status", "agreeing"),
    [
        (TO_DO, "", Status.NOT_STARTED, {Status.NOT_STARTED}),
        (DOING, "", Status.IN_PROGRESS, {Status.IN_PROGRESS, Status.BLOCKED}),
        (CLOSED, "Done", Status.DONE, {Status.DONE, Status.WONT_DO}),
        (CLOSED, "", Status.DONE, {Status.DONE, Status.WONT_DO}),
        (CLOSED, "won't do", Status.WONT_DO, {Status.DONE, Status.WONT_DO}),
        (CLOSED, "Duplicate", Status.WONT_DO, {Status.DONE, Status.WONT_DO}),
    ],
)
def test_out_of_the_box_a_category_says_it(
    state: State, resolution: str, status: Status, agreeing: set[Status]
) -> None:
    shown = Workflow().shown(replace(RAW, state=state, resolution=resolution))
    assert shown.status is status
    assert shown.statuses == agreeing


def test_names_come_before_categories() -> None:
    workflow = Workflow({Status.BLOCKED: ["on hold"], Status.WONT_DO: ["Closed"]})
    assert workflow.shown(replace(RAW, state=STUCK)).statuses == {Status.BLOCKED}
    assert workflow.shown(replace(RAW, state=DOING)).statuses == {Status.IN_PROGRESS}
    assert workflow.shown(replace(RAW, state=CLOSED)).statuses == {Status.WONT_DO}
    assert {Status.BLOCKED, Status.IN_PROGRESS, Status.WONT_DO} <= workflow.kept_apart


def test_a_resolution_that_is_configured_keeps_two_ends_apart() -> None:
    workflow = Workflow(resolutions={Status.WONT_DO: "Abandoned by us"})
    shown = workflow.shown(replace(RAW, state=CLOSED, resolution="abandoned by us"))
    assert shown.statuses == {Status.WONT_DO}
    assert workflow.shown(replace(RAW, state=CLOSED, resolution="Fixed")).statuses == {Status.DONE}
    assert Status.WONT_DO in workflow.kept_apart


@pytest.mark.parametrize(
    ("status", "resolution"),
    [(Status.DONE, "Fixed"), (Status.WONT_DO, "Declined")],
)
def test_a_resolution_is_chosen_of_those_that_a_screen_offers(
    status: Status, resolution: str
) -> None:
    assert Workflow().resolution(status, ["Declined", "Fixed", "Duplicate"]) == resolution
    assert Workflow().resolution(status, []) == ""
    assert Workflow().resolution(status, ["Odd"]) == "Odd"


def test_a_way_leads_towards_the_end_and_never_back_to_where_the_issue_was() -> None:
    start, hold, back = (
        Transition(str(n), name, to)
        for n, (name, to) in enumerate([("Start", DOING), ("Hold", STUCK), ("Back", TO_DO)])
    )
    workflow = Workflow()
    found = workflow.nearer([back, start, hold], Status.DONE, TO_DO, {TO_DO.id})
    assert found is start
    found = workflow.nearer([back, start, hold], Status.DONE, DOING, {TO_DO.id, DOING.id})
    assert found is hold
    assert workflow.nearer([back, start], Status.DONE, DOING, {TO_DO.id, DOING.id}) is None
