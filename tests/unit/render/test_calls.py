"""What a sync asks of trackers, in words, in Markdown and for machines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from syncer.core.budget import Budget
from syncer.core.plan import Plan, Tally
from syncer.render import Format, render
from syncer.render.calls import announcements, calls, duration

RESET = datetime(2025, 11, 23, 14, 5, 0, tzinfo=UTC)
AHEAD = Budget("shop", 12, 43, 44.2, 4931, 5000, RESET, filing=41, changing=2)
DONE = Budget("shop", 1098, left=3833, limit=5000, reset=RESET)
SHORT = (
    ", which is not enough: syncer waits a while for more, then stops safely, and the next run "
    "goes on"
)
PLAN = Plan(tally=Tally(documents=1, items=1))


@pytest.mark.parametrize(
    ("budget", "line"),
    [
        (
            AHEAD,
            "12 calls made, 43 to come (about 45 s); 4,931 of 5,000 left until 14:05 UTC",
        ),
        (DONE, "1,098 calls made; 3,833 of 5,000 left until 14:05 UTC"),
        (Budget("shop", 1), "1 call made"),
        (Budget("shop", 0, 1, 0.4), "0 calls made, 1 to come"),
        (Budget("shop", 2, 0, 0.0, left=9), "2 calls made, none to come; 9 left"),
        (Budget("shop", 2, 1200, left=1200), "2 calls made, 1,200 to come; 1,200 left"),
        (Budget("shop", 2, left=0, limit=60), "2 calls made; 0 of 60 left"),
        (
            replace(AHEAD, left=42),
            f"12 calls made, 43 to come (about 45 s); 42 of 5,000 left until 14:05 UTC{SHORT}",
        ),
    ],
)
def test_a_line_says_what_was_asked_what_is_to_come_and_what_is_left(
    budget: Budget, line: str
) -> None:
    assert calls(budget) == line


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (44.2, "45 s"),
        (99.0, "99 s"),
        (99.5, "2 min"),
        (480.0, "8 min"),
        (5940.0, "99 min"),
        (6001.0, "1 h 41 min"),
        (7200.0, "2 h"),
        (4e6, "1,111 h 7 min"),
    ],
)
def test_times_are_told_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


class TestAnnouncing:
    @pytest.mark.parametrize(
        ("filing", "changing", "line"),
        [
            (43, 2, "filing 43 issues and changing 2 in shop, about 45 s"),
            (1, 1, "filing 1 issue and changing 1 in shop, about 45 s"),
            (1200, 0, "filing 1,200 issues in shop, about 45 s"),
            (0, 1, "changing 1 issue in shop, about 45 s"),
        ],
    )
    def test_it_says_what_is_done_where_and_for_how_long(
        self, filing: int, changing: int, line: str
    ) -> None:
        budget = replace(AHEAD, filing=filing, changing=changing)
        assert list(announcements([budget])) == [line]

    def test_what_is_done_at_once_is_not_worth_it(self) -> None:
        short = replace(AHEAD, seconds=4.9)
        assert list(announcements([short, replace(AHEAD, seconds=None), DONE])) == []
        assert len(list(announcements([short, replace(AHEAD, seconds=5.0)]))) == 1


class TestPlans:
    def test_text_has_it_after_the_summary(self) -> None:
        assert render(PLAN, "text", done=True, budgets=[DONE]) == (
            "nothing changed. 1 action item in 1 document.\n"
            "shop: 1,098 calls made; 3,833 of 5,000 left until 14:05 UTC\n"
        )

    def test_too_little_catches_the_eye(self) -> None:
        enough = render(PLAN, "text", done=False, color=True, budgets=[AHEAD])
        short = render(PLAN, "text", done=False, color=True, budgets=[replace(AHEAD, left=1)])
        assert "\x1b[33mshop" not in enough
        assert "\x1b[33mshop" in short

    def test_markdown_has_a_line_for_each_tracker(self) -> None:
        shown = render(PLAN, "markdown", done=False, budgets=[replace(DONE, tracker="a*b*"), AHEAD])
        assert "\n- a\\*b\\*: 1,098 calls made" in shown
        assert "\n- shop: 12 calls made, 43 to come (about 45 s); " in shown

    def test_json_has_an_object_for_each_tracker(self) -> None:
        data = json.loads(render(PLAN, "json", done=False, budgets=[AHEAD, Budget("pay", 3)]))
        assert data["calls"] == [
            {
                "tracker": "shop",
                "made": 12,
                "planned": 43,
                "seconds": 44.2,
                "left": 4931,
                "limit": 5000,
                "reset": "2025-11-23T14:05:00Z",
            },
            {
                "tracker": "pay",
                "made": 3,
                "planned": None,
                "seconds": None,
                "left": None,
                "limit": None,
                "reset": None,
            },
        ]

    @pytest.mark.parametrize("form", ["text", "markdown"])
    def test_without_any_nothing_is_said(self, form: Format) -> None:
        assert "call" not in render(PLAN, form, done=True)
        assert json.loads(render(PLAN, "json", done=True))["calls"] == []
