"""Two repositories that file in one place: neither sees, changes, closes or repeats what the other one filed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncer.core.limits import Limits
from syncer.core.plan import Kind
from syncer.model import Marker, State
from syncer.running import Consent, run
from syncer.trackers.scoped import ScopedTracker
from tests.support.local_issues import draft, local_tracker
from tests.support.memory import MemoryStore, MemoryTracker, job
from tests.support.scripted import post_mortem

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.core.plan import Plan

PATH = "pm/1.md"


@pytest.fixture
def shared() -> MemoryTracker:
    return MemoryTracker(name="here")


def sync(store: MemoryStore, tracker: MemoryTracker, scope: str) -> Plan:
    """Sync one repository, without a limit on what may be gone."""
    seen = ScopedTracker(tracker, scope) if scope else tracker
    work = replace(job(store, tracker), trackers={"here": seen})
    return run(work, Consent(Limits(vanished=0.0, vanished_minimum=0))).plan


class TestTwoRepositories:
    @pytest.mark.parametrize("scopes", [("acme/shop", "acme/pay"), ("acme/shop", "")])
    def test_the_same_row_of_both_has_an_issue_each(
        self, shared: MemoryTracker, scopes: tuple[str, str]
    ) -> None:
        stores = [MemoryStore({PATH: post_mortem(1, "Alert", "Runbook")}) for _ in scopes]
        for store, scope in zip(stores, scopes, strict=True):
            assert sync(store, shared, scope).count(Kind.CREATE) == 2
        assert len(shared.issues) == 4
        assert len({i.marker.item for i in shared.issues.values() if i.marker}) == 4
        for store, scope in zip(stores, scopes, strict=True):
            assert sync(store, shared, scope).changes == ()

    def test_documents_of_the_other_are_not_missed(self, shared: MemoryTracker) -> None:
        sync(MemoryStore({f"pm/{n}.md": post_mortem(n, "Alert") for n in range(9)}), shared, "a")
        for scope in ("b", ""):
            plan = sync(MemoryStore({"other.md": post_mortem(20, "Runbook")}), shared, scope)
            assert [change.kind for change in plan.changes] == [Kind.CREATE]
            assert plan.vanished == ()

    def test_an_issue_whose_link_was_lost_is_found_again(self, shared: MemoryTracker) -> None:
        text = post_mortem(1, "Alert")
        sync(MemoryStore({PATH: text}), shared, "acme/shop")
        plan = sync(MemoryStore({PATH: text}), shared, "acme/shop")
        assert [change.kind for change in plan.changes] == [Kind.ADOPT]
        assert len(shared.issues) == 1

    def test_what_was_filed_before_there_was_a_scope_stays_ones_own(
        self, shared: MemoryTracker
    ) -> None:
        text = post_mortem(1, "Alert")
        store = MemoryStore({PATH: text})
        sync(store, shared, "")
        assert sync(store, shared, "acme/shop").changes == ()

    def test_an_issue_of_the_other_that_a_row_names_stays_the_others(
        self, shared: MemoryTracker
    ) -> None:
        sync(MemoryStore({PATH: post_mortem(1, "Alert")}), shared, "a")
        before = dict(shared.issues)
        thief = (
            post_mortem(2, "Alert")
            .replace("| Not Started |", "| Done | #1 |")
            .replace("| Status |", "| Status | Issue |")
        )
        plan = sync(MemoryStore({PATH: thief}), shared, "b")
        assert shared.issues == before, plan


class TestMarkers:
    def test_what_is_written_names_the_scope_and_what_is_read_does_not(
        self, shared: MemoryTracker
    ) -> None:
        tracker = ScopedTracker(shared, "acme/shop")
        tracker.create(draft(7))
        marker = shared.issues["1"].marker
        assert marker is not None
        assert marker.document == "acme/shop//postmortems/1.md"
        assert (marker.scope, marker.path) == ("acme/shop", "postmortems/1.md")
        seen = tracker.read(["1"])["1"]
        assert not isinstance(seen, str)
        assert seen.marker == draft(7).marker  # type: ignore[union-attr]  # an issue
        assert marker.item != draft(7).marker.item

    def test_one_without_a_scope_is_a_path(self) -> None:
        marker = Marker("0" * 16, "a/b.md", State(1, {}))
        assert (marker.scope, marker.path) == ("", "a/b.md")

    def test_others_are_not_listed(self, shared: MemoryTracker) -> None:
        for number, scope in enumerate(("a", "b", "a/b"), 1):
            ScopedTracker(shared, scope).create(draft(number))
        shared.create(draft(4))
        listed = [issue.key for issue in ScopedTracker(shared, "a").marked()]
        assert listed == ["1"]

    def test_the_embedded_tracker_finds_its_items_again(self, tmp_path: Path) -> None:
        """It looks an item id up and files in one stroke, which must not give one repository the other's issue."""
        tracker = local_tracker(tmp_path / "issues.db")
        keys = [
            ScopedTracker(tracker, scope).create(draft(1)).issue.key  # type: ignore[union-attr]
            for scope in ("a", "b", "a")
        ]
        assert keys == ["1", "2", "1"]
