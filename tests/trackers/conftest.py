"""Clients of the doubles of Jira."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.jira.client import client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.jira.client import Client


@pytest.fixture(params=["cloud", "server"])
def jira(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Each of them."""
    with client(cloud=request.param == "cloud") as api:
        yield api


@pytest.fixture
def jira_cloud() -> Iterator[Client]:
    with client(cloud=True) as api:
        yield api


@pytest.fixture
def jira_server() -> Iterator[Client]:
    with client(cloud=False) as api:
        yield api
