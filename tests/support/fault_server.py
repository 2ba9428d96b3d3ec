"""An HTTP server on loopback that fails as it is told to: before a request takes effect, after it, or in the answer."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from tests.support.loopback import LoopbackHandler, serving

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

    class Handler(LoopbackHandler):
        def serve(self) -> None:
            body = self.content()
            told.requests.append((self.command, self.path))
            step = told.steps.popleft() if told.steps else OK
            if step.effect and self.command != "GET":
                told.effects.append(body)
            if step.stall:
                told.stalling.set()
                told.closing.wait()
            if step.stall or not step.status:
                self.hang_up()
                return
            self.answer(step.status, dict(step.headers), step.body.encode(), cut=step.cut)

    told = FaultServer("")
    with serving(Handler, told.closing) as told.url:
        yield told
