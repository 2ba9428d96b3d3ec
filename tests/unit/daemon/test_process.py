"""What the process does about signals: real ones, sent to the process that the test runs in."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from syncer.daemon.process import attend, exit_code
from syncer.daemon.signals import HEEDED, heeding
from syncer.daemon.status import Ended, Result
from syncer.errors import ConfigurationError
from tests.support.syncs import DONE, PATIENCE, Bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.daemon.signals import Signals


class Stage:
    """A daemon whose process is the test's; what it would do to the process is noted instead."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.left: list[int] = []
        self.reloads = 0
        self.fault: ConfigurationError | None = None
        self.grace = timedelta(hours=1)

    def reload(self) -> None:
        self.reloads += 1
        if self.fault:
            raise self.fault

    def attend(self, acts: Callable[[], None]) -> tuple[dict[str, Ended | None], int | None]:
        """Run the daemon while somebody acts from outside."""
        with heeding() as signals:
            actor = Thread(target=acts)
            actor.start()
            results, stopped = attend(
                self.bench.service,
                signals,
                reload=self.reload,
                grace=lambda: self.grace,
                leave=self.leave,
            )
            actor.join(PATIENCE)
        return results, stopped

    def leave(self, code: int) -> None:
        """A process ends here. A test goes on, so what goes on in it has to end."""
        self.left.append(code)
        self.bench.hands["a"].end()

    def kill(self, *numbers: int) -> None:
        for number in numbers:
            os.kill(os.getpid(), number)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until it is so; every change is told by the service's condition or comes within moments."""
        changed = self.bench.service._changed
        with changed:
            while not condition():
                changed.wait(0.01)


@pytest.fixture
def stage() -> Stage:
    return Stage(Bench("a"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_as_soon_as_what_goes_on_has_ended(
    stage: Stage, number: signal.Signals
) -> None:
    hand = stage.bench.hands["a"]

    def acts() -> None:
        hand.began()
        stage.kill(number)
        stage.until(stage.bench.service.stop.is_set)
        hand.end()

    assert stage.attend(acts) == ({"a": DONE}, number)
    assert stage.left == []


def test_a_second_one_ends_it_in_the_middle(stage: Stage) -> None:
    hand = stage.bench.hands["a"]

    def acts() -> None:
        hand.began()
        stage.kill(signal.SIGTERM)
        stage.until(stage.bench.service.stop.is_set)
        stage.kill(signal.SIGINT)

    stage.attend(acts)
    assert stage.left[0] == 130


def test_when_its_grace_is_over_it_ends_in_the_middle(stage: Stage) -> None:
    hand = stage.bench.hands["a"]
    stage.grace = timedelta(0)

    def acts() -> None:
        hand.began()
        stage.kill(signal.SIGTERM)

    stage.attend(acts)
    assert stage.left[0] == 130


def test_a_hangup_has_the_configuration_read_again(stage: Stage) -> None:
    hand = stage.bench.hands["a"]
    status = stage.bench.service.status

    def acts() -> None:
        hand.began()
        stage.kill(signal.SIGHUP)
        stage.until(lambda: status().reloads.done == 1)
        stage.fault = ConfigurationError("tracker: is missing", remedy="Name one.")
        stage.kill(signal.SIGHUP)
        stage.until(lambda: status().reloads.refused == 1)
        stage.kill(signal.SIGTERM)
        hand.end()

    assert stage.attend(acts) == ({"a": DONE}, signal.SIGTERM)
    assert stage.reloads == 2
    assert status().reloads.last_ok is False


def test_after_it_was_told_to_stop_nothing_is_read_again(stage: Stage) -> None:
    hand = stage.bench.hands["a"]

    def acts() -> None:
        hand.began()
        stage.kill(signal.SIGTERM)
        stage.until(stage.bench.service.stop.is_set)
        stage.kill(signal.SIGHUP)
        hand.end()

    stage.attend(acts)
    assert stage.reloads == 0


def test_what_ends_the_schedule_by_an_error_ends_the_process(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(stage.bench.service, "look", broken)
    with pytest.raises(RuntimeError, match="boom"):
        stage.attend(lambda: None)


class TestSignals:
    def test_they_come_in_their_order_and_none_gets_lost(self) -> None:
        with heeding() as signals:
            for number in HEEDED:
                os.kill(os.getpid(), number)
            assert self.taken(signals, 3) == list(HEEDED)

    def taken(self, signals: Signals, count: int) -> list[signal.Signals]:
        found: list[signal.Signals] = []
        while len(found) < count:
            found += signals.wait(PATIENCE)
        return found

    def test_waiting_ends_when_somebody_else_says_so(self) -> None:
        with heeding() as signals:
            Thread(target=signals.wake).start()
            assert signals.wait(PATIENCE) == []

    def test_waking_it_again_and_again_fills_nothing_up(self) -> None:
        with heeding() as signals:
            for _ in range(100_000):
                signals.wake()
            assert signals.wait(0) == []

    def test_afterwards_all_is_as_it_was(self) -> None:
        before = [signal.getsignal(number) for number in HEEDED]
        with heeding():
            assert signal.getsignal(signal.SIGTERM) != before[0]
        assert [signal.getsignal(number) for number in HEEDED] == before
        assert signal.set_wakeup_fd(-1) == -1


class TestExitCodes:
    def test_a_daemon_that_was_told_to_stop_ends_well(self) -> None:
        results = {"a": Ended(Result.FAILED, 4), "b": None}
        assert exit_code(results, signal.SIGTERM, once=False) == 0
        assert exit_code(results, signal.SIGINT, once=False) == 130

    @pytest.mark.parametrize(
        ("codes", "expected"),
        [([], 0), ([0, 1], 1), ([5, 1], 5), ([4, 5], 4), ([4, 3, 0], 3), ([0, None], 130)],
    )
    def test_once_ends_with_the_most_serious_one(
        self, codes: list[int | None], expected: int
    ) -> None:
        results = {
            str(number): None if code is None else Ended(Result.FAILED, code)
            for number, code in enumerate(codes)
        }
        assert exit_code(results, None, once=True) == expected
