"""Requests as they come in, and answers as they go out."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any

from tests.support.doubles.faults import Delivery
from tests.support.loopback import LoopbackHandler, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True)
class Incoming:
    """A request as it came in; the names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    content: str


@dataclass(frozen=True)
class Outgoing:
    """An answer as it goes out, and what becomes of it on the way."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    delivery: Delivery


def written(body: Any) -> bytes:
    """A body as it is sent."""
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def parsed(content: str) -> Any:
    """A request's body: what its JSON says, the text if it says nothing; ``None`` for none."""
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content


@contextmanager
def listening(handle: Callable[[Incoming], Outgoing]) -> Iterator[str]:
    """The address of a server on loopback that is closed at the end.

    Args:
        handle: What a request is answered with.
    """
    closing = Event()

    class Handler(LoopbackHandler):
        def serve(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            outgoing = handle(Incoming(self.command, self.path, headers, self.content()))
            if outgoing.delivery is Delivery.STALLED:
                closing.wait()
            if outgoing.delivery in (Delivery.STALLED, Delivery.NONE):
                self.hang_up()
                return
            cut = outgoing.delivery is Delivery.CUT
            content = outgoing.content[: len(outgoing.content) // 2] if cut else outgoing.content
            self.answer(outgoing.status, dict(outgoing.headers), content, cut=cut)

    with serving(Handler, closing) as url:
        yield url
