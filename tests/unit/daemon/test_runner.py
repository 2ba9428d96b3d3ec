"""The syncs of one repository: what is kept between them, and what is told about each."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

import pytest

from syncer.core.budget import Budget
from syncer.core.limits import Refusal
from syncer.core.plan import Conflict, Kind, Plan, Tally
from syncer.daemon.outcomes import of_error, of_outcome
from syncer.daemon.runner import Runner
from syncer.daemon.status import Result, Standing
from syncer.daemon.stopping import StoppedError
from syncer.delivering import Outcome
from syncer.delivery.files import Files
from syncer.errors import ConfigurationError, DeliveryError, ExitCode, SyncerError, TrackerError
from syncer.model import Level, Problem
from syncer.running import PlanRefusedError
from syncer.settings import load_settings
from syncer.sync import Report
from syncer.trackers.redaction import Redactor
from tests.support.memory import MemoryStore, job
from tests.support.model_tracker import ModelTracker
from tests.support.syncs import NOON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from syncer.delivery import Delivery
    from syncer.settings import Settings
    from syncer.sync import Job

WAITING = TrackerError("wait", wait=70)
DOWN = TrackerError("there is no answer", remedy="Look at the network.")
CONFLICT = Conflict("pm/1.md", 9, "Alert", "shop", "#1", "owner", "@a", "@b", "@c", "")


def outcome(*failures: SyncerError, plan: Plan | None = None, **more: object) -> Outcome:
    return Outcome(Report(plan or Plan(), failures=failures), **more)  # type: ignore[arg-type]


class TestWhatIsTold:
    @pytest.mark.parametrize(
        ("came", "result", "code", "hold"),
        [
            (outcome(), Result.DONE, 0, 0),
            (outcome(plan=Plan(conflicts=(CONFLICT,))), Result.PROBLEMS, 1, 0),
            (outcome(DOWN), Result.FAILED, 4, 0),
            (outcome(WAITING, TrackerError("x", wait=5)), Result.LIMITED, 4, 70),
            (outcome(WAITING, DOWN), Result.FAILED, 4, 70),
            (outcome(failure=DeliveryError("no")), Result.FAILED, 4, 0),
            (outcome(WAITING, failure=DeliveryError("no")), Result.FAILED, 4, 70),
        ],
    )
    def test_a_sync_that_came_to_its_end(
        self, came: Outcome, result: Result, code: int, hold: float
    ) -> None:
        ended = of_outcome(came, stopped=False, now=NOON)
        assert (ended.result, ended.exit_code, ended.hold) == (result, code, hold)
        assert of_outcome(came, stopped=True, now=NOON).result is Result.STOPPED

    def test_a_tracker_whose_calls_are_used_up_is_left_alone_until_there_are_more(self) -> None:
        budget = Budget("shop", 7, left=0, limit=10, reset=NOON + timedelta(minutes=9))
        report = Report(Plan(), failures=(DOWN,), budgets=(budget, Budget("pay", 1, left=0)))
        assert of_outcome(Outcome(report), stopped=False, now=NOON).hold == 540
        fine = replace(report, failures=())
        assert of_outcome(Outcome(fine), stopped=False, now=NOON).hold == 0

    def test_what_was_found_is_counted_if_everything_could_be_looked_at(self) -> None:
        problems = [Problem(level, "a", 1, level, "") for level in Level]
        plan = Plan(
            conflicts=(CONFLICT, replace(CONFLICT, winner="tracker")),
            problems=(*problems, Problem(Level.INFO, "b", 1, "x", "")),
            tally=Tally(documents=1, items=5, linked=4, open=3, overdue=2),
        )
        counted = {Level.ERROR: 1, Level.WARNING: 1, Level.INFO: 2}
        ended = of_outcome(outcome(plan=plan), stopped=False, now=NOON)
        assert ended.standing == Standing(1, 5, 4, 3, 2, 1, counted)
        assert of_outcome(outcome(DOWN, plan=plan), stopped=False, now=NOON).standing is None

    @pytest.mark.parametrize(
        ("error", "result", "code"),
        [
            (ConfigurationError("no"), Result.FAILED, 3),
            (DeliveryError("no"), Result.FAILED, 4),
            (WAITING, Result.LIMITED, 4),
            (PlanRefusedError(Plan(), [Refusal("too much", "Look.")]), Result.REFUSED, 5),
        ],
    )
    def test_a_sync_that_wrote_nothing(self, error: SyncerError, result: Result, code: int) -> None:
        ended = of_error(error, stopped=False)
        assert (ended.result, ended.exit_code) == (result, code)
        assert ended.hold == (70 if error is WAITING else 0)

    def test_an_error_is_told_with_its_remedy_in_one_line(self) -> None:
        assert of_error(DOWN, stopped=False).error == "there is no answer. Look at the network."
        refused = PlanRefusedError(Plan(), [Refusal("60 to file", "Use --limit.")])
        assert of_error(refused, stopped=False).error == "refused: 60 to file. Use --limit."
        faults = ConfigurationError("the configuration has 2 problems:\n  a: x\n  b: y")
        assert "\n" not in of_error(faults, stopped=False).error

    def test_being_told_to_stop_is_no_failure(self) -> None:
        ended = of_error(StoppedError(), stopped=True)
        assert (ended.result, ended.exit_code) == (Result.STOPPED, ExitCode.INTERRUPTED)


TEXT = """\
# Outage

