"""How far the writing has come: forward with each answer, never back, and to the end whatever fails."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from syncer.core.limits import Limits
from syncer.core.tracking import Refused, Unknown
from syncer.errors import TrackerError
from syncer.metering import Meter
from syncer.running import Consent, run
from syncer.sync import apply, survey
from tests.support.memory import MemoryStore, job
from tests.support.removals import Team, synced
from tests.support.scripted import ScriptedTracker, filing_at_once, post_mortem

if TYPE_CHECKING:
    from syncer.core.tracking import Answer
    from syncer.sync import Job, Survey

ANYTHING = Consent(Limits())


class Heard:
    """What a progress was told of the writing."""

    def __init__(self, work: Job) -> None:
        self.steps: list[tuple[int, int]] = []
        self.job = replace(work, progress=self)

    def __call__(self, step: str, done: int, total: int) -> None:
        if step == "syncing":
            self.steps.append((done, total))

    def applying(self, found: Survey) -> list[int]:
        """How far each step forward of applying a plan has come; all steps are towards the same end."""
        apply(self.job, found)
        ((_, total),) = {(0, total) for _, total in self.steps}
        done = [done for done, _ in self.steps]
        assert done[0] == 0
        assert done[-1] == total
        assert all(before < after for before, after in pairwise(done))
        return done


def store_of(*counts: int) -> MemoryStore:
    rows = ([f"Row {n}.{row}" for row in range(count)] for n, count in enumerate(counts))
    return MemoryStore({f"{n}.md": post_mortem(n, *texts) for n, texts in enumerate(rows)})


class TestFiling:
    def test_each_issue_is_a_step_and_so_is_each_document(self) -> None:
        heard = Heard(job(store_of(2, 1), ScriptedTracker("shop")))
        assert heard.applying(survey(heard.job)) == [0, 1, 2, 3, 4, 5]

    def test_where_several_are_filed_at_once_too(self) -> None:
        heard = Heard(job(store_of(1, 1, 1), filing_at_once(2)))
        assert heard.applying(survey(heard.job)) == [0, 1, 2, 4, 5, 6]

    def test_a_document_that_follows_its_issues_is_one(self) -> None:
        store, tracker = store_of(1), ScriptedTracker("shop")
        run(job(store, tracker), ANYTHING)
        tracker.issues["1"] = replace(tracker.issues["1"], owner="@bob", due="2025-12-01")
        heard = Heard(job(store, tracker))
        assert heard.applying(survey(heard.job)) == [0, 1]

    def test_nothing_to_do_is_told_once(self) -> None:
        heard = Heard(job(MemoryStore({}), ScriptedTracker("shop")))
        apply(heard.job, survey(heard.job))
        assert heard.steps == [(0, 0)]


class TestOtherWrites:
    def test_a_row_that_is_gone_takes_three(self) -> None:
        team: Team = synced("close")
        team.remove("2")
        heard = Heard(team.job)
        assert heard.applying(survey(heard.job)) == [0, 1, 2, 3]

    def test_a_duplicate_takes_two(self) -> None:
        store, tracker = store_of(1), ScriptedTracker("shop")
        run(job(store, tracker), ANYTHING)
        tracker.issues["9"] = replace(tracker.issues["1"], key="9")
        store.texts["new.md"] = post_mortem(7, "Failover")
        heard = Heard(job(store, tracker))
        found = survey(heard.job)
        assert len(found.duplicates) == 1
        assert heard.applying(found) == [0, 1, 2, 3, 4]


class TestFailing:
    @pytest.mark.parametrize("answer", [Refused("no"), Unknown("no answer")])
    @pytest.mark.parametrize("at_once", [1, 3])
    def test_an_answer_is_a_step_whatever_it_is(self, answer: Answer, at_once: int) -> None:
        tracker = filing_at_once(at_once)
        tracker.answer = lambda _: answer
        heard = Heard(job(store_of(2), tracker))
        assert heard.applying(survey(heard.job)) == [0, 1, 2, 3]

    @pytest.mark.parametrize("at_once", [1, 3])
    def test_a_tracker_that_fails_takes_it_to_its_end(self, at_once: int) -> None:
        def fail(_: str) -> None:
            raise TrackerError("shop is down")

        tracker = filing_at_once(at_once)
        tracker.answer = fail
        heard = Heard(job(store_of(2, 2), tracker))
        assert heard.applying(survey(heard.job))[-1] == 6

    def test_so_does_a_document_that_was_edited_meanwhile(self) -> None:
        store = store_of(2, 1)
        heard = Heard(job(store, ScriptedTracker("shop")))
        found = survey(heard.job)
        store.texts["0.md"] += "\nMore.\n"
        assert heard.applying(found) == [0, 3, 4, 5]

    def test_and_a_farewell_that_is_refused(self) -> None:
        team = synced("close")
        team.remove("2")
        team.tracker.answer = lambda _: Refused("no")
        heard = Heard(team.job)
        assert heard.applying(survey(heard.job)) == [0, 1, 3]


def test_a_part_has_no_more_steps_than_its_size() -> None:
    told: list[int] = []
    meter = Meter(lambda _, done, __: told.append(done), "syncing", 3)
    with meter.part(1):
        meter.advance()
        meter.advance()
    with meter.part(2):
        assert told == [1]
    assert told == [1, 3]
