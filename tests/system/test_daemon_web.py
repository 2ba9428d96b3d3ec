"""The daemon over HTTP: real requests to a real server, good ones, bad ones, slow ones, and a great many."""

from __future__ import annotations

import logging
import select
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from prometheus_client.openmetrics import parser as openmetrics
from pydantic import SecretStr

from syncer.daemon import connections
from syncer.daemon.matching import Index, Site
from syncer.daemon.server import serving
from syncer.daemon.status import Ended, Result
from syncer.daemon.web import AT_ONCE, application
from syncer.daemon.webhooks import Webhooks
from syncer.errors import ConfigurationError
from syncer.settings.keys import WebhookKeys
from tests.support import deliveries
from tests.support.asking import PATIENCE, Answer, ask, deliver, raw, rest, scraped, split
from tests.support.syncs import Bench
from tests.support.watched import GITHUB_SECRET, JIRA_SECRET, Watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_BYTES = 2_000


@contextmanager
def served(watched: Watched, **limits: float) -> Iterator[str]:
    webhooks = watched.webhooks(max_bytes=MAX_BYTES)
    patience, most = limits.get("patience", 60), int(limits.get("most", 256))
    make = lambda: application(watched, webhooks)  # noqa: E731 - a name for it says no more
    with serving(make, "127.0.0.1:0", patience=patience, most=most) as address:
        yield address


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Watched, str]]:
    watched = Watched()
    with served(watched) as address:
        yield watched, address


@pytest.fixture
def watched(shared: tuple[Watched, str]) -> Watched:
    shared[0].asked.clear()
    shared[0].told.clear()
    return shared[0]


@pytest.fixture
def address(shared: tuple[Watched, str]) -> str:
    return shared[1]


class TestHealth:
    def test_it_lives_while_its_schedule_is_looked_after(
        self, watched: Watched, address: str
    ) -> None:
        watched.board.beat()
        assert ask(address, "/healthz").said == {"alive": True}
        watched.clock.waits.append(59)
        assert ask(address, "/healthz").status == 200
        watched.clock.waits.append(1)
        answer = ask(address, "/healthz")
        assert (answer.status, answer.said) == (503, {"alive": False})
        watched.board.beat()
        assert ask(address, "/healthz").status == 200

    def test_it_is_ready_once_each_repository_was_tried_until_it_stops(self) -> None:
        watched = Watched()
        watched.board.keep(["pay", "shop"])
        with served(watched) as address:
            for name in ("pay", "shop"):
                answer = ask(address, "/readyz")
                assert (answer.status, answer.said) == (503, {"ready": False})
                watched.board.began(name)
                watched.board.ended(name, Ended(Result.FAILED, 4, "no answer"))
            assert ask(address, "/readyz").said == {"ready": True}
            # One that comes later, by a reload, takes nothing away.
            watched.board.keep(["pay", "shop", "third"])
            assert ask(address, "/readyz").status == 200
            watched.board.stopping()
            assert ask(address, "/readyz").status == 503
            assert ask(address, "/healthz").status == 200


