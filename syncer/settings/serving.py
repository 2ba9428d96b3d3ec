"""What the operator's configuration says of a repository that a daemon serves, and whether several go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncer.settings.faults import Fault, did_you_mean
from syncer.settings.keys import Delivery, Documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncer.settings.keys import Keys, Repository


def allowed(repository: Repository, trackers: Sequence[str]) -> tuple[str, ...]:
    """Names of the trackers that a repository's documents may be routed to.

    Args:
        repository: What is said of it.
        trackers: The names of all trackers.
    """
    named = repository.trackers or tuple(trackers)
    return tuple(name for name in trackers if name in named)


def default_tracker(repository: Repository, keys: Keys, trackers: Sequence[str]) -> str:
    """The tracker for a repository's documents without a route; empty if it can't be told which one is meant."""
    may_be = allowed(repository, trackers)
    named = repository.tracker or keys.tracker
    if named in may_be:
        return named
    return may_be[0] if len(may_be) == 1 and repository.tracker is None else ""


def documents(repository: Repository, keys: Keys) -> Documents:
    """Which of its documents are read, unless its own configuration says so."""
    return repository.documents or keys.documents


def delivery(repository: Repository, keys: Keys) -> Delivery:
    """How its documents are delivered: what is said of it comes before what is said of all.

    A clone is no place for results, so what is changed is committed unless something else is said.
    """
    said: dict[str, Any] = {"mode": "commit"} | _said(keys.delivery)
    if repository.delivery is not None:
        said |= _said(repository.delivery)
    if repository.branch is not None:
        said["branch"] = repository.branch
    return Delivery(**said)


def served_faults(keys: Keys, trackers: Sequence[str]) -> Iterator[Fault]:
    """What keeps a daemon from serving the repositories of a configuration.

    Args:
        keys: The configuration's keys.
        trackers: The names of its trackers.
    """
    for name, repository in keys.repositories.items():
        key = ("repositories", name)
        way = delivery(repository, keys)
        if way.mode == "files":
            yield Fault(
                (*key, "delivery", "mode"),
                "is `files`, and a repository that is served has no files but a clone's",
                "Write `commit` or `pull-request`.",
            )
        elif not way.push:
            yield Fault(
                (*key, "delivery", "push"),
                "is false, and nobody would ever see what is committed to a clone",
                "Leave it out.",
            )
        if repository.every and repository.cron:
            yield Fault((*key, "cron"), "and `every` exclude each other", "Keep one of the two.")
        if not default_tracker(repository, keys, trackers):
            yield Fault(
                (*key, "tracker"),
                "is none of those that its documents may be routed to"
                if repository.tracker
                else "is missing, and several trackers are allowed",
                did_you_mean(repository.tracker or "", allowed(repository, trackers)),
            )
    yield from _alike(keys, trackers)


def _alike(keys: Keys, trackers: Sequence[str]) -> Iterator[Fault]:
    """Two repositories that may file in one tracker, and couldn't tell their issues from each other's."""
    known: dict[tuple[str, str], str] = {}
    for name, repository in keys.repositories.items():
        scope = documents(repository, keys).scope
        others = [
            known.setdefault((tracker, scope), name) for tracker in allowed(repository, trackers)
        ]
        other = next((one for one in others if one != name), None)
        if other is not None:
            yield Fault(
                ("repositories", name, "documents", "scope"),
                f"is the same as that of `{other}`, which may file in the same tracker"
                if scope
                else f"is missing, and `{other}` may file in the same tracker",
                f"Give each repository a scope of its own, such as acme/{name}, or other `trackers`. "
                "Where a repository has a configuration of its own, write the scope there, too.",
            )


def _said(way: Delivery) -> dict[str, Any]:
    """The keys that were set, as they were set; those of an inner group count as a whole."""
    return {name: getattr(way, name) for name in way.model_fields_set}
