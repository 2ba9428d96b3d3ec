"""The daemon as a process: what it does about signals, and how it ends."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Final

from syncer.errors import ExitCode, SyncerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from syncer.daemon.service import Service
    from syncer.daemon.signals import Signals
    from syncer.daemon.status import Ended

_LOG: Final = logging.getLogger(__name__)


def attend(
    service: Service,
    signals: Signals,
    *,
    reload: Callable[[], None],
    grace: Callable[[], timedelta],
    leave: Callable[[int], None] = os._exit,
    elapsed: Callable[[], float] = time.monotonic,
) -> tuple[dict[str, Ended | None], signal.Signals | None]:
    """Have a service sync until it is through, or is told to stop by a signal.

    SIGTERM and SIGINT stop it: what goes on ends as soon as it safely can. A second one, or the end of its grace, ends
    the process in the middle of whatever it does, which costs nothing but the next sync's look at it. SIGHUP has the
    configuration read again.

    Args:
        service: Is run in a thread of its own.
        signals: Are waited for here.
        reload: Reads the configuration again, and has the service go by it.
        grace: How long it may take to end.
        leave: Ends the process at once. Where it doesn't, what goes on is waited for.
        elapsed: Seconds on a clock that never goes back.

    Returns:
        What ``Service.run`` answers with, and the signal that stopped it, if one did.

    Raises:
        BaseException: What ended the service, if it ended by an error.
    """
    results: dict[str, Ended | None] = {}
    failures: list[BaseException] = []
    over = threading.Event()

    def run() -> None:
        try:
            results.update(service.run())
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody sees it
            failures.append(error)
        over.set()
        signals.wake()

    schedule = threading.Thread(target=run, name="schedule", daemon=True)
    schedule.start()
    stopped: signal.Signals | None = None
    deadline = 0.0
    while not over.is_set():
        for number in signals.wait(None if stopped is None else max(deadline - elapsed(), 0.0)):
            if number == signal.SIGHUP:
                if stopped is None:
                    _reload(service, reload)
            elif stopped is not None:
                _LOG.warning("told to stop once more: ending in the middle of what goes on")
                leave(ExitCode.INTERRUPTED)
            else:
                stopped, deadline = number, elapsed() + grace().total_seconds()
                _LOG.info("told to stop (%s)", number.name)
                service.end()
        if stopped is not None and not over.is_set() and elapsed() >= deadline:
            _LOG.warning("the time to end is over: ending in the middle of what goes on")
            leave(ExitCode.INTERRUPTED)
    schedule.join()  # it wakes this thread with its last breath
    for error in failures:
        raise error
    return results, stopped


def _reload(service: Service, reload: Callable[[], None]) -> None:
    try:
        reload()
    except SyncerError as error:
        _LOG.error("the configuration stays as it was: %s %s", error.message, error.remedy)
        service.board.reloaded(taken=False)
    except Exception:  # noqa: BLE001 - the syncs go on, whatever it is
        _LOG.exception("the configuration stays as it was")
        service.board.reloaded(taken=False)
    else:
        _LOG.info("the configuration was read again")
        service.board.reloaded(taken=True)


def exit_code(
    results: dict[str, Ended | None], stopped: signal.Signals | None, *, once: bool
) -> int:
    """What the process ends with: of syncs that were to be made once, the most serious of what they ended with.

    Args:
        results: How the last sync of each repository has ended.
        stopped: The signal that stopped it, if one did.
        once: Whether each was to be synced just once.
    """
    if stopped == signal.SIGINT:
        return ExitCode.INTERRUPTED
    if not once:
        return ExitCode.DONE
    codes = [ExitCode.INTERRUPTED if one is None else one.exit_code for one in results.values()]
    return max(codes, key=_SERIOUS.index, default=ExitCode.DONE)


_SERIOUS: Final[list[int]] = [
    ExitCode.DONE,
    ExitCode.PROBLEMS,
    ExitCode.REFUSED,
    ExitCode.TRACKER,
    ExitCode.USAGE,
    ExitCode.INTERRUPTED,
]
