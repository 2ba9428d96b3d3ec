"""From the configuration to the repositories that a daemon syncs; done again each time that it is reloaded."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from syncer.building import now, open_job, open_tracker
from syncer.building_delivery import open_delivery
from syncer.daemon.matching import Index, Site
from syncer.daemon.runner import Runner
from syncer.daemon.schedule import Timetable
from syncer.daemon.service import Spec
from syncer.daemon.sources import Here, Served
from syncer.daemon.stopping import LONGEST_WAIT
from syncer.errors import ConfigurationError
from syncer.trackers.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from syncer.daemon.service import Service
    from syncer.settings import Settings
    from syncer.settings.keys import Repository
    from syncer.sync import Job
    from syncer.trackers.base import Tracker
    from syncer.trackers.pace import Paces

HERE: Final = "here"
"""What the repository is called that the configuration is in, where it names no others."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of the configured repositories this process syncs.

    Attributes:
        names: Their names; all if there are none.
        part: Which part of them, counted from 0.
        parts: How many parts there are.
    """

    names: tuple[str, ...] = ()
    part: int = 0
    parts: int = 1

    def of(self, known: Sequence[str]) -> list[str]:
        """Those that are meant, sorted. Each is in exactly one of the parts.

        Raises:
            ConfigurationError: One that was named isn't there.
        """
        unknown = sorted(set(self.names) - set(known))
        if unknown:
            raise ConfigurationError(
                f"there is no repository {', '.join(unknown)} in the configuration",
                remedy=f"It names {', '.join(sorted(known))}.",
            )
        return sorted(set(self.names or known))[self.part :: self.parts]


class Loader:
    """Has a service go by the configuration.

    Args:
        read: Reads the configuration.
        choice: Which of its repositories are meant.
        paces: What all trackers of this process share.
        service: Syncs them.
        longest_wait: Seconds that a sync waits at a time, or for its turn, before it gives way to others.
    """

    def __init__(
        self,
        read: Callable[[], Settings],
        choice: Choice,
        paces: Paces,
        service: Service,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._read = read
        self._choice = choice
        self._paces = paces
        self._service = service
        self._longest_wait = longest_wait
        self._opened = ExitStack()
        self.settings = self._load()

    def reload(self) -> None:
        """Read it again, and go by it.

        Raises:
            SyncerError: It is faulty; the one before counts on.
        """
        self.settings = self._load()

    def close(self) -> None:
        """Give back what is kept open."""
        self._opened.close()

    def _load(self) -> Settings:
        settings = self._read()
        with ExitStack() as opened:
            # Nothing is asked of them. That they can be opened shows that there are credentials.
            directories = {
                name: opened.enter_context(_opened(settings, name)) for name in settings.trackers
            }
            sources = _sources(settings, self._choice)
            specs = {name: self._spec(settings, name, one) for name, one in sources.items()}
            sites = {name: _site(settings, name, one) for name, one in sources.items()}
            index = Index(sites, directories)
            self._service.serve(specs, settings.keys.daemon.parallel, index)
            before, self._opened = self._opened, opened.pop_all()
        before.close()
        return settings

    def _spec(self, settings: Settings, name: str, source: Here | Served) -> Spec:
        return Spec(
            Runner(source, self._job, Redactor(settings.secrets), now, self._longest_wait),
            timetable(settings, settings.keys.repositories.get(name)),
            _compared(source.settings),
        )

    def _job(self, settings: Settings) -> AbstractContextManager[Job]:
        return open_job(settings, (), _unheard, read_only=False, paces=self._paces)


def timetable(settings: Settings, repository: Repository | None) -> Timetable:
    """When a repository is synced. What is said of it alone comes before what is said of all."""
    keys = settings.keys.daemon
    own = repository is not None and (repository.every is not None or repository.cron is not None)
    return Timetable(
        every=(repository.every if repository else None) or keys.every,
        jitter=keys.jitter,
        longest_pause=keys.longest_pause,
        cron=repository.cron if own and repository else keys.cron,
    )


def _sources(settings: Settings, choice: Choice) -> dict[str, Here | Served]:
    if settings.keys.repositories:
        chosen = choice.of(list(settings.keys.repositories))
        return {name: Served(settings, name) for name in chosen}
    # What keeps it from being delivered is found now rather than by the first sync.
    open_delivery(settings, ())
    return {name: Here(settings) for name in choice.of([HERE])}


def _site(settings: Settings, name: str, source: Here | Served) -> Site:
    repository = settings.keys.repositories.get(name)
    addresses = (repository.url,) if repository else ()

    def trackers() -> frozenset[str]:
        known = source.settings
        return frozenset({known.tracker, *(route.tracker for route in known.keys.routes)})

    return Site(addresses, source.settings.delivery.branch or "", trackers)


@contextmanager
def _opened(settings: Settings, name: str) -> Iterator[Tracker]:
    tracker = open_tracker(settings, name, read_only=True)
    try:
        yield tracker
    finally:
        tracker.close()


def _compared(settings: Settings) -> tuple[Any, ...]:
    """All of a configuration that a sync depends on, and nothing of where it is written."""
    return (
        settings.root,
        settings.prefix,
        settings.keys,
        dict(settings.trackers),
        settings.tracker,
        settings.git_environment,
        settings.github_environment,
    )


def _unheard(step: str, done: int, total: int) -> None:
    """Nobody looks on; each sync has something of its own in this one's place."""
