"""The double of GitHub on loopback."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tests.support.doubles.violations import told
from tests.support.doubles.wire import Incoming, Outgoing, listening
from tests.support.github.double import GitHubDouble
from tests.support.github.store import Store

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

    def handle(incoming: Incoming) -> Outgoing:
        return double.handle(incoming)

    violations: list[str] = []
    with told(violations, strict=strict), listening(handle) as url:
        double = GitHubDouble(store or Store(clock), url, base_path, html_url)
        double.violations = violations
        yield double
