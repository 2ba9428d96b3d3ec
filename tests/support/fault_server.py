"""An HTTP server on loopback that fails as it is told to: before a request takes effect, after it, or in the answer."""

from __future__ import annotations

import socket
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Step:
    """What becomes of one request.

    Attributes:
        status: Status of the answer; 0 for none: the connection is dropped.
        headers: Headers of the answer.
        body: Its body.
        effect: Whether the request is carried out.
        stall: Whether it is answered only when the server is closed.
        cut: Whether the connection is dropped in the middle of the answer.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = "{}"
    effect: bool = True
    stall: bool = False
    cut: bool = False


OK = Step()
DROPPED_BEFORE = Step(status=0, effect=False)
DROPPED_AFTER = Step(status=0)
STALLED = Step(stall=True)
CUT = Step(cut=True)
HTML = Step(body="<html><title>Log in</title></html>", headers={"Content-Type": "text/html"})


@dataclass
class FaultServer:
    """What happens there.

    Attributes:
        url: Its address.
        steps: What becomes of the next requests; afterwards all goes well.
        requests: The method and path of each request that came in.
        effects: The body of each one that was carried out and changes something.
        stalling: Whether a request has come in that isn't answered.
        closing: Whether the server is being closed.
    """

    url: str
    steps: deque[Step] = field(default_factory=deque)
    requests: list[tuple[str, str]] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    stalling: Event = field(default_factory=Event)
    closing: Event = field(default_factory=Event)


@contextmanager
def fault_server() -> Iterator[FaultServer]:
    """A server that is closed at the end."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Nothing on the standard error."""

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            told.requests.append((self.command, self.path))
            step = told.steps.popleft() if told.steps else OK
            if step.effect and self.command != "GET":
                told.effects.append(body)
            if step.stall:
                told.stalling.set()
                told.closing.wait()
            if step.stall or not step.status:
                self._hang_up()
                return
            answer = step.body.encode()
            # Without a date of its own: tests have a clock of theirs.
            self.send_response_only(step.status)
            for name, value in step.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer) + (1 if step.cut else 0)))
            self.end_headers()
            self.wfile.write(answer)
            if step.cut:
                self._hang_up()

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    told = FaultServer(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        told.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
