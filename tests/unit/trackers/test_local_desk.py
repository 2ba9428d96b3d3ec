"""What a person does with the issues of the embedded tracker."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from syncer.errors import ConfigurationError, ExitCode
from syncer.model import Status
from syncer.trackers.base import Issue, Update
from syncer.trackers.local_desk import Filter
from tests.support.local_issues import draft, fill, local_tracker, marker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncer.trackers.local import LocalTracker


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "issues.db"


@pytest.fixture
def tracker(path: Path) -> Iterator[LocalTracker]:
    with closing(local_tracker(path)) as tracker:
        yield tracker


@pytest.fixture
def five(tracker: LocalTracker) -> LocalTracker:
    """Five issues, one of each status, that differ in everything a list can be filtered by."""
    owners = ["@alice", "Alice", "@bob", "", "Platform Team"]
    dues = ["2025-12-01", "2025-11-01", "", "2025-11-01", "2025-11-30"]
    paths = ["postmortems/1.md", "postmortems/pay/2.md", "postmortems/pay/[3].md", "4.md", "4.md"]
    for number, status in enumerate(Status, start=1):
        tracker.create(
            draft(
                number,
                status=status,
                owner=owners[number - 1],
                due=dues[number - 1],
                marker=marker(number, document=paths[number - 1]),
            )
        )
    return tracker


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (Filter(), "12345"),
        (Filter(finished=False), "123"),
        (Filter(finished=True), "45"),
        (Filter(status=Status.BLOCKED), "3"),
        (Filter(owner="alice"), "12"),
        (Filter(owner="@ALICE"), "12"),
        (Filter(owner=""), "4"),
        (Filter(owner="Platform Team"), "5"),
        (Filter(owner="ali"), ""),
        (Filter(overdue_on=date(2025, 12, 1)), "2"),
        (Filter(overdue_on=date(2025, 12, 2)), "12"),
        (Filter(document="4.md"), "45"),
        (Filter(document="./postmortems/1.md"), "1"),
        (Filter(document="postmortems/pay/*"), "23"),
        (Filter(document="postmortems/pay/[3].md"), "3"),
        (Filter(document="postmortems"), ""),
        (Filter(finished=False, owner="@alice", document="postmortems/1.md"), "1"),
    ],
)
def test_a_filter_admits_what_meets_all_its_conditions(
    five: LocalTracker, wanted: Filter, keys: str
) -> None:
    assert [entry.key for entry in five.desk.entries(wanted)] == list(keys)


def test_a_long_list_is_whole_and_in_order(tracker: LocalTracker) -> None:
    fill(tracker, 1_203)
    keys = [entry.key for entry in tracker.desk.entries(Filter())]
    assert keys == [str(number) for number in range(1, 1_204)]


def test_a_person_s_change_is_theirs_in_the_history_and_marks_the_issue_as_touched(
    five: LocalTracker,
) -> None:
    five.desk.set_status(["1"], Status.WONT_DO)
    five.desk.assign(["1"], " Bob  B. ")
    five.desk.set_due(["1"], "")
    detail = five.desk.show("1")
    assert [(c.who, c.field, c.old, c.new) for c in detail.history] == [
        ("person", "status", "Not Started", "Won't Do"),
        ("person", "owner", "@alice", "Bob B."),
        ("person", "due", "2025-12-01", ""),
    ]
    issue = five.read(["1"])["1"]
    assert isinstance(issue, Issue)
    assert issue.touched
    five.update("1", Update(None, owner="@carol"))
    issue = five.read(["1"])["1"]
    assert isinstance(issue, Issue)
    assert issue.touched


def test_a_change_tells_what_was_and_what_is(five: LocalTracker) -> None:
    (outcome,) = five.desk.set_due(["1"], "2026-01-31")
    assert (outcome.before.due, outcome.after.due) == ("2025-12-01", "2026-01-31")


def test_what_is_so_already_is_no_change(five: LocalTracker) -> None:
    (outcome,) = five.desk.set_status(["1"], Status.NOT_STARTED)
    assert outcome.before == outcome.after
    assert five.desk.show("1").history == []
    issue = five.read(["1"])["1"]
    assert isinstance(issue, Issue)
    assert not issue.touched


def test_reopening_is_for_what_was_finished(five: LocalTracker) -> None:
    outcomes = five.desk.reopen(["1", "2", "3", "4", "5"])
    assert [outcome.after.status.value for outcome in outcomes] == [
        "Not Started",
        "In Progress",
        "Blocked",
        "In Progress",
        "In Progress",
    ]


def test_an_issue_that_is_named_twice_is_changed_once(five: LocalTracker) -> None:
    assert len(five.desk.set_status(["1", "1"], Status.DONE)) == 1


@pytest.mark.parametrize("missing", ["6", "0", "x", "9" * 30])
def test_if_one_of_several_isn_t_there_none_is_changed(five: LocalTracker, missing: str) -> None:
    with pytest.raises(ConfigurationError, match=f"no issue #{missing}") as caught:
        five.desk.set_status(["1", missing], Status.DONE)
    assert caught.value.exit_code is ExitCode.USAGE
    assert "syncer issues --all" in caught.value.remedy
    assert five.desk.show("1").entry.status is Status.NOT_STARTED
    with pytest.raises(ConfigurationError):
        five.desk.show(missing)


def test_looking_for_an_issue_in_a_database_that_isn_t_there_creates_none(
    tracker: LocalTracker, path: Path
) -> None:
    with pytest.raises(ConfigurationError):
        tracker.desk.show("1")
    with pytest.raises(ConfigurationError):
        tracker.desk.set_status(["1"], Status.DONE)
    assert list(tracker.desk.entries(Filter())) == []
    assert not path.parent.exists()


@pytest.mark.parametrize("due", ["tomorrow", "2025-13-01", "20251201", "01.12.2025"])
def test_what_is_no_date_is_refused_with_an_example(five: LocalTracker, due: str) -> None:
    with pytest.raises(ConfigurationError, match="not a date") as caught:
        five.desk.set_due(["1", "2"], due)
    assert "2025-12-31" in caught.value.remedy
    assert five.desk.show("1").entry.due == "2025-12-01"


def test_an_owner_that_isn_t_unicode_is_refused(five: LocalTracker) -> None:
    with pytest.raises(ConfigurationError, match="not valid Unicode"):
        five.desk.assign(["1"], "\udcff")
