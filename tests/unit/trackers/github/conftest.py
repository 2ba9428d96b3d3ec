from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import responses

from syncer.trackers.github.auth import Token
from syncer.trackers.github.client import Client
from syncer.trackers.github.explaining import limited
from syncer.trackers.github.wire import Wire
from syncer.trackers.http import Http
from syncer.trackers.redaction import Redactor
from tests.support.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "hunter2hunter2"  # noqa: S105


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def mocked() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mocked:
        yield mocked


@pytest.fixture
def client(clock: FakeClock) -> Iterator[Client]:
    redact = Redactor([SECRET])
    http = Http("GitHub", redact, timing=clock.timing(), limited=limited)
    client = Client(Wire("https://api.github.com", redact), Token(SECRET), http, "acme/shop")
    yield client
    client.close()
