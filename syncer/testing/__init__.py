"""For authors of trackers: the conformance suite that every tracker passes, syncer's own ones included.

A test module makes a ``Lab`` and subclasses the suite; pytest and Hypothesis have to be installed::

    class TestFolderTracker(TrackerConformance):
        @pytest.fixture
        def lab(self, tmp_path):
            return FolderLab(tmp_path)

docs/writing-a-tracker.md goes through all of it. Nothing else of syncer imports this package.
"""

import pytest

# Before they are imported: a failed assert of the suite's then shows both sides, as one in a test module does.
pytest.register_assert_rewrite(
    "syncer.testing.changing",
    "syncer.testing.filing",
    "syncer.testing.hostility",
    "syncer.testing.lab",
    "syncer.testing.naming",
    "syncer.testing.reading",
    "syncer.testing.telling",
)

from syncer.testing.conformance import TrackerConformance  # noqa: E402 - after the registration
from syncer.testing.lab import Lab, Person, marker, the, written  # noqa: E402 - likewise

__all__ = ["Lab", "Person", "TrackerConformance", "marker", "the", "written"]
