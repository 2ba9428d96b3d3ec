"""The doubles of Jira on loopback."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.support.doubles.violations import told
from tests.support.doubles.wire import Incoming, Outgoing, listening
from tests.support.jira.double import JiraDouble
from tests.support.jira.store import START, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


@contextmanager
def jira_cloud_double(
    store: Store | None = None,
    *,
    clock: Callable[[], datetime] = lambda: START,
    strict: bool = True,
) -> Iterator[JiraDouble]:
    """A double of Jira in the cloud that is closed at the end.

    Args:
        store: What is there; nothing, if it isn't given.
        clock: What time it is there, for a store of its own.
        strict: Whether to raise at the end what was wrong with requests and answers.

    Raises:
        ViolationError: A request or an answer didn't keep to the description.
    """
    with _double(store or Store(clock, cloud=True), "", strict=strict) as double:
        yield double


@contextmanager
def jira_server_double(
    store: Store | None = None,
    *,
    clock: Callable[[], datetime] = lambda: START,
    base_path: str = "",
    strict: bool = True,
) -> Iterator[JiraDouble]:
    """A double of Jira Data Center that is closed at the end.

    Args:
        store: What is there; nothing, if it isn't given.
        clock: What time it is there, for a store of its own.
        base_path: Where it begins, as ``/jira``.
        strict: Whether to raise at the end what was wrong with requests and answers.

    Raises:
        ViolationError: A request or an answer didn't keep to the description.
    """
    with _double(store or Store(clock, cloud=False), base_path, strict=strict) as double:
        yield double


@contextmanager
def _double(store: Store, base_path: str, *, strict: bool) -> Iterator[JiraDouble]:
    def handle(incoming: Incoming) -> Outgoing:
        return double.handle(incoming)

    violations: list[str] = []
    with told(violations, strict=strict), listening(handle) as url:
        double = JiraDouble(store, url, base_path)
        double.violations = violations
        yield double
