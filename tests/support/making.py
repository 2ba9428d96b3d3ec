"""Short ways to make the data that tests of the core are about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from syncer.core.tracking import Capabilities, Issue, Names
from syncer.model import FIELDS, Agreed, Field, Marker, State, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2025, 11, 20, 12, tzinfo=UTC)
ITEM = "0123456789abcdef"

OPEN = frozenset({Status.NOT_STARTED, Status.IN_PROGRESS, Status.BLOCKED})
"""What an open issue agrees with, in a tracker that only knows open and closed."""


@dataclass
class FakeDirectory:
    """A tracker of which nothing is asked but names."""

    name: str = "shop"
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(
            fields=frozenset(FIELDS), free_owner=True, updates_text=True, title_limit=255
        )
    )

    def resolve(self, reference: str) -> str | None:
        for prefix in ("#", f"{self.name}#", f"https://{self.name}.example/issues/"):
            if reference.startswith(prefix) and reference[len(prefix) :].isdecimal():
                return reference[len(prefix) :]
        return None

    def names(self, key: str) -> Names:
        url = f"https://{self.name}.example/issues/{key}"
        return Names(f"#{key}", f"{self.name}#{key}", url)


def accounts_only(name: str = "shop") -> FakeDirectory:
    """A tracker that assigns accounts, not words."""
    capabilities = Capabilities(
        fields=frozenset(FIELDS), free_owner=False, updates_text=True, title_limit=255
    )
    return FakeDirectory(name, capabilities)


def state(counter: int = 1, **values: str | tuple[str, str]) -> State:
    """A base: ``status="Done"`` is agreed by both, ``owner=("@a", "")`` is a pair."""
    agreed: dict[Field, Agreed] = {}
    for name, value in values.items():
        halves = (value, value) if isinstance(value, str) else value
        agreed[name] = Agreed(*halves)  # type: ignore[index]  # keyword names are fields
    return State(counter, agreed)


def marker(base: State | None = None, *, item: str = ITEM, document: str = "pm/one.md") -> Marker:
    return Marker(item, document, base or State(1))


def issue(
    key: str = "7",
    *,
    title: str = "Alert on queue depth",
    status: Status = Status.NOT_STARTED,
    statuses: frozenset[Status] | None = None,
    owner: str = "",
    due: str = "",
    priority: str = "",
    body: str = "",
    marker: Marker | None = None,
    created: datetime = NOW,
    touched: bool = False,
) -> Issue:
    return Issue(
        key=key,
        title=title,
        status=status,
        statuses=statuses or frozenset({status}),
        owner=owner,
        due=due,
        priority=priority,
        body=body,
        marker=marker,
        created=created,
        touched=touched,
    )


def texts(values: Mapping[Field, Agreed]) -> dict[str, str | tuple[str, str]]:
    """A base's values, pairs as tuples and the rest as text: easy to compare."""
    return {
        name: (agreed.document, agreed.tracker) if agreed.is_pair else agreed.document
        for name, agreed in values.items()
    }
