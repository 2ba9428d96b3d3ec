"""What the daemon answers over HTTP: a real process, a real server, and a service whose syncs a test holds up."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import socket
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from syncer.daemon.server import serving
from syncer.daemon.service import Service, Spec
from syncer.daemon.status import Ended, Result
from syncer.daemon.web import application
from syncer.daemon.webhooks import Webhooks
from syncer.settings.keys import WebhookKeys
from tests.support import deliveries
from tests.support.program import POST_MORTEM, Program
from tests.support.repositories import VARIABLES, bare
from tests.support.watched import GITHUB_SECRET, JIRA_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KEYS = WebhookKeys(
    github_secret=SecretStr(GITHUB_SECRET), jira_secret=SecretStr(JIRA_SECRET), max_bytes=10_000
)


class Held:
    """Syncs of one repository that last until the test lets them end."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.end = threading.Semaphore(0)
        self.runs = 0

    def run(self, stop: threading.Event) -> Ended:
        del stop
        self.runs += 1
        self.begun.release()
        self.end.acquire()
        return Ended(Result.DONE, 0)

    def close(self) -> None:
        self.end.release(1000)


class Watch:
    """A server and whoever asks it."""

    def __init__(self, address: str) -> None:
        self.host, _, port = address.rpartition(":")
        self.port = int(port)

    def ask(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        connection = HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()}
        finally:
            connection.close()

    def metrics(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        """All samples, by the client library's own parser."""
        status, text, _ = self.ask("/metrics")
        assert status == 200
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text.decode())
            for sample in family.samples
        }

    def metric(self, name: str, **labels: str) -> float:
        return self.metrics()[name, frozenset(labels.items())]


@contextmanager
def watching(service: Service) -> Iterator[Watch]:
    webhooks = Webhooks(service, lambda: KEYS, service.time.elapsed)
    with serving(lambda: application(service, webhooks), "127.0.0.1:0") as address:
        yield Watch(address)


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def service(held: Held) -> Iterator[Service]:
    """A service with one repository, ``shop``, that has begun its first sync."""
    from datetime import timedelta

    from syncer.daemon.matching import Index, Site
    from syncer.daemon.schedule import Timetable

    made = Service()
    hour = timedelta(hours=1)
    specs = {"shop": Spec(held, Timetable(hour, timedelta(0), hour))}
    index = Index({"shop": Site(("https://github.com/acme/shop.git",), "main", tuple)}, {})
    made.serve(specs, 2, index)
    thread = threading.Thread(target=made.run)
    thread.start()
    held.begun.acquire()
    try:
        yield made
    finally:
        made.end()
        held.close()
        thread.join()


