"""A tracker whose reads lag behind, and who owners are: asked before something is done, and only then."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from syncer.core.plan import Kind
from syncer.core.reconciling.documentplan import Rules
from syncer.core.reconciling.fields import Policies
from syncer.core.tracking import ABSENT, Issue, Moved
from syncer.errors import ExitCode, TrackerError
from syncer.model import Status
from syncer.running import exit_code
from syncer.sync import survey
from tests.support.making import accounts_only
from tests.support.memory import MemoryStore, MemoryTracker, job
from tests.unit.test_sync import kinds, post_mortem, sync

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from syncer.core.tracking import Answer, Missing, Update
    from syncer.sync import Job

DONE = frozenset({Status.DONE})
ERIN = "erin@acme.example"


@dataclass
class Lagging(MemoryTracker):
    """Reads from what it saw last, except for what it hasn't seen; ``confirm`` reads past that."""

    memory: dict[str, Issue] = field(default_factory=dict)
    confirmed: list[str] = field(default_factory=list)
    unconfirmed: bool = False
    gone: dict[str, Issue | Missing] = field(default_factory=dict)
    known: dict[str, str | None] = field(default_factory=dict)
    asked: list[set[str]] = field(default_factory=list)
    unknown: bool = False
    updates: list[tuple[str, Update]] = field(default_factory=list)

    def remember(self) -> None:
        """From now on reads show what is there now."""
        self.memory = dict(self.issues)
        self.confirmed.clear()
        self.asked.clear()

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        return {
            **super().read(keys),
            **{key: self.memory[key] for key in keys & self.memory.keys()},
        }

    def marked(self) -> Iterable[Issue]:
        super().marked()
        shown = {**self.issues, **self.memory}
        return [issue for issue in shown.values() if issue.marker is not None]

    def confirm(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        self.confirmed += sorted(keys)
        if self.unconfirmed:
            raise TrackerError("shop does not answer")
        return {key: self.gone.get(key, self.issues.get(key, ABSENT)) for key in keys}

    def find_accounts(self, owners: Collection[str]) -> Mapping[str, str | None]:
        self.asked.append(set(owners))
        if self.unknown:
            raise TrackerError("shop does not answer")
        return {owner: self.known[owner] for owner in self.known.keys() & set(owners)}

    def update(self, key: str, update: Update) -> Answer:
        self.updates.append((key, update))
        return super().update(key, update)

    def edit(self, key: str, **values: object) -> None:
        """A person changes an issue."""
        self.issues[key] = replace(self.issues[key], **values)  # type: ignore[arg-type]  # fields of Issue


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore({"a.md": post_mortem(1, "Alert | @a | 2025-12-01 | Not Started")})


@pytest.fixture
def tracker() -> Lagging:
    return Lagging("shop", accounts_only().capabilities)


@pytest.fixture
def work(store: MemoryStore, tracker: Lagging) -> Job:
    """A row and its issue, in step, as the tracker remembers them."""
    made = job(store, tracker)
    sync(made)
    tracker.remember()
    return made


def rewrite(store: MemoryStore, old: str, new: str) -> None:
    assert old in store.texts["a.md"]
    store.texts["a.md"] = store.texts["a.md"].replace(old, new)


class TestIssues:
    def test_where_nothing_is_to_be_done_nothing_more_is_asked(
        self, work: Job, tracker: Lagging
    ) -> None:
        assert sync(work).plan.changes == ()
        assert (tracker.confirmed, tracker.asked) == ([], [])

    def test_an_old_value_is_never_written_into_the_document(
        self, work: Job, store: MemoryStore, tracker: Lagging
    ) -> None:
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        assert kinds(sync(work)) == [Kind.UPDATE]
        written = store.texts["a.md"]
        tracker.confirmed.clear()
        # The tracker still shows the issue as it was before that.
        report = sync(work)
        assert report.plan.changes == ()
        assert store.texts["a.md"] == written
        assert tracker.confirmed == ["1"]

    def test_nor_over_an_edit_that_only_a_closer_look_shows(
        self, work: Job, store: MemoryStore, tracker: Lagging
    ) -> None:
        tracker.edit("1", due="2026-02-02")
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        report = sync(work)
        (conflict,) = report.plan.conflicts
        assert (conflict.tracker_value, conflict.winner) == ("2026-02-02", "document")

    def test_a_conflict_is_reported_with_what_the_issue_has(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        made = job(store, tracker, rules=Rules(policies=Policies(due="report")))
        sync(made)
        tracker.edit("1", due="2026-03-03")
        tracker.remember()
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        tracker.edit("1", due="2026-01-01")
        assert sync(made).plan.conflicts == ()

    def test_what_cannot_be_confirmed_is_left_alone(
        self, work: Job, store: MemoryStore, tracker: Lagging
    ) -> None:
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        before = store.texts["a.md"]
        tracker.unconfirmed = True
        report = sync(work)
        assert report.plan.changes == ()
        assert (store.texts["a.md"], tracker.updates) == (before, [])
        assert exit_code(report) is ExitCode.TRACKER

    def test_neither_is_it_in_a_document_that_files_something(
        self, work: Job, store: MemoryStore, tracker: Lagging
    ) -> None:
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        rewrite(store, "| Alert |", "| New | @b | | | |\n| Alert |")
        tracker.unconfirmed = True
        assert exit_code(sync(work)) is ExitCode.TRACKER
        assert (len(tracker.issues), tracker.updates) == (1, [])

    def test_one_that_has_moved_is_followed(
        self, work: Job, store: MemoryStore, tracker: Lagging
    ) -> None:
        tracker.issues["9"] = replace(
            tracker.issues["1"], key="9", status=Status.DONE, statuses=DONE
        )
        tracker.gone["1"] = tracker.issues["9"]  # under the key that was asked for
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        report = sync(work)
        assert report.plan.problems == ()
        assert "| 2026-01-01 | Done | [#9] |" in store.texts["a.md"]
        assert "[#1]" not in store.texts["a.md"]
        assert [key for key, _ in tracker.updates] == ["9"]
        assert sync(work).plan.changes == ()

    def test_one_that_has_moved_once_more_than_the_list_shows_is_followed_all_the_way(
        self, work: Job, store: MemoryStore, tracker: Lagging
    ) -> None:
        tracker.memory["1"] = tracker.memory["5"] = replace(tracker.issues["1"], key="5")
        tracker.issues["9"] = replace(tracker.issues["1"], key="9")
        tracker.gone |= dict.fromkeys(("1", "5"), tracker.issues["9"])
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        assert sync(work).plan.problems == ()
        assert "| 2026-01-01 | Not Started | [#9] |" in store.texts["a.md"]
        assert store.texts["a.md"].count("]: https") == 1

    @pytest.mark.parametrize("ours", [True, False])
    def test_one_that_has_moved_is_followed_by_a_document_that_files_something(
        self, work: Job, store: MemoryStore, tracker: Lagging, *, ours: bool
    ) -> None:
        if not ours:
            tracker.issues["1"] = tracker.memory["1"] = replace(tracker.issues["1"], marker=None)
        tracker.issues["9"] = replace(tracker.issues["1"], key="9")
        tracker.gone["1"] = tracker.issues["9"]
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        rewrite(store, "| Alert |", "| New | @b | | | |\n| Alert |")
        report = sync(work)
        assert report.plan.problems == ()
        assert "| 2026-01-01 | Not Started | [#9] |" in store.texts["a.md"]

    def test_one_that_has_moved_is_one_issue_for_all_documents_that_name_it(
        self, work: Job, store: MemoryStore, tracker: Lagging
    ) -> None:
        """Of a person's issue that two documents name, one row is synced, whatever the other one calls it."""
        tracker.issues["1"] = tracker.memory["1"] = replace(tracker.issues["1"], marker=None)
        tracker.issues["9"] = replace(tracker.issues["1"], key="9", due="2026-03-03")
        tracker.gone["1"] = tracker.issues["9"]
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        store.texts["b.md"] = post_mortem(2, "Other | @b | | ").replace(
            "| Status |\n|---|---|---|---|\n| Other | @b | |  |",
            "| Status | Issue |\n|---|---|---|---|---|\n| Other | @b | | | #1 |",
        )
        before = store.texts["b.md"]
        report = sync(work)
        assert "| 2026-01-01 | Not Started | [#9] |" in store.texts["a.md"]
        assert store.texts["b.md"] == before
        assert any("belongs to a row of a.md" in p.message for p in report.plan.problems)

    def test_one_that_has_left_its_tracker_is_followed(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        pay = Lagging("pay", accounts_only().capabilities)
        made = job(store, tracker, pay)
        sync(made)
        tracker.remember()
        pay.issues["7"] = replace(tracker.issues["1"], key="7")
        pay.memory["7"] = replace(pay.issues["7"], due="1999-01-01")
        tracker.gone["1"] = Moved("https://pay.example/issues/7")
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        assert sync(made).plan.conflicts == ()
        assert pay.issues["7"].due == "2026-01-01"
        assert "[#7]: https://pay.example/issues/7" in store.texts["a.md"]

    def test_one_that_is_deleted_is_reported(
        self, work: Job, store: MemoryStore, tracker: Lagging
    ) -> None:
        del tracker.issues["1"]
        rewrite(store, "| 2025-12-01 |", "| 2026-01-01 |")
        report = sync(work)
        assert report.plan.changes == ()
        assert "was deleted" in report.plan.problems[0].message

    def test_one_that_is_to_be_adopted_is_looked_at_first(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        before = store.texts["a.md"]
        made = job(store, tracker)
        sync(made)
        store.texts["a.md"] = before
        tracker.remember()
        del tracker.issues["1"]
        tracker.issues["0"] = tracker.memory["1"]  # so that the next one isn't called 1 again
        tracker.issues["0"] = replace(tracker.issues["0"], key="0", marker=None)
        assert kinds(sync(made)) == [Kind.CREATE]

    def test_one_that_is_open_again_is_found_for_a_row_with_other_words(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        """The list shows it as finished; taken for that, the row would get another issue."""
        store.texts["a.md"] = before = post_mortem(1, "Alert on the depth of queues | @a | |")
        made = job(store, tracker)
        sync(made)
        store.texts["a.md"] = before.replace("queues", "queues!")
        tracker.remember()
        tracker.memory["1"] = replace(tracker.memory["1"], status=Status.DONE, statuses=DONE)
        assert kinds(sync(made)) == [Kind.ADOPT]

    def test_a_duplicate_that_is_closed_already_is_left_alone_and_another_one_knows_its_original(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        made = job(store, tracker)
        sync(made)
        first = tracker.issues["1"]
        tracker.issues |= {key: replace(first, key=key) for key in ("2", "3")}
        tracker.remember()
        tracker.edit("2", status=Status.DONE, statuses=DONE)
        report = sync(made)
        assert kinds(report) == [Kind.HEAL]
        ((key, update),) = tracker.updates
        assert (key, update.duplicate_of, update.status) == ("3", "1", Status.WONT_DO)
        tracker.remember()
        assert sync(made).plan.changes == ()
        assert tracker.confirmed == []

    def test_a_list_from_before_it_was_closed_does_no_harm(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        """It has an item id of its own by now, so that it isn't the row's issue any more."""
        made = job(store, tracker)
        sync(made)
        tracker.issues["2"] = replace(tracker.issues["1"], key="2")
        tracker.remember()
        assert kinds(sync(made)) == [Kind.HEAL]
        for _ in range(2):
            assert sync(made).plan.changes == ()
        assert len(tracker.updates) == 1


class TestOwners:
    def test_an_address_is_looked_up_once_and_assigned(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        store.texts["a.md"] = post_mortem(1, f"Alert | {ERIN} | |", f"Test | {ERIN} | |")
        tracker.known = {ERIN: "erin"}
        made = job(store, tracker)
        report = sync(made)
        assert [issue.owner for issue in tracker.issues.values()] == ["erin", "erin"]
        assert tracker.asked == [{ERIN}]
        assert report.plan.problems == ()
        tracker.remember()
        assert sync(made).plan.changes == ()
        assert (tracker.asked, tracker.confirmed) == ([], [])

    def test_a_preview_shows_who_is_assigned_and_asks_the_same(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        store.texts["a.md"] = post_mortem(1, f"Alert | {ERIN} | |", "Test | @dave | |")
        tracker.known = {ERIN: "erin", "@dave": None}
        made = job(store, tracker)
        planned = survey(made).plan
        done = sync(made).plan
        assert planned.changes[0].fields["owner"].new == ERIN
        assert "owner" not in planned.changes[1].fields
        assert [c.fields for c in planned.changes] == [c.fields for c in done.changes]
        assert planned.problems == done.problems

    def test_all_are_asked_about_together_and_nobody_twice(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        """Also those that the tracker has nothing to say about."""
        for number in (2, 3):
            store.texts[f"{number}.md"] = post_mortem(number, f"Test {number} | Team {number} | |")
        sync(job(store, tracker))
        assert tracker.asked == [{"@a", "Team 2", "Team 3"}]

    def test_nothing_is_filed_while_they_cannot_be_told(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        tracker.unknown = True
        report = sync(job(store, tracker))
        assert tracker.issues == {}
        assert exit_code(report) is ExitCode.TRACKER

    def test_a_reassignment_is_followed_and_asked_about(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        store.texts["a.md"] = post_mortem(1, f"Alert | {ERIN} | |")
        tracker.known = {ERIN: "erin"}
        made = job(store, tracker)
        sync(made)
        tracker.edit("1", owner="bob")
        tracker.remember()
        sync(made)
        assert "| Alert | @bob |" in store.texts["a.md"]
        assert sync(made).plan.changes == ()

    @pytest.mark.parametrize("name", ["Bob B.", "O'Neil | x", "José *", "Doe, Jane", "`x` <b>"])
    def test_a_name_that_the_tracker_shows_reads_back_as_agreeing(
        self, work: Job, tracker: Lagging, name: str
    ) -> None:
        tracker.edit("1", owner="5b10", owner_name=name)
        tracker.remember()
        assert kinds(sync(work)) == [Kind.WRITE_BACK]
        tracker.remember()
        assert sync(work).plan.changes == ()
        assert (tracker.asked, tracker.confirmed) == ([], [])

    def test_a_started_issue_is_in_the_plan_as_it_is_in_the_document(
        self, store: MemoryStore, tracker: Lagging
    ) -> None:
        tracker.capabilities = replace(tracker.capabilities, starts_when_assigned=True)
        made = job(store, tracker)
        planned = survey(made).plan.changes
        done = sync(made).plan.changes
        assert [c.fields for c in planned] == [c.fields for c in done]
        change = planned[0].fields["status"]
        assert (change.old, change.new, change.side) == ("Not Started", "In Progress", "document")
        assert "| In Progress | [#1] |" in store.texts["a.md"]
        assert sync(made).plan.changes == ()
