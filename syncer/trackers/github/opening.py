"""From the settings to a client: credentials, how fast is written, what is put up with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from syncer.trackers.github.addresses import Addresses
from syncer.trackers.github.auth import credentials_of
from syncer.trackers.github.client import Client
from syncer.trackers.github.explaining import limited
from syncer.trackers.http import Http, Patience
from syncer.trackers.pace import Budget, Pace

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.trackers.github.settings import GitHubSettings
    from syncer.trackers.http import Timing

GAP: Final = 1.0
"""Seconds between two writes (REST, “Best practices”: wait at least one second between mutative requests)."""

BUDGETS: Final = (Budget(80, 60.0), Budget(500, 3600.0))
"""So many requests that create content a minute and an hour (REST, “Rate limits”, secondary ones)."""


def connect(settings: GitHubSettings, root: Path, timing: Timing) -> tuple[Addresses, Client]:
    """What a tracker works with. Nothing is sent yet.

    Raises:
        ConfigurationError: There is no token, or a key or certificate can't be read.
    """
    raise NotImplementedError