def test_a_thousand_webhooks_cost_one_sync(service: Service, held: Held) -> None:
    """One sync is going on when they come; whatever it may have missed is what the one after it looks at."""
    with watching(service) as watch:
        answers = []

        def send(first: int) -> None:
            for number in range(first, first + 250):
                sent = deliveries.push(number=number)
                answers.append(watch.ask("/webhooks/github", sent.body, sent.headers)[0])

        senders = [threading.Thread(target=send, args=(n * 250,)) for n in range(4)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert answers == [202] * 1000
        deliveries_of = {"service": "github", "outcome": "accepted"}
        assert watch.metric("syncer_webhook_deliveries_total", **deliveries_of) == 1000
        assert held.runs == 1
        held.end.release()
        held.begun.acquire()
        assert held.runs == 2
        held.end.release()
    service.end()
    assert held.runs == 2


class TestWebhooks:
    def test_good_bad_and_missing_signatures(self, service: Service) -> None:
        sent = deliveries.push()
        with watching(service) as watch:
            for signature, expected in (
                (sent.headers["x-hub-signature-256"], 202),
                ("sha256=" + "0" * 64, 401),
                ("sha1=" + hmac.new(GITHUB_SECRET.encode(), sent.body, "sha1").hexdigest(), 401),
                (None, 401),
            ):
                headers = {k: v for k, v in sent.headers.items() if k != "x-hub-signature-256"}
                if signature is not None:
                    headers["x-hub-signature-256"] = signature
                assert watch.ask("/webhooks/github", sent.body, headers)[0] == expected

    def test_a_body_that_was_changed_on_the_way_is_not_taken(self, service: Service) -> None:
        sent = deliveries.push()
        with watching(service) as watch:
            body = sent.body.replace(b"acme", b"evil")
            assert watch.ask("/webhooks/github", body, sent.headers)[0] == 401

    def test_one_that_is_too_large_is_not_read(self, service: Service) -> None:
        with watching(service) as watch:
            assert watch.ask("/webhooks/github", b"x" * 20_000, {})[0] == 413
            connection = socket.create_connection((watch.host, watch.port), timeout=30)
            with connection:
                connection.sendall(
                    b"POST /webhooks/jira HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                chunk = b"1000\r\n" + b"y" * 4096 + b"\r\n"
                connection.sendall(chunk * 3)
                assert b" 413 " in connection.recv(100)

    def test_garbage_is_answered_and_not_fallen_over(self, service: Service) -> None:
        with watching(service) as watch:
            for text in (
                b"",
                b"[",
                b"[" * 9000,
                b'{"ref": 1e999}',
                b"\xff\xfe",
                b'{"a": "\\ud800"}',
            ):
                signed = hmac.new(GITHUB_SECRET.encode(), text, hashlib.sha256).hexdigest()
                headers = {
                    "X-Hub-Signature-256": f"sha256={signed}",
                    "X-GitHub-Event": "push",
                    "Content-Type": "application/json",
                }
                assert watch.ask("/webhooks/github", text, headers)[0] in (202, 400)
            assert watch.ask("/healthz")[0] == 200

    def test_nothing_else_is_there(self, service: Service) -> None:
        with watching(service) as watch:
            for path in ("/", "/webhooks", "/webhooks/gitlab", "/metrics/", "/../etc/passwd"):
                assert watch.ask(path)[0] == 404, path
            assert watch.ask("/webhooks/github")[0] == 405
            assert watch.ask("/healthz", b"")[0] == 405


CONFIGURATION = """\
documents: {paths: ["pm/*.md"]}
trackers: {here: {kind: local, path: issues.db}}
repositories:
  shop: {url: SHOP}
delivery: {mode: commit}
daemon: {every: 1h, jitter: 1s, listen: "127.0.0.1:0", log: json, folder: clones}
"""
TOKEN = "t0ken-that-nobody-may-see"  # noqa: S105


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Watch, list[str], int]]:
    """A daemon, once it listens; what it has logged so far; and its process."""
    there = bare(tmp_path / "shop.git", {"pm/1.md": POST_MORTEM})
    (tmp_path / "syncer.yaml").write_text(CONFIGURATION.replace("SHOP", there.folder.as_uri()))
    variables = {
        **VARIABLES,
        "SYNCER_DELIVERY__TOKEN": TOKEN,
        "SYNCER_DAEMON__WEBHOOKS__GITHUB_SECRET": GITHUB_SECRET,
    }
    process = Program(tmp_path, variables).start("-vv", "daemon")
    assert process.stderr is not None
    logged = []
    address = ""
    for line in process.stderr:
        logged.append(line)
        message = json.loads(line)["message"]
        if message.startswith("listening on http://"):
            address = message.removeprefix("listening on http://")
        if "committed as" in message:
            break
    yield Watch(address), logged, process.pid
    os.kill(process.pid, signal.SIGTERM)
    _, rest = process.communicate()
    logged += rest.splitlines()
    assert process.returncode == 0
    for line in logged:
        event = json.loads(line)
        assert {"time", "level", "logger", "message"} <= set(event)
        assert TOKEN not in line
        assert GITHUB_SECRET not in line


def test_a_daemon_is_watched_and_told(running: tuple[Watch, list[str], int]) -> None:
    watch, logged, _ = running
    assert any(json.loads(line).get("repository") == "shop" for line in logged)
    while watch.metric("syncer_syncs_total", repository="shop", result="done") < 1:
        pass
    assert watch.ask("/healthz")[0] == 200
    assert watch.ask("/readyz")[0] == 200
    assert watch.metric("syncer_changes_total", repository="shop", kind="create") == 2
    assert watch.metric("syncer_action_items_open", repository="shop") == 2
    assert watch.metric("syncer_action_items_overdue", repository="shop") == 2
    assert 0 <= watch.metric("syncer_last_success_age_seconds", repository="shop") < 600
    assert watch.metric("syncer_sync_duration_seconds_count", repository="shop") == 1
    assert watch.ask("/webhooks/jira", b"{}")[0] == 404, "no secret is configured"
    status, _, headers = watch.ask("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert status == 200
    assert headers["content-type"].startswith("application/openmetrics-text")
    assert "server" not in headers


def test_a_port_that_is_taken_is_told_before_anything_is_done(tmp_path: Path) -> None:
    there = bare(tmp_path / "shop.git", {"pm/1.md": POST_MORTEM})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        text = CONFIGURATION.replace("SHOP", there.folder.as_uri()).replace("127.0.0.1:0", address)
        (tmp_path / "syncer.yaml").write_text(text)
        done = Program(tmp_path, VARIABLES)("daemon")
    assert done.returncode == 3
    assert f"daemon.listen: {address} can't be listened on" in done.stderr
    assert not (tmp_path / "issues.db").exists()
