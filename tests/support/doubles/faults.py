"""What goes wrong on the way to a service and back, and how often."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from tests.support.doubles.replies import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


class Delivery(Enum):
    """What becomes of an answer."""

    WHOLE = "whole"
    CUT = "cut in the middle"
    NONE = "the connection is dropped"
    STALLED = "none until the server is closed"


@dataclass(frozen=True)
class Asked:
    """The request that something goes wrong with.

    Attributes:
        path: Below the API's address.
        body: What its JSON says.
        url: The whole address, without the query.
        now: When it was.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    url: str
    now: datetime


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a request.

    Attributes:
        name: What it is called in the records.
        effect: Whether the request is carried out.
        answer: What is answered; ``None`` for what would be answered anyway.
        delivery: What becomes of the answer.
    """

    name: str
    effect: bool = False
    answer: Callable[[Asked], Reply] | None = None
    delivery: Delivery = Delivery.WHOLE


Predicate = Callable[[Asked], bool]

OK: Final = Fault("ok", effect=True)
DROPPED_BEFORE: Final = Fault("dropped before", delivery=Delivery.NONE)
DROPPED_AFTER: Final = Fault("dropped after", effect=True, delivery=Delivery.NONE)
CUT: Final = Fault("cut", effect=True, delivery=Delivery.CUT)
STALLED_BEFORE: Final = Fault("stalled before", delivery=Delivery.STALLED)
STALLED_AFTER: Final = Fault("stalled after", effect=True, delivery=Delivery.STALLED)


def server_error(status: int = 502, *, effect: bool = False, body: Any = None) -> Fault:
    """An error of the server's, before or after it has done what was asked."""
    name = f"{status} {'after' if effect else 'before'}"
    return Fault(name, effect, lambda _: Reply(status, body))


def html(*, effect: bool = False, status: int = 200) -> Fault:
    """A page for people in place of the answer, as a proxy sends it."""
    reply = Reply(
        status, "<html><title>Log in</title></html>", {"Content-Type": "text/html; charset=utf-8"}
    )
    return Fault(f"html {'after' if effect else 'before'}", effect, lambda _: reply)


def redirect(status: int = 307, host: str | None = None, *, body: Any = None) -> Fault:
    """A redirect: to the same place, or to the same path on another host."""

    def answer(asked: Asked) -> Reply:
        url = asked.url if host is None else f"{host}{asked.path}"
        return Reply(status, body, {"Location": url})

    return Fault(f"{status} to {host or 'the same'}", answer=answer)


@dataclass
class _Rule:
    """Faults for requests of a kind; ``times`` is how many of them it is still good for."""

    applies: Predicate
    faults: Sequence[Fault]
    times: int | None
    share: float
    dice: random.Random


@dataclass
class Faults:
    """Which request meets with which fault.

    Args:
        many: Some of each kind that a client of the service hears of at once.

    Attributes:
        met: Each one that there was, with its request.
    """

    many: Sequence[Fault] = ()
    met: list[tuple[Fault, Asked]] = field(default_factory=list)
    _queue: deque[Fault] = field(default_factory=deque)
    _rules: list[_Rule] = field(default_factory=list)

    def next(self, *faults: Fault) -> None:
        """What becomes of the next requests, in this order; ``OK`` for nothing."""
        self._queue.extend(faults)

    def when(self, applies: Predicate, fault: Fault, *, times: int | None = 1) -> None:
        """What becomes of the next requests of a kind; of all of them without a number."""
        self._rules.append(_Rule(applies, (fault,), times, 1.0, random.Random(0)))  # noqa: S311

    def sometimes(
        self,
        seed: int,
        share: float,
        faults: Sequence[Fault] = (),
        applies: Predicate | None = None,
    ) -> None:
        """What becomes of a share of all requests (of a kind), the same one for the same seed.

        Args:
            seed: Of the dice.
            share: How many of them, between 0 and 1.
            faults: What may become of them; else ``many``.
            applies: Which requests.
        """
        dice = random.Random(seed)  # noqa: S311
        self._rules.append(
            _Rule(applies or (lambda _: True), tuple(faults or self.many), None, share, dice)
        )

    def stop(self) -> None:
        """From now on all goes well."""
        self._queue.clear()
        self._rules.clear()

    def choose(self, asked: Asked) -> Fault:
        """What becomes of a request."""
        fault = self._chosen(asked)
        if fault != OK:
            self.met.append((fault, asked))
        return fault

    def _chosen(self, asked: Asked) -> Fault:
        if self._queue:
            return self._queue.popleft()
        for rule in self._rules:
            if rule.times == 0 or not rule.applies(asked) or rule.dice.random() >= rule.share:
                continue
            if rule.times is not None:
                rule.times -= 1
            return rule.dice.choice(rule.faults)
        return OK
