"""From settings to the objects that a run works with. What runs them never sees a setting."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from syncer import trackers, vocabularies
from syncer.core.reconciling.documentplan import Rules
from syncer.errors import ConfigurationError
from syncer.sync import Job
from syncer.trackers.scoped import ScopedTracker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pydantic import BaseModel

    from syncer.settings import Settings
    from syncer.sync import Progress
    from syncer.trackers.base import Tracker
    from syncer.trackers.local import LocalTracker
    from syncer.trackers.pace import Paces


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


@contextmanager
def open_job(
    settings: Settings,
    only: Sequence[Path],
    progress: Progress,
    *,
    read_only: bool,
    paces: Paces | None = None,
) -> Iterator[Job]:
    """A job with its trackers open; they are closed at the end.

    Args:
        settings: The configuration.
        only: Files and folders named on the command line.
        progress: Is told how far it has come.
        read_only: Whether nothing may be written, by anybody.
        paces: What all trackers of this process share, where it works for several repositories.

    Raises:
        ConfigurationError: The settings can't be worked with.
    """
    documents = settings.documents
    with ExitStack() as stack:
        opened: dict[str, Tracker] = {}
        for name in settings.trackers:
            tracker = open_tracker(settings, name, read_only=read_only)
            stack.callback(tracker.close)
            if documents.scope:
                tracker = ScopedTracker(tracker, documents.scope)
            tracker.join(opened.values())
            if paces is not None:
                tracker.share(paces)
            opened[name] = tracker
        yield Job(
            store=settings.folder(only),
            trackers=opened,
            route=settings.tracker_of,
            vocabulary=vocabularies.load(settings.vocabulary),
            rules=Rules(
                policies=settings.policies,
                people=settings.people,
                labels=settings.labels,
                since=documents.since.isoformat() if documents.since else "",
                file_finished=documents.file_finished,
                add_columns=documents.add_columns,
                on_removed=settings.on_removed,
                link=documents.link,
                waiting=settings.delivery.mode == "pull-request",
            ),
            clock=now,
            max_characters=documents.max_characters,
            max_line=documents.max_line,
            progress=progress,
            partial=bool(only),
        )


def open_tracker(settings: Settings, name: str, *, read_only: bool) -> Tracker:
    """One of the configured trackers.

    Raises:
        ConfigurationError: There is none of that name, or its settings can't be worked with.
    """
    try:
        model = settings.trackers[name]
    except KeyError:
        raise ConfigurationError(
            f"there is no tracker '{name}'",
            remedy=f"The configuration names {', '.join(sorted(settings.trackers))}.",
        ) from None
    factory = trackers.load(_kind(model))
    return factory.open(name, model, root=settings.root, clock=now, read_only=read_only)


def open_embedded(settings: Settings, name: str | None, *, read_only: bool) -> LocalTracker:
    """An embedded tracker of the configuration.

    Args:
        settings: The configuration.
        name: Which one; ``None``: the default one, or the only one that is embedded.
        read_only: Whether it will be read only.

    Raises:
        ConfigurationError: There is none of that name, it isn't an embedded one, or it can't be told which one is
            meant.
    """
    from syncer.trackers.local import LocalTracker

    embedded = sorted(
        tracker for tracker, model in settings.trackers.items() if _kind(model) == "local"
    )
    if name is None:
        name = (
            settings.tracker if settings.tracker in embedded or len(embedded) != 1 else embedded[0]
        )
    tracker = open_tracker(settings, name, read_only=read_only)
    if not isinstance(tracker, LocalTracker):
        tracker.close()
        raise ConfigurationError(
            f"the tracker '{name}' is not an embedded one",
            remedy=f"Name one with --tracker: {', '.join(embedded)}."
            if embedded
            else "Its issues are looked at where they are.",
        )
    return tracker


def _kind(model: BaseModel) -> str:
    return str(getattr(model, "kind", ""))
