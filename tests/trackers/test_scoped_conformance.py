"""A tracker that is seen through a scope passes the suite that every tracker has to pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncer.testing import TrackerConformance
from syncer.trackers.scoped import ScopedTracker
from tests.support.local_lab import LocalLab

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from syncer.trackers.base import Draft, Tracker


class ScopedLab(LocalLab):
    def open(self) -> Tracker:  # type: ignore[override]  # the embedded tracker, within
        return ScopedTracker(super().open(), "acme/shop")

    def fill(self, drafts: Iterable[Draft]) -> None:
        tracker = self.open()
        assert isinstance(tracker, ScopedTracker)
        LocalLab(self._path).fill(
            replace(draft, marker=tracker._outward(draft.marker)) for draft in drafts
        )


class TestScopedTracker(TrackerConformance):
    @pytest.fixture
    def lab(self, tmp_path: Path) -> ScopedLab:
        return ScopedLab(tmp_path / "issues.db")
