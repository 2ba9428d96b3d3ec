"""Issues that are filed several at once: which ones together, whose answer is whose, and what is left when it fails."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from syncer.core.limits import Limits
from syncer.core.plan import Kind
from syncer.core.tracking import Refused, Unknown
from syncer.errors import ExitCode, TrackerError
from syncer.running import Consent, exit_code, run
from syncer.sync import apply, survey
from tests.support.making import NOW
from tests.support.memory import MemoryStore, job
from tests.support.scripted import ScriptedTracker, filing_at_once, post_mortem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.core.tracking import Answer

ANYTHING = Consent(Limits())


def documents(*counts: int) -> MemoryStore:
    """Documents with so many rows each: ``a.md`` with the rows A1, A2 and so on."""
    names = "abcdefgh"
    return MemoryStore(
        {
            f"{names[n]}.md": post_mortem(
                n, *(f"{names[n].upper()}{row}" for row in range(1, count + 1))
            )
            for n, count in enumerate(counts)
        }
    )


def links(store: MemoryStore, tracker: ScriptedTracker) -> dict[str, str]:
    """The title of the issue that each linked row names, by the row's text."""
    found = {}
    for text in store.texts.values():
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) == 5 and cells[4].startswith("[#"):
                found[cells[0]] = tracker.issues[cells[4].strip("[#]")].title
    return found


def rows(*names: str) -> dict[str, str]:
    return {name: name for name in names}


class Script:
    """Answers to the first creates, in order; then the usual. An error is raised."""

    def __init__(self, *steps: Answer | BaseException | None) -> None:
        self._steps = list(steps)

    def __call__(self, _: str) -> Answer | None:
        step = self._steps.pop(0) if self._steps else None
        if isinstance(step, BaseException):
            raise step
        return step


class TestBatches:
    def test_documents_are_filed_together_up_to_what_one_request_takes(self) -> None:
        store, tracker = documents(2, 2, 3, 1), filing_at_once(4)
        run(job(store, tracker), ANYTHING)
        assert tracker.batches == [["A1", "A2", "B1", "B2"], ["C1", "C2", "C3", "D1"]]
        assert links(store, tracker) == rows("A1", "A2", "B1", "B2", "C1", "C2", "C3", "D1")

    def test_no_more_documents_wait_to_be_written_than_one_request_files_for(self) -> None:
        store, tracker = documents(3, 2), filing_at_once(4)
        written: list[str] = []

        def before_replace(path: str) -> None:
            written.append(path)
            assert len(tracker.issues) == (3 if path == "a.md" else 5)

        store.before_replace = before_replace
        run(job(store, tracker), ANYTHING)
        assert written == ["a.md", "b.md"]
        assert tracker.batches == [["A1", "A2", "A3"], ["B1", "B2"]]

    def test_a_document_with_more_is_filed_in_several(self) -> None:
        store, tracker = documents(5), filing_at_once(2)
        run(job(store, tracker), ANYTHING)
        assert tracker.batches == [["A1", "A2"], ["A3", "A4"], ["A5"]]
        assert links(store, tracker) == rows("A1", "A2", "A3", "A4", "A5")

    def test_a_tracker_that_files_one_by_one_is_asked_one_by_one(self) -> None:
        store, tracker = documents(2), ScriptedTracker("shop")
        run(job(store, tracker), ANYTHING)
        assert tracker.batches == []
        assert len(tracker.issues) == 2

    def test_each_tracker_gets_its_own(self) -> None:
        store, shop, pay = documents(1, 1, 1), filing_at_once(5), filing_at_once(5, "pay")
        run(job(store, shop, pay, route=lambda p: "pay" if p == "b.md" else "shop"), ANYTHING)
        assert (shop.batches, pay.batches) == ([["A1", "C1"]], [["B1"]])

    def test_updates_of_the_same_documents_are_not_forgotten(self) -> None:
        store, tracker = documents(1), filing_at_once(5)
        run(job(store, tracker), ANYTHING)
        row = next(line for line in store.texts["a.md"].splitlines() if "[#1]" in line)
        changed = row.replace("A1", "A0") + "\n| A2 | | | Not Started | |"
        store.texts["a.md"] = store.texts["a.md"].replace(row, changed)
        report = run(job(store, tracker), ANYTHING)
        assert [c.kind for c in report.plan.changes] == [Kind.UPDATE, Kind.CREATE]
        assert links(store, tracker) == rows("A0", "A2")

    def test_the_plan_of_a_survey_is_what_is_applied(self) -> None:
        store, tracker = documents(2, 1, 3), filing_at_once(4)
        planned = survey(job(store, tracker)).plan
        done = run(job(store, tracker), ANYTHING).plan
        assert [(c.kind, c.document, c.line, c.fields) for c in planned.changes] == [
            (c.kind, c.document, c.line, c.fields) for c in done.changes
        ]

    def test_the_second_run_has_nothing_to_do(self) -> None:
        store, tracker = documents(2, 2), filing_at_once(3)
        run(job(store, tracker), ANYTHING)
        tracker.calls.clear()
        later = job(store, tracker, now=NOW + timedelta(days=8))
        assert run(later, ANYTHING).plan.changes == ()
        assert tracker.calls == ["read"]

    def test_definitions_stand_in_the_order_of_the_rows(self) -> None:
        store, tracker = documents(2), filing_at_once(5)
        tracker.answer = Script(Refused("not now"), Unknown("no answer"))
        run(job(store, tracker), ANYTHING)
        run(job(store, tracker), ANYTHING)
        assert [t[:5] for t in store.texts["a.md"].splitlines()[-2:]] == ["[#2]:", "[#1]:"]


