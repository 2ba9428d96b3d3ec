"""A row that is gone: what its issue is told, when it is closed, and when it is left alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncer.core.limits import Limits
from syncer.core.plan import Kind
from syncer.core.reconciling.documentplan import Rules
from syncer.core.reconciling.fields import Policies
from syncer.core.tracking import Refused, Unknown
from syncer.errors import ExitCode, TrackerError
from syncer.model import Level, Removal, Status
from syncer.running import Consent, exit_code, run
from syncer.sync import apply, survey
from tests.support.making import OPEN
from tests.support.memory import MemoryStore, job
from tests.support.model_tracker import Fault, Killed, ModelTracker
from tests.support.removals import ACTIONS, PATH, Team, document, synced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.reconciling.fields import Policy
    from syncer.core.tracking import Update

SAYS_SO = (
    "The row of this action item was removed from pm/one.md, and no other post-mortem names this issue. "
    "If it is not to be done any more, close this issue; if it is, put the row back."
)


def removal(team: Team, key: str = "1") -> Removal:
    marker = team.tracker.issues[key].marker
    assert marker is not None
    return marker.state.removed


def status(team: Team, key: str = "1") -> Status:
    return team.tracker.issues[key].status


class TestReport:
    def test_nothing_is_written_and_it_is_told_in_every_run(self) -> None:
        team = synced("report")
        team.remove("1")
        for _ in range(2):
            report = team.sync()
            assert report.plan.changes == ()
            (problem,) = report.plan.problems
            assert "no row names #1 ('Alert on queue depth') any more" in problem.message
        assert not {"update", "comment"} & set(team.tracker.calls)

    def test_a_row_that_lost_its_link_and_gets_it_back_is_not_told(self) -> None:
        team = synced("report")
        team.edit(lambda text: text.replace("| [#1] |", "| |"))
        assert team.sync().plan.problems == ()


class TestComment:
    def test_the_issue_is_told_once_and_stays_open(self) -> None:
        team = synced("comment")
        team.remove("1")
        (change,) = team.sync().plan.changes
        assert (change.kind, change.issue, change.action) == (Kind.COMMENT, "#1", ACTIONS[0])
        assert team.tracker.said == [("1", SAYS_SO)]
        assert status(team) is Status.NOT_STARTED
        team.tracker.calls.clear()
        for _ in range(3):
            report = team.sync()
            assert report.plan.changes == ()
            assert exit_code(report) is ExitCode.DONE
            assert [problem.level for problem in report.plan.problems] == [Level.INFO]
        assert not {"update", "comment"} & set(team.tracker.calls)

    def test_an_issue_that_somebody_has_moved_on_is_told_all_the_same(self) -> None:
        team = synced("comment")
        team.tracker.edit("1", status=Status.IN_PROGRESS)
        team.remove("1")
        team.sync()
        assert [key for key, _ in team.tracker.said] == ["1"]
        assert status(team) is Status.IN_PROGRESS

    def test_a_row_that_is_back_is_in_step_again_and_told_once_more_when_it_is_removed_again(
        self,
    ) -> None:
        team = synced("comment")
        before = team.remove("1")
        team.sync()
        team.text = before
        (change,) = team.sync().plan.changes
        assert change.kind is Kind.HEAL
        assert change.fields["row"].new == "back"
        assert removal(team) is Removal.NONE
        assert team.sync().plan.changes == ()
        team.edit(lambda text: text.replace("@a", "@b", 1))
        team.sync()
        assert team.tracker.issues["1"].owner == "@b"
        team.remove("1")
        team.sync()
        assert [key for key, _ in team.tracker.said] == ["1", "1"]

    def test_an_issue_that_was_told_is_closed_once_that_is_asked_for(self) -> None:
        team = synced("comment")
        team.remove("1")
        team.sync()
        team.policy = "close"
        team.sync()
        assert status(team) is Status.WONT_DO
        assert len(team.tracker.said) == 2


class TestClose:
    def test_the_issue_is_closed_as_not_planned_with_a_comment_before(self) -> None:
        team = synced()
        team.remove("1")
        planned = survey(team.job).plan
        assert team.tracker.said == []
        report = team.sync()
        assert report.plan.changes == planned.changes
        (change,) = report.plan.changes
        assert (change.kind, change.document, change.issue) == (Kind.CLOSE, PATH, "#1")
        values = change.fields["status"]
        assert (values.old, values.new, values.side) == ("Not Started", "Won't Do", "tracker")
        assert status(team) is Status.WONT_DO
        ((key, said),) = team.tracker.said
        assert (key, "closed as not planned" in said) == ("1", True)
        writes = [call for call in team.tracker.calls if call in ("update", "comment")]
        assert writes == ["update", "comment", "update"]

    def test_the_next_run_has_nothing_to_do(self) -> None:
        team = synced()
        team.remove("1")
        team.sync()
        text = team.text
        report = team.sync()
        assert (report.plan.changes, report.plan.problems) == ((), ())
        assert (status(team), team.text) == (Status.WONT_DO, text)

    def test_the_document_is_left_as_it_is(self) -> None:
        team = synced()
        team.remove("1")
        text = team.text
        team.sync()
        assert team.text == text

    def test_an_issue_that_a_person_reopens_is_not_closed_again(self) -> None:
        team = synced()
        team.remove("1")
        team.sync()
        team.tracker.edit("1", status=Status.NOT_STARTED)
        for _ in range(2):
            report = team.sync()
            assert report.plan.changes == ()
            assert [problem.level for problem in report.plan.problems] == [Level.INFO]
        assert status(team) is Status.NOT_STARTED
        assert len(team.tracker.said) == 1

    def test_a_row_that_is_back_opens_its_issue_again(self) -> None:
        team = synced()
        before = team.remove("1")
        team.sync()
        team.text = before
        (change,) = team.sync().plan.changes
        assert change.kind is Kind.REOPEN
        assert (status(team), removal(team)) == (Status.NOT_STARTED, Removal.NONE)
        assert team.row("1") in before
        assert team.sync().plan.changes == ()

    def test_a_row_that_is_back_without_link_and_status_opens_its_issue_again(self) -> None:
        """The document as it was before syncer ever saw it."""
        team = synced()
        team.remove("1")
        team.sync()
        team.text = document(*ACTIONS, status="")
        team.sync()
        assert len(team.tracker.issues) == 3
        assert status(team) is Status.NOT_STARTED
        assert "| Alert on queue depth | @a | | Not Started | [#1] |" in team.text
        assert team.sync().plan.changes == ()

    @pytest.mark.parametrize("policy", ["tracker", "document"])
    def test_a_row_that_is_back_without_its_status_has_the_one_before_or_what_a_person_has_set(
        self, policy: Policy
    ) -> None:
        policies = Policies(status=policy)
        team = synced()
        team.edit(lambda text: text.replace("| Not Started |", "| Blocked |"))
        team.sync()
        before = team.text.replace("| Blocked |", "| |")
        for key in "12":
            team.remove(key)
        team.sync()
        team.tracker.edit("2", status=Status.IN_PROGRESS)
        team.text = before
        run(replace(team.job, rules=Rules(policies, on_removed="close")), team.consent)
        assert (status(team, "1"), status(team, "2")) == (Status.BLOCKED, Status.IN_PROGRESS)
        assert "| Blocked | [#1] |" in team.text
        assert "| In Progress | [#2] |" in team.text
        assert team.sync().plan.changes == ()

    def test_a_row_that_is_back_in_a_table_without_statuses_opens_its_issue_again(self) -> None:
        table = "| Action | Owner | Issue |\n|---|---|---|\n"
        rows = [f"| {action} | @a | [#{n}] |\n" for n, action in enumerate(ACTIONS, 1)]
        team = synced()
        team.remove("1")
        team.sync()
        text = team.text
        definitions = text[text.index("\n[#1]: ") :]
        team.text = text[: text.index("| Action")] + table + "".join(rows) + definitions
        rules = replace(team.job.rules, add_columns=False)
        work = replace(team.job, rules=rules)
        apply(work, survey(work))
        assert status(team) is Status.NOT_STARTED
        assert survey(work).plan.changes == ()

    def test_a_row_that_is_back_after_its_issue_was_reopened_and_done_is_done(self) -> None:
        team = synced()
        before = team.remove("1")
        team.sync()
        team.tracker.edit("1", status=Status.DONE)
        team.text = before
        team.sync()
        assert status(team) is Status.DONE
        assert "| Alert on queue depth | @a | | Done | [#1] |" in team.text
        assert team.sync().plan.changes == ()

    def test_a_removed_row_is_closed_again_after_it_was_back(self) -> None:
        team = synced()
        before = team.remove("1")
        team.sync()
        team.text = before
        team.sync()
        team.remove("1")
        team.sync()
        assert status(team) is Status.WONT_DO
        assert len(team.tracker.said) == 2

    def test_a_state_that_agrees_with_the_last_status_has_not_moved(self) -> None:
        """A tracker that only knows open and closed; the row said *Blocked*."""
        team = synced()
        team.edit(lambda text: text.replace("Not Started", "Blocked", 1))
        team.sync()
        team.tracker.edit("1", status=Status.NOT_STARTED)
        team.tracker.issues["1"] = replace(team.tracker.issues["1"], statuses=OPEN)
        before = team.remove("1")
        team.sync()
        assert status(team) is Status.WONT_DO
        team.text = before
        team.sync()
        assert status(team) is Status.BLOCKED

    def test_a_finished_issue_is_left_alone(self) -> None:
        team = synced()
        team.tracker.edit("1", status=Status.DONE)
        team.sync()
        team.remove("1")
        report = team.sync()
        assert (report.plan.changes, report.plan.problems) == ((), ())
        assert status(team) is Status.DONE

    def test_the_words_of_a_path_reach_nobody_and_are_no_markup(self) -> None:
        team = synced()
        team.rename("pm/@bob <!-- #7 *x*.md")
        team.sync()
        team.remove("1")
        team.sync()
        ((_, said),) = team.tracker.said
        assert "@bob" not in said
        assert "#7" not in said
        assert r"\<!-- " in said
        assert r"\*x\*" in said


class TestFailures:
    @pytest.mark.parametrize("step", [1, 2, 3])
    @pytest.mark.parametrize("answer", [Refused("locked"), Unknown("time-out")])
    def test_whatever_is_refused_or_lost_nothing_is_said_more_than_twice(
        self, step: int, answer: Refused | Unknown
    ) -> None:
        team = synced()
        team.remove("1")
        codes = []
        for _ in range(5):
            writes = iter([None] * (step - 1) + [answer] * 3)
            team.tracker.answer = lambda _, writes=writes: next(writes)  # type: ignore[misc]
            report = team.sync()
            assert any("#1" in problem.message for problem in report.plan.problems)
            codes.append(exit_code(report))
        assert codes[0] is (ExitCode.TRACKER if isinstance(answer, Unknown) else ExitCode.PROBLEMS)
        assert len(team.tracker.said) <= 2
        assert status(team) is Status.NOT_STARTED

    def test_what_failed_once_is_made_up_for_by_the_next_run(self) -> None:
        team = synced()
        team.remove("1")
        answers = iter([None, None, Refused("no transition")])
        team.tracker.answer = lambda _: next(answers)
        report = team.sync()
        assert report.plan.changes == ()
        assert exit_code(report) is ExitCode.PROBLEMS
        team.tracker.answer = lambda _: None
        team.sync()
        assert status(team) is Status.WONT_DO
        assert len(team.tracker.said) == 2

    def test_an_issue_that_cannot_be_told_is_not_closed(self) -> None:
        team = synced()
        team.remove("1")
        team.tracker.answer = lambda what: Refused("locked") if what == "comment" else None
        for _ in range(4):
            team.sync()
        assert status(team) is Status.NOT_STARTED
        assert team.tracker.said == []

    def test_after_two_attempts_it_is_left_to_a_person(self) -> None:
        team = synced()
        team.remove("1")
        team.tracker.answer = lambda what: Refused("locked") if what == "comment" else None
        team.sync()
        team.sync()
        team.tracker.calls.clear()
        report = team.sync()
        assert not {"update", "comment"} & set(team.tracker.calls)
        assert "has failed twice" in report.plan.problems[0].message
        assert exit_code(report) is ExitCode.PROBLEMS

    def test_a_status_that_is_silently_not_taken_is_told(self) -> None:
        team = synced()
        team.remove("1")
        team.tracker.drops = frozenset({"status"})
        report = team.sync()
        assert any("did not take the status" in p.message for p in report.plan.problems)
        assert not any(change.kind is Kind.CLOSE for change in report.plan.changes)

    def test_a_tracker_that_forgets_what_was_done_says_nothing(self) -> None:
        """It would be said again in every run."""
        team = synced()
        team.remove("1")
        team.tracker.drops = frozenset({"removed"})
        report = team.sync()
        assert any("does not keep what was done" in p.message for p in report.plan.problems)
        assert (status(team), team.tracker.said) == (Status.NOT_STARTED, [])

    def test_what_a_tracker_objects_to_beforehand_is_not_begun(self) -> None:
        team = synced()
        team.remove("1")
        asked: list[Mapping[str, Update]] = []

        def check(_: object, updates: Mapping[str, Update]) -> list[Refused]:
            asked.append(updates)
            return [Refused("no way from here to Won't Do")] if updates else []

        team.tracker.check = check  # type: ignore[method-assign,assignment]  # its arguments' names
        planned = survey(team.job)
        assert (planned.plan.changes, planned.farewells) == ((), ())
        report = team.sync()
        assert any("no way from here" in problem.message for problem in report.plan.problems)
        assert [update.status for updates in asked for update in updates.values()] == [
            Status.WONT_DO,
            Status.WONT_DO,
        ]
        assert (removal(team), team.tracker.said) == (Removal.NONE, [])

    def test_a_tracker_that_cannot_be_asked_beforehand_is_told(self) -> None:
        team = synced()
        team.remove("1")

        def check(*_: object) -> list[Refused]:
            raise TrackerError("shop is down")

        team.tracker.check = check  # type: ignore[method-assign,assignment]  # its arguments' names
        report = team.sync()
        assert exit_code(report) is ExitCode.TRACKER
        assert any(
            p.document == PATH and "nothing is sent" in p.message for p in report.plan.problems
        )

    def test_a_tracker_that_fails_as_a_whole_is_not_asked_again(self) -> None:
        team = synced()
        for key in "123":
            team.remove(key)

        def fail(what: str) -> None:
            if what == "comment":
                raise TrackerError("the token has expired")

        team.tracker.answer = fail
        report = team.sync()
        assert [call for call in team.tracker.calls if call == "comment"] == ["comment"]
        assert exit_code(report) is ExitCode.TRACKER
        assert any("3 changes are left" in problem.remedy for problem in report.plan.problems)

    @pytest.mark.parametrize("write", [1, 2, 3])
    @pytest.mark.parametrize("fault", list(Fault))
    def test_whatever_happens_at_a_write_one_repeat_is_the_most_and_the_end_is_the_same(
        self, fault: Fault, write: int
    ) -> None:
        tracker = ModelTracker()
        store = MemoryStore({PATH: document(*ACTIONS)})
        work = job(store, tracker, rules=Rules(on_removed="close"))
        consent = Consent(Limits())
        run(work, consent)
        lines = store.texts[PATH].splitlines(keepends=True)
        store.texts[PATH] = "".join(line for line in lines if not line.startswith("| Alert"))
        tracker.faults.extend([Fault.NONE] * (write - 1) + [fault])
        with suppress(Killed):
            run(work, consent)
        run(work, consent)
        assert run(work, consent).plan.changes == ()
        issue = tracker.entries[1].issue
        assert issue is not None
        dropped = fault is Fault.DROPPED and write == 3
        assert issue.status is (Status.NOT_STARTED if dropped else Status.WONT_DO)
        assert 1 <= len(tracker.comments) <= 2

    def test_a_row_that_is_put_back_while_the_run_is_under_way_keeps_its_issue(self) -> None:
        team = synced()
        before = team.remove("1")
        found = survey(team.job)
        team.text = before
        report = apply(team.job, found)
        assert report.changed == (PATH,)
        assert (status(team), team.tracker.said) == (Status.NOT_STARTED, [])
