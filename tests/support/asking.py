"""A client of the daemon's HTTP server, as simple as can be."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, Final

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.support.deliveries import Sent

PATIENCE: Final = 20.0
"""Seconds that a test waits for an answer before it gives up."""


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        """The body, from JSON."""
        return json.loads(self.body)


def split(address: str) -> tuple[str, int]:
    """Host and port."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def ask(
    address: str,
    path: str,
    method: str = "GET",
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | Iterable[bytes] | None = None,
) -> Answer:
    """Send a request; a body in parts is sent in chunks."""
    connection = HTTPConnection(*split(address), timeout=PATIENCE)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, answer.read())
    finally:
        connection.close()


def deliver(address: str, service: str, sent: Sent) -> Answer:
    """Deliver a webhook."""
    path = f"/webhooks/{service}"
    return ask(address, path, "POST", headers=sent.headers, body=sent.body)


def raw(address: str, *parts: bytes) -> socket.socket:
    """A connection that this was sent on, and nothing more."""
    connection = socket.create_connection(split(address), timeout=PATIENCE)
    for part in parts:
        connection.sendall(part)
    return connection


def rest(connection: socket.socket) -> bytes:
    """All that comes until the server hangs up."""
    found = b""
    try:
        while part := connection.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    finally:
        connection.close()
    return found


def scraped(address: str) -> dict[tuple[str, ...], float]:
    """The metrics as Prometheus reads them: values by names and the values of labels."""
    answer = ask(address, "/metrics")
    assert answer.status == 200
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def scraped_once(address: str, name: tuple[str, ...], value: float) -> dict[tuple[str, ...], float]:
    """The metrics from when one of them has a value. What is logged is so a moment before it is counted."""
    end = time.monotonic() + PATIENCE
    while (values := scraped(address)).get(name) != value:
        assert time.monotonic() < end, (name, values.get(name))
    return values
