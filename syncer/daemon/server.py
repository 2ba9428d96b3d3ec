"""The daemon's HTTP server: a thread that answers for as long as the daemon runs."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Final

from syncer.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp
    from uvicorn import Server

_LOG: Final = logging.getLogger(__name__)

PATIENCE: Final = 10.0
"""Seconds that a client has for its request and for reading the answer; GitHub's own patience is as long."""

CONNECTIONS: Final = 256
"""How many there may be at the same time."""

_HEADERS: Final = [
    # One request for each connection: then a bound on how long it lasts is one on the request.
    ("connection", "close"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
]


def listening(address: str) -> socket.socket:
    """A socket that is listened on.

    Args:
        address: Host and port, as ``daemon.listen`` has it; with port 0, any that is free.

    Raises:
        ConfigurationError: It can't be had.
    """
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, int(port)), family=family)
    except OSError as error:
        # Python adds words of its own to the system's; a name that isn't known has a negative number.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise ConfigurationError(
            f"daemon.listen: {address} can't be listened on: {reason}",
            remedy="Stop what listens there, or name another address (SYNCER_DAEMON__LISTEN), or none.",
        ) from None


@contextmanager
def serving(
    application: Callable[[], ASGIApp],
    address: str,
    *,
    patience: float = PATIENCE,
    most: int = CONNECTIONS,
) -> Iterator[str]:
    """Answer requests in a thread, and stop at the end.

    Args:
        application: Makes what answers.
        address: Where, see ``listening``.
        patience: Seconds after which a client is dropped.
        most: How many connections there may be at the same time.

    Returns:
        With ``with``: host and port that it listens on, in numbers.

    Raises:
        ConfigurationError: It can't be listened there, or a package is missing.
    """
    with listening(address) as listener:
        server = _server(application, patience, most)
        thread = Thread(target=_run, args=(server, listener), name="web", daemon=True)
        thread.start()
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        _LOG.info("listening on http://%s", shown)
        try:
            yield shown
        finally:
            server.should_exit = True
            thread.join()


def _server(application: Callable[[], ASGIApp], patience: float, most: int) -> Server:
    try:
        import uvicorn

        from syncer.daemon.connections import FAREWELL, connections

        made = application()
    except ImportError as error:
        raise ConfigurationError(
            f"daemon.listen: a package is missing: {error.name}",
            remedy="Install syncer with it, `syncer[daemon]`, or set daemon.listen to nothing.",
        ) from None
    config = uvicorn.Config(
        made,
        loop="asyncio",
        http=connections(patience, most),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        # What clients do wrong is no news, and there is no end to it.
        log_level=logging.ERROR,
        access_log=False,
        headers=_HEADERS,
        server_header=False,
        proxy_headers=False,
        # Both would come from the environment otherwise.
        workers=1,
        forwarded_allow_ips="",
        timeout_graceful_shutdown=int(2 * FAREWELL) + 1,
    )
    return uvicorn.Server(config)


def _run(server: Server, listener: socket.socket) -> None:
    try:
        server.run(sockets=[listener])
    except Exception:  # noqa: BLE001 - the syncs go on without it; /healthz, which doesn't answer, tells the rest
        _LOG.exception("there is no answer on %s any more", listener.getsockname())
