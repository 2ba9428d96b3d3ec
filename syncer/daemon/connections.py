"""Connections to the daemon that can't tie it up: one request each, bounded in time and in number.

uvicorn itself waits for ever for a client that sends nothing, or a byte a minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

FAREWELL = 1.0
"""Seconds that a connection has left once the server is closed."""


def connections(patience: float, most: int) -> type[H11Protocol]:
    """The kind of connections of one server.

    Args:
        patience: Seconds from when a connection is made to when it is dropped, answered or not.
        most: How many there may be at the same time. One more, and the oldest is dropped: it has had its time, while
            what is asked in earnest is answered within a moment.
    """
    there: dict[H11Protocol, None] = {}

    class Connection(H11Protocol):
        _deadline: asyncio.TimerHandle

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._deadline = self.loop.call_later(patience, transport.abort)
            there[self] = None
            if len(there) > most:
                oldest = next(iter(there))
                del there[oldest]
                oldest.transport.abort()

        def connection_lost(self, exc: Exception | None) -> None:
            there.pop(self, None)
            self._deadline.cancel()
            super().connection_lost(exc)

        def shutdown(self) -> None:
            super().shutdown()
            self._deadline.cancel()
            self._deadline = self.loop.call_later(FAREWELL, self.transport.abort)

    return Connection
