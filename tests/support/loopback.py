"""HTTP servers on loopback that are closed at the end of a test, whatever their clients still hold open."""

from __future__ import annotations

import socket
import sys
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class LoopbackHandler(BaseHTTPRequestHandler):
    """Answers requests; to be given ``serve``."""

    protocol_version = "HTTP/1.1"
    # Headers and body are sent one after the other; else the second would wait for word of the first.
    disable_nagle_algorithm = True

    def serve(self) -> None:
        """Answer one request."""
        raise NotImplementedError

    def do_GET(self) -> None:
        self.serve()

    def do_POST(self) -> None:
        self.serve()

    def do_PATCH(self) -> None:
        self.serve()

    def do_PUT(self) -> None:
        self.serve()

    def do_DELETE(self) -> None:
        self.serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Nothing on the standard error."""

    def content(self) -> str:
        """The request's body."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def answer(
        self, status: int, headers: dict[str, str], body: bytes, *, cut: bool = False
    ) -> None:
        """Send an answer, without a date of the system's; cut, it says that it is longer than it is."""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body) + (1 if cut else 0)))
        self.end_headers()
        self.wfile.write(body)
        if cut:
            self.hang_up()

    def hang_up(self) -> None:
        """Drop the connection."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    """Keeps its connections in view, and what went wrong while it answered."""

    daemon_threads = False

    def __init__(self, handler: type[LoopbackHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.errors: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._lock = Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self.errors.append(error)

    def drop_all(self) -> None:
        """End what clients keep open for their next request: nobody would end it for them."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serving(handler: type[LoopbackHandler], closing: Event) -> Iterator[str]:
    """A server's address; it is closed at the end.

    Args:
        handler: What answers.
        closing: Set when the server is about to be closed, for those who wait for that.

    Raises:
        Exception: What went wrong in the handler, at the end.
    """
    server = _Server(handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        closing.set()
        server.shutdown()
        thread.join()
        server.drop_all()
        server.server_close()
    if server.errors:
        raise server.errors[0]


def closed_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
