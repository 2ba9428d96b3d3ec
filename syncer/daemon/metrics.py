"""What Prometheus is told: read from the status whenever it asks, so that nothing is counted twice.

Labels have names of the configuration and a few fixed words in them, and nothing else: their number is bounded.
"""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from syncer import __version__
from syncer.core.plan import Kind
from syncer.daemon.status import DURATIONS, Result
from syncer.model import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from prometheus_client import Metric
    from prometheus_client.registry import Collector

    from syncer.daemon.status import DaemonStatus, RepositoryStatus, Standing

Sample = tuple[tuple[str, ...], float | None]
"""Values of labels, and the value; ``None`` for one that isn't known yet."""

_VERSION: Final = re.compile(r"version=(?!\d{1,3}(?:\.\d{1,3}){0,2}\s*(?:[;,]|$))")
"""A version that the client library would stumble over."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric.

    Attributes:
        name: Its name, without what its kind adds to it (``_total``).
        kind: What it is.
        documentation: What it says.
        labels: The labels of its samples.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram", "info"]
    documentation: str
    labels: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Its name as it is asked for."""
        return self.name + {"counter": "_total", "info": "_info"}.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class OfRepository(Measure):
    """One that each repository has; ``repository`` is the first of its labels.

    Attributes:
        read: The samples of a repository, by the rest of the labels.
    """

    read: Callable[[RepositoryStatus], Iterable[Sample]] = lambda _: ()


@dataclass(frozen=True, slots=True)
class OfDaemon(Measure):
    """One of the daemon as a whole.

    Attributes:
        read: Its samples, by the labels.
    """

    read: Callable[[DaemonStatus], Iterable[Sample]] = lambda _: ()


def _one(value: float | None) -> tuple[Sample, ...]:
    return (((), value),)


def _at(moment: datetime | None) -> tuple[Sample, ...]:
    return _one(None if moment is None else moment.timestamp())


def _found(attribute: str) -> Callable[[RepositoryStatus], Iterable[Sample]]:
    """A count of the last sync that looked at everything."""
    return lambda one: _one(None if one.standing is None else getattr(one.standing, attribute))


def _problems(found: Standing | None) -> Iterable[Sample]:
    return [((level.value,), found.problems.get(level, 0)) for level in Level] if found else []


_REPOSITORY: Final = ("repository",)
_TRACKER: Final = ("repository", "tracker")

BUILD: Final = Measure("syncer_build", "info", "Which version runs.", ("version", "python"))
WEBHOOKS: Final = Measure(
    "syncer_webhook_deliveries",
    "counter",
    "Webhooks that came in, by service and by what became of them.",
    ("service", "outcome"),
)
DURATION: Final = Measure(
    "syncer_sync_duration_seconds", "histogram", "How long syncs took.", _REPOSITORY
)

OF_DAEMON: Final = (
    OfDaemon(
        "syncer_start_time_seconds",
        "gauge",
        "When the daemon began, in seconds since 1970.",
        read=lambda status: _at(status.started),
    ),
    OfDaemon(
        "syncer_heartbeat_age_seconds",
        "gauge",
        "How long ago the daemon last looked after its schedule.",
        read=lambda status: _one(status.beat_age),
    ),
    OfDaemon(
        "syncer_stopping",
        "gauge",
        "1 from when the daemon is told to stop, else 0.",
        read=lambda status: _one(status.stopping),
    ),
    OfDaemon(
        "syncer_repositories",
        "gauge",
        "Repositories that the daemon serves.",
        read=lambda status: _one(len(status.repositories)),
    ),
    OfDaemon(
        "syncer_reloads",
        "counter",
        "How often the configuration was read again, by whether it was `taken` or `refused`.",
        ("result",),
        read=lambda status: [
            (("taken",), status.reloads.done),
            (("refused",), status.reloads.refused),
        ],
    ),
    OfDaemon(
        "syncer_last_reload_successful",
        "gauge",
        "0 if the configuration was refused when it was last read, else 1.",
        read=lambda status: _one(status.reloads.last_ok is not False),
    ),
)

