"""Which documents are applied together: as many as one request files issues for, where a tracker files several."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from syncer.core.tracking import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from syncer.core.reconciling.documentplan import DocumentPlan
    from syncer.trackers.base import Tracker


class Planned(NamedTuple):
    """A document with something to be done.

    Attributes:
        path: Its path.
        digest: What it was when it was read.
        plan: What is to be done.
    """

    path: str
    digest: str
    plan: DocumentPlan


def groups(
    documents: Iterable[Planned], trackers: Mapping[str, Tracker]
) -> Iterator[tuple[Planned, ...]]:
    """Put documents together whose issues fit into one request.

    What isn't written back yet stays as small as that: a group files no more issues than one request does, unless
    one document alone has more. A document that files nothing, or files one by one, is a group of its own.

    Args:
        documents: In the order in which they are to be applied.
        trackers: All configured trackers, by name.
    """
    waiting: dict[str, list[Planned]] = {}
    sizes: dict[str, int] = {}
    for one in documents:
        in_bulk = [
            entry.tracker
            for entry in one.plan.entries
            if isinstance(entry.decision.operation, Draft)
            and trackers[entry.tracker].capabilities.creates_at_once > 1
        ]
        if not in_bulk:
            yield (one,)
            continue
        name = in_bulk[0]
        room = trackers[name].capabilities.creates_at_once - sizes.get(name, 0)
        if name in waiting and len(in_bulk) > room:
            yield tuple(waiting.pop(name))
            sizes[name] = 0
        waiting.setdefault(name, []).append(one)
        sizes[name] = sizes.get(name, 0) + len(in_bulk)
    for group in waiting.values():
        yield tuple(group)
