"""The part of the conformance suite that is about filing issues."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from syncer.model import Status
from syncer.testing.lab import found, marker, needs, the, words, written
from syncer.trackers.base import Refused, Update, Written

if TYPE_CHECKING:
    from syncer.testing.lab import Lab
    from syncer.trackers.base import Tracker

_AT_ONCE = 4


class Filing:
    """Creates: what is asked for, what is answered, and what happens when the same item is filed twice."""

    def test_a_filed_issue_has_what_the_draft_says(self, lab: Lab, tracker: Tracker) -> None:
        draft = lab.draft(tracker)
        issue = written(tracker.create(draft))
        assert issue.title == draft.title
        assert issue.status is Status.NOT_STARTED
        assert issue.owner == draft.owner
        assert issue.due == draft.due
        assert issue.priority == draft.priority
        assert issue.marker == draft.marker
        if tracker.capabilities.updates_text:
            assert words(issue.body) == words(draft.body)

    def test_a_new_issue_is_nobody_s_but_syncer_s(self, lab: Lab, tracker: Tracker) -> None:
        issue = written(tracker.create(lab.draft(tracker)))
        assert not issue.touched
        assert issue.created.utcoffset() == timedelta(0), "moments are in UTC, and say so"

    def test_the_answer_is_what_a_read_shows(self, lab: Lab, tracker: Tracker) -> None:
        answered = written(tracker.create(lab.draft(tracker)))
        assert the(tracker, answered.key) == answered
        assert the(lab.open(), answered.key) == answered

    def test_the_marker_is_there_from_the_start(self, lab: Lab, tracker: Tracker) -> None:
        draft = lab.draft(tracker)
        tracker.create(draft)
        assert [issue.marker for issue in found(lab.open())] == [draft.marker]

    def test_the_labels_of_the_draft_are_set(self, lab: Lab, tracker: Tracker) -> None:
        issue = written(tracker.create(lab.draft(tracker, labels=lab.labels)))
        assert set(lab.labels) <= lab.person.labels(issue.key)

    def test_what_the_draft_leaves_empty_is_empty(self, lab: Lab, tracker: Tracker) -> None:
        draft = lab.draft(tracker, owner="", due="", body="", labels=())
        issue = written(tracker.create(draft))
        # A service may have a default owner or priority, but nobody promises a date by default.
        assert issue.due == ""
        assert issue.marker == draft.marker

    @pytest.mark.parametrize("status", list(Status))
    def test_an_issue_is_filed_with_a_status(
        self, lab: Lab, tracker: Tracker, status: Status
    ) -> None:
        issue = written(tracker.create(lab.draft(tracker, status=status)))
        assert issue.status in issue.statuses
        assert status in issue.statuses, "its state agrees with the status"
        if status in tracker.capabilities.statuses:
            assert issue.status is status
        assert the(tracker, issue.key) == issue

    def test_an_owner_who_can_t_be_assigned_keeps_no_issue_from_being_filed(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        needs(tracker, "owner")
        if tracker.capabilities.free_owner:
            pytest.skip("any words are an owner there")
        issue = written(tracker.create(lab.draft(tracker, owner="nobody-of-that-name")))
        assert issue.owner != "nobody-of-that-name"
        assert the(tracker, issue.key) == issue

    def test_issues_have_keys_of_their_own(self, lab: Lab, tracker: Tracker) -> None:
        issues = [written(tracker.create(lab.draft(tracker, number))) for number in range(1, 4)]
        assert len({issue.key for issue in issues}) == len(issues)

    def test_many_drafts_are_answered_in_order(self, lab: Lab, tracker: Tracker) -> None:
        count = tracker.capabilities.creates_at_once + 3
        drafts = [lab.draft(tracker, number) for number in range(1, count + 1)]
        issues = [written(answer) for answer in tracker.create_all(drafts)]
        assert [issue.title for issue in issues] == [draft.title for draft in drafts]
        assert [issue.marker for issue in issues] == [draft.marker for draft in drafts]
        assert not list(tracker.create_all([]))

    def test_a_draft_that_is_refused_among_others_is_refused_alone(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        titles = {1: "First", 2: "", 3: "Third"}
        drafts = [lab.draft(tracker, number, title=title) for number, title in titles.items()]
        answers = list(tracker.create_all(drafts))
        assert len(answers) == len(drafts)
        for draft, answer in zip(drafts, answers, strict=True):
            assert isinstance(answer, Written if draft.title else Refused | Written), answer
            if isinstance(answer, Written):
                assert answer.issue.marker == draft.marker
        filed = [answer.issue for answer in answers if isinstance(answer, Written)]
        assert found(tracker) == filed

    def test_the_same_item_filed_twice_is_one_issue_or_two_that_show(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        first = written(tracker.create(lab.draft(tracker)))
        second = written(lab.open().create(lab.draft(tracker)))
        keys = [first.key] if tracker.capabilities.atomic_create else [first.key, second.key]
        assert [issue.key for issue in found(tracker)] == keys
        assert second.marker == first.marker

    def test_an_issue_that_is_there_already_is_answered_as_it_is(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        _needs_atomic(tracker)
        filed = written(tracker.create(lab.draft(tracker)))
        lab.person.change(filed.key, Update(None, status=Status.DONE))
        answer = tracker.create(lab.draft(tracker, title="Another title"))
        assert written(answer) == the(tracker, filed.key)
        assert written(answer).title == filed.title
        assert written(answer).status is Status.DONE

    def test_two_runs_at_once_file_an_item_once(self, lab: Lab, tracker: Tracker) -> None:
        _needs_atomic(tracker)
        draft = lab.draft(tracker)
        together = Barrier(_AT_ONCE)

        def file(_: int) -> str:
            mine = lab.open()
            together.wait()
            try:
                return written(mine.create(draft)).key
            finally:
                mine.close()

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            keys = set(pool.map(file, range(_AT_ONCE)))
        assert len(keys) == 1
        assert [issue.key for issue in found(tracker)] == list(keys)

    def test_a_draft_with_a_long_title_is_filed_whole(self, lab: Lab, tracker: Tracker) -> None:
        limit = tracker.capabilities.title_limit
        for number, character in enumerate("xü日🦊", 1):
            draft = lab.draft(tracker, number, title=character * limit)
            assert written(tracker.create(draft)).title == draft.title

    def test_a_draft_that_is_refused_leaves_nothing(self, lab: Lab, tracker: Tracker) -> None:
        answer = tracker.create(lab.draft(tracker, title=""))
        assert isinstance(answer, Refused | Written)
        if isinstance(answer, Refused):
            assert answer.reason
            assert found(tracker) == []

    def test_a_deleted_issue_makes_room_for_another(self, lab: Lab, tracker: Tracker) -> None:
        first = written(tracker.create(lab.draft(tracker)))
        lab.person.delete(first.key)
        tracker.refresh()
        second = written(tracker.create(lab.draft(tracker)))
        assert second.key != first.key, "a key that stood in a document is never given out again"
        assert second.marker == marker()


def _needs_atomic(tracker: Tracker) -> None:
    if not tracker.capabilities.atomic_create:
        pytest.skip("it can't look up a marker and file an issue in one stroke")
