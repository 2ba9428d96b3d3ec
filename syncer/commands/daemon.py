"""``syncer daemon``."""

from __future__ import annotations

import gc
import sys
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING

from syncer.daemon.loading import Choice, Loader
from syncer.daemon.logs import logging_to
from syncer.daemon.process import attend, exit_code
from syncer.daemon.server import serving
from syncer.daemon.service import Service
from syncer.daemon.signals import heeding
from syncer.daemon.web import application
from syncer.daemon.webhooks import Webhooks
from syncer.settings import load_settings
from syncer.trackers.pace import Paces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from syncer.console import Console
    from syncer.daemon.logs import Log
    from syncer.settings import Settings


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

    settings = read()
    with (
        _logging(console, settings) as log,
        heeding() as signals,
    ):
        service = Service(once=once)
        with closing(Loader(read, Choice(names, *shard), Paces(), service)) as loader:

            def reload() -> None:
                loader.reload()
                log.reload(loader.settings.keys.daemon.log, loader.settings.secrets)

            with nullcontext() if once else _answering(service, loader):
                # What is there by now stays for as long as the process lives.
                gc.freeze()
                results, stopped = attend(
                    service,
                    signals,
                    reload=reload,
                    grace=lambda: loader.settings.keys.daemon.grace,
                )
    return exit_code(results, stopped, once=once)


def _logging(console: Console, settings: Settings) -> AbstractContextManager[Log]:
    form = settings.keys.daemon.log
    return logging_to(sys.stderr, form, settings.secrets, verbose=console.verbose)


@contextmanager
def _answering(service: Service, loader: Loader) -> Iterator[None]:
    """Answer whoever watches the daemon, or tells it something; where it listens is decided once."""
    address = loader.settings.keys.daemon.listen
    if not address:
        yield
        return
    webhooks = Webhooks(service, lambda: loader.settings.keys.daemon.webhooks, service.time.elapsed)
    with serving(lambda: application(service, webhooks), address):
        yield
