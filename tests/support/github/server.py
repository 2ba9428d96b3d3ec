"""The double of GitHub on loopback."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Final

from tests.support.github.double import GitHubDouble, ViolationError
from tests.support.github.faults import Delivery
from tests.support.github.store import Store
from tests.support.github.wire import Incoming
from tests.support.loopback import LoopbackHandler, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START: Final = datetime(2025, 11, 23, 12, 0, 0, tzinfo=UTC)


@contextmanager
def github_double(
    store: Store | None = None,
    *,
    clock: Callable[[], datetime] = lambda: START,
    base_path: str = "",
    html_url: str = "https://github.com",
    strict: bool = True,
) -> Iterator[GitHubDouble]:
    """A double of GitHub that is closed at the end.

    Args:
        store: What is there; nothing, if it isn't given.
        clock: What time it is there, for a store of its own.
        base_path: Where the API begins, as ``/api/v3`` on a server of one's own.
        html_url: Where the pages for people are said to be.
        strict: Whether to raise at the end what was wrong with requests and answers.

    Raises:
        ViolationError: A request or an answer didn't keep to the description.
    """
    closing = Event()

    class Handler(LoopbackHandler):
        def serve(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            incoming = Incoming(self.command, self.path, headers, self.content())
            outgoing = double.handle(incoming)
            if outgoing.delivery is Delivery.STALLED:
                closing.wait()
            if outgoing.delivery in (Delivery.STALLED, Delivery.NONE):
                self.hang_up()
                return
            cut = outgoing.delivery is Delivery.CUT
            content = outgoing.content[: len(outgoing.content) // 2] if cut else outgoing.content
            self.answer(outgoing.status, dict(outgoing.headers), content, cut=cut)

    with serving(Handler, closing) as url:
        double = GitHubDouble(store or Store(clock), url, base_path, html_url)
        try:
            yield double
        except BaseException as error:
            if strict and double.violations:
                error.add_note("\n".join(double.violations))
            raise
    if strict and double.violations:
        raise ViolationError(double.violations)
