"""When the next sync begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.daemon.schedule import LONGEST_QUIET, QUIET, Agenda, Timetable
from syncer.daemon.status import Ended, Result

NOON = datetime(2025, 11, 23, 12, tzinfo=UTC)
QUARTERLY = Timetable(timedelta(minutes=15), timedelta(minutes=1), timedelta(hours=1))
DONE = Ended(Result.DONE, 0)
FAILED = Ended(Result.FAILED, 4)


def limited(hold: float) -> Ended:
    return Ended(Result.LIMITED, 4, hold=hold)


class Day:
    """One repository's agenda, with a clock."""

    def __init__(self, timetable: Timetable = QUARTERLY) -> None:
        self.now = 1000.0
        self.agenda = Agenda(timetable, self.now)

    def sync(self, ended: Ended = DONE, *, took: float = 10.0, chance: float = 0.0) -> float:
        """Seconds from the end of a sync that began when it was due to the next one."""
        self.now = max(self.agenda.due, self.now)
        self.agenda.begin(self.now)
        self.now += took
        self.agenda.end(ended, self.now, NOON, chance)
        return self.agenda.due - self.now

    @property
    def due_in(self) -> float:
        return self.agenda.due - self.now


def test_the_first_sync_is_due_at_once_whatever_the_timetable_says() -> None:
    daily = Timetable(timedelta(1), timedelta(0), timedelta(1), cron="0 3 * * *")
    assert Day(daily).due_in == 0


def test_an_interval_is_from_beginning_to_beginning() -> None:
    assert Day().sync(took=60) == 14 * 60


def test_a_sync_that_takes_longer_than_the_interval_is_followed_by_another() -> None:
    assert Day().sync(took=10_000) == 1


@pytest.mark.parametrize(
    ("cron", "expected"), [("*/20 * * * *", 1200), ("30 13 * * *", 5400), ("0 12 * * *", 86_400)]
)
def test_a_crontab_is_in_utc_and_comes_before_the_interval(cron: str, expected: float) -> None:
    table = Timetable(timedelta(minutes=1), timedelta(0), timedelta(1), cron=cron)
    assert table.regular(10, NOON, 0) == expected
    elsewhere = NOON.astimezone(tz=None)
    assert table.regular(10, elsewhere, 0) == expected


def test_a_sync_begins_later_by_chance() -> None:
    assert Day().sync(took=0, chance=0.5) == 15 * 60 + 30


class TestFailures:
    def test_each_further_one_doubles_the_pause_up_to_a_bound(self) -> None:
        day = Day()
        pauses = [day.sync(FAILED) for _ in range(9)]
        assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]

    def test_one_that_is_synced_more_often_is_tried_again_sooner(self) -> None:
        day = Day(Timetable(timedelta(seconds=10), timedelta(0), timedelta(hours=1)))
        assert [day.sync(FAILED, took=0) for _ in range(3)] == [10, 20, 40]

    def test_one_with_a_crontab_is_tried_again_without_waiting_for_its_time(self) -> None:
        table = Timetable(timedelta(1), timedelta(0), timedelta(hours=1), cron="0 3 * * *")
        assert Day(table).sync(FAILED) == 60

    def test_the_longest_pause_may_be_shorter_than_the_first(self) -> None:
        day = Day(Timetable(timedelta(hours=1), timedelta(0), timedelta(seconds=5)))
        assert day.sync(FAILED) == 5

    @pytest.mark.parametrize("result", [Result.DONE, Result.PROBLEMS, Result.REFUSED])
    def test_all_else_puts_an_end_to_it(self, result: Result) -> None:
        day = Day()
        for _ in range(5):
            day.sync(FAILED)
        assert day.sync(Ended(result, 0), took=0) == 15 * 60
        assert day.sync(FAILED) == 60

    def test_a_crash_is_one(self) -> None:
        assert Day().sync(Ended(Result.CRASHED, 4)) == 60

    def test_a_thousand_of_them_are_no_trouble(self) -> None:
        assert QUARTERLY.pause(5_000) == 3600