class TestMetrics:
    def test_prometheus_reads_them(self, watched: Watched, address: str) -> None:
        watched.board.began("shop")
        watched.board.ended("shop", Ended(Result.DONE, 0))
        values = scraped(address)
        assert values["syncer_syncs_total", "shop", "done"] == 1
        assert ("process_open_fds",) in values
        answer = ask(address, "/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"

    def test_in_openmetrics_too(self, address: str) -> None:
        accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.2"
        answer = ask(address, "/metrics", headers={"Accept": accept})
        assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1")
        parse = openmetrics.text_string_to_metric_families
        names = {f.name for f in parse(answer.body.decode())}  # type: ignore[no-untyped-call]
        assert "syncer_syncs" in names

    def test_webhooks_are_among_them(self, watched: Watched, address: str) -> None:
        del watched
        name = ("syncer_webhook_deliveries_total", "ignored", "github")
        before = scraped(address)[name]
        deliver(address, "github", deliveries.github("ping", {"zen": "Keep it logically awesome."}))
        assert scraped(address)[name] == before + 1


class TestPaths:
    @pytest.mark.parametrize(
        "path", ["/", "/favicon.ico", "/healthz/", "/metrics/x", "/webhooks", "/%2e%2e/healthz"]
    )
    def test_there_is_nothing_else(self, address: str, path: str) -> None:
        answer = ask(address, path, headers={"Host": "evil.example"})
        assert answer.status == 404
        assert "evil" not in str(answer)

    @pytest.mark.parametrize(
        ("path", "method"),
        [("/healthz", "POST"), ("/metrics", "DELETE"), ("/webhooks/github", "GET")],
    )
    def test_each_has_its_method(self, address: str, path: str, method: str) -> None:
        answer = ask(address, path, method)
        assert answer.status == 405
        assert answer.headers["allow"]

    def test_nothing_says_what_it_is_made_of(self, address: str) -> None:
        answer = ask(address, "/healthz")
        assert not {"server", "x-powered-by"} & answer.headers.keys()
        assert answer.headers["connection"] == "close"
        assert answer.headers["cache-control"] == "no-store"


class TestWebhooks:
    def test_githubs(self, watched: Watched, address: str) -> None:
        pushed = deliver(address, "github", deliveries.push())
        assert (pushed.status, pushed.said) == (202, {"webhook": "accepted"})
        assert deliver(address, "github", deliveries.issue()).status == 202
        again = deliver(address, "github", deliveries.issue())
        assert (again.status, again.said) == (202, {"webhook": "repeated"})
        ping = deliver(address, "github", deliveries.github("ping", {}))
        assert (ping.status, ping.said) == (202, {"webhook": "ignored"})
        assert watched.asked == ["shop", "shop"]

    def test_jiras(self, watched: Watched, address: str) -> None:
        assert deliver(address, "jira", deliveries.jira_issue()).status == 202
        assert watched.asked == ["shop"]

    @pytest.mark.parametrize("service", ["github", "jira"])
    def test_a_bad_signature_and_a_missing_one_are_answered_alike(
        self, watched: Watched, address: str, service: str
    ) -> None:
        answers = []
        for signature in ("sha256=" + "0" * 64, None):
            sent = (
                deliveries.push(number=7) if service == "github" else deliveries.jira_issue("PAY-8")
            )
            header = "x-hub-signature-256" if service == "github" else "x-hub-signature"
            del sent.headers[header]
            if signature:
                sent.headers[header] = signature
            answers.append(deliver(address, service, sent))
        bad, missing = answers
        assert bad.status == missing.status == 401
        assert bad.body == missing.body
        assert (watched.asked, watched.told) == ([], [])

    @pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 1_900, b"\xff"])
    def test_what_is_malformed_leaves_no_trace(
        self, watched: Watched, address: str, body: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = deliver(address, "github", deliveries.github("push", body))
        assert (answer.status, answer.said) == (400, {"webhook": "malformed"})
        assert watched.asked == []
        assert not [record for record in caplog.records if record.exc_info]

    def test_without_a_secret_there_are_none(self) -> None:
        watched = Watched()
        keys = WebhookKeys(jira_secret=SecretStr(JIRA_SECRET))
        webhooks = Webhooks(watched, lambda: keys, watched.clock.timing().elapsed)
        with serving(lambda: application(watched, webhooks), "127.0.0.1:0") as address:
            assert deliver(address, "github", deliveries.push()).status == 404
            assert deliver(address, "jira", deliveries.jira_issue()).status == 202
            keys = WebhookKeys(github_secret=SecretStr(GITHUB_SECRET))  # a reload
            assert deliver(address, "github", deliveries.push()).status == 202
            assert deliver(address, "jira", deliveries.jira_issue()).status == 404


class TestSize:
    def test_one_that_says_that_it_is_too_large_is_not_read(self, address: str) -> None:
        head = b"POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
        answer = rest(raw(address, head % (MAX_BYTES + 1)))
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert rest(raw(address, head % 10**18)).startswith(b"HTTP/1.1 413 ")

    def test_one_that_does_not_say_so_is_read_no_further(self, address: str) -> None:
        """The rest never comes, and the answer does."""
        head = b"POST /webhooks/github HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        part = b"64\r\n" + b"a" * 100 + b"\r\n"
        answer = rest(raw(address, head, part * (MAX_BYTES // 100 + 1)))
        assert answer.startswith(b"HTTP/1.1 413 ")

    def test_one_that_is_just_small_enough_is_taken(self, watched: Watched, address: str) -> None:
        sent = deliveries.push(padding="")
        padding = "x" * (MAX_BYTES - len(sent.body))
        sent = deliveries.push(padding=padding)
        assert len(sent.body) == MAX_BYTES
        assert deliver(address, "github", sent).status == 202
        chunks = [sent.body[at : at + 7] for at in range(0, MAX_BYTES, 7)]
        again = ask(address, "/webhooks/github", "POST", headers=sent.headers, body=chunks)
        assert again.said == {"webhook": "repeated"}
        assert watched.asked == ["shop"]

    def test_all_together_are_bounded_too(self, address: str) -> None:
        """Of nine of the largest size, one is turned down while the others are still being received."""
        head = b"POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n"
        held = [raw(address, head, b"a" * 1_999) for _ in range(AT_ONCE + 1)]
        answered, _, _ = select.select(held, [], [], PATIENCE)
        assert [rest(one).split(b"\r\n")[0] for one in answered] == [
            b"HTTP/1.1 503 Service Unavailable"
        ]
        for one in set(held) - set(answered):
            one.sendall(b"a")
            assert rest(one).startswith(b"HTTP/1.1 401 ")
        assert deliver(address, "github", deliveries.push(number=99)).status == 202


class TestClients:
    def test_one_that_is_slow_is_dropped_and_holds_up_nobody(self) -> None:
        starts = [
            b"",
            b"GET /healthz HTT",
            b"POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{",
        ]
        with served(Watched(), patience=1.5) as address:
            slow = [raw(address, start) for start in starts]
            assert ask(address, "/healthz").status == 200
            assert [rest(one) for one in slow] == [b"", b"", b""]
            assert ask(address, "/healthz").status == 200

    def test_there_are_never_too_many_and_the_newest_is_answered(self) -> None:
        with served(Watched(), most=5) as address:
            idle = [raw(address) for _ in range(10)]
            assert ask(address, "/healthz").status == 200
            assert [rest(one) for one in idle[:6]] == [b""] * 6
            for one in idle[6:]:
                one.close()

    @pytest.mark.parametrize(
        "sent",
        [
            b"\x00\xff" * 100 + b"\r\n\r\n",
            b"GET /healthz\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000,
            b"POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Length: 1e3\r\n\r\n",
            b"POST /webhooks/github HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ],
        ids=["bytes", "no version", "tls", "long header", "length", "chunk"],
    )
    def test_one_that_talks_garbage_is_told_so(
        self, address: str, sent: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = rest(raw(address, sent))
        assert not answer or answer.startswith(b"HTTP/1.1 400 ")
        assert ask(address, "/healthz").status in (200, 503)
        assert caplog.records == []

    def test_one_that_wants_another_protocol_does_not_get_it(self, address: str) -> None:
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "a"}
        assert ask(address, "/healthz", headers=upgrade).status in (200, 503)

    def test_one_that_hangs_up_is_forgotten(
        self, watched: Watched, address: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        head = b"POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"
        raw(address, head).close()
        assert ask(address, "/metrics").status == 200
        assert watched.asked == []
        assert caplog.records == []

    def test_the_server_ends_though_one_is_still_there(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(connections, "FAREWELL", 0.05)
        head = b"POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"
        with served(Watched()) as address:
            slow = raw(address, head)
            assert ask(address, "/healthz").status == 200
        assert rest(slow) == b""
        assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


class TestBurst:
    """A thousand webhooks cost one sync. The service is the daemon's own; only its syncs wait for the test."""

    @staticmethod
    @contextmanager
    def bench() -> Iterator[tuple[Bench, str]]:
        bench = Bench("shop")
        service = bench.service
        keys = WebhookKeys(github_secret=SecretStr(GITHUB_SECRET))
        webhooks = Webhooks(service, lambda: keys, service.time.elapsed)
        service._index = Index({"shop": Site(("git@github.com:acme/shop.git",), "", tuple)})
        with serving(lambda: application(service, webhooks), "127.0.0.1:0") as address:
            yield bench, address

    @staticmethod
    def burst(address: str) -> None:
        sent = [deliveries.push(number=number) for number in range(1000)]
        assert {deliver(address, "github", one).status for one in sent} == {202}
        assert scraped(address)["syncer_webhook_deliveries_total", "accepted", "github"] == 1000

    def test_while_nothing_goes_on_they_cost_one(
        self, record_property: Callable[..., None]
    ) -> None:
        with self.bench() as (bench, address):
            bench.turn()
            bench.end("shop")
            self.burst(address)
            assert bench.turn() == []  # more may come in a moment
            assert bench.turn(2) == ["shop"]
            bench.end("shop")
            assert bench.turn(60) == []
            assert bench.log.count("shop began") == 2
            assert scraped(address)["syncer_syncs_total", "shop", "done"] == 2
            record_property("tried", "1,000 webhooks, which cost 1 sync")

    def test_while_a_sync_goes_on_they_cost_one_more(
        self, record_property: Callable[..., None]
    ) -> None:
        with self.bench() as (bench, address):
            assert bench.turn() == ["shop"]
            self.burst(address)
            bench.turn(60)
            assert bench.log.count("shop began") == 1
            bench.end("shop")
            bench.turn(2)
            bench.end("shop")
            assert bench.turn(60) == []
            assert bench.log.count("shop began") == 2
            record_property("tried", "1,000 webhooks during a sync, which cost 1 more")


class TestListening:
    def test_a_port_that_is_in_use_is_told_before_anything_runs(self, address: str) -> None:
        with pytest.raises(ConfigurationError) as error, serving(lambda: _none, address):
            pytest.fail("it listens")
        assert (
            error.value.message
            == f"daemon.listen: {address} can't be listened on: Address already in use"
        )
        assert "SYNCER_DAEMON__LISTEN" in error.value.remedy

    def test_a_host_that_is_none(self) -> None:
        with pytest.raises(ConfigurationError), serving(lambda: _none, "no.such.host.invalid:0"):
            pytest.fail("it listens")

    def test_version_6(self) -> None:
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            pytest.skip("there is no IPv6 here")
        watched = Watched()
        make = lambda: application(watched, watched.webhooks())  # noqa: E731
        with serving(make, "[::1]:0") as address:
            assert address.startswith("[::1]:")
            assert ask(address, "/healthz").status == 200

    def test_it_is_over_at_the_end(self) -> None:
        with served(Watched()) as address:
            assert ask(address, "/healthz").status == 200
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(split(address))

    @pytest.mark.parametrize("package", ["uvicorn", "starlette.applications", "prometheus_client"])
    def test_a_package_that_is_missing(self, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(ConfigurationError) as error, served(Watched()):
            pytest.fail("it serves")
        assert package.partition(".")[0] in error.value.message
        assert "syncer[daemon]" in error.value.remedy


async def _none(*_: object) -> None:
    """Answers nothing."""


def test_an_error_of_our_own_is_logged_and_not_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    watched = Watched()

    def fail() -> None:
        raise RuntimeError("of our own")

    monkeypatch.setattr(watched, "status", fail)
    with served(watched) as address:
        answer: Answer = ask(address, "/readyz")
        assert answer.status == 500
        assert answer.body == b"Internal Server Error"
    assert "of our own" in caplog.text
