"""Trackers by the name of their kind, found through the entry points of the group ``syncer.trackers``.

Every installed package may bring more of them; the built-in ones are found the same way. Only the module of the kind
that is asked for is imported, so that nobody waits for a client that isn't used.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, cast

from syncer.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from pydantic import BaseModel

    from syncer.trackers.base import Tracker

GROUP: Final = "syncer.trackers"

BUILT_IN: Final = {
    "github": "syncer.trackers.github.tracker:GitHubTracker",
    "jira": "syncer.trackers.jira.tracker:JiraTracker",
    "local": "syncer.trackers.local:LocalTracker",
}
"""The kinds that syncer brings, as in pyproject.toml: they are there in a source tree that isn't installed, too, and
no other package can put itself in their place."""


class TrackerFactory(Protocol):
    """The class of a tracker: it brings its own settings, and is opened with them.

    The settings model may have a class method ``from_environment(data, environment)``: for what the configuration says
    and the environment, it answers with the value and the variable of each key that has a default there.
    """

    settings_model: ClassVar[type[BaseModel]]

    @classmethod
    def open(
        cls,
        name: str,
        # Each kind takes its own model, and gets no other: no common type says that.
        settings: Any,
        *,
        root: Path,
        clock: Callable[[], datetime],
        read_only: bool,
    ) -> Tracker:
        """The tracker with these settings.

        Args:
            name: What the configuration calls it.
            settings: An instance of ``settings_model``.
            root: The directory that relative paths in the settings start from.
            clock: The time now, aware of its zone.
            read_only: Whether every write is a mistake of the caller's.

        Raises:
            ConfigurationError: The settings can't be worked with.
        """


def kinds() -> list[str]:
    """The names of all kinds that are installed, sorted."""
    return sorted(_found())


def load(kind: str) -> type[TrackerFactory]:
    """The class of a kind of tracker.

    Raises:
        ConfigurationError: There is no such kind, it can't be imported, or two packages claim it.
    """
    found = _found().get(kind)
    if found is None:
        raise ConfigurationError(
            f"there is no kind of tracker “{kind}”",
            remedy=f"Use one of: {', '.join(kinds())}; or install the package that brings it.",
        )
    if len(found) > 1:
        raise ConfigurationError(
            f"more than one package brings a tracker of the kind “{kind}”: {', '.join(sorted(found))}",
            remedy="Uninstall all but one of them.",
        )
    (value,) = found
    try:
        factory = EntryPoint(kind, value, GROUP).load()
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"the kind of tracker “{kind}” ({value}) can't be loaded: {error}",
            remedy=f"Install what it needs, for a built-in one with `pip install 'syncer[{kind}]'`.",
        ) from error
    if not hasattr(factory, "settings_model") or not hasattr(factory, "open"):
        raise ConfigurationError(
            f"the kind of tracker “{kind}” ({value}) is none: it has no settings_model or no open",
            remedy="Tell the authors of the package that brings it.",
        )
    return cast("type[TrackerFactory]", factory)


def _found() -> dict[str, set[str]]:
    """For each kind the places that it can be loaded from; more than one is a clash of packages."""
    found: dict[str, set[str]] = {}
    for point in entry_points(group=GROUP):
        # The same distribution is listed twice where it is both installed and on the path: one place all the same.
        found.setdefault(point.name, set()).add(point.value)
    return found | {kind: {value} for kind, value in BUILT_IN.items()}
