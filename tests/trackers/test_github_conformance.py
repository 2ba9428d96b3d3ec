"""GitHub passes the suite that every tracker has to pass, on a double that is held against its description.

Once as it is, and once for each way to keep things there; without GraphQL, with lists that lag behind, and with a
service that fails in all the ways that a tracker has to cope with by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from syncer.testing import TrackerConformance
from syncer.testing.changing import Changing
from syncer.testing.filing import Filing
from syncer.testing.reading import Reading
from syncer.testing.telling import Telling
from tests.support.github import faults
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, GitHubLab, furnish, furnish_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.trackers.github.tracker import GitHubTracker
    from tests.support.github.faults import Asked

_LOST: Final = (
    faults.DROPPED_BEFORE,
    faults.DROPPED_AFTER,
    faults.CUT,
    faults.server_error(500),
    faults.server_error(502, effect=True),
    faults.server_error(503),
    faults.html(),
    faults.html(effect=True),
)
"""Nobody can tell what became of a request."""

_LIMITED: Final = (
    faults.primary_limit(403, seconds=20),
    faults.primary_limit(429, seconds=20),
    faults.secondary_limit(403, retry_after=5),
    faults.secondary_limit(403, retry_after=None),
    faults.secondary_limit(429, retry_after=5),
    faults.secondary_limit(429, retry_after=None),
)
"""It was turned away for now."""


def _reads(asked: Asked) -> bool:
    return asked.method == "GET" or asked.path == faults.GRAPHQL


class Workings(Filing, Reading, Changing, Telling):
    """The suite without what is about names and hostile texts, which settings make no difference to."""

    @pytest.fixture
    def tracker(self, lab: GitHubLab) -> Iterator[GitHubTracker]:
        tracker = lab.open()
        yield tracker
        tracker.close()


class TestGitHubTracker(TrackerConformance):
    @pytest.fixture
    def lab(self) -> Iterator[GitHubLab]:
        with github_double(base_path=BASE_PATH) as github:
            yield GitHubLab(github, furnish(github))


class TestWithoutGraphQL(Workings):
    @pytest.fixture
    def lab(self) -> Iterator[GitHubLab]:
        with github_double(base_path=BASE_PATH) as github:
            github.graphql = False
            yield GitHubLab(github, furnish(github))


class TestLaggingLists(Workings):
    """Lists show what there was some requests ago."""

    @pytest.fixture
    def lab(self) -> Iterator[GitHubLab]:
        with github_double(base_path=BASE_PATH) as github:
            github.lag = 8
            yield GitHubLab(github, furnish(github))


class TestFailing(TrackerConformance):
    """Of all requests some fail, but none in a way that leaves a write in doubt."""

    @pytest.fixture
    def lab(self) -> Iterator[GitHubLab]:
        with github_double(base_path=BASE_PATH) as github:
            github.faults.sometimes(1, 0.1, _LOST, _reads)
            github.faults.sometimes(2, 0.05, _LIMITED)
            yield GitHubLab(github, furnish(github))


class TestStatusLabels(Workings):
    @pytest.fixture
    def lab(self) -> Iterator[GitHubLab]:
        labels = {"In Progress": "status: in progress", "Blocked": "status: blocked"}
        with github_double(base_path=BASE_PATH) as github:
            yield GitHubLab(github, furnish(github), status_labels=labels)


class TestIssueFields(TrackerConformance):
    """An organisation's fields for the due date, the priority and the status."""

    @pytest.fixture
    def lab(self) -> Iterator[GitHubLab]:
        settings: dict[str, Any] = {
            "due_field": "Due",
            "priority_field": "Urgency",
            "status_field": "Stage",
            "status_options": {"In Progress": "Doing", "Blocked": "Stuck"},
        }
        with github_double(base_path=BASE_PATH) as github:
            token = furnish(github)
            furnish_fields(github)
            yield GitHubLab(github, token, **settings)


class TestMilestones(Workings):
    """A milestone for each due date."""

    @pytest.fixture
    def lab(self) -> Iterator[GitHubLab]:
        with github_double(base_path=BASE_PATH) as github:
            yield GitHubLab(github, furnish(github), due_milestones=True)
