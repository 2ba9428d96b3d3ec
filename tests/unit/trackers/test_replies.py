"""What an answer, or the lack of one, is taken to mean."""

from __future__ import annotations

import json
import socket
import ssl
from datetime import UTC, datetime
from http.client import IncompleteRead, RemoteDisconnected

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from syncer.trackers.replies import (
    Fate,
    Reply,
    UnreadableError,
    asked_wait,
    is_limited,
    judge_error,
    judge_reply,
    said,
)

NOW = datetime(2025, 11, 23, 12, 0, 0, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "300"}, 300),
        ({"retry-after": "1.5"}, 1.5),
        ({"Retry-After": " 7 "}, 7),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "-5"}, 0),
        ({"Retry-After": "Sun, 23 Nov 2025 12:02:00 GMT"}, 120),
        ({"Retry-After": "Sunday, 23-Nov-25 12:02:00 GMT"}, 120),
        ({"Retry-After": "Sun Nov 23 12:02:00 2025"}, 120),
        ({"Retry-After": "Sun, 23 Nov 2025 11:00:00 GMT"}, 0),
        ({"Retry-After": "2025-11-23T12:01Z"}, 60),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "Sun, 99 Nov 9999999 12:02:00 GMT"}, None),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(EPOCH + 90)}, 90),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2025-11-23T12:00:30Z"}, 30),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(EPOCH - 90)}, 0),
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": "45"}, 45),
        ({"X-RateLimit-Remaining": "7", "X-RateLimit-Reset": str(EPOCH + 90)}, None),
        ({"X-RateLimit-Remaining": "0"}, None),
        (
            {"Retry-After": "5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "90"},
            5,
        ),
    ],
)
def test_a_service_says_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(Reply(429, headers), NOW) == seconds


def test_moments_are_compared_with_the_service_s_own_clock() -> None:
    headers = {
        "Date": "Sun, 23 Nov 2025 15:00:00 GMT",
        "Retry-After": "Sun, 23 Nov 2025 15:00:10 GMT",
    }
    assert asked_wait(Reply(503, headers), NOW) == 10


@given(st.text(), st.text(), st.text())
def test_no_header_is_too_odd_to_be_read(after: str, remaining: str, reset: str) -> None:
    headers = {"Retry-After": after, "X-RateLimit-Remaining": remaining, "X-RateLimit-Reset": reset}
    wait = asked_wait(Reply(429, headers), NOW)
    assert wait is None or wait >= 0


@pytest.mark.parametrize(
    ("reply", "limited"),
    [
        (Reply(429), True),
        (Reply(403), False),
        (Reply(403, text='{"message": "Resource not accessible by integration"}'), False),
        (Reply(403, {"X-RateLimit-Remaining": "4999"}), False),
        (Reply(403, {"x-ratelimit-remaining": "0"}), True),
        (Reply(403, {"Retry-After": "60"}), True),
        (Reply(403, text='{"message": "You have exceeded a secondary rate limit."}'), True),
        (Reply(401, {"Retry-After": "60"}), False),
        (Reply(503, {"Retry-After": "60"}), False),
    ],
)
def test_a_rate_limit_is_told_from_a_missing_permission(reply: Reply, *, limited: bool) -> None:
    assert is_limited(reply) is limited


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        *((status, Fate.DENIED) for status in (301, 307, 400, 401, 403, 404, 409, 410, 422)),
        *(
            (status, Fate.LOST)
            for status in (200, 204, 408, 425, 500, 501, 502, 503, 504, 520, 999)
        ),
        (429, Fate.LIMITED),
    ],
)
def test_an_answer_decides_what_became_of_the_request(status: int, fate: Fate) -> None:
    failure = judge_reply(Reply(status), is_limited)
    assert failure.fate is fate
    assert str(status) in failure.reason


def unsent() -> Exception:
    refused = NewConnectionError(None, "refused")  # type: ignore[arg-type]  # the connection isn't looked at
    return requests.ConnectionError(MaxRetryError(None, "/x", refused))  # type: ignore[arg-type]  # nor the pool


def dropped() -> Exception:
    return requests.ConnectionError(ProtocolError("Connection aborted.", RemoteDisconnected("x")))


def untrusted() -> Exception:
    return requests.exceptions.SSLError(ssl.SSLError(ssl.SSLCertVerificationError("self-signed")))


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (unsent(), Fate.UNSENT),
        (requests.ConnectTimeout("x"), Fate.UNSENT),
        (ConnectionRefusedError(), Fate.UNSENT),
        (socket.gaierror(-2, "Name or service not known"), Fate.UNSENT),
        (dropped(), Fate.LOST),
        (ConnectionResetError(), Fate.LOST),
        (BrokenPipeError(), Fate.LOST),
        (RemoteDisconnected("x"), Fate.LOST),
        (IncompleteRead(b""), Fate.LOST),
        (TimeoutError(), Fate.LOST),
        (requests.ReadTimeout("x"), Fate.LOST),
        (requests.exceptions.ChunkedEncodingError("x"), Fate.LOST),
        (requests.exceptions.SSLError("EOF"), Fate.LOST),
        (json.JSONDecodeError("x", "<html>", 0), Fate.LOST),
        (requests.JSONDecodeError("x", "<html>", 0), Fate.LOST),
        (UnreadableError("no number"), Fate.LOST),
        (untrusted(), Fate.IMPOSSIBLE),
        (requests.exceptions.InvalidURL("x"), Fate.IMPOSSIBLE),
        (requests.exceptions.InvalidHeader("x"), Fate.IMPOSSIBLE),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, Exception) else part.name,
)
def test_an_error_decides_what_became_of_the_request(error: Exception, fate: Fate) -> None:
    failure = judge_error(error)
    assert failure is not None
    assert failure.fate is fate
    assert failure.reply is None


@pytest.mark.parametrize("error", [ValueError(), KeyError("x"), AttributeError()])
def test_a_bug_is_no_failure(error: Exception) -> None:
    assert judge_error(error) is None


def test_what_was_being_handled_meanwhile_is_another_matter() -> None:
    """A write that is lost while a refused connection is dealt with was sent all the same."""
    try:
        try:
            raise ConnectionRefusedError  # noqa: TRY301 - what is tested
        except ConnectionRefusedError:
            raise ConnectionResetError  # noqa: B904 - without a cause, that's the point
    except ConnectionResetError as error:
        failure = judge_error(error)
    assert failure is not None
    assert failure.fate is Fate.LOST


def test_an_error_that_is_made_of_itself_is_read_once() -> None:
    error, other = ConnectionResetError(), TimeoutError()
    error.__cause__, other.__cause__ = other, error
    failure = judge_error(error)
    assert failure is not None
    assert "in time" in failure.reason


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(404), "404 Not Found"),
        (Reply(520), "520"),
        (Reply(422, text='{"message":\n  "no"}'), '422 Unprocessable Entity: {"message": "no"}'),
        (Reply(502, text=" <!DOCTYPE html>\n<p>x"), "502 Bad Gateway: a page of HTML"),
    ],
)
def test_an_answer_is_put_in_one_line(reply: Reply, words: str) -> None:
    assert said(reply).replace("Content", "Entity") == words
