"""One sync over several documents and trackers: what is asked, what is written, and what happens when things fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from syncer.core.limits import Limits
from syncer.core.plan import Kind
from syncer.core.reconciling.documentplan import Rules
from syncer.core.tracking import Refused, Unknown
from syncer.errors import ExitCode
from syncer.model import Level, Status
from syncer.running import Consent, PlanRefusedError, exit_code, run
from syncer.sync import apply, survey
from tests.support.making import NOW
from tests.support.memory import MemoryStore, MemoryTracker, job

if TYPE_CHECKING:
    from syncer.core.tracking import Answer
    from syncer.sync import Job, Report

ANYTHING = Consent(Limits())
LATER = NOW + timedelta(days=8)


def post_mortem(number: int, *rows: str) -> str:
    table = "| Action | Owner | Due Date | Status |\n|---|---|---|---|\n"
    return (
        f"# Outage {number}\n\n**Incident ID:** INC-2025-11-03-{number:03}\n\n## Action Items\n\n"
        + table
        + "".join(f"| {row} |\n" for row in rows)
    )


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(
        {
            "a.md": post_mortem(1, "Alert | @a | 2025-12-01 | Not Started"),
            "b.md": post_mortem(2, "Runbook | @b | | ", "Test | | | In Progress"),
        }
    )


@pytest.fixture
def tracker() -> MemoryTracker:
    return MemoryTracker("shop")


def sync(work: Job) -> Report:
    return run(work, ANYTHING)


def finished(tracker: MemoryTracker) -> list[str]:
    return [issue.key for issue in tracker.issues.values() if issue.status.finished]


def kinds(report: Report) -> list[Kind]:
    return [change.kind for change in report.plan.changes]


class TestARun:
    def test_every_row_gets_an_issue_and_the_next_run_has_nothing_to_do(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        work = job(store, tracker)
        assert kinds(sync(work)) == [Kind.CREATE] * 3
        before = dict(store.texts)
        tracker.calls.clear()
        report = sync(job(store, tracker, now=LATER))
        assert report.plan.changes == ()
        assert store.texts == before
        assert tracker.calls == ["read"]

    def test_the_plan_of_a_survey_is_what_is_applied(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        work = job(store, tracker)
        planned = survey(work).plan
        done = sync(work).plan
        assert [(c.kind, c.document, c.line, c.fields) for c in planned.changes] == [
            (c.kind, c.document, c.line, c.fields) for c in done.changes
        ]

    def test_a_survey_writes_nothing(self, store: MemoryStore, tracker: MemoryTracker) -> None:
        store.read_only = tracker.read_only = True
        assert len(survey(job(store, tracker)).plan.changes) == 3

    def test_what_happened_to_issues_comes_back(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        work = job(store, tracker)
        sync(work)
        done = frozenset({Status.DONE})
        tracker.issues["1"] = replace(tracker.issues["1"], status=Status.DONE, statuses=done)
        tracker.calls.clear()
        report = sync(work)
        assert kinds(report) == [Kind.WRITE_BACK]
        assert "| Alert | @a | 2025-12-01 | Done | [#1] |" in store.texts["a.md"]
        assert "update" not in tracker.calls

    def test_counts(self, store: MemoryStore, tracker: MemoryTracker) -> None:
        tally = survey(job(store, tracker)).plan.tally
        assert (tally.documents, tally.items) == (2, 3)

    def test_an_incident_id_that_two_documents_have_is_told(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        store.texts["c.md"] = post_mortem(1, "Other | | | ")
        (problem,) = survey(job(store, tracker)).plan.problems
        assert "is also the id of a.md" in problem.message

    def test_each_document_with_an_incident_id_that_another_one_has_is_told(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        store.texts |= {path: post_mortem(1, "Other | | | ") for path in ("c.md", "d.md")}
        for paths in (["a.md", "c.md", "d.md"], ["d.md", "c.md", "a.md"]):
            problems = survey(job(store, tracker), paths).plan.problems
            assert [p.document for p in problems] == ["c.md", "d.md"]
            assert all("is also the id of a.md" in p.message for p in problems)


class TestTrackers:
    def test_documents_go_where_they_are_routed(self, store: MemoryStore) -> None:
        shop, pay = MemoryTracker("shop"), MemoryTracker("pay")
        work = job(store, shop, pay, route=lambda path: "pay" if path == "b.md" else "shop")
        sync(work)
        assert len(shop.issues) == 1
        assert len(pay.issues) == 2
        assert sync(work).plan.changes == ()

    def test_a_tracker_that_fails_does_not_stop_the_other(self, store: MemoryStore) -> None:
        shop, pay = MemoryTracker("shop"), MemoryTracker("pay", broken=True)
        before = store.texts["b.md"]
        report = sync(job(store, shop, pay, route=lambda p: "pay" if p == "b.md" else "shop"))
        assert kinds(report) == [Kind.CREATE]
        assert store.texts["b.md"] == before
        assert exit_code(report) is ExitCode.TRACKER
        assert any("pay could not be read" in p.message for p in report.plan.problems)

    def test_a_tracker_that_cannot_be_read_changes_nothing(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        work = job(store, tracker)
        sync(work)
        before = dict(store.texts)
        tracker.broken = True
        report = sync(work)
        assert store.texts == before
        assert exit_code(report) is ExitCode.TRACKER

    def test_a_refused_item_does_not_stop_the_others(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        answers = iter([Refused("no such assignee", "Map the name."), None, None])
        tracker.answer = lambda _: next(answers)
        report = sync(job(store, tracker))
        assert kinds(report) == [Kind.CREATE] * 2
        (problem,) = report.plan.problems
        assert problem.level is Level.ERROR
        assert (problem.document, problem.line) == ("a.md", 9)
        assert "no such assignee" in problem.message
        assert exit_code(report) is ExitCode.PROBLEMS

    def test_a_create_whose_outcome_is_unknown_is_looked_up_and_not_repeated(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        answers = iter([Unknown("connection dropped"), None, None])
        tracker.answer = lambda _: next(answers)
        work = job(store, tracker)
        report = sync(work)
        assert exit_code(report) is ExitCode.TRACKER
        assert "[#" not in store.texts["a.md"]
        tracker.answer = lambda _: None
        assert kinds(sync(work)) == [Kind.ADOPT]
        assert "[#1]" in store.texts["a.md"]
        assert len(tracker.issues) == 3

    def test_a_silently_dropped_owner_is_told_once_and_never_cleared(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        tracker.drops = frozenset({"owner"})
        work = job(store, tracker)
        first = sync(work)
        assert sum("did not take '@" in p.message for p in first.plan.problems) == 2
        second = sync(work)
        assert second.plan.changes == ()
        assert second.plan.problems == ()
        assert "| Alert | @a |" in store.texts["a.md"]


class TestDocuments:
    def test_one_that_cannot_be_read_does_not_stop_the_others(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        store.unreadable.add("broken.md")
        report = sync(job(store, tracker))
        assert len(report.plan.changes) == 3
        (problem,) = report.plan.problems
        assert (problem.document, problem.line, problem.level) == ("broken.md", 3, Level.ERROR)

    def test_an_edit_during_the_run_is_kept_and_synced(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        """A person saves the document between our filing and our writing."""
        saved: list[str] = []

        def person(path: str) -> None:
            if path == "a.md" and not saved:
                saved.append(path)
                store.texts[path] = store.texts[path].replace("2025-12-01", "2025-12-24")

        store.before_replace = person
        report = sync(job(store, tracker))
        assert saved
        assert "| Alert | @a | 2025-12-24 | Not Started | [#1] |" in store.texts["a.md"]
        assert len(tracker.issues) == 3
        assert tracker.issues["1"].due == "2025-12-24"
        assert report.changed == ()

    def test_one_that_is_edited_all_the_time_is_left_for_the_next_run(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        def person(path: str) -> None:
            if path == "a.md":
                store.texts[path] += "\nAnother line.\n"

        store.before_replace = person
        report = sync(job(store, tracker))
        assert any("was edited while" in p.message for p in report.plan.problems)
        assert store.texts["a.md"].count("Another line.") == 3
        store.before_replace = lambda _: None
        assert kinds(sync(job(store, tracker))) == [Kind.ADOPT]
        assert len(tracker.issues) == 3

    def test_one_that_could_not_take_its_links_is_not_filed(self, tracker: MemoryTracker) -> None:
        text = post_mortem(1, "Alert | | | ") + "\n<!-- never closed\n"
        store = MemoryStore({"a.md": text})
        report = sync(job(store, tracker))
        assert tracker.issues == {}
        assert store.texts["a.md"] == text
        assert any("unclosed" in problem.message for problem in report.plan.problems)

    def test_a_renamed_one_keeps_its_issues(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        sync(job(store, tracker))
        store.texts["2025/a.md"] = store.texts.pop("a.md")
        assert kinds(sync(job(store, tracker))) == [Kind.HEAL]
        marker = tracker.issues["1"].marker
        assert marker is not None
        assert marker.document == "2025/a.md"
        assert sync(job(store, tracker)).plan.changes == ()

    def test_a_copied_one_takes_nothing_and_is_told(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        sync(job(store, tracker))
        store.texts["0-copy.md"] = store.texts["a.md"].replace("-001", "-009")
        before = dict(store.texts)
        report = sync(job(store, tracker))
        assert report.plan.changes == ()
        assert store.texts == before
        (problem,) = report.plan.problems
        assert problem.document == "0-copy.md"
        assert "belongs to a row of a.md" in problem.message

    def test_a_row_that_moves_to_another_one_takes_its_issue_along(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        sync(job(store, tracker))
        row = next(line for line in store.texts["a.md"].splitlines() if "[#1]" in line)
        definition = store.texts["a.md"].splitlines()[-1]
        store.texts["a.md"] = store.texts["a.md"].replace(row + "\n", "")
        store.texts["b.md"] = (
            store.texts["b.md"].replace("| Runbook", f"{row}\n| Runbook") + definition + "\n"
        )
        assert kinds(sync(job(store, tracker))) == [Kind.HEAL]
        assert sync(job(store, tracker)).plan.changes == ()
        assert len(tracker.issues) == 3

    def test_a_removed_row_leaves_its_issue_alone(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        sync(job(store, tracker))
        row = next(line for line in store.texts["a.md"].splitlines() if "[#1]" in line)
        store.texts["a.md"] = store.texts["a.md"].replace(row + "\n", "")
        report = sync(job(store, tracker))
        assert report.plan.changes == ()
        assert any("no row names" in problem.message for problem in report.plan.problems)

    def test_a_vanished_one_removes_nothing(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        sync(job(store, tracker))
        before = dict(tracker.issues)
        del store.texts["a.md"]
        assert sync(job(store, tracker)).plan.changes == ()
        assert tracker.issues == before

    def test_is_planned_once_though_another_one_turns_out_to_name_its_issue(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        sync(job(store, tracker))
        tracker.issues["1"] = replace(tracker.issues["1"], owner="@z")
        store.texts["z-copy.md"] = store.texts["a.md"].replace("-001", "-009")
        found = survey(job(store, tracker))
        assert [(c.kind, c.document) for c in found.plan.changes] == [(Kind.WRITE_BACK, "a.md")]
        assert found.plan.tally.items == 4

    def test_what_the_first_round_told_is_in_the_report_of_an_edited_run(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        """A conflict that the first round settles is not seen by the second; it must not be lost."""
        work = job(store, tracker)
        sync(work)
        tracker.issues["2"] = replace(tracker.issues["2"], owner="@z")
        store.texts["b.md"] = store.texts["b.md"].replace("| @b", "| @c")
        saved: list[str] = []

        def person(path: str) -> None:
            if not saved:
                saved.append(path)
                store.texts[path] = store.texts[path].replace("In Progress", "Blocked")

        store.before_replace = person
        report = sync(work)
        assert saved == ["b.md"]
        (conflict,) = report.plan.conflicts
        assert (conflict.document_value, conflict.tracker_value) == ("@c", "@z")
        assert (conflict.base, conflict.winner) == ("@b", "document")


class TestIssues:
    def test_one_that_moved_is_followed(self, store: MemoryStore, tracker: MemoryTracker) -> None:
        work = job(store, tracker)
        sync(work)
        tracker.issues["40"] = tracker.issues["1"] = replace(tracker.issues["1"], key="40")
        report = sync(work)
        assert kinds(report) == [Kind.HEAL]
        assert report.plan.changes[0].fields["issue"].new == "#40"
        assert "| Not Started | [#40] |" in store.texts["a.md"]
        assert '[#40]: https://shop.example/issues/40 "sync 1; status=' in store.texts["a.md"]
        assert "#1]" not in store.texts["a.md"]
        assert report.plan.problems == ()
        assert sync(work).plan.changes == ()

    def test_one_that_moved_and_was_edited_is_followed_with_the_edit(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        work = job(store, tracker)
        sync(work)
        moved = replace(tracker.issues["1"], key="40", owner="@z")
        tracker.issues["40"] = tracker.issues["1"] = moved
        (change,) = sync(work).plan.changes
        assert change.kind is Kind.HEAL
        assert change.fields.keys() == {"issue", "owner"}
        assert "| Alert | @z | 2025-12-01 | Not Started | [#40] |" in store.texts["a.md"]

    def test_one_whose_cell_was_emptied_is_linked_again_though_its_base_is_still_there(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        work = job(store, tracker)
        sync(work)
        synced = store.texts["a.md"]
        store.texts["a.md"] = synced.replace("| [#1] |", "| |")
        assert kinds(sync(work)) == [Kind.ADOPT]
        assert "| Not Started | [#1]" in store.texts["a.md"]

    def test_one_that_is_adopted_is_read_again_as_lists_may_lag(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        """The search still shows the issue as it was; the person's edit since then counts."""
        work = job(store, tracker)
        before = store.texts["a.md"]
        sync(work)
        stale = list(tracker.issues.values())
        tracker.issues["1"] = replace(tracker.issues["1"], owner="@z")
        store.texts["a.md"] = before
        tracker.marked = lambda: stale  # type: ignore[method-assign]  # a search that lags
        assert kinds(sync(work)) == [Kind.ADOPT]
        assert "| Alert | @z | 2025-12-01 | Not Started | [#1] |" in store.texts["a.md"]

    def test_an_item_id_is_not_given_twice_though_the_search_lags(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        work = job(store, tracker)
        sync(work)
        row = "| Alert | | | Not Started | |\n"
        store.texts["a.md"] = store.texts["a.md"].replace("\n\n[#1]", f"\n{row}\n[#1]")
        tracker.marked = list  # type: ignore[method-assign]  # a search that lags
        assert kinds(sync(work)) == [Kind.CREATE]
        items = {issue.marker.item for issue in tracker.issues.values() if issue.marker}
        assert len(items) == len(tracker.issues) == 4


class TestDuplicates:
    @pytest.fixture
    def twice(self, store: MemoryStore, tracker: MemoryTracker) -> MemoryTracker:
        """The first row was filed twice: the first answer was lost, and the search didn't show the issue yet."""
        work = job(store, tracker)
        sync(work)
        tracker.issues["9"] = replace(tracker.issues["1"], key="9")
        store.texts["b.md"] = post_mortem(2, "Runbook | @b | | ", "Another | | | In Progress")
        return tracker

    def test_it_is_found_though_nothing_is_filed_as_long_as_the_issues_are_fresh(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        """The run that filed it again could not see the first one; nobody else would ever look for it."""
        work = job(store, tracker)
        sync(work)
        tracker.issues["9"] = replace(tracker.issues["1"], key="9")
        assert kinds(sync(job(store, tracker, now=LATER))) == []
        assert kinds(sync(work)) == [Kind.HEAL]
        assert finished(tracker) == ["9"]

    def test_the_issue_that_no_row_names_is_closed_with_a_comment(
        self, store: MemoryStore, twice: MemoryTracker
    ) -> None:
        planned = survey(job(store, twice)).plan
        assert finished(twice) == []
        report = sync(job(store, twice))
        (healed,) = [c for c in report.plan.changes if c.kind is Kind.HEAL]
        assert healed in planned.changes
        assert (healed.issue, healed.fields["duplicate of"].new) == ("#9", "#1")
        assert finished(twice) == ["9"]
        assert twice.issues["9"].status is Status.WONT_DO
        assert "comment" in twice.calls
        assert sync(job(store, twice)).plan.changes == ()

    def test_it_is_never_taken_for_the_rows_issue_again(
        self, store: MemoryStore, twice: MemoryTracker
    ) -> None:
        sync(job(store, twice))
        store.texts["a.md"] = post_mortem(1, "Alert | @a | 2025-12-01 | Not Started")
        sync(job(store, twice))
        assert "[#1]" in store.texts["a.md"]

    def test_one_that_a_person_has_touched_is_only_reported(
        self, store: MemoryStore, twice: MemoryTracker
    ) -> None:
        twice.issues["9"] = replace(twice.issues["9"], touched=True)
        report = sync(job(store, twice))
        assert twice.issues["9"].status is Status.NOT_STARTED
        assert any(
            "#9 was filed for the same action item as #1" in p.message for p in report.plan.problems
        )

    def test_nothing_is_closed_while_its_document_cannot_be_read(
        self, store: MemoryStore, twice: MemoryTracker
    ) -> None:
        """The row may name either."""
        store.unreadable.add("a.md")
        sync(job(store, twice))
        assert twice.issues["9"].status is Status.NOT_STARTED

    def test_a_refusal_is_told(self, store: MemoryStore, twice: MemoryTracker) -> None:
        twice.answer = lambda what: Refused("locked") if what == "update" else None
        report = sync(job(store, twice))
        assert any(
            "#9 could not be closed as a duplicate: locked" in p.message
            for p in report.plan.problems
        )
        assert not any(change.kind is Kind.HEAL for change in report.plan.changes)

    @pytest.mark.parametrize("answer", [Refused("locked"), Unknown("time-out")])
    def test_it_stays_open_where_nobody_was_told_why(
        self, store: MemoryStore, twice: MemoryTracker, answer: Answer
    ) -> None:
        twice.answer = lambda what: answer if what == "comment" else None
        report = sync(job(store, twice))
        assert finished(twice) == []
        assert any("#9 could not be closed" in p.message for p in report.plan.problems)
        twice.answer = lambda _: None
        store.texts["c.md"] = post_mortem(3, "Third | | | ")
        sync(job(store, twice))
        assert finished(twice) == ["9"]


class TestConsent:
    def test_a_plan_over_a_limit_is_refused_whole(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        before = dict(store.texts)
        with pytest.raises(PlanRefusedError) as error:
            run(job(store, tracker), Consent(Limits(creates=2)))
        assert len(error.value.plan.changes) == 3
        assert error.value.exit_code is ExitCode.REFUSED
        assert (tracker.issues, store.texts) == ({}, before)

    def test_force_passes_it(self, store: MemoryStore, tracker: MemoryTracker) -> None:
        run(job(store, tracker), Consent(Limits(creates=2), force=True))
        assert len(tracker.issues) == 3

    def test_only_the_expected_plan_is_applied_even_with_force(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        with pytest.raises(PlanRefusedError):
            run(job(store, tracker), Consent(Limits(), force=True, expect="0" * 16))
        assert tracker.issues == {}
        checksum = survey(job(store, tracker)).plan.checksum
        run(job(store, tracker), Consent(Limits(), expect=checksum))
        assert len(tracker.issues) == 3

    def test_the_first_rows_are_filed_up_to_a_number(
        self, store: MemoryStore, tracker: MemoryTracker
    ) -> None:
        report = run(job(store, tracker), Consent(Limits(), limit=2))
        assert [i.title for i in tracker.issues.values()] == ["Alert", "Runbook"]
        assert report.plan.tally.postponed == 1

    def test_many_updates_at_once_are_refused(self, tracker: MemoryTracker) -> None:
        rows = [f"Mend part {n} | @a | | Not Started" for n in range(4)]
        store = MemoryStore({"a.md": post_mortem(1, *rows)})
        sync(job(store, tracker))
        store.texts["a.md"] = store.texts["a.md"].replace("| @a |", "| @b |")
        with pytest.raises(PlanRefusedError, match="changes 4 of 4 issues"):
            run(job(store, tracker), Consent(Limits(updates=0.5, updates_minimum=3)))


def test_a_marker_of_a_document_outside_of_the_run_is_respected(
    store: MemoryStore, tracker: MemoryTracker
) -> None:
    """With paths on the command line, the owner may simply not have been looked at."""
    sync(job(store, tracker))
    store.texts["copy.md"] = store.texts["a.md"].replace("-001", "-009")
    found = survey(job(store, tracker), ["copy.md"])
    assert found.plan.changes == ()
    assert "it can't be told" in found.plan.problems[0].message


def test_documents_and_issues_in_many_batches(tracker: MemoryTracker) -> None:
    texts = {f"{n:03}.md": post_mortem(n, f"Mend part {n} | | | ") for n in range(250)}
    store = MemoryStore(texts)
    work = job(store, tracker)
    apply(work, survey(work))
    tracker.calls.clear()
    assert survey(job(store, tracker, now=LATER)).plan.changes == ()
    assert tracker.calls == ["read"] * 3


def test_rules_reach_the_documents(store: MemoryStore, tracker: MemoryTracker) -> None:
    run(job(store, tracker, rules=Rules(labels=("incident",))), ANYTHING)
    assert "[#1]" in store.texts["a.md"]
