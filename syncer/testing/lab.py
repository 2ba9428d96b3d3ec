"""What the conformance suite needs of a tracker's author: storage, a second handle on it, and a person who works there.

And short ways for the tests to make drafts and to look at answers.
"""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Never

import pytest
from hypothesis import strategies as st

from syncer.model import Agreed, Marker, State, Status
from syncer.trackers.base import Draft, Issue, Written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from hypothesis.strategies import SearchStrategy

    from syncer.model import Field
    from syncer.trackers.base import Answer, Tracker, Update


class Person:
    """Somebody who works with the issues behind syncer's back.

    What the service has no counterpart for is left out: the tests that are about it are skipped.
    """

    def file(self, title: str, *, body: str = "", labels: Collection[str] = ()) -> str:
        """File an issue by hand, without a marker; answers with its key."""
        _cannot("file an issue", title, body, labels)

    def change(self, key: str, update: Update) -> None:
        """Change the fields that an update names, as a person does; the marker stays as it is."""
        _cannot("change an issue", key, update)

    def comment(self, key: str, text: str) -> None:
        """Comment on an issue."""
        _cannot("comment", key, text)

    def comments(self, key: str) -> list[str]:
        """The comments on an issue, oldest first, as a reader sees them."""
        _cannot("see comments", key)

    def labels(self, key: str) -> set[str]:
        """The labels of an issue."""
        _cannot("see labels", key)

    def label(self, key: str, label: str) -> None:
        """Add a label to an issue."""
        _cannot("add a label", key, label)

    def unmark(self, key: str) -> None:
        """Take away syncer's label from an issue that keeps its marker."""
        _cannot("take away syncer's label", key)

    def damage(self, key: str) -> None:
        """Spoil the marker of an issue, as somebody may who edits what it is kept in."""
        _cannot("damage a marker", key)

    def delete(self, key: str) -> None:
        """Delete an issue for good."""
        _cannot("delete an issue", key)

    def hide(self, key: str) -> None:
        """Put an issue where syncer's account can't see it."""
        _cannot("hide an issue", key)

    def move(self, key: str) -> str:
        """Move an issue within the tracker's reach; answers with its new key."""
        _cannot("move an issue", key)

    def move_away(self, key: str) -> str:
        """Move an issue out of the tracker's reach; answers with its new address."""
        _cannot("move an issue away", key)


def _cannot(what: str, *arguments: object) -> Never:
    del arguments
    pytest.skip(f"nobody can {what} there")


class Lab(ABC):
    """One tracker's fresh storage, for one test.

    Attributes:
        owners: Two accounts (or free texts) that can have an issue, as the tracker writes them.
        priorities: Two priorities that it knows.
        labels: Two labels that its issues can have; what can be in one differs.
        keys: Keys that its issues may have, whether they are there or not.
        strangers: References that look like its own and are not: pull requests, issues of other repositories.
        person: Who works with the issues.
    """

    owners: ClassVar[tuple[str, str]] = ("@alice", "@bob")
    priorities: ClassVar[tuple[str, str]] = ("High", "Low")
    labels: ClassVar[tuple[str, str]] = ("post-mortem", "urgent, or so")
    keys: ClassVar[SearchStrategy[str]] = st.integers(1, 999_999_999).map(str)
    strangers: ClassVar[tuple[str, ...]] = ()
    person: Person

    @abstractmethod
    def open(self) -> Tracker:
        """A new handle on the storage; each call gives another one."""

    def fill(self, drafts: Iterable[Draft]) -> None:
        """File many issues, in this order. May be overridden with something that is faster."""
        tracker = self.open()
        for draft in drafts:
            written(tracker.create(draft))
        tracker.close()

    def draft(self, tracker: Tracker, number: int = 1, **changes: Any) -> Draft:
        """A draft of the item with this number, with all that the tracker has a place for."""
        fields = tracker.capabilities.fields
        values: dict[str, Any] = {
            "title": f"Alert on queue depth {number}",
            "body": "What happened.\n",
            "status": Status.NOT_STARTED,
            "owner": self.owners[0] if "owner" in fields else "",
            "due": "2025-12-01" if "due" in fields else "",
            "priority": self.priorities[0] if "priority" in fields else "",
            "labels": ("post-mortem",),
            "marker": marker(number),
        }
        return Draft(**values | changes)


def marker(
    number: int = 1,
    *,
    counter: int = 1,
    document: str = "postmortems/1.md",
    owner: Agreed | None = None,
) -> Marker:
    """The marker of the item with this number."""
    values: dict[Field, Agreed] = {
        "status": Agreed.both("Not Started"),
        "owner": owner or Agreed("@carol", ""),
    }
    return Marker(f"{number:016x}", document, State(counter, values))


def written(answer: Answer) -> Issue:
    """The issue of an answer that has to say that the write took effect."""
    assert isinstance(answer, Written), answer
    return answer.issue


def the(tracker: Tracker, key: str) -> Issue:
    """The issue with this key as a new look shows it."""
    tracker.refresh()
    issue = tracker.read([key])[key]
    assert isinstance(issue, Issue), issue
    return issue


def found(tracker: Tracker) -> list[Issue]:
    """The marked issues as a new look shows them."""
    tracker.refresh()
    return list(tracker.marked())


def needs(tracker: Tracker, field: Field) -> None:
    """Skip a test about a field that the tracker has no place for."""
    if field not in tracker.capabilities.fields:
        pytest.skip(f"it has no place for: {field}")


def words(text: str) -> str:
    """A text as a reader sees it: composed, without control and invisible characters, white space collapsed.

    That much a service may do to a text.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = (
        " " if c.isspace() else c
        for c in composed
        if c.isspace() or not unicodedata.category(c).startswith("C")
    )
    return " ".join("".join(visible).split())
