"""The part of the conformance suite that is about reading issues, by key and by marker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from syncer.core.state import format_marker
from syncer.model import Status
from syncer.testing.lab import found, marker, needs, the, written
from syncer.trackers.base import ABSENT, HIDDEN, LABEL, Issue, Moved, Update

if TYPE_CHECKING:
    from syncer.testing.lab import Lab
    from syncer.trackers.base import Tracker

MANY: Final = 205
"""More issues than fit on two of the pages that services hand out."""

NONSENSE: Final = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1.5",
        "00",
        "1 OR 1=1",
        "'; --",
        "../1",
        "1/../2",
        "a\x00b",
        "\uff11\uff12",
        "²",
    ),
    *("9" * 30, "x" * 5000, "PAY-", "-7", "PAY-0x7", "#1", "日本", "\u202e1", "%2e%2e", "1\n2"),
)


class Reading:
    """Reads: complete, in bulk, and honest about what isn't there."""

    def test_nothing_is_found_where_nothing_was_filed(self, tracker: Tracker) -> None:
        assert dict(tracker.read([])) == {}
        assert list(tracker.marked()) == []

    def test_every_key_that_was_asked_for_is_answered(self, lab: Lab, tracker: Tracker) -> None:
        lab.fill(lab.draft(tracker, number) for number in range(1, MANY + 1))
        filed = {issue.key: issue for issue in found(tracker)}
        keys = [*reversed(filed), *NONSENSE]
        answers = tracker.read(keys)
        assert set(answers) == set(keys)
        assert {key: answers[key] for key in filed} == filed

    def test_a_key_that_is_asked_for_twice_is_one(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        assert set(tracker.read([key, key])) == {key}

    def test_nonsense_is_absent(self, lab: Lab, tracker: Tracker) -> None:
        tracker.create(lab.draft(tracker))
        assert set(tracker.read(NONSENSE).values()) <= {ABSENT, HIDDEN}

    def test_a_deleted_issue_is_no_issue(self, lab: Lab, tracker: Tracker) -> None:
        kept = written(tracker.create(lab.draft(tracker, 1)))
        gone = written(tracker.create(lab.draft(tracker, 2)))
        lab.person.delete(gone.key)
        tracker.refresh()
        answers = tracker.read([gone.key, kept.key])
        assert answers[gone.key] in (ABSENT, HIDDEN)
        assert answers[kept.key] == kept
        assert [issue.key for issue in found(tracker)] == [kept.key]

    def test_of_an_issue_that_can_t_be_seen_nothing_is_assumed(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        lab.person.hide(key)
        tracker.refresh()
        assert tracker.read([key])[key] == HIDDEN

    def test_a_moved_issue_is_found_under_its_old_key(self, lab: Lab, tracker: Tracker) -> None:
        old = written(tracker.create(lab.draft(tracker))).key
        new = lab.person.move(old)
        tracker.refresh()
        issue = tracker.read([old])[old]
        assert isinstance(issue, Issue)
        assert issue.key == new != old
        assert tracker.resolve(tracker.names(new).url) == new
        assert the(tracker, new) == issue

    def test_an_issue_that_left_the_tracker_says_where_it_is(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        address = lab.person.move_away(key)
        tracker.refresh()
        assert tracker.read([key])[key] == Moved(address)
        assert tracker.resolve(address) is None

    def test_a_person_s_changes_are_seen(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        assert not the(tracker, key).touched
        lab.person.change(key, Update(None, title="Renamed", status=Status.DONE))
        issue = the(tracker, key)
        assert (issue.title, issue.status) == ("Renamed", Status.DONE)
        assert issue.touched
        assert issue.marker == marker()

    def test_an_assignment_is_seen(self, lab: Lab, tracker: Tracker) -> None:
        needs(tracker, "owner")
        key = written(tracker.create(lab.draft(tracker, owner=lab.owners[0]))).key
        lab.person.change(key, Update(None, owner=lab.owners[1]))
        assert the(tracker, key).owner == lab.owners[1]
        lab.person.change(key, Update(None, owner=""))
        assert the(tracker, key).owner == ""

    def test_a_comment_is_a_touch(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        lab.person.comment(key, "On it.")
        assert the(tracker, key).touched

    def test_every_marked_issue_is_listed_oldest_first(self, lab: Lab, tracker: Tracker) -> None:
        lab.fill(lab.draft(tracker, number) for number in range(1, MANY + 1))
        markers = [issue.marker for issue in found(tracker)]
        assert markers == [marker(number) for number in range(1, MANY + 1)]

    def test_finished_issues_are_listed_too(self, lab: Lab, tracker: Tracker) -> None:
        issue = written(tracker.create(lab.draft(tracker, status=Status.DONE)))
        assert found(tracker) == [issue]

    def test_a_person_s_issue_has_no_marker(self, lab: Lab, tracker: Tracker) -> None:
        keys = [
            lab.person.file("By hand"),
            lab.person.file("Labelled by hand", labels=(LABEL, "post-mortem")),
        ]
        assert found(tracker) == []
        assert [the(tracker, key).marker for key in keys] == [None, None]

    @pytest.mark.parametrize("form", ["<!-- {} -->", "{}", "```\n<!-- {} -->\n```"])
    def test_a_marker_that_an_outsider_forged_counts_for_nothing(
        self, lab: Lab, tracker: Tracker, form: str
    ) -> None:
        body = f"Please look.\n\n{form.format(format_marker(marker()))}\n"
        key = lab.person.file("Forged", body=body)
        assert found(tracker) == []
        assert the(tracker, key).marker is None

    def test_a_marker_without_the_label_counts_for_nothing(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        lab.person.unmark(key)
        assert found(tracker) == []
        assert the(tracker, key).marker is None

    def test_a_damaged_marker_counts_for_nothing(self, lab: Lab, tracker: Tracker) -> None:
        damaged = written(tracker.create(lab.draft(tracker, 1))).key
        whole = written(tracker.create(lab.draft(tracker, 2))).key
        lab.person.damage(damaged)
        assert [issue.key for issue in found(tracker)] == [whole]
        assert the(tracker, damaged).marker is None

    def test_one_handle_sees_what_another_wrote(self, lab: Lab, tracker: Tracker) -> None:
        other = lab.open()
        filed = written(other.create(lab.draft(tracker)))
        assert the(tracker, filed.key) == filed
        changed = written(tracker.update(filed.key, Update(marker(counter=2), title="Renamed")))
        assert the(other, filed.key) == changed

    def test_a_look_shows_the_handle_s_own_writes(self, lab: Lab, tracker: Tracker) -> None:
        tracker.refresh()
        assert list(tracker.marked()) == []
        filed = written(tracker.create(lab.draft(tracker)))
        assert list(tracker.marked()) == [filed]
        changed = written(tracker.update(filed.key, Update(marker(counter=2), title="Renamed")))
        assert tracker.read([filed.key]) == {filed.key: changed}

    def test_after_a_rest_it_goes_on(self, lab: Lab, tracker: Tracker) -> None:
        first = written(tracker.create(lab.draft(tracker, 1)))
        tracker.rest()
        tracker.rest()
        assert the(tracker, first.key) == first
        tracker.rest()
        second = written(tracker.create(lab.draft(tracker, 2)))
        tracker.rest()
        assert [issue.key for issue in found(tracker)] == [first.key, second.key]

    def test_closing_twice_is_harmless_and_closes_no_other_handle(
        self, lab: Lab, tracker: Tracker
    ) -> None:
        other = lab.open()
        filed = written(other.create(lab.draft(tracker)))
        other.close()
        other.close()
        assert the(tracker, filed.key) == filed
