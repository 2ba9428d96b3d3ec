"""``syncer daemon``."""

from __future__ import annotations

import gc
import logging
from contextlib import closing
from typing import TYPE_CHECKING, Final

from syncer.daemon.loading import Choice, Loader
from syncer.daemon.process import attend, exit_code
from syncer.daemon.service import Service
from syncer.daemon.signals import heeding
from syncer.settings import load_settings
from syncer.trackers.pace import Paces

if TYPE_CHECKING:
    from syncer.console import Console
    from syncer.settings import Settings

_LOG: Final = logging.getLogger(__name__)


def run(console: Console, names: tuple[str, ...], shard: tuple[int, int], *, once: bool) -> int:
    """Sync repositories until told to stop.

    Args:
        console: The terminal of this call.
        names: Which of the configured repositories; all if there are none.
        shard: Which part of them, counted from 0, and of how many parts.
        once: Whether each is synced just once.

    Returns:
        The exit code.

    Raises:
        ConfigurationError: The configuration is faulty.
    """

    def read() -> Settings:
        return load_settings(config=console.config)

    with heeding() as signals:
        service = Service(once=once)
        with closing(Loader(read, Choice(names, *shard), Paces(), service)) as loader:
            # What is there by now stays for as long as the process lives.
            gc.freeze()
            results, stopped = attend(
                service,
                signals,
                reload=loader.reload,
                grace=lambda: loader.settings.keys.daemon.grace,
            )
    return exit_code(results, stopped, once=once)