class TestLimits:
    def test_a_tracker_is_left_alone_for_as_long_as_it_asked(self) -> None:
        assert Day().sync(limited(2_000)) == 2_000
        assert Day().sync(Ended(Result.FAILED, 4, hold=5_000)) == 5_000

    def test_what_was_interrupted_goes_on_as_soon_as_it_may(self) -> None:
        assert Day().sync(limited(20), chance=0.5) == 20 + 30

    def test_it_is_no_failure_and_doesn_t_end_a_row_of_them(self) -> None:
        day = Day()
        day.sync(FAILED)
        day.sync(limited(20))
        assert day.sync(FAILED) == 120


class TestRequests:
    def test_a_request_is_followed_after_a_quiet_moment(self) -> None:
        day = Day()
        day.sync()
        day.agenda.ask(day.now)
        assert day.due_in == QUIET
        assert day.agenda.is_asked

    def test_a_burst_of_them_is_one_and_does_not_go_on_for_ever(self) -> None:
        day = Day()
        day.sync()
        began = day.now
        for _ in range(1000):
            day.agenda.ask(day.now)
            day.now += 0.005
        assert day.agenda.due == day.now - 0.005 + QUIET
        for _ in range(1000):
            day.agenda.ask(day.now)
            day.now += 0.05
        assert day.agenda.due == began + LONGEST_QUIET

    def test_one_that_comes_when_it_is_due_anyway_changes_nothing(self) -> None:
        day = Day()
        day.sync()
        day.now = day.agenda.due - 1
        day.agenda.ask(day.now)
        assert day.due_in == 1

    def test_a_sync_does_what_was_asked_until_it_began(self) -> None:
        day = Day()
        day.sync()
        day.agenda.ask(day.now)
        assert day.sync(took=0) == 15 * 60

    def test_what_is_asked_while_one_goes_on_makes_one_more(self) -> None:
        day = Day()
        day.agenda.begin(day.now)
        for _ in range(3):
            day.now += 10
            day.agenda.ask(day.now)
        day.agenda.end(DONE, day.now, NOON, 0)
        assert day.due_in == QUIET

    def test_a_failing_repository_isn_t_looked_at_any_sooner_than_after_one_failure(self) -> None:
        day = Day()
        for _ in range(6):
            day.sync(FAILED)
        day.agenda.ask(day.now)
        assert day.due_in == 60

    def test_a_tracker_that_asked_for_a_pause_gets_it(self) -> None:
        for ended in (limited(2_000), Ended(Result.FAILED, 4, hold=2_000)):
            day = Day()
            day.sync(ended, chance=0.9)
            day.agenda.ask(day.now)
            assert day.due_in == 2_000

    def test_after_it_has_come_back_nothing_is_held_any_more(self) -> None:
        day = Day()
        day.sync(limited(2_000))
        day.sync()
        day.agenda.ask(day.now)
        assert day.due_in == QUIET


def test_other_settings_are_tried_at_once() -> None:
    day = Day()
    for _ in range(6):
        day.sync(FAILED)
    day.agenda.change(QUARTERLY, day.now)
    assert day.due_in == 0
    assert day.sync(FAILED) == 60


@given(
    st.lists(
        st.tuples(
            st.sampled_from([DONE, FAILED, limited(5), limited(5000), Ended(Result.REFUSED, 5)]),
            st.floats(0, 5000),
            st.floats(0, 1, exclude_max=True),
            st.booleans(),
        ),
        max_size=20,
    )
)
def test_no_sync_begins_before_a_second_has_passed_or_after_the_longest_wait(
    syncs: list[tuple[Ended, float, float, bool]],
) -> None:
    day = Day()
    for ended, took, chance, asked in syncs:
        wait = day.sync(ended, took=took, chance=chance)
        if asked:
            day.agenda.ask(day.now)
            assert day.due_in <= wait
        assert 1 - 1e-6 <= day.due_in <= max(3600, ended.hold) + 60 + 1e-6
