"""The part of the conformance suite that is about what is said besides yes and no: beforehand, and of single values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from syncer.model import Status
from syncer.testing.lab import found, marker, needs, the, written
from syncer.trackers.base import Refused, Update, Written

if TYPE_CHECKING:
    from syncer.model import Field
    from syncer.testing.lab import Lab
    from syncer.trackers.base import Issue, Tracker

_NO_SUCH: dict[Field, str] = {
    "owner": "nobody-of-that-name",
    "priority": "no such priority",
}

_each = pytest.mark.parametrize("field", list(_NO_SUCH))


class Telling:
    """What speaks against a plan is told before it is carried out, and what wasn't taken of it afterwards."""

    def test_nothing_speaks_against_good_drafts_and_updates(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        before = written(tracker.create(lab.draft(tracker, 1)))
        update = Update(marker(counter=2), title="Renamed", status=Status.DONE)
        drafts = [lab.draft(tracker, number) for number in (2, 3)]
        assert list(tracker.check(drafts, {before.key: update})) == []
        assert list(tracker.check([], {})) == []
        assert found(lab.open()) == [before], "a look writes nothing"

    def test_an_update_of_what_is_gone_can_be_asked_about(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        lab.person.delete(key)
        tracker.refresh()
        objections = tracker.check([], {key: Update(marker(counter=2), title="Renamed")})
        assert all(one.reason for one in objections)

    @_each
    def test_of_a_new_issue_only_what_was_not_taken_has_a_reason(
        self, lab: Lab, tracker: Tracker, field: Field
    ) -> None:
        needs(tracker, field)
        asked = _NO_SUCH[field]
        values: dict[str, Any] = {field: asked}
        answer = tracker.create(lab.draft(tracker, **values))
        assert isinstance(answer, Refused | Written)
        if isinstance(answer, Written):
            _says_what_it_has(tracker, answer, field, asked)

    @_each
    def test_of_a_changed_issue_only_what_was_not_taken_has_a_reason(
        self, lab: Lab, tracker: Tracker, field: Field
    ) -> None:
        needs(tracker, field)
        asked = _NO_SUCH[field]
        key = written(tracker.create(lab.draft(tracker))).key
        change: dict[str, Any] = {field: asked}
        answer = tracker.update(key, Update(marker(counter=2), title="Renamed", **change))
        assert isinstance(answer, Refused | Written)
        if isinstance(answer, Written):
            _says_what_it_has(tracker, answer, field, asked)
            assert answer.issue.title == "Renamed", "the rest is taken"


def _says_what_it_has(tracker: Tracker, answer: Written, field: Field, asked: str) -> None:
    assert answer.issue == the(tracker, answer.issue.key)
    assert set(answer.refused) <= {field}
    for reason in answer.refused.values():
        assert reason.strip()
        assert "\n" not in reason, "it becomes a part of one line"
        assert _value(answer.issue, field) != asked


def _value(issue: Issue, field: Field) -> str:
    return {"owner": issue.owner, "priority": issue.priority}[field]
