"""What a sync asks of a tracker that counts: told before and afterwards, as it really is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncer.core.budget import Budget, joined
from syncer.core.limits import Limits
from syncer.core.tracking import Refused, Workload
from syncer.errors import TrackerError
from syncer.running import Consent, PlanRefusedError, run
from syncer.sync import apply, survey
from tests.support.memory import MemoryStore, MemoryTracker, job
from tests.support.metered import RESET, MeteredTalker, MeteredTracker
from tests.support.removals import Team
from tests.support.scripted import post_mortem

if TYPE_CHECKING:
    from collections.abc import Sequence

ANYTHING = Consent(Limits())


@pytest.fixture
def shop() -> MeteredTracker:
    return MeteredTracker(name="shop")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(
        {"a.md": post_mortem(1, "Alert", "Runbook"), "b.md": post_mortem(2, "Drill")}
    )


def only(budgets: Sequence[Budget]) -> Budget:
    (budget,) = budgets
    return budget


class TestBefore:
    def test_a_survey_tells_what_it_asked_and_what_its_plan_will_ask(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        found = survey(job(store, shop))
        assert found.budgets == (
            Budget("shop", 1, 6, 6.0, 4999, 5000, RESET, filing=3, changing=0),
        )
        assert shop.calls == ["marked"]

    def test_updates_are_counted(self, store: MemoryStore, shop: MeteredTracker) -> None:
        run(job(store, shop), ANYTHING)
        store.texts["a.md"] = store.texts["a.md"].replace("| Alert |", "| Alarm |")
        store.texts["c.md"] = post_mortem(3, "Failover")
        found = survey(job(store, shop))
        budget = only(found.budgets)
        assert (budget.filing, budget.changing) == (1, 1)
        apply(job(store, shop), found)
        assert shop.works[-1] == shop.written() == Workload(1, 1, 0)

    def test_duplicates_take_a_comment_and_an_update(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        run(job(store, shop), ANYTHING)
        shop.issues["9"] = replace(shop.issues["1"], key="9")
        store.texts["c.md"] = post_mortem(3, "Failover")
        found = survey(job(store, shop))
        budget = only(found.budgets)
        assert (budget.filing, budget.changing) == (1, 1)
        apply(job(store, shop), found)
        assert shop.works[-1] == shop.written() == Workload(1, 1, 1)

    def test_rows_that_are_gone_take_a_comment_and_two_updates(self) -> None:
        tracker = MeteredTalker(name="shop")
        team = Team("close", tracker=tracker)
        team.sync()
        team.remove("2")
        found = survey(team.job)
        assert only(found.budgets).changing == 1
        apply(team.job, found)
        assert tracker.works[-1] == tracker.written() == Workload(0, 2, 1)

    def test_what_a_tracker_objects_to_is_not_to_come(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        shop.objections = [Refused("there is no component")]
        budget = only(survey(job(store, shop)).budgets)
        assert (budget.planned, budget.seconds, budget.filing) == (0, 0.0, 0)

    def test_no_more_than_may_be_filed(self, store: MemoryStore, shop: MeteredTracker) -> None:
        assert only(survey(job(store, shop), limit=1).budgets).filing == 1

    def test_each_tracker_has_its_own(self, store: MemoryStore, shop: MeteredTracker) -> None:
        pay = MeteredTracker(name="pay")
        work = job(store, shop, pay, route=lambda path: "pay" if path == "b.md" else "shop")
        assert [(b.tracker, b.filing) for b in survey(work).budgets] == [("pay", 1), ("shop", 2)]

    def test_one_that_nothing_is_asked_of_is_not_named(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        work = job(store, shop, MeteredTracker(name="pay"))
        assert [budget.tracker for budget in survey(work).budgets] == ["shop"]
        assert [budget.tracker for budget in run(work, ANYTHING).budgets] == ["shop"]

    def test_one_that_does_not_count_has_none(self, store: MemoryStore) -> None:
        work = job(store, MemoryTracker("shop"))
        assert survey(work).budgets == ()
        assert run(work, ANYTHING).budgets == ()

    def test_a_cost_that_cannot_be_told_is_not_known(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        shop.tells = False
        budget = only(survey(job(store, shop)).budgets)
        assert (budget.made, budget.planned, budget.seconds) == (1, None, None)

    def test_the_checksum_says_nothing_about_it(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        before = survey(job(store, shop)).plan.checksum
        shop.counts = False
        assert survey(job(store, shop)).plan.checksum == before

    def test_a_plan_that_is_refused_has_it(self, store: MemoryStore, shop: MeteredTracker) -> None:
        with pytest.raises(PlanRefusedError) as refused:
            run(job(store, shop), Consent(Limits(creates=1)))
        assert only(refused.value.budgets).planned == 6


class TestAfterwards:
    def test_a_report_tells_what_was_really_asked(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        report = run(job(store, shop), ANYTHING)
        made = len(shop.calls)
        assert report.budgets == (Budget("shop", made, None, None, 5000 - made, 5000, RESET),)

    def test_all_rounds_count(self, store: MemoryStore, shop: MeteredTracker) -> None:
        edits = iter(["\nMore.\n", "\nAnd more.\n"])

        def edit(path: str) -> None:
            store.texts[path] += next(edits, "")

        store.before_replace = edit
        report = run(job(store, shop), ANYTHING)
        assert report.plan.problems == ()
        assert len(shop.refreshed) > 1
        budget = only(report.budgets)
        assert (budget.made, budget.left) == (len(shop.calls), 5000 - len(shop.calls))

    def test_so_does_a_look_whose_plan_is_not_carried_out(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        def edit(path: str) -> None:
            if path == "a.md" and "More" not in store.texts[path]:
                store.texts[path] = post_mortem(1, *(f"More {n}" for n in range(9)))

        store.before_replace = edit
        report = run(job(store, shop), Consent(Limits(creates=4)))
        assert report.changed == ("a.md",)
        assert len(shop.refreshed) == 2
        assert only(report.budgets).made == len(shop.calls)

    def test_a_tracker_that_failed_has_been_asked_all_the_same(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        shop.broken = True
        assert only(run(job(store, shop), ANYTHING).budgets).made == len(shop.calls) == 1

    def test_one_that_is_asked_in_one_round_only_is_kept(self) -> None:
        pay, shop = Budget("pay", 2, left=8), Budget("shop", 3, left=7)
        later = Budget("shop", 4, left=3)
        assert joined([shop], [pay]) == (pay, shop)
        assert joined([pay, shop], [later]) == (pay, Budget("shop", 7, left=3))


class TestAnnouncing:
    def test_what_is_to_come_is_told_before_anything_is_written(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        told: list[tuple[Sequence[Budget], list[str]]] = []
        run(job(store, shop), ANYTHING, lambda budgets: told.append((budgets, list(shop.calls))))
        ((budgets, calls),) = told
        assert only(budgets).filing == 3
        assert "create" not in calls

    def test_nothing_is_told_of_a_plan_that_is_refused(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        told: list[Sequence[Budget]] = []
        with pytest.raises(PlanRefusedError):
            run(job(store, shop), Consent(Limits(creates=1)), told.append)
        assert told == []

    def test_nothing_is_told_of_a_tracker_that_has_failed_in_this_run(
        self, store: MemoryStore, shop: MeteredTracker
    ) -> None:
        def fail(_: str) -> None:
            if "More" not in store.texts["b.md"]:
                store.texts["b.md"] += "\nMore.\n"
            raise TrackerError("shop is down")

        shop.answer = fail
        told: list[Sequence[Budget]] = []
        report = run(job(store, shop), ANYTHING, told.append)
        assert [len(budgets) for budgets in told] == [1, 0]
        assert "shop" in report.unwritable
