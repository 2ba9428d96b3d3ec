"""Progress: a bar on a terminal once it takes a while, and a line now and then in a log."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.console import INTERVAL, PATIENCE, Console, ProgressBar, ProgressLines

if TYPE_CHECKING:
    import pytest


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Log:
    """Lines of progress, on a clock that is moved by hand."""

    clock: Clock = field(default_factory=Clock)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.progress = ProgressLines(self.lines.append, self.clock)

    def after(self, seconds: float, step: str, done: int, total: int = 600) -> list[str]:
        """What is said if progress is told so many seconds later."""
        self.clock.now += seconds
        self.lines.clear()
        self.progress(step, done, total)
        return self.lines


class TestLines:
    def test_a_short_step_says_nothing(self) -> None:
        log = Log()
        assert log.after(0, "syncing", 0) == []
        assert log.after(INTERVAL - 0.1, "syncing", 300) == []
        assert log.after(0.1, "syncing", 600) == []

    def test_a_long_one_says_how_far_it_has_come_and_how_long_the_rest_takes(self) -> None:
        log = Log()
        log.after(0, "syncing", 0)
        assert log.after(120, "syncing", 120) == ["syncing: 120 of 600, about 8 min left"]

    def test_again_only_after_a_while(self) -> None:
        log = Log()
        log.after(0, "syncing", 0)
        assert log.after(INTERVAL, "syncing", 10) != []
        assert log.after(INTERVAL - 1, "syncing", 20) == []
        assert log.after(1, "syncing", 30, 1200) == ["syncing: 30 of 1,200, about 39 min left"]

    def test_nothing_done_says_nothing_of_the_rest(self) -> None:
        log = Log()
        log.after(0, "syncing", 0)
        assert log.after(INTERVAL, "syncing", 0) == ["syncing: 0 of 600"]

    def test_the_end_is_not_told(self) -> None:
        log = Log()
        log.after(0, "syncing", 0)
        assert log.after(1000, "syncing", 600) == []

    def test_each_step_has_its_own_time(self) -> None:
        log = Log()
        assert log.after(INTERVAL, "reading", 100, 200) == [
            "reading: 100 of 200, about 30 s left"
        ], "it began before any of it was done"
        assert log.after(INTERVAL - 1, "reading", 200, 200) == []
        assert log.after(500, "syncing", 0) == [], "what was done before it began isn't its own"
        assert log.after(INTERVAL, "syncing", 300) == ["syncing: 300 of 600, about 30 s left"]
        assert log.after(1, "reading", 150, 200) == [], "a second round"

    def test_leaving_it_says_nothing(self) -> None:
        log = Log()
        with log.progress:
            pass
        assert log.lines == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestBar:
    def test_is_for_terminals(self) -> None:
        console = Console(None, color=False)
        with redirect_stderr(Terminal()):
            assert isinstance(console.progress(), ProgressBar)
        with redirect_stderr(io.StringIO()):
            assert isinstance(console.progress(), ProgressLines)

    def test_comes_only_after_a_while(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TERM", "xterm")
        clock = Clock()
        with (
            redirect_stderr(Terminal()) as shown,
            ProgressBar(color=False, clock=clock) as progress,
        ):
            progress("syncing", 0, 10)
            clock.now += PATIENCE - 0.1
            progress("syncing", 1, 10)
            assert shown.getvalue() == ""
            clock.now += 0.2
            progress("syncing", 5, 10)
            progress("reading", 1, 2)
        assert "reading" in shown.getvalue()

    def test_what_is_said_meanwhile_stands_above_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TERM", "xterm")
        clock = Clock()
        with (
            redirect_stderr(Terminal()) as shown,
            ProgressBar(color=False, clock=clock) as progress,
        ):
            clock.now += PATIENCE
            progress("syncing", 5, 10)
            Console(None, color=False).note("filing 43 issues in shop")
        _, _, bar = shown.getvalue().partition("filing 43 issues in shop\n")
        assert "syncing" in bar
