"""GitHub passes the suite that every tracker has to pass, on a double that is held against its description."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.testing import TrackerConformance
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, GitHubLab, furnish

if TYPE_CHECKING:
    from collections.abc import Iterator


class TestGitHubTracker(TrackerConformance):
    @pytest.fixture
    def lab(self) -> Iterator[GitHubLab]:
        with github_double(base_path=BASE_PATH) as github:
            yield GitHubLab(github, furnish(github))
