"""Daemons that are told to stop in the middle of things: ``python -m tests.support.doomed_daemon``.

For each line on the standard input, ``PLACE COUNT``, a daemon is run that gets so many signals when it has come to that
place: places are counted whenever a request to the tracker or a command of Git is about to begin, or has ended. One
that doesn't get there is told when its first sync has ended. What it exits with comes out as a line.

A daemon is a fork of this process, which has run one to its end before: it starts in no time.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from typing import TYPE_CHECKING, Any

from syncer.cli import main
from syncer.daemon.runner import Runner
from syncer.delivery.git import Git
from syncer.trackers.http import Http
from tests.support.quick_daemon import hasten

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNALS = (signal.SIGTERM, signal.SIGINT)
"""One tells it to stop, another one to do so at once. The same one twice might count once."""


def run(*arguments: str) -> int:
    """Run a command in this process."""
    try:
        return main(["daemon", *arguments])
    except SystemExit as ended:
        return int(ended.code or 0)


def doomed(place: int, signals: int) -> int:
    """Run a daemon until it comes to a place."""
    passed = count()
    told: list[bool] = []

    def tell() -> None:
        if not told:
            told.append(True)
            for number in SIGNALS[:signals]:
                os.kill(os.getpid(), number)

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            cross()
            try:
                return function(*arguments, **more)
            finally:
                cross()

        return call

    def cross() -> None:
        if next(passed) == place:
            tell()

    def ended(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            finally:
                tell()

        return call

    Http._attempt = watched(Http._attempt)  # type: ignore[method-assign]
    Git.raw = watched(Git.raw)  # type: ignore[method-assign]
    Runner.run = ended(Runner.run)  # type: ignore[method-assign]
    return run()


def forked(place: int, signals: int) -> int:
    """What a daemon exits with that runs in a process of its own."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 70
    try:
        code = doomed(place, signals)
    finally:
        os._exit(code)


def say(code: int) -> None:
    """A line that is out before anything else is done."""
    sys.stdout.write(f"{code}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    hasten()
    say(run("--once"))
    for line in sys.stdin:
        say(forked(*map(int, line.split())))
