"""A run and its delivery: it starts again where the branch has moved, and tells what all its starts did as one."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from syncer.core.limits import Limits
from syncer.core.plan import Kind
from syncer.delivering import run_and_deliver
from syncer.delivery import Account, Receipt
from syncer.errors import DeliveryError, ExitCode, TrackerError
from syncer.model import Level, Problem
from syncer.running import Consent, PlanRefusedError
from tests.support.memory import MemoryStore, MemoryTracker, job
from tests.support.scripted import post_mortem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncer.delivering import Outcome
    from syncer.permission import Permission
    from syncer.sync import Job

PATH = "pm/1.md"
FREE = Consent(Limits())


@dataclass
class Branch:
    """A branch in memory: ``meanwhile`` changes it each time that something is about to be delivered."""

    texts: dict[str, str]
    meanwhile: list[Callable[[dict[str, str]], None]] = field(default_factory=list)
    attempts: int = 3
    permission: Permission | None = None
    accounts: list[Account] = field(default_factory=list)
    receipt: Receipt = field(default_factory=lambda: Receipt(commit="c0ffee"))
    unreachable: list[DeliveryError | None] = field(default_factory=list)
    opened: int = 0
    turns: list[str] = field(default_factory=list)

    @property
    def revision(self) -> str:
        return f"r{self.opened}"

    @contextmanager
    def turn(self, outer: Permission | None) -> Iterator[Permission | None]:
        self.turns.append("begun")
        try:
            yield self.permission or outer
        finally:
            self.turns.append("over")

    def open(self) -> MemoryStore:
        if self.unreachable and (error := self.unreachable.pop(0)) is not None:
            raise error
        self.opened += 1
        self._store = MemoryStore(dict(self.texts))
        return self._store

    def deliver(self, account: Account) -> Receipt:
        self.accounts.append(account)
        if self.meanwhile:
            self.meanwhile.pop(0)(self.texts)
            return Receipt(moved=True)
        self.texts.update(self._store.texts)
        return self.receipt


@pytest.fixture
def tracker() -> MemoryTracker:
    return MemoryTracker(name="here")


def work(tracker: MemoryTracker) -> Job:
    made = job(MemoryStore({}), tracker)
    return replace(made, rules=replace(made.rules, link="https://h/{revision}/"))


def one_more_row(texts: dict[str, str]) -> None:
    texts[PATH] += "| Late row | | | Not Started |\n"


def sync(branch: Branch, tracker: MemoryTracker, consent: Consent = FREE) -> Outcome:
    return run_and_deliver(work(tracker), branch, consent)


def test_what_was_done_is_delivered_and_told(tracker: MemoryTracker) -> None:
    branch = Branch({PATH: post_mortem(1, "Alert", "Runbook")})
    outcome = sync(branch, tracker)
    assert "[#1]" in branch.texts[PATH]
    assert (outcome.receipt.commit, outcome.starts, outcome.exit_code) == (
        "c0ffee",
        1,
        ExitCode.DONE,
    )
    (account,) = branch.accounts
    assert account.summary.startswith("2 filed")
    assert "Runbook" in account.plan
    assert branch.turns == ["begun", "over"]


def test_issues_link_to_the_revision_that_they_were_filed_from(tracker: MemoryTracker) -> None:
    sync(Branch({PATH: post_mortem(1, "Alert")}), tracker)
    assert f"(<https://h/r1/{PATH}>)" in tracker.issues["1"].body


class TestABranchThatMoves:
    def test_it_starts_again_and_files_nothing_twice(self, tracker: MemoryTracker) -> None:
        branch = Branch({PATH: post_mortem(1, "Alert")}, [one_more_row, one_more_row])
        outcome = sync(branch, tracker)
        assert outcome.starts == 3
        assert len(tracker.issues) == 3
        assert branch.texts[PATH].count("[#") == 6, "three links and three definitions"
        assert outcome.exit_code is ExitCode.DONE

    def test_what_an_earlier_start_filed_is_told_once(self, tracker: MemoryTracker) -> None:
        branch = Branch({PATH: post_mortem(1, "Alert")}, [one_more_row])
        plan = sync(branch, tracker).report.plan
        assert [change.kind for change in plan.changes] == [Kind.CREATE, Kind.CREATE]
        assert branch.accounts[-1].summary.startswith("2 filed")

    def test_it_gives_up_after_so_many_starts(self, tracker: MemoryTracker) -> None:
        branch = Branch({PATH: post_mortem(1, "Alert")}, [one_more_row] * 9)
        outcome = sync(branch, tracker)
        assert outcome.failure is not None
        assert "each of the 3 times" in outcome.failure.message
        assert (outcome.exit_code, outcome.starts) == (ExitCode.TRACKER, 3)
        assert branch.turns == ["begun", "over"]
        branch.meanwhile.clear()
        sync(branch, tracker)
        assert len(tracker.issues) == 4, "nothing was filed twice for it"

    def test_a_limit_holds_for_all_starts_together(self, tracker: MemoryTracker) -> None:
        rows = [f"Promise {n}" for n in range(5)]
        branch = Branch({PATH: post_mortem(1, *rows)}, [one_more_row])
        sync(branch, tracker, Consent(Limits(), limit=2))
        assert len(tracker.issues) == 2

    def test_an_expected_plan_is_carried_out_once(self, tracker: MemoryTracker) -> None:
        branch = Branch({PATH: post_mortem(1, "Alert")})
        with pytest.raises(PlanRefusedError) as refused:
            sync(branch, tracker, Consent(Limits(), expect="0" * 16))
        branch.meanwhile.append(one_more_row)
        outcome = sync(branch, tracker, Consent(Limits(), expect=refused.value.plan.checksum))
        assert outcome.failure is not None
        assert (len(tracker.issues), branch.opened) == (1, 2)


class TestFailures:
    def test_documents_that_cannot_be_had_stop_it_before_anything(
        self, tracker: MemoryTracker
    ) -> None:
        branch = Branch({}, unreachable=[DeliveryError("no route to host")])
        with pytest.raises(DeliveryError):
            sync(branch, tracker)
        assert tracker.calls == []

    def test_what_was_done_is_told_where_a_later_start_fails(self, tracker: MemoryTracker) -> None:
        branch = Branch({PATH: post_mortem(1, "Alert")}, [one_more_row])
        branch.unreachable = [None, DeliveryError("no route to host")]
        outcome = sync(branch, tracker)
        assert outcome.report.plan.count(Kind.CREATE) == 1
        assert outcome.exit_code is ExitCode.TRACKER

    def test_problems_of_the_delivery_are_among_those_of_the_run(
        self, tracker: MemoryTracker
    ) -> None:
        told = Problem(Level.WARNING, "", 0, "your checkout is behind", "Pull.")
        branch = Branch({PATH: post_mortem(1, "Alert")}, receipt=Receipt(problems=(told,)))
        outcome = sync(branch, tracker)
        assert told in outcome.report.plan.problems
        assert outcome.exit_code is ExitCode.PROBLEMS

    def test_a_turn_that_was_lost_stops_the_writes_and_delivers_what_was_done(
        self, tracker: MemoryTracker
    ) -> None:
        class Once:
            asked = 0

            def check(self) -> None:
                self.asked += 1
                if self.asked > 1:
                    raise TrackerError("somebody else's turn")

            def wait(self, seconds: float) -> None:
                raise AssertionError(seconds)

        branch = Branch({PATH: post_mortem(1, "Alert", "Runbook")}, permission=Once())
        outcome = sync(branch, tracker)
        assert len(tracker.issues) == 1
        assert "[#1]" in branch.texts[PATH]
        assert outcome.exit_code is ExitCode.TRACKER
