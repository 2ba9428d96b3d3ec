"""Requests through Jira's client to a server on loopback that drops connections, stalls, and answers with nonsense."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from syncer.errors import TrackerError
from syncer.trackers.base import Unknown
from syncer.trackers.http import Http
from syncer.trackers.jira.client import Client
from syncer.trackers.jira.explaining import limited
from syncer.trackers.jira.wire import Wire
from syncer.trackers.redaction import Redactor
from tests.support.clock import FakeClock
from tests.support.fault_server import (
    CUT,
    DROPPED_AFTER,
    DROPPED_BEFORE,
    HTML,
    STALLED,
    FaultServer,
    Step,
    fault_server,
)
from tests.support.loopback import closed_port

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "hunter2hunter2"  # noqa: S105
BUSY = Step(503, headers={"Retry-After": "1"}, body="<html>", effect=False)
LOST = [DROPPED_BEFORE, DROPPED_AFTER, CUT, HTML, STALLED, BUSY, Step(500), Step(502, body="<")]
DRAFT = {"fields": {"summary": "One"}}
WRITES = [("POST", "/issue"), ("PUT", "/issue/PAY-7"), ("POST", "/issue/PAY-7/transitions")]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as server:
        yield server


def client_of(url: str, clock: FakeClock, timeout: float = 60.0) -> Client:
    redact = Redactor([SECRET])
    http = Http("Jira", redact, timing=clock.timing(), limited=limited)
    return Client(Wire(url, SECRET, redact=redact, timeout=timeout), http, "PAY", "server")


def write(client: Client, method: str, path: str) -> Any:
    return client.post(path, DRAFT) if method == "POST" else client.put(path, DRAFT)


@pytest.mark.parametrize("step", LOST)
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_write_without_an_answer_is_sent_once(
    server: FaultServer, step: Step, method: str, path: str
) -> None:
    clock = FakeClock()
    server.steps.append(step)
    client = client_of(server.url, clock, 0.1 if step.stall else 60.0)
    answer = write(client, method, path)
    assert isinstance(answer, Unknown)
    if step.stall:
        # The time-out may be over before the server has got the request.
        assert server.stalling.wait(60)
    assert server.requests == [(method, f"/rest/api/2{path}")]
    assert server.effects == ([json.dumps(DRAFT)] if step.effect else [])
    assert clock.waits == []
    assert SECRET not in answer.reason
    client.close()


def test_a_write_on_a_connection_that_was_dropped_in_between_is_sent_once(
    server: FaultServer,
) -> None:
    clock = FakeClock()
    client = client_of(server.url, clock)
    assert client.get("/myself") == {}
    server.steps.append(DROPPED_AFTER)
    assert isinstance(client.post("/issue", DRAFT), Unknown)
    assert len(server.effects) == 1
    client.close()


@pytest.mark.parametrize("step", [step for step in LOST if not step.stall])
def test_a_read_gets_through(server: FaultServer, step: Step) -> None:
    page = {"startAt": 0, "total": 1, "issues": [{"key": "PAY-1"}]}
    server.steps += [step, step, Step(200, body=json.dumps(page))]
    client = client_of(server.url, FakeClock())
    assert list(client.search("project = PAY", ["summary"])) == [[{"key": "PAY-1"}]]
    assert len(server.requests) == 3
    client.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_page_to_log_in_is_never_asked_for(server: FaultServer, status: int) -> None:
    there = {"Location": f"{server.url}/login.jsp"}
    server.steps += [Step(status, headers=there, effect=False) for _ in range(2)]
    client = client_of(server.url, FakeClock())
    with pytest.raises(TrackerError, match="log in"):
        client.post("/issue", DRAFT)
    with pytest.raises(TrackerError, match="log in"):
        client.get("/myself")
    assert [path for _, path in server.requests] == ["/rest/api/2/issue", "/rest/api/2/myself"]
    client.close()


@pytest.mark.parametrize("value", ["1.5", "Sun, 23 Nov 2025 12:00:01 GMT"])
def test_a_limit_may_say_in_any_way_how_long_it_lasts(server: FaultServer, value: str) -> None:
    clock = FakeClock()
    server.steps.append(Step(429, headers={"Retry-After": value}, effect=False))
    client = client_of(server.url, clock)
    assert client.post("/issue", DRAFT) == {}
    assert clock.waits == [1.5 if value == "1.5" else 1.0]
    assert len(server.effects) == 1
    client.close()


def test_nobody_there_is_told(closed: int) -> None:
    client = client_of(f"http://127.0.0.1:{closed}", FakeClock())
    with pytest.raises(TrackerError, match="can't be reached"):
        client.post("/issue", DRAFT)
    client.close()


@pytest.fixture
def closed() -> int:
    return closed_port()
