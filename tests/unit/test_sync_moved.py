"""Issues that leave their tracker: another configured one takes them over, and no row is filed anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncer.core.limits import Limits
from syncer.core.plan import Kind
from syncer.core.tracking import HIDDEN, Moved
from syncer.errors import ExitCode
from syncer.model import Level
from syncer.running import Consent, exit_code, run
from syncer.sync import Report, survey
from tests.support.making import issue
from tests.support.memory import MemoryStore, job
from tests.support.scripted import ScriptedTracker, post_mortem

ANYTHING = Consent(Limits())
ELSEWHERE = "https://forum.example/d/12"


@pytest.fixture
def shop() -> ScriptedTracker:
    return ScriptedTracker("shop")


@pytest.fixture
def pay() -> ScriptedTracker:
    return ScriptedTracker("pay")


@pytest.fixture
def store(shop: ScriptedTracker) -> MemoryStore:
    """Two rows, which have the issues #1 and #2 of the shop."""
    store = MemoryStore({"a.md": post_mortem(1, "Alert | @a | | Not Started", "Runbook")})
    run(job(store, shop), ANYTHING)
    return store


def sync(store: MemoryStore, *trackers: ScriptedTracker) -> Report:
    for tracker in trackers:
        tracker.calls.clear()
    return run(job(store, *trackers), ANYTHING)


def nothing_was_written(*trackers: ScriptedTracker) -> bool:
    return not any({"create", "update", "comment"} & set(tracker.calls) for tracker in trackers)


