"""Trackers that fail while they are written: which are asked again, what is left, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncer.core.limits import Limits
from syncer.core.tracking import Refused, Unknown
from syncer.errors import ExitCode, TrackerError
from syncer.model import Level
from syncer.running import Consent, exit_code, run
from syncer.sending import IN_DOUBT
from syncer.sync import survey
from tests.support.memory import MemoryStore, job
from tests.support.scripted import ScriptedTracker, post_mortem

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.core.tracking import Answer

ANYTHING = Consent(Limits())


def to_pay(path: str) -> str:
    return "pay" if path.startswith("pay") else "shop"


@pytest.fixture
def shop() -> ScriptedTracker:
    return ScriptedTracker("shop")


@pytest.fixture
def pay() -> ScriptedTracker:
    return ScriptedTracker("pay")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(
        {
            "pay/a.md": post_mortem(1, "Alert", "Runbook"),
            "pay/b.md": post_mortem(2, "Failover", "Drill"),
            "shop/c.md": post_mortem(3, "Dashboard"),
        }
    )


def failing_after(count: int, error: TrackerError) -> Callable[[str], Answer | None]:
    """Writes succeed so many times, and then fail."""
    calls = iter(range(1000))

    def answer(_: str) -> None:
        if next(calls) >= count:
            raise error

    return answer


class TestATrackerThatFailsAsAWhole:
    def test_is_not_asked_again(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        pay.answer = failing_after(1, TrackerError("pay is down"))
        run(job(store, shop, pay, route=to_pay), ANYTHING)
        assert pay.calls.count("create") == 2

    def test_what_it_took_is_written_back_and_others_go_on(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        pay.answer = failing_after(1, TrackerError("pay is down"))
        run(job(store, shop, pay, route=to_pay), ANYTHING)
        assert store.texts["pay/a.md"].count("[#1]") == 2
        assert "[#1]" in store.texts["shop/c.md"]

    def test_what_is_left_is_counted_in_one_line(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        pay.answer = failing_after(1, TrackerError("pay is down", remedy="Wait an hour."))
        report = run(job(store, shop, pay, route=to_pay), ANYTHING)
        (problem,) = report.plan.problems
        assert problem.level is Level.ERROR
        assert problem.message == "the tracker pay could not be written: pay is down"
        assert problem.remedy == "3 changes are left, which the next run takes up. Wait an hour."
        assert [f.message for f in report.failures] == ["pay: pay is down"]
        assert exit_code(report) is ExitCode.TRACKER

    def test_the_next_run_does_the_rest(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        pay.answer = failing_after(1, TrackerError("pay is down"))
        run(job(store, shop, pay, route=to_pay), ANYTHING)
        pay.answer = lambda _: None
        report = run(job(store, shop, pay, route=to_pay), ANYTHING)
        assert len(report.plan.changes) == 3
        assert len(pay.issues) == 4
        assert exit_code(report) is ExitCode.DONE

    def test_is_not_asked_by_a_further_round_of_the_run_either(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        """A person edits the other tracker's document meanwhile, so that the run looks again."""
        pay.answer = failing_after(0, TrackerError("pay is down"))
        edited: list[str] = []

        def person(path: str) -> None:
            if not edited:
                edited.append(path)
                store.texts[path] += "\nMore.\n"

        store.before_replace = person
        report = run(job(store, shop, pay, route=to_pay), ANYTHING)
        assert edited == ["shop/c.md"]
        assert "[#1]" in store.texts["shop/c.md"], "which there was another round for"
        assert pay.calls.count("create") == 1
        assert [p.remedy for p in report.plan.problems] == [
            "4 changes are left, which the next run takes up."
        ]
        assert [f.message for f in report.failures] == ["pay: pay is down"]

    def test_rows_still_follow_its_issues(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        work = job(store, shop, pay, route=to_pay)
        run(work, ANYTHING)
        pay.issues["3"] = replace(pay.issues["3"], owner="@z")
        store.texts["pay/a.md"] = store.texts["pay/a.md"].replace("| Alert |", "| Alarm |")
        pay.answer = failing_after(0, TrackerError("pay is down"))
        run(work, ANYTHING)
        assert "| Failover | @z |" in store.texts["pay/b.md"]
        assert "| Alarm |" in store.texts["pay/a.md"]

    def test_duplicates_that_are_left_are_counted_too(self, shop: ScriptedTracker) -> None:
        store = MemoryStore({"a.md": post_mortem(1, "Alert")})
        run(job(store, shop), ANYTHING)
        shop.issues["9"] = replace(shop.issues["1"], key="9")
        store.texts["b.md"] = post_mortem(2, "Runbook")
        shop.answer = failing_after(0, TrackerError("shop is down"))
        report = run(job(store, shop), ANYTHING)
        (problem,) = report.plan.problems
        assert "2 changes are left" in problem.remedy
        assert "comment" not in shop.calls
        assert not shop.issues["9"].status.finished


class TestAnswersThatNobodyGets:
    """A service that is down takes its time for each request, and each of them may have taken effect."""

    def documents(self, count: int) -> MemoryStore:
        return MemoryStore({f"{n}.md": post_mortem(n, f"Mend part {n}") for n in range(count)})

    def test_after_some_in_a_row_a_tracker_counts_as_failed(self, shop: ScriptedTracker) -> None:
        store = self.documents(IN_DOUBT + 4)
        shop.answer = lambda _: Unknown("no answer within 30 s")
        report = run(job(store, shop), ANYTHING)
        assert shop.calls.count("create") == IN_DOUBT
        doubts = [p for p in report.plan.problems if "no answer within 30 s" in p.message]
        (left,) = (p for p in report.plan.problems if p not in doubts)
        assert len(doubts) == IN_DOUBT
        assert "had no clear answer" in left.message
        assert left.remedy.startswith("4 changes are left")
        assert len({f.message for f in report.failures}) == len(report.failures) == 2

    def test_a_clear_answer_in_between_counts_from_the_start(self, shop: ScriptedTracker) -> None:
        store = self.documents(2 * IN_DOUBT)
        script: tuple[Answer, ...] = (Unknown("no answer"),) * (IN_DOUBT - 1)
        answers = iter(2 * (*script, Refused("no")))
        shop.answer = lambda _: next(answers)
        run(job(store, shop), ANYTHING)
        assert shop.calls.count("create") == 2 * IN_DOUBT

    def test_what_may_have_been_filed_is_looked_up(self, shop: ScriptedTracker) -> None:
        store = self.documents(IN_DOUBT + 1)
        shop.answer = lambda _: Unknown("no answer")
        run(job(store, shop), ANYTHING)
        assert len(shop.issues) == IN_DOUBT
        shop.answer = lambda _: None
        run(job(store, shop), ANYTHING)
        assert len(shop.issues) == IN_DOUBT + 1
        assert run(job(store, shop), ANYTHING).plan.changes == ()


class TestValuesThatAreNotTaken:
    def test_the_reason_is_told(self, shop: ScriptedTracker) -> None:
        shop.drops = frozenset({"owner"})
        shop.reasons = {"owner": "the project has no such member"}
        store = MemoryStore({"a.md": post_mortem(1, "Alert | @a | | Not Started")})
        report = run(job(store, shop), ANYTHING)
        (problem,) = report.plan.problems
        assert problem.message == (
            "the tracker did not take '@a' for owner; it has nothing: the project has no such member"
        )
        assert run(job(store, shop), ANYTHING).plan.problems == ()

    def test_that_of_an_update_too(self, shop: ScriptedTracker) -> None:
        store = MemoryStore({"a.md": post_mortem(1, "Alert | @a | | Not Started")})
        run(job(store, shop), ANYTHING)
        shop.drops = frozenset({"due"})
        shop.reasons = {"due": "the field is not on the screen"}
        store.texts["a.md"] = store.texts["a.md"].replace("| @a | |", "| @b | 2025-12-01 |")
        (problem,) = run(job(store, shop), ANYTHING).plan.problems
        assert problem.message.endswith("for due; it has nothing: the field is not on the screen")
        assert shop.issues["1"].owner == "@b"

    def test_of_a_value_that_was_taken_nothing_is_said(self, shop: ScriptedTracker) -> None:
        shop.reasons = {"owner": "it was written differently"}
        store = MemoryStore({"a.md": post_mortem(1, "Alert | @a | | Not Started")})
        assert run(job(store, shop), ANYTHING).plan.problems == ()


class TestLooks:
    def test_a_survey_begins_a_new_look_at_every_tracker(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        survey(job(store, shop, pay, route=to_pay))
        assert (shop.refreshed, pay.refreshed) == ([0], [0])

    def test_each_round_of_a_run_begins_one(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        saved: list[str] = []

        def person(path: str) -> None:
            if not saved:
                saved.append(path)
                store.texts[path] += "\nMore.\n"

        store.before_replace = person
        run(job(store, shop, pay, route=to_pay), ANYTHING)
        assert len(shop.refreshed) == len(pay.refreshed) == 2
