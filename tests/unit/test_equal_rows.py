"""Rows with equal words or one link, and issues of which only some sign tells whose they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncer.core.plan import Kind
from syncer.core.reconciling.documentplan import Rules
from syncer.core.reconciling.fields import Policies
from syncer.model import Status
from tests.support.memory import MemoryStore, MemoryTracker, job
from tests.unit.test_sync import post_mortem, sync

ALERT = "Alert | @alice | 2025-12-01 | Not Started"


@pytest.fixture
def tracker() -> MemoryTracker:
    return MemoryTracker("shop")


def rows(store: MemoryStore) -> list[str]:
    return [line for line in store.texts["a.md"].splitlines() if line.startswith("| Al")]


def copy_first_row(store: MemoryStore, **instead: str) -> None:
    row = rows(store)[0]
    copy = row
    for old, new in instead.items():
        copy = copy.replace(old, new)
    store.texts["a.md"] = store.texts["a.md"].replace(row, f"{row}\n{copy}")


def test_a_copy_does_not_take_over_an_issue_whose_new_title_came_back(
    tracker: MemoryTracker,
) -> None:
    """The copy still has the words that the issue was filed for; the row has those that were agreed last."""
    work = job(
        store := MemoryStore({"a.md": post_mortem(1, ALERT)}),
        tracker,
        rules=Rules(policies=Policies(action="tracker")),
    )
    sync(work)
    copy_first_row(store)
    tracker.issues["1"] = replace(tracker.issues["1"], title="Alarm")
    sync(work)
    assert "| Alarm | @alice" in store.texts["a.md"]
    assert sync(work).plan.changes == ()
    assert tracker.issues["1"].title == "Alarm"


def test_equal_copies_do_not_take_an_issue_over_from_each_other(tracker: MemoryTracker) -> None:
    store = MemoryStore({"a.md": post_mortem(1, ALERT)})
    sync(job(store, tracker))
    copy_first_row(store, alice="bob")
    sync(job(store, tracker))
    before = dict(tracker.issues)
    for _ in range(2):
        assert sync(job(store, tracker)).plan.changes == ()
    assert tracker.issues == before
    assert tracker.issues["1"].owner == "@alice"


def test_a_finished_row_adopts_no_issue_that_was_linked_before(tracker: MemoryTracker) -> None:
    """Its row may be in a document that can't be read just now."""
    store = MemoryStore({"a.md": post_mortem(1, ALERT)})
    sync(job(store, tracker))
    done = rows(store)[0].replace("Not Started", "Done").replace("[#1]", "")
    store.texts["a.md"] = store.texts["a.md"].replace(rows(store)[0], done)
    report = sync(job(store, tracker))
    assert [c.kind for c in report.plan.changes] == []
    assert tracker.issues["1"].status is Status.NOT_STARTED


def test_a_lost_issue_goes_to_the_row_that_is_most_like_it(tracker: MemoryTracker) -> None:
    """An equal row was put above before the link of the first one was delivered."""
    before = post_mortem(1, ALERT)
    sync(job(MemoryStore({"a.md": before}), tracker))
    store = MemoryStore({"a.md": post_mortem(1, ALERT.replace("alice", "bob"), ALERT)})
    report = sync(job(store, tracker))
    assert [(c.kind, c.issue) for c in report.plan.changes] == [
        (Kind.CREATE, "#2"),
        (Kind.ADOPT, "#1"),
    ]
    assert {key: issue.owner for key, issue in tracker.issues.items()} == {
        "1": "@alice",
        "2": "@bob",
    }


def test_a_finished_row_is_no_other_wording_of_one_whose_link_was_lost(
    tracker: MemoryTracker,
) -> None:
    sync(job(MemoryStore({"a.md": post_mortem(1, ALERT)}), tracker))
    store = MemoryStore({"a.md": post_mortem(1, "Alert! | @alice | 2025-12-01 | Done")})
    assert sync(job(store, tracker)).plan.changes == ()
    assert not tracker.issues["1"].status.finished


def test_a_link_is_written_as_the_tracker_spells_it(tracker: MemoryTracker) -> None:
    """A formatter has put the definition's label in small letters; the row must make sense without it."""
    tracker.name = "Shop"
    text = "See [#1].\n\n" + post_mortem(1, ALERT)
    store = MemoryStore({"a.md": text.replace("[#1]", "#1")})
    sync(job(store, tracker))
    moved = store.texts["a.md"].replace("[#1]:", "[shop#1]:").replace("| [#1] |", "|  |")
    store.texts["a.md"] = moved
    sync(job(store, tracker))
    assert rows(store)[0].endswith("| [Shop#1] |")


def test_a_definition_stays_where_another_link_goes_through_it(tracker: MemoryTracker) -> None:
    store = MemoryStore({"a.md": post_mortem(1, ALERT)})
    sync(job(store, tracker))
    store.texts["a.md"] = store.texts["a.md"].replace("## Action", "See [#1].\n\n## Action")
    issue = replace(tracker.issues["1"], key="7")
    tracker.issues = {"1": issue, "7": issue}
    sync(job(store, tracker))
    assert rows(store)[0].endswith("| [#7] |")
    assert "[#1]: https://shop.example/issues/1 " in store.texts["a.md"]
    assert "[#7]: https://shop.example/issues/7 " in store.texts["a.md"]
    assert sync(job(store, tracker)).plan.changes == ()


def test_a_row_does_not_take_an_issue_that_may_be_named_where_nothing_can_be_read(
    tracker: MemoryTracker,
) -> None:
    """The row of the issue was moved to a document that can't be read now, and another one says its words."""
    store = MemoryStore({"a.md": post_mortem(1, ALERT), "b.md": post_mortem(2)})
    work = job(store, tracker)
    sync(work)
    (row,) = rows(store)
    store.texts["a.md"] = post_mortem(1, "Alert | @bob | 2026-01-01 | Blocked")
    store.unreadable.add("b.md")
    report = sync(work)
    assert report.plan.changes == ()
    assert (tracker.issues["1"].owner, len(tracker.issues)) == ("@alice", 1)
    assert any("b.md could not be read, and may name it" in p.message for p in report.plan.problems)
    store.unreadable.clear()
    store.texts["b.md"] = post_mortem(2).replace("Status |\n|---", "Status | Issue |\n|---|---")
    store.texts["b.md"] += f"{row.replace('[#1]', '#1')}\n"
    assert next(change.kind for change in sync(work).plan.changes) is Kind.CREATE