class TestFailures:
    def test_one_that_is_refused_is_refused_alone(self) -> None:
        store, tracker = documents(2, 2), filing_at_once(4)
        tracker.answer = Script(None, Refused("the summary is too long", "Shorten it."))
        report = run(job(store, tracker), ANYTHING)
        assert links(store, tracker) == rows("A1", "B1", "B2")
        (problem,) = report.plan.problems
        assert (problem.document, problem.line) == ("a.md", 10)
        assert "too long" in problem.message

    def test_one_of_which_nothing_is_known_is_looked_up_by_the_next_run(self) -> None:
        store, tracker = documents(3), filing_at_once(5)
        tracker.answer = Script(None, Unknown("no answer for it"))
        report = run(job(store, tracker), ANYTHING)
        assert exit_code(report) is ExitCode.TRACKER
        assert links(store, tracker) == rows("A1", "A3")
        assert [c.kind for c in run(job(store, tracker), ANYTHING).plan.changes] == [Kind.ADOPT]
        assert links(store, tracker) == rows("A1", "A2", "A3")

    def test_when_the_tracker_fails_half_way_what_was_filed_is_linked_and_the_rest_counted(
        self,
    ) -> None:
        store, tracker = documents(2, 2, 2), filing_at_once(4)
        tracker.answer = Script(None, None, None, TrackerError("shop is down", remedy="Wait."))
        report = run(job(store, tracker), ANYTHING)
        assert links(store, tracker) == rows("A1", "A2", "B1")
        assert tracker.batches == [["A1", "A2", "B1", "B2"]], "and it isn't asked again"
        (problem,) = report.plan.problems
        assert "shop is down" in problem.message
        assert problem.remedy == "3 changes are left, which the next run takes up. Wait."
        assert exit_code(report) is ExitCode.TRACKER
        run(job(store, tracker), ANYTHING)
        assert links(store, tracker) == rows("A1", "A2", "B1", "B2", "C1", "C2")
        assert len(tracker.issues) == 6

    def test_what_was_filed_is_written_back_before_another_tracker_is_asked(self) -> None:
        store, shop, pay = documents(2, 1), filing_at_once(2), filing_at_once(2, "pay")
        shop.answer = Script(None, TrackerError("shop is down"))
        linked: list[bool] = []

        def look(_: str) -> None:
            linked.append("[#1]" in store.texts["a.md"])

        pay.answer = look
        run(job(store, shop, pay, route=lambda p: "pay" if p == "b.md" else "shop"), ANYTHING)
        assert linked == [True]

    def test_an_interrupted_run_costs_nothing(self) -> None:
        store, tracker = documents(2, 2, 2), filing_at_once(4)
        tracker.answer = Script(*[None] * 5, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            run(job(store, tracker), ANYTHING)
        assert links(store, tracker) == rows("A1", "A2", "B1", "B2")
        report = run(job(store, tracker), ANYTHING)
        assert [c.kind for c in report.plan.changes] == [Kind.ADOPT, Kind.CREATE]
        assert len(tracker.issues) == 6

    def test_an_answer_about_another_item_s_issue_gives_no_row_a_link(self) -> None:
        store, tracker = documents(3), filing_at_once(3)
        tracker.misfiles = lambda answers: reversed(list(answers))
        report = run(job(store, tracker), ANYTHING)
        assert links(store, tracker) == rows("A2")
        assert sum("another item's issue" in p.message for p in report.plan.problems) == 2
        assert len(run(job(store, tracker), ANYTHING).plan.changes) == 2
        assert links(store, tracker) == rows("A1", "A2", "A3")

    def test_a_draft_without_an_answer_is_one_of_which_nothing_is_known(self) -> None:
        store, tracker = documents(3), filing_at_once(3)

        def two(answers: Iterator[Answer]) -> Iterator[Answer]:
            return iter(list(islice(answers, 2)))

        tracker.misfiles = two
        report = run(job(store, tracker), ANYTHING)
        assert links(store, tracker) == rows("A1", "A2")
        (problem,) = report.plan.problems
        assert "there was no answer" in problem.message
        assert (problem.document, problem.line) == ("a.md", 11)

    def test_a_document_that_was_edited_meanwhile_is_left_out_of_its_batch(self) -> None:
        store, tracker = documents(1, 1), filing_at_once(4)
        work = job(store, tracker)
        found = survey(work)
        store.texts["a.md"] += "\nMore.\n"
        report = apply(work, found)
        assert tracker.batches == [["B1"]]
        assert report.changed == ("a.md",)
