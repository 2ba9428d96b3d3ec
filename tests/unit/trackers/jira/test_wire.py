"""What is sent, that it is sent once, and what is left when it is over."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest
import requests

from syncer.trackers.jira.wire import Wire
from syncer.trackers.redaction import Redactor

if TYPE_CHECKING:
    from pathlib import Path

    from responses import RequestsMock

URL = "https://acme.atlassian.net"
ISSUE = "/rest/api/2/issue/PAY-7"
SECRET = "hunter2hunter2"  # noqa: S105
UNUSED = """
import sys
import syncer.trackers.jira.opening
from syncer.trackers.jira.settings import JiraSettings
from syncer.trackers.jira.wire import Wire
Wire("https://acme.atlassian.net", "x").close()
print(sorted({"jira", "requests"} & set(sys.modules)))
"""


def test_a_client_that_isn_t_used_costs_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNUSED], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_closing_leaves_nothing_behind(mocked: RequestsMock) -> None:
    logs = [logging.getLogger(name) for name in ("jira", "jira.resilientsession")]
    before = [(list(log.filters), log.level) for log in logs]
    mocked.get(URL + ISSUE, json={})
    wire = Wire(URL, SECRET)
    wire.send("GET", ISSUE)
    assert [len(log.filters) for log in logs] == [len(filters) + 1 for filters, _ in before]
    wire.close()
    wire.close()
    assert [(log.filters, log.level) for log in logs] == before


def test_nothing_is_asked_beside(mocked: RequestsMock) -> None:
    mocked.post(f"{URL}/rest/api/2/issue", status=201, json={"key": "PAY-7"})
    wire = Wire(URL, SECRET, "a@acme.example")
    reply = wire.send("POST", "/rest/api/2/issue", body={"fields": {"summary": "Ünï"}})
    assert (reply.status, json.loads(reply.text)) == (201, {"key": "PAY-7"})
    assert len(mocked.calls) == 1
    request = mocked.calls[0].request
    basic = b64encode(f"a@acme.example:{SECRET}".encode()).decode()
    assert request.headers["Authorization"] == f"Basic {basic}"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Accept"] == "application/json"
    assert request.headers["X-Atlassian-Token"] == "no-check"
    assert str(request.headers["User-Agent"]).startswith("syncer/")
    assert isinstance(request.body, bytes)
    assert json.loads(request.body) == {"fields": {"summary": "Ünï"}}
    wire.close()


def test_a_token_without_an_account_is_borne(mocked: RequestsMock) -> None:
    mocked.get("https://acme.example/jira/rest/api/2/myself", json={})
    wire = Wire("https://acme.example/jira/", SECRET)
    wire.send("GET", "/rest/api/2/myself", params={"expand": "a b"})
    request = mocked.calls[0].request
    assert request.headers["Authorization"] == f"Bearer {SECRET}"
    assert request.url == "https://acme.example/jira/rest/api/2/myself?expand=a+b"
    wire.close()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "error",
    [requests.ConnectionError("reset"), requests.ConnectTimeout("c"), requests.ReadTimeout("late")],
)
def test_it_is_sent_once(mocked: RequestsMock, method: str, error: Exception) -> None:
    mocked.add(method, URL + ISSUE, body=error)
    wire = Wire(URL, SECRET)
    with pytest.raises(type(error)):
        wire.send(method, ISSUE)  # type: ignore[arg-type]
    assert len(mocked.calls) == 1
    wire.close()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 429, 500, 503])
@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "null",
        "1",
        "[1]",
        "[" * 100_000,
        '{"errors": null}',
        '{"errorMessages": null}',
        '{"errorMessages": [1]}',
        '{"message": {}}',
    ],
)
def test_a_no_is_an_answer_however_it_is_written(
    mocked: RequestsMock, status: int, body: str
) -> None:
    late = {"Retry-After": "1.5", "X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE"}
    mocked.put(URL + ISSUE, status=status, body=body, headers=late)
    wire = Wire(URL, SECRET)
    reply = wire.send("PUT", ISSUE, body={})
    assert (reply.status, reply.text, reply.header("retry-after")) == (status, body, "1.5")
    assert len(mocked.calls) == 1
    wire.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "there", ["https://sso.example/login", "/login.jsp", "https://[", "//x:y/", "", "\xff\xfe"]
)
def test_nothing_is_followed(mocked: RequestsMock, status: int, there: str) -> None:
    mocked.get(URL + ISSUE, status=status, headers={"Location": there})
    wire = Wire(URL, SECRET)
    reply = wire.send("GET", ISSUE)
    assert reply.status == status
    assert (reply.header("Location") or "") == there
    assert len(mocked.calls) == 1
    wire.close()


@pytest.mark.parametrize("path", ["/rest/api/2/../x", "/rest/%2e%2E/x", "/rest/api/2/issue/.."])
def test_a_path_leads_nowhere_else(path: str) -> None:
    wire = Wire(URL, SECRET)
    with pytest.raises(ValueError, match="leads out"):
        wire.send("GET", path)
    wire.close()


def test_an_answer_is_utf_8_whatever_it_says(mocked: RequestsMock) -> None:
    latin = "application/json; charset=latin-1"
    mocked.get(URL + ISSUE, body='{"a": "Ünï"}'.encode(), content_type=latin)
    wire = Wire(URL, SECRET)
    assert json.loads(wire.send("GET", ISSUE).text) == {"a": "Ünï"}
    wire.close()


def test_certificates_time_and_proxies_are_those_that_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: dict[str, object] = {}

    def send(*_: object, **given: object) -> None:
        seen.update(given)
        raise requests.ConnectionError

    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", send)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    own = str(tmp_path / "ca.pem")
    wire = Wire(URL, SECRET, timeout=7.5, verify=own)
    with pytest.raises(requests.ConnectionError):
        wire.send("GET", ISSUE)
    assert (seen["timeout"], seen["verify"]) == (7.5, own)
    assert seen["proxies"]["https"] == "http://proxy.example:3128"  # type: ignore[index]
    wire.close()


def test_no_secret_gets_into_a_log(mocked: RequestsMock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="jira")
    mocked.get(URL + ISSUE, status=503, body=SECRET, headers={"Retry-After": "1", "X-Echo": SECRET})
    wire = Wire(URL, SECRET, "a@acme.example", Redactor([SECRET]))
    wire.send("GET", ISSUE)
    for name in ("jira", "jira.resilientsession"):
        logging.getLogger(name).warning("sent %s", SECRET)
    assert "sent ***" in caplog.text
    assert SECRET not in caplog.text
    assert SECRET not in repr(wire)
    wire.close()
