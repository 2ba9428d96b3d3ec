"""Requests to a real server on loopback that drops connections, stalls, and answers with nonsense.

Time stands still: what would be waited is written down instead.
"""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests

from syncer.errors import TrackerError
from syncer.trackers.base import Refused, Unknown
from syncer.trackers.http import AnswerError, Http
from syncer.trackers.redaction import Redactor
from syncer.trackers.replies import Reply, ReplyError
from tests.support.clock import START, FakeClock
from tests.support.fault_server import (
    CUT,
    DROPPED_AFTER,
    DROPPED_BEFORE,
    HTML,
    OK,
    STALLED,
    FaultServer,
    Step,
    fault_server,
)
from tests.support.loopback import closed_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

LOST = [DROPPED_BEFORE, DROPPED_AFTER, CUT, HTML, STALLED, Step(500), Step(502, body="<html>")]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as server:
        yield server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def http(clock: FakeClock) -> Http:
    return Http("GitHub", Redactor(["hunter2"]), timing=clock.timing())


def send(method: str, url: str, *, timeout: float = 60.0) -> Callable[[], Any]:
    """A request as a tracker's client would send it, with the token in the header and the address."""

    def request() -> Any:
        with requests.Session() as session:
            answer = session.request(
                method,
                f"{url}?token=hunter2",
                data="an issue" if method == "POST" else None,
                headers={"Authorization": "Bearer hunter2"},
                timeout=(60.0, timeout),
                allow_redirects=False,
            )
        if answer.status_code != requests.codes.ok:
            raise ReplyError(Reply(answer.status_code, answer.headers, answer.text))
        return answer.json()

    return request


def timeout_for(step: Step) -> float:
    """Short where there will be no answer, and long where a slow machine may take its time."""
    return 0.05 if step.stall else 60.0


@pytest.mark.parametrize("step", LOST)
def test_a_read_gets_through(http: Http, server: FaultServer, step: Step) -> None:
    steps = [step, step, OK]
    server.steps += steps

    def request() -> Any:
        return send("GET", server.url, timeout=timeout_for(steps.pop(0)))()

    assert http.read(request) == {}
    assert steps == []


@pytest.mark.parametrize("step", LOST)
def test_a_write_without_an_answer_is_sent_once(
    http: Http, server: FaultServer, step: Step
) -> None:
    server.steps.append(step)
    answer = http.write(send("POST", server.url, timeout=timeout_for(step)))
    assert isinstance(answer, Unknown)
    if step.stall:
        # The time-out may be over before the server has got the request.
        assert server.stalling.wait(60)
    assert len(server.requests) == 1
    assert server.effects == (["an issue"] if step.effect else [])
    assert "hunter2" not in answer.reason


def after(value: str) -> Callable[[datetime], dict[str, str]]:
    return lambda _: {"Retry-After": value}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        (after("300"), 300),
        (after("1.5"), 1.5),
        (lambda now: {"Retry-After": format_datetime(now, usegmt=True)}, 120),
        (
            lambda now: {
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": f"{now.timestamp():.0f}",
            },
            120,
        ),
    ],
    ids=["seconds", "fraction", "date", "reset"],
)
def test_a_limited_request_waits_as_long_as_it_is_told(
    http: Http,
    server: FaultServer,
    clock: FakeClock,
    method: str,
    status: int,
    headers: Callable[[datetime], dict[str, str]],
    wait: float,
) -> None:
    moment = START.replace(minute=2)
    date = {"Date": format_datetime(START, usegmt=True)}
    server.steps.append(Step(status, {**date, **headers(moment)}, effect=False))
    request = send(method, server.url)
    assert (http.read(request) if method == "GET" else http.write(request)) == {}
    assert clock.waits == [wait]
    assert server.effects == (["an issue"] if method == "POST" else [])


def test_a_missing_permission_is_no_limit(http: Http, server: FaultServer) -> None:
    server.steps += [Step(403, effect=False, body='{"message": "Resource not accessible"}')] * 2
    with pytest.raises(AnswerError, match="Resource not accessible"):
        http.read(send("GET", server.url))
    answer = http.write(send("POST", server.url))
    assert isinstance(answer, Refused)
    assert "Resource not accessible" in answer.reason
    assert len(server.requests) == 2


def test_a_redirection_of_a_write_has_written_nothing(http: Http, server: FaultServer) -> None:
    server.steps.append(Step(307, {"Location": "/elsewhere"}, effect=False))
    assert isinstance(http.write(send("POST", server.url)), Refused)
    assert server.effects == []


def test_a_server_that_isn_t_there_has_got_nothing(http: Http, clock: FakeClock) -> None:
    url = f"http://127.0.0.1:{closed_port()}/"
    with pytest.raises(TrackerError, match="can't be reached") as caught:
        http.write(send("POST", url))
    assert len(clock.waits) == 4
    assert "hunter2" not in str(caught.value)


def test_a_write_is_sent_again_once_the_server_is_there(http: Http, server: FaultServer) -> None:
    urls = iter([f"http://127.0.0.1:{closed_port()}/", server.url])

    def request() -> Any:
        return send("POST", next(urls))()

    assert http.write(request) == {}
    assert server.effects == ["an issue"]


@pytest.mark.parametrize("fault", [DROPPED_BEFORE, DROPPED_AFTER, CUT, HTML, OK])
def test_no_write_ever_takes_effect_twice(http: Http, server: FaultServer, fault: Step) -> None:
    limited = Step(429, {"Retry-After": "1"}, effect=False)
    for number in range(20):
        server.steps += [limited] * (number % 3) + [fault]
        before = len(server.effects)
        answer = http.write(send("POST", server.url))
        assert len(server.effects) - before <= 1
        assert isinstance(answer, Unknown) or fault is OK
