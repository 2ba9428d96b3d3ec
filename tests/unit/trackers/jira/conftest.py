from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import responses

from syncer.trackers.http import Http
from syncer.trackers.jira.client import Client
from syncer.trackers.jira.explaining import limited
from syncer.trackers.jira.wire import Wire
from syncer.trackers.redaction import Redactor
from tests.support.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "hunter2hunter2"  # noqa: S105
EMAIL = "syncer@acme.example"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def mocked() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mocked:
        yield mocked


@pytest.fixture
def client(clock: FakeClock) -> Iterator[Client]:
    """A client of Jira Cloud."""
    redact = Redactor([SECRET, f"{EMAIL}:{SECRET}"])
    http = Http("Jira", redact, timing=clock.timing(), limited=limited)
    wire = Wire("https://acme.atlassian.net", SECRET, EMAIL, redact)
    client = Client(wire, http, "PAY", "cloud")
    yield client
    client.close()


@pytest.fixture
def server(clock: FakeClock) -> Iterator[Client]:
    """A client of a Data Center."""
    redact = Redactor([SECRET])
    http = Http("Jira", redact, timing=clock.timing(), limited=limited)
    client = Client(Wire("https://acme.example/jira", SECRET, redact=redact), http, "PAY", "server")
    yield client
    client.close()