OF_REPOSITORIES: Final = (
    OfRepository(
        "syncer_syncs",
        "counter",
        "Syncs that ended, by how.",
        ("repository", "result"),
        read=lambda one: [((result.value,), one.runs.get(result, 0)) for result in Result],
    ),
    OfRepository(
        "syncer_sync_running_seconds",
        "gauge",
        "How long the sync goes on which is going on; 0 if none is.",
        _REPOSITORY,
        read=lambda one: _one(one.running_for or 0),
    ),
    OfRepository(
        "syncer_last_success_timestamp_seconds",
        "gauge",
        "When the last sync ended that did all there was to do, in seconds since 1970.",
        _REPOSITORY,
        read=lambda one: _at(one.last_success),
    ),
    OfRepository(
        "syncer_last_success_age_seconds",
        "gauge",
        "How long ago that was; none before the first.",
        _REPOSITORY,
        read=lambda one: _one(one.success_age),
    ),
    OfRepository(
        "syncer_consecutive_failures",
        "gauge",
        "How many syncs in a row have failed; above 0, the repository is left alone for longer and longer.",
        _REPOSITORY,
        read=lambda one: _one(one.failures),
    ),
    OfRepository(
        "syncer_next_sync_timestamp_seconds",
        "gauge",
        "When the next sync is due, in seconds since 1970; none while one goes on or waits for its turn.",
        _REPOSITORY,
        read=lambda one: _at(one.next_start),
    ),
    OfRepository(
        "syncer_changes",
        "counter",
        "What was changed, by kind.",
        ("repository", "kind"),
        read=lambda one: [((kind.value,), one.changes.get(kind, 0)) for kind in Kind],
    ),
    OfRepository("syncer_documents", "gauge", "Documents.", _REPOSITORY, read=_found("documents")),
    OfRepository(
        "syncer_action_items", "gauge", "Action items in them.", _REPOSITORY, read=_found("items")
    ),
    OfRepository(
        "syncer_action_items_linked",
        "gauge",
        "Action items that have an issue.",
        _REPOSITORY,
        read=_found("linked"),
    ),
    OfRepository(
        "syncer_action_items_open",
        "gauge",
        "Action items that aren't finished.",
        _REPOSITORY,
        read=_found("open"),
    ),
    OfRepository(
        "syncer_action_items_overdue",
        "gauge",
        "Those of them that were due before the day of the last sync.",
        _REPOSITORY,
        read=_found("overdue"),
    ),
    OfRepository(
        "syncer_conflicts",
        "gauge",
        "Conflicts that want a person, at the last sync.",
        _REPOSITORY,
        read=_found("conflicts"),
    ),
    OfRepository(
        "syncer_problems",
        "gauge",
        "Problems at the last sync, by level.",
        ("repository", "level"),
        read=lambda one: _problems(one.standing),
    ),
    OfRepository(
        "syncer_tracker_calls",
        "counter",
        "Calls to trackers that count them.",
        _TRACKER,
        read=lambda one: [((name,), calls.made) for name, calls in one.calls.items()],
    ),
    OfRepository(
        "syncer_tracker_calls_left",
        "gauge",
        "How many more calls the service takes until it counts anew, as it said last.",
        _TRACKER,
        read=lambda one: [((name,), calls.left) for name, calls in one.calls.items()],
    ),
    OfRepository(
        "syncer_tracker_calls_limit",
        "gauge",
        "How many it takes altogether in one such stretch of time.",
        _TRACKER,
        read=lambda one: [((name,), calls.limit) for name, calls in one.calls.items()],
    ),
    OfRepository(
        "syncer_tracker_calls_reset_timestamp_seconds",
        "gauge",
        "When it counts anew, in seconds since 1970.",
        _TRACKER,
        read=lambda one: [
            ((name,), calls.reset.timestamp() if calls.reset else None)
            for name, calls in one.calls.items()
        ],
    ),
)

MEASURES: Final[tuple[Measure, ...]] = (BUILD, *OF_DAEMON, WEBHOOKS, DURATION, *OF_REPOSITORIES)
"""All that are told, besides those of the process (``process_…``)."""


class Metrics:
    """All metrics, as text.

    Args:
        status: How the daemon is doing.
        deliveries: How many webhooks came in, by service and outcome.
    """

    def __init__(
        self,
        status: Callable[[], DaemonStatus],
        deliveries: Callable[[], Mapping[tuple[str, str], int]],
    ) -> None:
        from prometheus_client import CollectorRegistry, ProcessCollector

        self._registry = CollectorRegistry()
        self._registry.register(_collector(status, deliveries))
        ProcessCollector(registry=self._registry)

    def text(self, accept: str) -> tuple[bytes, str]:
        """The metrics in the form that is asked for, and what it is called.

        Args:
            accept: The header ``Accept``: the text of Prometheus, or that of OpenMetrics.
        """
        from prometheus_client.exposition import choose_encoder

        encode, content_type = choose_encoder("" if _VERSION.search(accept) else accept)
        return encode(self._registry), content_type


def _collector(
    status: Callable[[], DaemonStatus],
    deliveries: Callable[[], Mapping[tuple[str, str], int]],
) -> Collector:
    from prometheus_client.registry import Collector

    class Status(Collector):
        def collect(self) -> Iterator[Metric]:
            now = status()
            yield _family(BUILD, [((__version__, platform.python_version()), 1)])
            for measure in OF_DAEMON:
                yield _family(measure, measure.read(now))
            yield _family(WEBHOOKS, deliveries().items())
            yield _durations(now)
            for of_each in OF_REPOSITORIES:
                yield _family(
                    of_each,
                    (
                        ((name, *labels), value)
                        for name, one in now.repositories.items()
                        for labels, value in of_each.read(one)
                    ),
                )

        def describe(self) -> Iterable[Metric]:
            """Nothing is asked of the status before there is one."""
            return ()

    return Status()


def _family(measure: Measure, samples: Iterable[Sample]) -> Metric:
    from prometheus_client import Metric

    family = Metric(measure.name, measure.documentation, measure.kind)
    for labels, value in samples:
        if value is not None:
            named = dict(zip(measure.labels, labels, strict=True))
            family.add_sample(measure.full_name, named, float(value))
    return family


def _durations(now: DaemonStatus) -> Metric:
    from prometheus_client.core import HistogramMetricFamily

    family = HistogramMetricFamily(DURATION.name, DURATION.documentation, labels=DURATION.labels)
    for name, one in now.repositories.items():
        counted, buckets = 0, []
        bounds = [*(str(bound) for bound in DURATIONS), "+Inf"]
        for bound, count in zip(bounds, one.durations, strict=True):
            counted += count
            buckets.append((bound, counted))
        family.add_metric([name], buckets, one.seconds)
    return family
