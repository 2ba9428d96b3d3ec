"""``syncer daemon``."""

from __future__ import annotations

import gc
import logging
import math
import sys
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from syncer.daemon.loading import Choice, Loader
from syncer.daemon.logs import Log, logging_to
from syncer.daemon.process import attend, exit_code
from syncer.daemon.server import serving
from syncer.daemon.service import Service
from syncer.daemon.signals import heeding
from syncer.daemon.stopping import LONGEST_WAIT
from syncer.daemon.web import application
from syncer.daemon.webhooks import Webhooks
from syncer.settings import load_settings
from syncer.trackers.pace import Paces

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    log = Log()

    # The file that it began with is the one that is read again, whatever else there is to be found by then.
    began_with = console.config

    def read() -> Settings:
        nonlocal began_with
        settings = load_settings(config=began_with)
        began_with = settings.file or began_with
        log.learn(settings.secrets)
        return settings

    first = read().keys.daemon
    log.form = first.log
    with logging_to(sys.stderr, log, verbose=console.verbose), heeding() as signals:
        service = Service(once=once)
        # Who is synced just once has nothing to come back to, and waits as long as `syncer sync` does.
        wait = math.inf if once else LONGEST_WAIT
        choice = Choice(names, *shard)
        with closing(Loader(read, choice, Paces(), service, wait)) as loader:

            def reload() -> None:
                loader.reload()
                log.form = loader.settings.keys.daemon.log
                if loader.settings.keys.daemon.listen != first.listen:
                    _LOG.warning("daemon.listen counts from the next start on")

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