## Action Items

| Action | Status |
|---|---|
| Alert | Not Started |
"""


@dataclass
class Source:
    """Documents in memory.

    Attributes:
        settings: What is synced by.
        error: What keeps it from being looked at.
        during: Happens while it is being looked at.
    """

    settings: Settings
    store: MemoryStore = field(default_factory=lambda: MemoryStore({"pm/1.md": TEXT}))
    error: Exception | None = None
    during: Callable[[], None] = lambda: None

    @contextmanager
    def look(self) -> Iterator[tuple[Settings, Delivery]]:
        if self.error:
            raise self.error
        self.during()
        yield self.settings, Files(self.store)


class Resting(ModelTracker):
    """A tracker that counts how often it is told to rest."""

    rests = 0

    def rest(self) -> None:
        self.rests += 1


class Room:
    """A runner, with what it opens and closes."""

    def __init__(self, folder: Path) -> None:
        (folder / "syncer.yaml").write_text("documents: {paths: pm/*.md}")
        self.source = Source(load_settings(working=folder, environment={}))
        self.opened = self.closed = 0
        self.tracker = Resting()
        self.stop = Event()
        self.runner = Runner(self.source, self._open, Redactor(["hunter2"]), lambda: NOON)

    @contextmanager
    def _open(self, settings: Settings) -> Iterator[Job]:
        assert settings is self.source.settings
        self.opened += 1
        yield job(self.source.store, self.tracker)
        self.closed += 1


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


class TestRuns:
    def test_trackers_stay_open_from_one_to_the_next(self, room: Room) -> None:
        first = room.runner.run(room.stop)
        assert (first.result, first.changes) == (Result.DONE, {Kind.CREATE: 1})
        assert room.runner.run(room.stop).changes == {}
        assert (room.opened, room.closed, room.tracker.rests) == (1, 0, 2)
        room.runner.close()
        room.runner.close()
        assert (room.opened, room.closed) == (1, 1)

    def test_other_settings_open_them_anew(self, room: Room) -> None:
        room.runner.run(room.stop)
        room.source.settings = replace(room.source.settings)
        room.runner.run(room.stop)
        assert (room.opened, room.closed) == (2, 1)

    def test_a_failure_keeps_them_open(self, room: Room) -> None:
        room.runner.run(room.stop)
        room.source.error = DeliveryError("git said hunter2")
        ended = room.runner.run(room.stop)
        assert (ended.result, ended.error) == (Result.FAILED, "git said ***.")
        room.source.error = None
        assert room.runner.run(room.stop).result is Result.DONE
        assert room.opened == 1

    def test_what_nobody_foresaw_is_logged_and_opens_them_anew(
        self, room: Room, caplog: pytest.LogCaptureFixture
    ) -> None:
        room.runner.run(room.stop)
        room.source.error = RuntimeError("boom hunter2")
        ended = room.runner.run(room.stop)
        assert (ended.result, ended.exit_code) == (Result.CRASHED, 4)
        assert ended.error == "RuntimeError, see the log"
        assert caplog.records[-1].exc_info
        room.source.error = None
        assert room.runner.run(room.stop).result is Result.DONE
        assert (room.opened, room.closed) == (2, 1)

    def test_told_to_stop_it_writes_nothing_more(self, room: Room) -> None:
        room.source.during = room.stop.set
        ended = room.runner.run(room.stop)
        assert ended.result is Result.STOPPED
        assert not room.tracker.live()
        assert room.source.store.texts["pm/1.md"] == TEXT

    def test_told_to_stop_between_two_writes_it_writes_back_what_is_done(self, room: Room) -> None:
        room.source.store.texts["pm/1.md"] = TEXT + "| Second | Not Started |\n"
        room.tracker.on_write = lambda *_: room.stop.set()
        ended = room.runner.run(room.stop)
        assert ended.result is Result.STOPPED
        assert len(room.tracker.live()) == 1
        assert "| Alert | Not Started | [SHOP-1] |" in room.source.store.texts["pm/1.md"]

    def test_told_to_stop_when_all_is_done_it_is_done(self, room: Room) -> None:
        room.runner.run(room.stop)
        room.source.store.texts = {}
        assert room.runner.run(room.stop).result is Result.PROBLEMS

    def test_what_wants_a_person_is_logged_when_it_is_new(
        self, room: Room, caplog: pytest.LogCaptureFixture
    ) -> None:
        room.source.store.texts["pm/2.md"] = TEXT.replace("Not Started", "Done until #49")
        with caplog.at_level(logging.INFO):
            for _ in range(3):
                room.runner.run(room.stop)
        told = [r for r in caplog.records if "pm/2.md:7" in r.getMessage()]
        assert len(told) == 1
        assert len([r for r in caplog.records if "2 action items" in r.getMessage()]) == 3
