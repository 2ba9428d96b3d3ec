"""What is not done before it has to be, and what is left when it is over."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys

import pytest
import requests
from responses import RequestsMock

from syncer.trackers.github.wire import Wire
from syncer.trackers.redaction import Redactor

UNUSED = """
import sys
import syncer.trackers.github.tracker
from syncer.trackers.github.wire import Wire
Wire("https://api.github.com").close()
print(sorted({"github", "jwt", "requests", "cryptography"} & set(sys.modules)))
"""


def test_a_client_that_isn_t_used_costs_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNUSED], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_closing_leaves_nothing_behind() -> None:
    log = logging.getLogger("github.Requester")
    before = list(log.filters)
    wire = Wire("https://api.github.com")
    with RequestsMock() as mocked:
        mocked.get("https://api.github.com:443/user", json={})
        wire.send("GET", "/user")
    assert len(log.filters) == len(before) + 1
    wire.close()
    wire.close()
    assert log.filters == before


def test_one_that_is_forgotten_leaves_nothing_behind_either() -> None:
    log = logging.getLogger("github.Requester")
    before = list(log.filters)
    wire = Wire("https://api.github.com")
    assert len(log.filters) == len(before) + 1
    del wire
    gc.collect()
    assert log.filters == before


@pytest.mark.parametrize("error", [requests.ConnectionError("reset"), requests.Timeout("late")])
def test_it_is_sent_once(mocked: RequestsMock, error: Exception) -> None:
    mocked.get("https://api.github.com:443/user", body=error)
    wire = Wire("https://api.github.com")
    with pytest.raises(type(error)):
        wire.send("GET", "/user")
    assert len(mocked.calls) == 1
    wire.close()


@pytest.mark.parametrize(
    ("url", "asked", "graphql"),
    [
        (
            "https://api.github.com",
            "https://api.github.com:443/user",
            "https://api.github.com/graphql",
        ),
        (
            "https://ghe.example:8443/api/v3/",
            "https://ghe.example:8443/api/v3/user",
            "https://ghe.example:8443/api/graphql",
        ),
        ("http://[::1]:80/api/v3", "http://[::1]:80/api/v3/user", "http://[::1]:80/api/graphql"),
    ],
)
def test_each_server_has_its_addresses(
    mocked: RequestsMock, url: str, asked: str, graphql: str
) -> None:
    mocked.get(asked, json={})
    wire = Wire(url)
    assert wire.send("GET", "/user").status == 200
    assert wire.graphql_url == graphql
    wire.close()


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://ghe.example/api/v3/x?a=%2F&b=", "/x?a=%2F&b="),
        ("https://GHE.example:443/api/v3/x", "/x"),
        ("https://ghe.example/api/v3", None),
        ("https://ghe.example/api/v33/x", None),
        ("https://ghe.example/api/graphql", None),
        ("https://ghe.example/api/v3/../../x", None),
        ("https://ghe.example/api/v3/x/%2E%2e/y", None),
        ("https://ghe.example/api/v3/x\\..\\y", None),
        ("http://ghe.example/api/v3/x", None),
        ("https://ghe.example:8443/api/v3/x", None),
        ("https://ghe.example:x/api/v3/x", None),
        ("https://a@ghe.example/api/v3/x", None),
        ("/api/v3/x", None),
    ],
)
def test_what_a_server_says_leads_nowhere_else(address: str, target: str | None) -> None:
    wire = Wire("https://ghe.example/api/v3")
    assert wire.target_of(address) == target
    wire.close()


def test_after_a_rest_the_next_request_makes_a_connection(
    mocked: RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    mocked.get("https://ghe.example:443/api/v3/user", json={"login": "hunter2"})
    wire = Wire("https://ghe.example/api/v3", Redactor(["hunter2"]))
    wire.send("GET", "/user")
    before = wire._connection
    wire.rest()
    with caplog.at_level(logging.DEBUG):
        assert wire.send("GET", "/user").status == 200
    assert wire._connection is not before
    assert "hunter2" not in caplog.text
    wire.close()
