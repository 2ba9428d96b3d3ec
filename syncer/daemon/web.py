"""What the daemon answers over HTTP: whether it lives, whether it is ready, its metrics, and webhooks."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.daemon.metrics import Metrics
from syncer.daemon.webhooks import SERVICES, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from syncer.daemon.status import DaemonStatus
    from syncer.daemon.view import Daemon
    from syncer.daemon.webhooks import Service, Webhooks

HEARTBEAT: Final = 60.0
"""Seconds without a look at the schedule after which the daemon counts as dead; it takes one every few seconds."""

AT_ONCE: Final = 8
"""How many bodies of the largest size may be received at the same time; of smaller ones, so many more."""

STATUSES: Final = {
    Outcome.ACCEPTED: 202,
    Outcome.IGNORED: 202,
    Outcome.REPEATED: 202,
    Outcome.BAD_SIGNATURE: 401,
    Outcome.MALFORMED: 400,
    Outcome.TOO_LARGE: 413,
    Outcome.BUSY: 503,
}
"""What a webhook is answered with."""


@dataclass(slots=True)
class Readiness:
    """Whether the daemon is ready: it has tried each repository once, and goes on. It needs no more than once."""

    _tried: bool = False

    def of(self, status: DaemonStatus) -> bool:
        """Whether it is, by how it is doing now."""
        if not self._tried:
            self._tried = all(one.last_end for one in status.repositories.values())
        return self._tried and not status.stopping


@dataclass(slots=True)
class Intake:
    """Receives bodies, with a bound on each and on all that are being received.

    Attributes:
        max_bytes: How large one may be, at present.
    """

    max_bytes: Callable[[], int]
    _held: int = field(default=0)

    async def body(self, request: Request) -> bytes | Outcome:
        """The body of a request, or why it isn't taken. No more of it is read than may be taken.

        Raises:
            ClientDisconnect: The client is gone.
        """
        most = self.max_bytes()
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > most:
            return Outcome.TOO_LARGE
        body = bytearray()
        try:
            async for part in request.stream():
                self._held += len(part)
                body += part
                if len(body) > most:
                    return Outcome.TOO_LARGE
                if self._held > most * AT_ONCE:
                    return Outcome.BUSY
            return bytes(body)
        finally:
            self._held -= len(body)


def application(daemon: Daemon, webhooks: Webhooks) -> Starlette:
    """The daemon's web application.

    Args:
        daemon: Is watched, and asked to look.
        webhooks: Takes what comes in.
    """
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    metrics = Metrics(daemon.status, lambda: webhooks.counts)
    readiness = Readiness()
    intake = Intake(lambda: webhooks.max_bytes)

    async def healthz(_: Request) -> Response:
        alive = daemon.status().beat_age < HEARTBEAT
        return JSONResponse({"alive": alive}, 200 if alive else 503)

    async def readyz(_: Request) -> Response:
        ready = readiness.of(daemon.status())
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    async def told(request: Request) -> Response:
        text, content_type = metrics.text(request.headers.get("accept", ""))
        return Response(text, headers={"Content-Type": content_type})

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", told)]
    for service in SERVICES:
        take = functools.partial(_take, webhooks, intake, service)
        routes.append(Route(f"/webhooks/{service}", take, methods=["POST"]))
    made = Starlette(routes=routes)
    # It would lead on to an address that is made of what the client says this host is called.
    made.router.redirect_slashes = False
    return made


async def _take(webhooks: Webhooks, intake: Intake, service: Service, request: Request) -> Response:
    from starlette.requests import ClientDisconnect
    from starlette.responses import JSONResponse, Response

    if not webhooks.secret(service):
        return Response("Not Found", 404)
    try:
        body = await intake.body(request)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    if isinstance(body, Outcome):
        outcome = webhooks.turned_down(service, body)
    else:
        outcome = webhooks.take(service, request.headers, body)
    return JSONResponse({"webhook": outcome.value}, STATUSES[outcome])
