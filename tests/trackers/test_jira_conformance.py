"""Jira passes the suite that every tracker has to pass, on doubles of Cloud and of Data Center."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.testing import TrackerConformance
from tests.support.jira.server import jira_cloud_double, jira_server_double
from tests.support.jira.world import furnished
from tests.support.jira_lab import JiraLab

if TYPE_CHECKING:
    from collections.abc import Iterator


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
