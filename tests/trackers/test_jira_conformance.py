"""Jira passes the suite that every tracker has to pass, on doubles of Cloud and of Data Center.

In each once as it is, and once with a search that lags behind and a service that fails in all the ways that a tracker
has to cope with by itself; on Cloud also with names of its own for statuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from syncer.testing import TrackerConformance
from syncer.testing.changing import Changing
from syncer.testing.filing import Filing
from syncer.testing.reading import Reading
from syncer.testing.telling import Telling
from tests.support.jira import faults
from tests.support.jira.server import jira_cloud_double, jira_server_double
from tests.support.jira.world import furnished
from tests.support.jira_lab import JiraLab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.trackers.jira.tracker import JiraTracker
    from tests.support.jira.faults import Asked

LOST: Final = (
    faults.DROPPED_BEFORE,
    faults.DROPPED_AFTER,
    faults.CUT,
    faults.server_error(500),
    faults.server_error(502, effect=True),
    faults.html(),
    faults.html(effect=True),
)
"""Nobody can tell what became of a request."""

LIMITED: Final = (faults.rate_limited(), faults.rate_limited(retry_after=None))
"""It was turned away for now."""

_READS: Final = ("/search", "/search/jql", "/issue/bulkfetch")


def _reads(asked: Asked) -> bool:
    return asked.method == "GET" or asked.path.endswith(_READS)


class Workings(Filing, Reading, Changing, Telling):
    """The suite without what is about names and hostile texts, which settings make no difference to."""

    @pytest.fixture
    def tracker(self, lab: JiraLab) -> Iterator[JiraTracker]:
        tracker = lab.open()
        yield tracker
        tracker.close()


class TestCloud(TrackerConformance):
    @pytest.fixture
    def lab(self) -> Iterator[JiraLab]:
        with jira_cloud_double(furnished(cloud=True)) as jira:
            yield JiraLab(jira)


class TestDataCenter(TrackerConformance):
    @pytest.fixture
    def lab(self) -> Iterator[JiraLab]:
        with jira_server_double(furnished(cloud=False)) as jira:
            yield JiraLab(jira)


class TestLaggingCloud(Workings):
    @pytest.fixture
    def lab(self) -> Iterator[JiraLab]:
        with jira_cloud_double(furnished(cloud=True)) as jira:
            jira.lag = 12
            yield JiraLab(jira)


class TestLaggingDataCenter(Workings):
    @pytest.fixture
    def lab(self) -> Iterator[JiraLab]:
        with jira_server_double(furnished(cloud=False)) as jira:
            jira.lag = 12
            yield JiraLab(jira)


class TestFailingCloud(Workings):
    @pytest.fixture
    def lab(self) -> Iterator[JiraLab]:
        with jira_cloud_double(furnished(cloud=True)) as jira:
            jira.faults.sometimes(1, 0.1, LOST, _reads)
            jira.faults.sometimes(2, 0.05, LIMITED)
            yield JiraLab(jira)


class TestFailingDataCenter(Workings):
    @pytest.fixture
    def lab(self) -> Iterator[JiraLab]:
        with jira_server_double(furnished(cloud=False)) as jira:
            jira.faults.sometimes(1, 0.1, LOST, _reads)
            jira.faults.sometimes(2, 0.05, LIMITED)
            yield JiraLab(jira)


class TestOwnWords(Workings):
    """Statuses by name."""

    @pytest.fixture
    def lab(self) -> Iterator[JiraLab]:
        settings: dict[str, Any] = {
            "statuses": {"In Progress": ["In Progress"], "Blocked": ["Blocked"]},
        }
        with jira_cloud_double(furnished(cloud=True)) as jira:
            yield JiraLab(jira, **settings)
