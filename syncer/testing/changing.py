"""The part of the conformance suite that is about changing issues: what is named changes, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from syncer.model import Removal, Status
from syncer.testing.lab import found, marker, needs, the, words, written
from syncer.trackers.base import Moved, Refused, Update, Written

if TYPE_CHECKING:
    from syncer.model import Field
    from syncer.testing.lab import Lab
    from syncer.trackers.base import Issue, Tracker

_PROPERTY: dict[Field, str] = {
    "action": "title",
    "owner": "owner",
    "due": "due",
    "status": "status",
    "priority": "priority",
}


class Changing:
    """Updates and comments."""

    @pytest.mark.parametrize("field", list(_PROPERTY))
    def test_only_the_named_field_changes(self, lab: Lab, tracker: Tracker, field: Field) -> None:
        needs(tracker, field)
        key = written(tracker.create(lab.draft(tracker))).key
        lab.person.label(key, "urgent")
        before = the(tracker, key)
        labels = lab.person.labels(before.key)
        values: dict[Field, Any] = {
            "action": "Renamed",
            "owner": lab.owners[1],
            "due": "2026-01-31",
            "status": Status.DONE,
            "priority": lab.priorities[1],
        }
        change: dict[str, Any] = {_PROPERTY[field]: values[field]}
        after = written(tracker.update(before.key, Update(marker(counter=2), **change)))
        assert getattr(after, _PROPERTY[field]) == values[field]
        assert _without(after, field) == _without(replace(before, marker=marker(counter=2)), field)
        assert lab.person.labels(before.key) == labels
        assert the(lab.open(), before.key) == after

    @pytest.mark.parametrize("field", ["owner", "due"])
    def test_an_empty_string_clears(self, lab: Lab, tracker: Tracker, field: Field) -> None:
        needs(tracker, field)
        before = written(tracker.create(lab.draft(tracker)))
        change: dict[str, Any] = {field: ""}
        after = written(tracker.update(before.key, Update(marker(counter=2), **change)))
        assert getattr(after, field) == ""
        assert _without(after, field) == _without(replace(before, marker=marker(counter=2)), field)

    def test_what_was_done_about_a_row_that_is_gone_is_kept(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        """Else the issue would be told in every run."""
        key = written(tracker.create(lab.draft(tracker))).key
        told = replace(marker(), state=replace(marker().state, removed=Removal.TOLD))
        assert written(tracker.update(key, Update(told))).marker == told
        assert the(lab.open(), key).marker == told
        assert [issue.marker for issue in found(lab.open())] == [told]

    def test_a_person_s_assignee_is_not_wiped(self, lab: Lab, tracker: Tracker) -> None:
        needs(tracker, "owner")
        key = written(tracker.create(lab.draft(tracker, owner=""))).key
        lab.person.change(key, Update(None, owner=lab.owners[1]))
        written(tracker.update(key, Update(marker(counter=2), title="Renamed")))
        written(tracker.update(key, Update(marker(counter=3), status=Status.DONE)))
        assert the(tracker, key).owner == lab.owners[1]

    def test_an_owner_who_can_t_be_assigned_clears_nobody(self, lab: Lab, tracker: Tracker) -> None:
        needs(tracker, "owner")
        if tracker.capabilities.free_owner:
            pytest.skip("any words are an owner there")
        key = written(tracker.create(lab.draft(tracker))).key
        answer = tracker.update(key, Update(marker(counter=2), owner="nobody-of-that-name"))
        assert isinstance(answer, Refused | Written)
        assert the(tracker, key).owner == lab.owners[0]
        if isinstance(answer, Written):
            assert answer.issue == the(tracker, key)

    def test_the_marker_alone_can_be_written(self, lab: Lab, tracker: Tracker) -> None:
        before = written(tracker.create(lab.draft(tracker)))
        moved = marker(counter=2, document="postmortems/renamed.md")
        after = written(tracker.update(before.key, Update(moved)))
        assert after == replace(before, marker=moved)
        assert found(lab.open()) == [after]

    def test_counters_go_up_with_every_write(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        for counter in range(2, 6):
            update = Update(marker(counter=counter), title=f"Version {counter}")
            issue = written(tracker.update(key, update))
            assert (issue.title, issue.marker) == (f"Version {counter}", marker(counter=counter))
        assert [issue.marker for issue in found(tracker)] == [marker(counter=5)]

    def test_without_a_marker_the_old_one_stays(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        assert written(tracker.update(key, Update(None, title="Renamed"))).marker == marker()

    def test_every_status_leads_to_every_other(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        for before, after in permutations(Status, 2):
            for status in (before, after):
                issue = written(tracker.update(key, Update(marker(counter=2), status=status)))
                assert issue.status in issue.statuses
                assert status in issue.statuses, f"{before} to {after}"
                if status in tracker.capabilities.statuses:
                    assert issue.status is status, f"{before} to {after}"
        assert the(tracker, key) == issue
        assert not issue.touched

    @pytest.mark.parametrize("status", [Status.DONE, Status.WONT_DO])
    def test_what_is_finished_can_be_finished_again(
        self, lab: Lab, tracker: Tracker, status: Status
    ) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        once = written(tracker.update(key, Update(marker(counter=2), status=status)))
        twice = written(tracker.update(key, Update(marker(counter=2), status=status)))
        assert once == twice == the(tracker, key)
        assert status in once.statuses

    def test_syncer_s_own_writes_are_no_touch(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        written(tracker.update(key, Update(marker(counter=2), title="Renamed")))
        written(tracker.update(key, Update(marker(counter=3), status=Status.DONE)))
        assert not the(tracker, key).touched

    def test_the_text_is_replaced_and_the_marker_stays_readable(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        _needs_text(tracker)
        before = written(tracker.create(lab.draft(tracker)))
        text = "# New\n\n- **Owner:** carol\n\n<!-- hidden -->\n"
        after = written(tracker.update(before.key, Update(marker(counter=2), body=text)))
        assert words(after.body) == words(text)
        assert after == replace(before, body=after.body, marker=marker(counter=2))
        cleared = written(tracker.update(before.key, Update(marker(counter=3), body="")))
        assert cleared.body.strip() == ""
        assert [issue.marker for issue in found(tracker)] == [marker(counter=3)]

    def test_what_a_person_wrote_into_the_text_stays(self, lab: Lab, tracker: Tracker) -> None:
        _needs_text(tracker)
        key = written(tracker.create(lab.draft(tracker))).key
        body = the(tracker, key).body
        lab.person.change(key, Update(None, body=f"By hand, above.\n\n{body}\n\nAnd below.\n"))
        seen = the(tracker, key)
        assert seen.marker == marker()
        after = written(tracker.update(key, Update(marker(counter=2), status=Status.DONE)))
        assert after.body == seen.body
        assert words(after.body) == "By hand, above. What happened. And below."

    def test_a_text_that_a_person_changed_meanwhile_is_left_alone(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        _needs_text(tracker)
        seen = written(tracker.create(lab.draft(tracker)))
        lab.person.change(seen.key, Update(None, body="By hand."))
        late = Update(marker(counter=2), title="Renamed", body="Ours.", body_was=seen.body)
        after = written(tracker.update(seen.key, late))
        assert words(after.body) == "By hand."
        assert (after.title, after.marker) == ("Renamed", marker(counter=2))
        again = Update(marker(counter=3), body="Ours.", body_was=the(tracker, seen.key).body)
        assert words(written(tracker.update(seen.key, again)).body) == "Ours."

    def test_an_issue_that_a_person_filed_gets_nothing_but_what_is_named(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        key = lab.person.file("By hand", body="As I wrote it.\n", labels=("urgent",))
        before, labels = the(tracker, key), lab.person.labels(key)
        after = written(tracker.update(key, Update(None, status=Status.DONE)))
        assert _without(after, "status") == _without(before, "status")
        assert after.marker is None
        assert lab.person.labels(key) == labels
        assert found(tracker) == []

    def test_what_isn_t_there_can_t_be_written(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        lab.person.delete(key)
        for missing in (key, "999999999", "", "nonsense"):
            assert isinstance(tracker.update(missing, Update(marker(), title="x")), Refused)
            assert isinstance(tracker.comment(missing, "x"), Refused)
        assert found(tracker) == []

    def test_what_has_left_the_tracker_can_t_be_written(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        address = lab.person.move_away(key)
        tracker.refresh()
        assert isinstance(tracker.update(key, Update(marker(counter=2), title="x")), Refused)
        assert isinstance(tracker.comment(key, "x"), Refused)
        tracker.refresh()
        assert tracker.read([key])[key] == Moved(address)

    def test_a_comment_is_added_and_nothing_else_changes(self, lab: Lab, tracker: Tracker) -> None:
        before = written(tracker.create(lab.draft(tracker)))
        assert written(tracker.comment(before.key, "A duplicate of another one.")) == before
        written(tracker.comment(before.key, "Second."))
        comments = [words(text) for text in lab.person.comments(before.key)]
        assert comments == ["A duplicate of another one.", "Second."]
        assert the(tracker, before.key) == before, "and it is no person's touch"


def _needs_text(tracker: Tracker) -> None:
    if not tracker.capabilities.updates_text:
        pytest.skip("its texts are written once, at creation")


def _without(issue: Issue, field: Field) -> Issue:
    """An issue with a field (and what only comes of it) blanked, for comparing the rest."""
    if field == "status":
        return replace(issue, status=Status.NOT_STARTED, statuses=frozenset())
    if field == "owner":
        return replace(issue, owner="", owners=(), owner_name="", owner_also=())
    blank: dict[str, Any] = {_PROPERTY[field]: ""}
    return replace(issue, **blank)