class TestAnotherTrackerKnowsTheAddress:
    def test_link_and_definition_follow_and_the_base_is_kept(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        (definition,) = (t for t in store.texts["a.md"].splitlines() if t.startswith("[#1]:"))
        base = definition.partition('"')[2]
        shop.send_away("1", pay, "7")
        report = sync(store, shop, pay)
        (change,) = report.plan.changes
        assert (change.kind, change.tracker, change.issue) == (Kind.HEAL, "pay", "#7")
        assert (change.fields["issue"].old, change.fields["issue"].new) == ("#1", "#7")
        assert "| Alert | @a | | Not Started | [#7] |" in store.texts["a.md"]
        assert f'[#7]: https://pay.example/issues/7 "{base}' in store.texts["a.md"]
        assert "[#1]" not in store.texts["a.md"]
        assert report.plan.problems == ()

    def test_nothing_is_filed_anew_in_either(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        shop.send_away("1", pay, "7")
        sync(store, shop, pay)
        assert nothing_was_written(shop, pay)
        report = sync(store, shop, pay)
        assert report.plan.changes == ()
        assert nothing_was_written(shop, pay)
        assert (list(shop.issues), list(pay.issues)) == (["1", "2"], ["7"])

    def test_a_preview_shows_it(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        shop.send_away("1", pay, "7")
        previewed = survey(job(store, shop, pay)).plan
        assert sync(store, shop, pay).plan.changes == previewed.changes

    def test_an_edit_on_either_side_goes_along(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        shop.send_away("1", pay, "7")
        pay.issues["7"] = replace(pay.issues["7"], due="2025-12-24")
        store.texts["a.md"] = store.texts["a.md"].replace("| @a |", "| @b |")
        sync(store, shop, pay)
        assert "| Alert | @b | 2025-12-24 | Not Started | [#7] |" in store.texts["a.md"]
        assert pay.issues["7"].owner == "@b"
        assert sync(store, shop, pay).plan.changes == ()

    def test_the_same_number_there_is_another_issue(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        """``#1`` was the shop's and is the other tracker's; ``#2`` is taken by the other row."""
        shop.send_away("1", pay, "1")
        sync(store, shop, pay)
        assert "[#1]: https://pay.example/issues/1 " in store.texts["a.md"]
        shop.away["1"] = HIDDEN
        pay.send_away("1", pay, "2")
        sync(store, shop, pay)
        assert "| Alert | @a | | Not Started | [pay#2] |" in store.texts["a.md"]
        assert "[pay#2]: https://pay.example/issues/2 " in store.texts["a.md"]
        assert "[#2]: https://shop.example/issues/2 " in store.texts["a.md"]

    def test_it_is_followed_over_several(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        core = ScriptedTracker("core")
        shop.send_away("1", pay, "7")
        pay.send_away("7", core, "30")
        core.issues["31"] = core.issues["30"] = replace(core.issues["30"], key="31")
        sync(store, shop, pay, core)
        assert "[#31]: https://core.example/issues/31 " in store.texts["a.md"]
        assert sync(store, shop, pay, core).plan.changes == ()

    def test_a_row_that_only_names_it_is_linked_to_it(
        self, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        """The row of a document that keeps nothing yet; a person wrote the link."""
        text = post_mortem(1).replace("Status |", "Status | Issue |").replace("|\n|-", "|\n|---|-")
        row = "| Alert | | | Not Started | https://shop.example/issues/5 |\n"
        store = MemoryStore({"a.md": text + row})
        pay.issues["7"] = issue("7", title="Alert")
        shop.away["5"] = Moved("https://pay.example/issues/7")
        report = sync(store, shop, pay)
        assert [c.kind for c in report.plan.changes] == [Kind.ADOPT]
        assert "[#7]: https://pay.example/issues/7 " in store.texts["a.md"]
        assert nothing_was_written(shop)

    @pytest.mark.parametrize("lags", [False, True], ids=["listed", "listed late"])
    def test_a_new_row_with_the_same_words_gets_an_issue_of_its_own(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker, *, lags: bool
    ) -> None:
        """Also where the list of the old tracker still shows the one that is gone."""
        lagging = list(shop.issues.values())
        shop.send_away("1", pay, "7")
        if lags:
            shop.marked = lambda: lagging  # type: ignore[method-assign]  # a search that lags
        new = "| Alert | | | Not Started | |\n"
        store.texts["a.md"] = store.texts["a.md"].replace("\n\n[#1]", f"\n{new}\n[#1]")
        report = sync(store, shop, pay)
        assert [c.kind for c in report.plan.changes] == [Kind.HEAL, Kind.CREATE]
        there = [shop.issues["2"], shop.issues["3"], pay.issues["7"]]
        assert len({issue.marker.item for issue in there if issue.marker}) == 3

    def test_the_list_of_its_new_tracker_gives_it_to_no_other_row(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        """New rows are filed there, too, by now; and it has moved once more since it came."""
        shop.send_away("1", pay, "7")
        pay.away["7"] = pay.issues["8"] = replace(pay.issues["7"], key="8")
        new = "| Alert | | | Not Started | |\n"
        store.texts["a.md"] = store.texts["a.md"].replace("\n\n[#1]", f"\n{new}\n[#1]")
        report = run(job(store, shop, pay, route=lambda _: "pay"), ANYTHING)
        assert [c.kind for c in report.plan.changes] == [Kind.HEAL, Kind.CREATE]
        assert [key for key in pay.issues if f"[#{key}]:" in store.texts["a.md"]] == ["8", "3"]

    def test_a_row_that_is_gone_is_told_with_the_present_name(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        shop.send_away("1", pay, "7")
        (row,) = (line for line in store.texts["a.md"].splitlines() if "| Alert" in line)
        store.texts["a.md"] = store.texts["a.md"].replace(row + "\n", "")
        report = sync(store, shop, pay)
        (problem,) = report.plan.problems
        assert problem.message.startswith("no row names #7 ('Alert') any more")

    def test_a_tracker_that_cannot_be_read_changes_nothing(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        shop.send_away("1", pay, "7")
        pay.broken = True
        before = store.texts["a.md"]
        report = sync(store, shop, pay)
        assert exit_code(report) is ExitCode.TRACKER
        assert store.texts["a.md"] == before
        assert [p.message for p in report.plan.problems] == [
            "left alone, because the tracker pay could not be read"
        ]
        assert nothing_was_written(shop)


class TestItCannotBeFollowed:
    def told(self, report: Report) -> str:
        (problem,) = report.plan.problems
        assert (problem.document, problem.line, problem.level) == ("a.md", 9, Level.WARNING)
        return f"{problem.message} / {problem.remedy}"

    def test_an_address_that_nobody_knows_is_told_and_the_row_is_left_alone(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        before = store.texts["a.md"]
        shop.away["1"] = Moved(ELSEWHERE)
        report = sync(store, shop, pay)
        told = self.told(report)
        assert f"issue #1 has moved to {ELSEWHERE}, which no configured tracker knows" in told
        assert "Add the tracker" in told
        assert store.texts["a.md"] == before
        assert nothing_was_written(shop, pay)
        assert exit_code(report) is ExitCode.PROBLEMS

    def test_it_is_followed_once_the_tracker_is_configured(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        shop.send_away("1", pay, "7")
        sync(store, shop)
        assert "[#1]: https://shop.example/issues/1 " in store.texts["a.md"]
        sync(store, shop, pay)
        assert "[#7]: https://pay.example/issues/7 " in store.texts["a.md"]

    def test_one_that_cannot_be_seen_there_is_told_and_the_row_is_left_alone(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        before = store.texts["a.md"]
        shop.send_away("1", pay, "7")
        pay.away["7"] = HIDDEN
        report = sync(store, shop, pay)
        assert "where the tracker pay cannot see it" in self.told(report)
        assert store.texts["a.md"] == before
        assert nothing_was_written(shop, pay)

    def test_trackers_that_send_to_each_other_are_no_place(
        self, store: MemoryStore, shop: ScriptedTracker, pay: ScriptedTracker
    ) -> None:
        shop.away["1"] = Moved("https://pay.example/issues/7")
        pay.away["7"] = Moved("https://shop.example/issues/1")
        assert "has moved to" in self.told(sync(store, shop, pay))
        assert nothing_was_written(shop, pay)

    def test_a_list_that_still_shows_it_makes_no_duplicate_of_it(
        self, store: MemoryStore, shop: ScriptedTracker
    ) -> None:
        """It was filed twice, and the one that no row names has left: it is nobody's to close."""
        shop.issues["9"] = replace(shop.issues["1"], key="9")
        lagging = list(shop.issues.values())
        shop.away["9"] = Moved(ELSEWHERE)
        shop.marked = lambda: lagging  # type: ignore[method-assign]  # a search that lags
        store.texts["b.md"] = post_mortem(2, "Another")
        report = sync(store, shop)
        assert [c.kind for c in report.plan.changes] == [Kind.CREATE]
        assert report.plan.problems == ()
