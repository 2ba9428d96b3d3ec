"""The embedded tracker passes the suite that every tracker has to pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.testing import TrackerConformance
from tests.support.local_lab import LocalLab

if TYPE_CHECKING:
    from pathlib import Path


class TestLocalTracker(TrackerConformance):
    @pytest.fixture
    def lab(self, tmp_path: Path) -> LocalLab:
        return LocalLab(tmp_path / "issues.db")
