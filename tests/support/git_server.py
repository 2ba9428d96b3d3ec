"""Git over HTTP on loopback: Git's own server program behind one that asks for a password."""

from __future__ import annotations

import base64
import os
import subprocess
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.support.repositories import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["GitServer", "serving"]


class GitServer(ThreadingHTTPServer):
    """Serves the repositories in a folder.

    Attributes:
        folder: The folder.
        password: What everybody has to say who wants anything.
        asked: The ``Authorization`` header of each request, empty if it had none.
        elsewhere: Where it sends everybody; empty for nowhere.
    """

    daemon_threads = True

    def __init__(self, folder: Path, password: str) -> None:
        self.folder, self.password = folder, password
        self.asked: list[str] = []
        self.elsewhere = ""
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """The address that the folder has."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def expected(self) -> str:
        """The header that a request with the password has."""
        return "Basic " + base64.b64encode(f"x-access-token:{self.password}".encode()).decode()


@contextmanager
def serving(folder: Path, password: str) -> Iterator[GitServer]:
    """A server, until the block ends."""
    with GitServer(folder, password) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: GitServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        del format, args

    def _serve(self) -> None:
        sent = self._body()
        given = self.headers.get("authorization", "")
        self.server.asked.append(given)
        if self.server.elsewhere:
            self._answer(302, {"Location": self.server.elsewhere + self.path}, b"")
            return
        if given != self.server.expected:
            self._answer(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"who are you?")
            return
        parts = urlsplit(self.path)
        done = subprocess.run(
            ["git", "http-backend"],
            input=sent,
            capture_output=True,
            check=False,
            env={
                "PATH": os.environ["PATH"],
                **VARIABLES,
                "GIT_PROJECT_ROOT": str(self.server.folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": parts.path,
                "QUERY_STRING": parts.query,
                "CONTENT_TYPE": self.headers.get("content-type", ""),
                "CONTENT_LENGTH": str(len(sent)),
                "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", ""),
                "GIT_PROTOCOL": self.headers.get("git-protocol", ""),
                "REMOTE_USER": "somebody",
                "REMOTE_ADDR": "127.0.0.1",
            },
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(
            line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line
        )
        status = int(headers.pop("Status", "200").split(" ")[0])
        self._answer(status, headers, body)

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("content-length", "0")))

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
