"""The whole conformance suite as one class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.testing.changing import Changing
from syncer.testing.filing import Filing
from syncer.testing.hostility import Hostility
from syncer.testing.naming import Naming
from syncer.testing.reading import Reading
from syncer.testing.telling import Telling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.testing.lab import Lab
    from syncer.trackers.base import Tracker


class TrackerConformance(Filing, Reading, Changing, Telling, Naming, Hostility):
    """What every tracker has to pass. A subclass brings a fixture ``lab`` that returns a ``Lab`` on fresh storage.

    A test is skipped where the tracker has no place for what it is about, or the lab's person can't do it.
    """

    @pytest.fixture
    def tracker(self, lab: Lab) -> Iterator[Tracker]:
        """A handle on the lab's storage."""
        tracker = lab.open()
        yield tracker
        tracker.close()
