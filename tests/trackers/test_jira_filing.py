"""Issues that are filed in one request: what each of them is told, whatever becomes of the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from syncer.errors import TrackerError
from syncer.model import Removal, Status
from syncer.testing.lab import marker, the
from syncer.trackers.base import Refused, Unknown, Update, Written
from tests.support.doubles.replies import Reply
from tests.support.jira import faults
from tests.support.jira.projects import MEMBER
from tests.support.jira.server import jira_cloud_double
from tests.support.jira.world import furnished
from tests.support.jira_lab import JiraLab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.model import Field, Marker
    from syncer.trackers.jira.tracker import JiraTracker

ERROR = {"status": 400, "elementErrors": {"errorMessages": ["no"], "errors": {}}}


@pytest.fixture
def lab() -> Iterator[JiraLab]:
    with jira_cloud_double(furnished(cloud=True)) as jira:
        yield JiraLab(jira)


@pytest.fixture
def tracker(lab: JiraLab) -> Iterator[JiraTracker]:
    tracker = lab.open()
    yield tracker
    tracker.close()


def said(body: Any, status: int = 201) -> faults.Fault:
    """An answer of this kind to what was carried out."""
    return faults.Fault("strange", effect=True, answer=lambda _: Reply(status, body))


@pytest.mark.parametrize(
    "body",
    [
        {"issues": [{"key": "PAY-1"}], "errors": [{**ERROR, "failedElementNumber": 7}]},
        {"issues": [{"key": "PAY-1"}], "errors": [{**ERROR, "failedElementNumber": -1}]},
        {"issues": [{"key": "PAY-1"}], "errors": [{**ERROR, "failedElementNumber": True}]},
        {"issues": [{"key": "PAY-1"}], "errors": [ERROR]},
        {"issues": [], "errors": [{**ERROR, "failedElementNumber": 0}] * 2},
        {"issues": [{}, {"key": 7}], "errors": []},
        {"issues": [None, "PAY-1"], "errors": []},
        {"issues": 2, "errors": 3},
    ],
)
def test_an_answer_that_makes_no_sense_is_no_answer(
    lab: JiraLab, tracker: JiraTracker, body: dict[str, Any]
) -> None:
    lab.jira.faults.when(faults.creates, said(body))
    answers = list(tracker.create_all([lab.draft(tracker, 1), lab.draft(tracker, 2)]))
    assert [type(answer) for answer in answers] == [Unknown, Unknown]


@pytest.mark.parametrize("wrong", [{"errors": ["no"]}, ["no"], {"errors": "no"}])
def test_a_refusal_that_can_t_be_read_is_no_answer_for_that_issue(
    lab: JiraLab, tracker: JiraTracker, wrong: Any
) -> None:
    body = {
        "issues": [{"key": "PAY-1"}],
        "errors": [{"status": 400, "elementErrors": wrong, "failedElementNumber": 1}],
    }
    lab.jira.faults.when(faults.creates, said(body))
    answers = list(tracker.create_all([lab.draft(tracker, 1), lab.draft(tracker, 2)]))
    assert [type(answer) for answer in answers] == [Written, Unknown]


def test_messages_that_are_no_list_are_left_out(lab: JiraLab, tracker: JiraTracker) -> None:
    wrong = {"errorMessages": 7, "errors": {"labels": "no"}}
    body = {"errors": [{"status": 400, "elementErrors": wrong, "failedElementNumber": 0}]}
    lab.jira.faults.when(faults.creates, said(body))
    (answer,) = tracker.create_all([lab.draft(tracker, 1)])
    assert isinstance(answer, Refused)
    assert answer.reason == "Labels: no"


def alone(asked: faults.Asked) -> bool:
    """Whether a request is to file one issue by itself."""
    return faults.creates(asked) and asked.path.endswith("/issue")


def test_what_was_filed_is_told_although_nothing_more_can_be(
    lab: JiraLab, tracker: JiraTracker
) -> None:
    lab.jira.faults.when(alone, faults.captcha(), times=None)
    owners = [lab.owners[0], "nobody", "nobody either", lab.owners[1]]
    drafts = [lab.draft(tracker, number, owner=who) for number, who in enumerate(owners, 1)]
    answers = list(tracker.create_all(drafts))
    assert [type(answer) for answer in answers] == [Written, Refused, Refused, Written]
    assert isinstance(answers[1], Refused)
    assert "CAPTCHA" in answers[1].reason
    assert answers[2] == answers[1]
    assert len([one for one in lab.jira.log.creates if one.path.endswith("/issue")]) == 1
    with pytest.raises(TrackerError, match="CAPTCHA"):
        list(tracker.create_all([lab.draft(tracker, 9)]))


@pytest.mark.parametrize(
    ("field", "values"),
    [("owner", {"owner": "nobody"}), ("due", {"due": "some day"}), ("priority", {})],
)
def test_an_issue_that_was_filed_without_a_value_is_nobody_s_edit(
    lab: JiraLab, tracker: JiraTracker, field: Field, values: dict[str, str]
) -> None:
    if field == "priority":
        errors = {"errorMessages": [], "errors": {"priority": "no"}}
        error = {"status": 400, "elementErrors": errors, "failedElementNumber": 0}
        refusal = faults.Fault("no", answer=lambda _: Reply(400, {"issues": [], "errors": [error]}))
        lab.jira.faults.when(faults.creates, refusal)
    (answer,) = tracker.create_all([lab.draft(tracker, 1, **values)])
    assert isinstance(answer, Written)
    assert list(answer.refused) == [field]
    assert not answer.issue.touched
    lab.person.change(answer.issue.key, Update(None, title="Another"))
    assert the(tracker, answer.issue.key).touched


def removed(counter: int = 2) -> Marker:
    """The marker of an issue of which it was said that its row is gone."""
    kept = marker(counter=counter)
    return replace(kept, state=replace(kept.state, removed=Removal.TOLD))


@pytest.mark.parametrize(
    ("permission", "name", "status", "updates"),
    [
        ("TRANSITION_ISSUES", "Transition Issues", Status.IN_PROGRESS, {}),
        (
            "ADD_COMMENTS",
            "Add Comments",
            Status.NOT_STARTED,
            {"PAY-1": Update(marker(counter=2), status=Status.WONT_DO, duplicate_of="PAY-2")},
        ),
        ("ADD_COMMENTS", "Add Comments", Status.NOT_STARTED, {"PAY-1": Update(removed())}),
    ],
)
def test_what_writes_take_is_asked_for_and_no_more(
    lab: JiraLab,
    tracker: JiraTracker,
    permission: str,
    name: str,
    status: Status,
    updates: dict[str, Update],
) -> None:
    lab.jira.store.projects["PAY"].roles["robot"] = MEMBER - {permission}
    (told,) = tracker.check([lab.draft(tracker, 1, status=status)], updates)
    assert told.reason.endswith(f": {name}")
    assert name in told.remedy
    renamed = {"PAY-1": Update(marker(counter=2), title="Renamed")}
    assert list(tracker.check([lab.draft(tracker, 1)], renamed)) == []
