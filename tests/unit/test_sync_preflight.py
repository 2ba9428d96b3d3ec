"""What trackers object to before anything is sent: nothing is, a preview says so, and the rest goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncer.core.limits import Limits
from syncer.core.plan import Kind
from syncer.core.tracking import Refused
from syncer.errors import ExitCode
from syncer.model import Level, Status
from syncer.running import Consent, exit_code, run
from syncer.sync import survey
from tests.support.memory import MemoryStore, job
from tests.support.scripted import ScriptedTracker, post_mortem

ANYTHING = Consent(Limits())
NO_COMPONENT = Refused("the project PAY demands a component", "Set trackers.pay.component.")
WRITES = {"create", "update", "comment"}


def to_pay(path: str) -> str:
    return "pay" if path.startswith("pay") else "shop"


@pytest.fixture
def shop() -> ScriptedTracker:
    return ScriptedTracker("shop")


@pytest.fixture
def pay() -> ScriptedTracker:
    return ScriptedTracker("pay", objections=[NO_COMPONENT])


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(
        {
            "pay/a.md": post_mortem(1, "Alert", "Runbook"),
            "pay/b.md": post_mortem(2, "Failover"),
            "shop/c.md": post_mortem(3, "Dashboard"),
        }
    )


class TestObjections:
    def test_nothing_at_all_is_sent_to_a_tracker_that_objects_and_the_other_goes_on(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        before = dict(store.texts)
        report = run(job(store, shop, pay, route=to_pay), ANYTHING)
        assert not WRITES & set(pay.calls)
        assert {p: t for p, t in store.texts.items() if p.startswith("pay")} == {
            p: t for p, t in before.items() if p.startswith("pay")
        }
        assert [(c.kind, c.document) for c in report.plan.changes] == [(Kind.CREATE, "shop/c.md")]
        assert "[#1]" in store.texts["shop/c.md"]

    def test_it_is_told_once_with_the_remedy_and_what_waits_for_it(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        pay.objections = [NO_COMPONENT, NO_COMPONENT]
        report = run(job(store, shop, pay, route=to_pay), ANYTHING)
        (problem,) = report.plan.problems
        assert problem.level is Level.ERROR
        assert problem.message.endswith("it would refuse: the project PAY demands a component")
        assert "tracker pay" in problem.message
        assert problem.remedy == "Set trackers.pay.component. 3 changes are waiting for that."
        assert exit_code(report) is ExitCode.PROBLEMS

    def test_each_one_is_told(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        pay.objections = [NO_COMPONENT, Refused("there is no issue type Task")]
        found = survey(job(store, shop, pay, route=to_pay))
        assert len(found.plan.problems) == 2

    def test_a_preview_shows_them_and_what_is_then_done(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        store.read_only = shop.read_only = pay.read_only = True
        found = survey(job(store, shop, pay, route=to_pay))
        previewed = found.plan
        assert list(found.documents) == ["shop/c.md"]
        store.read_only = shop.read_only = pay.read_only = False
        consent = Consent(Limits(), expect=previewed.checksum)
        report = run(job(store, shop, pay, route=to_pay), consent)
        assert report.plan.problems == previewed.problems
        assert [c.document for c in previewed.changes] == ["shop/c.md"]

    def test_what_would_not_be_sent_passes_no_limit(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        run(job(store, shop, pay, route=to_pay), Consent(Limits(creates=1)))
        assert len(shop.issues) == 1

    def test_the_next_run_does_it_all_once_it_is_mended(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        run(job(store, shop, pay, route=to_pay), ANYTHING)
        pay.objections = ()
        report = run(job(store, shop, pay, route=to_pay), ANYTHING)
        assert len(pay.issues) == 3
        assert exit_code(report) is ExitCode.DONE

    def test_a_row_still_follows_its_issue(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        """Nothing is sent for that; it would be no help to let documents fall behind, too."""
        work = job(store, shop, pay, route=to_pay)
        pay.objections = ()
        run(work, ANYTHING)
        pay.objections = [NO_COMPONENT]
        done = frozenset({Status.DONE})
        pay.issues["1"] = replace(pay.issues["1"], status=Status.DONE, statuses=done)
        store.texts["pay/a.md"] = store.texts["pay/a.md"].replace("| Runbook |", "| Run-book |")
        pay.calls.clear()
        report = run(work, ANYTHING)
        assert [c.kind for c in report.plan.changes] == [Kind.WRITE_BACK]
        assert "| Alert | | | Done" in store.texts["pay/a.md"]
        assert "| Run-book |" in store.texts["pay/a.md"]
        assert not WRITES & set(pay.calls)


class TestWhatIsAsked:
    def test_all_drafts_and_updates_of_a_run_at_once(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        pay.objections = ()
        work = job(store, shop, pay, route=to_pay)
        run(work, ANYTHING)
        assert pay.checks == [(["Alert", "Runbook", "Failover"], [])]
        store.texts["pay/a.md"] = store.texts["pay/a.md"].replace("| Alert |", "| Alarm |")
        store.texts["pay/b.md"] = post_mortem(2, "Failover", "Drill")
        pay.checks.clear()
        run(work, ANYTHING)
        assert pay.checks == [(["Drill"], ["1"])]

    def test_nothing_where_nothing_would_be_written(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        pay.objections = ()
        work = job(store, shop, pay, route=to_pay)
        run(work, ANYTHING)
        done = frozenset({Status.DONE})
        pay.issues["1"] = replace(pay.issues["1"], status=Status.DONE, statuses=done)
        pay.checks.clear()
        assert [c.kind for c in run(work, ANYTHING).plan.changes] == [Kind.WRITE_BACK]
        assert pay.checks == []

    def test_no_more_than_may_be_filed(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        pay.objections = ()
        run(job(store, shop, pay, route=to_pay), Consent(Limits(), limit=1))
        assert pay.checks == [(["Alert"], [])]

    def test_duplicates_that_would_be_closed(self, shop: ScriptedTracker) -> None:
        store = MemoryStore({"a.md": post_mortem(1, "Alert")})
        run(job(store, shop), ANYTHING)
        shop.issues["9"] = replace(shop.issues["1"], key="9")
        store.texts["b.md"] = post_mortem(2, "Runbook")
        shop.objections = [Refused("the token may not write", "Give it issues: write.")]
        shop.checks.clear()
        shop.calls.clear()
        report = run(job(store, shop), ANYTHING)
        assert shop.checks == [(["Runbook"], ["9"])]
        assert not WRITES & set(shop.calls)
        assert report.plan.changes == ()
        (problem,) = report.plan.problems
        assert "2 changes are waiting" in problem.remedy


class TestATrackerThatCannotTell:
    def test_is_one_that_cannot_be_read(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        pay.cannot_check = True
        before = store.texts["pay/a.md"]
        report = run(job(store, shop, pay, route=to_pay), ANYTHING)
        assert not WRITES & set(pay.calls)
        assert store.texts["pay/a.md"] == before
        assert len(shop.issues) == 1
        assert exit_code(report) is ExitCode.TRACKER
        assert [f.message for f in report.failures] == ["pay does not answer"]
        assert [(p.document, p.level) for p in report.plan.problems] == [
            ("pay/a.md", Level.ERROR),
            ("pay/b.md", Level.ERROR),
        ]
