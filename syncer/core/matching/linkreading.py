"""A document with what its rows and definitions name: which issues, and what was agreed about them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer.core.matching.identity import IssueId, MarkerIndex, item_id
from syncer.core.matching.links import Link, Linked, Unlinked, link_of
from syncer.core.state import StateError, is_sound, our_definitions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.core.reading.postmortem import PostMortem
    from syncer.core.tracking import Directory, Issue
    from syncer.model import State


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with what its rows and definitions name.

    Attributes:
        document: The document.
        links: What each of its items names.
        kept: For each issue that a definition is about, the base that it keeps (``None`` for one that is damaged)
            and the definition's line.
        stale: For each issue that has moved, the one that its definition is still about.
    """

    document: PostMortem
    links: tuple[Link, ...]
    kept: Mapping[IssueId, tuple[State | None, int]]
    stale: Mapping[IssueId, IssueId] = field(default_factory=dict)

    @property
    def named(self) -> set[IssueId]:
        """The issues that its rows name."""
        return {link.issue for link in self.links if isinstance(link, Linked)}

    @property
    def files_something(self) -> bool:
        """Whether it has rows that may have to be filed, so that all issues have to be known first."""
        return any(isinstance(link, Unlinked) for link in self.links)

    def following(self, moved: Mapping[IssueId, IssueId]) -> Reading:
        """The same with each issue that has moved as the one that it is now.

        Args:
            moved: Former and present ids of issues.
        """
        if not moved or not (moved.keys() & (self.named | self.kept.keys())):
            return self
        kept = {issue: base for issue, base in self.kept.items() if issue not in moved}
        stale = {}
        for issue, base in self.kept.items():
            present = moved.get(issue)
            if present is not None and present not in kept:
                kept[present] = base
                stale[present] = issue
        links = tuple(
            replace(link, issue=moved[link.issue], former=link.issue)
            if isinstance(link, Linked) and link.issue in moved
            else link
            for link in self.links
        )
        return Reading(self.document, links, kept, stale)


def wanted_items(reading: Reading, markers: MarkerIndex) -> list[Issue]:
    """The issues that rows without one may turn out to have, as the list of markers shows them.

    Args:
        reading: The document.
        markers: The issues that syncer filed in the tracker that it is routed to.
    """
    document = reading.document
    wanted: dict[str, Issue] = {issue.key: issue for issue in markers.lost(document.path)}
    for item, link in zip(document.items, reading.links, strict=True):
        for ordinal in itertools.count() if isinstance(link, Unlinked) else ():
            filed = markers.with_item(
                item_id(document.incident.id, document.path, item.text, ordinal)
            )
            wanted.update((one.key, one.issue) for one in filed if one.issue is not None)
            if not filed:
                break
    return list(wanted.values())


def read_links(document: PostMortem, trackers: Sequence[Directory]) -> Reading:
    """Resolve what a document names.

    Args:
        document: The document.
        trackers: All configured trackers, the document's own first.
    """
    return Reading(
        document,
        tuple(link_of(item, trackers) for item in document.items),
        _kept(document, trackers) if document.definitions else {},
    )


def _kept(
    document: PostMortem, trackers: Sequence[Directory]
) -> dict[IssueId, tuple[State | None, int]]:
    kept: dict[IssueId, tuple[State | None, int]] = {}
    for definition, state in our_definitions(document.definitions).values():
        for tracker in trackers:
            key = tracker.resolve(definition.url)
            if key is not None:
                good = None if isinstance(state, StateError) or not is_sound(state) else state
                kept[IssueId(tracker.name, key)] = (good, definition.line)
                break
    return kept
