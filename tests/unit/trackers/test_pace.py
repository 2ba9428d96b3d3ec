"""Writes keep a gap, and stay within so many a minute and an hour."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from syncer.trackers.pace import Budget, Pace


def test_the_first_write_waits_for_nothing() -> None:
    assert Pace(1.0, [Budget(80, 60)]).reserve(5.0) == 0


def test_a_gap_is_kept() -> None:
    pace = Pace(1.0)
    assert pace.reserve(10.0) == 0
    assert pace.reserve(10.75) == 0.25
    assert pace.reserve(12.0) == 0
    assert pace.reserve(500.0) == 0


def test_those_who_ask_at_the_same_moment_get_one_after_the_other() -> None:
    pace = Pace(1.0)
    assert [pace.reserve(10.0) for _ in range(3)] == [0, 1.0, 2.0]


def test_a_budget_is_kept() -> None:
    pace = Pace(0.0, [Budget(2, 60)])
    assert pace.reserve(0.0) == 0
    assert pace.reserve(1.0) == 0
    assert pace.reserve(2.0) == 58.0
    assert pace.reserve(61.0) == 0


def test_an_estimate_says_how_long_it_takes_and_counts_nothing() -> None:
    pace = Pace(1.0, [Budget(80, 60), Budget(500, 3600)])
    assert pace.estimate(0, 0.0) == 0
    assert pace.estimate(1, 0.0) == 0
    assert pace.estimate(43, 0.0) == 42.0
    assert pace.estimate(501, 0.0) == 3600.0
    assert pace.reserve(0.0) == 0


def test_an_estimate_knows_what_was_sent() -> None:
    pace = Pace(0.0, [Budget(2, 60)])
    pace.reserve(0.0)
    assert pace.estimate(2, 10.0) == 50.0


@given(
    st.floats(0, 5),
    st.lists(st.tuples(st.integers(1, 5), st.floats(0.5, 30)), max_size=3),
    st.lists(st.floats(0, 20), max_size=40),
)
def test_whoever_waits_as_told_is_never_too_fast(
    gap: float, limits: list[tuple[int, float]], pauses: list[float]
) -> None:
    pace = Pace(gap, [Budget(*limit) for limit in limits])
    now, sent = 0.0, list[float]()
    for pause in pauses:
        now += pause
        delay = pace.reserve(now)
        assert delay >= 0
        now += delay
        sent.append(now)
    tiny = 1e-6
    assert all(b - a >= gap - tiny for a, b in pairwise(sent))
    for count, seconds in limits:
        assert all(b - a >= seconds - tiny for a, b in zip(sent, sent[count:], strict=False))
