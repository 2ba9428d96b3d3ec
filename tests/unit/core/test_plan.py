"""The plan's order and checksum."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syncer.core.plan import (
    Change,
    Conflict,
    FieldChange,
    Kind,
    Plan,
    Tally,
    Thinned,
    merge,
)
from syncer.model import Level, Problem

CHANGE = Change(
    Kind.UPDATE, "a.md", 3, "Alert", "here", "#1", "", {"due": FieldChange("", "x", "tracker")}
)
CONFLICT = Conflict("a.md", 3, "Alert", "here", "#1", "due", "a", "b", "c", "")


@given(st.permutations([replace(CHANGE, document=d, line=n) for d in "abc" for n in (1, 2)]))
def test_the_order_does_not_depend_on_the_order_of_reading(mixed: list[Change]) -> None:
    plan = merge(Plan(changes=(change,)) for change in mixed)
    assert [(c.document, c.line) for c in plan.changes] == [(d, n) for d in "abc" for n in (1, 2)]


def test_the_checksum_covers_what_is_written() -> None:
    plan = Plan(changes=(CHANGE,))
    other = replace(CHANGE, fields={"due": FieldChange("", "y", "tracker")})
    assert plan.checksum == Plan(changes=(CHANGE,)).checksum
    assert plan.checksum != Plan(changes=(other,)).checksum
    assert plan.checksum != Plan(changes=(replace(CHANGE, issue="#2"),)).checksum
    assert plan.checksum != Plan().checksum


def test_the_checksum_does_not_depend_on_problems() -> None:
    problem = Problem(Level.WARNING, "a.md", 1, "odd", "mend it")
    assert Plan(changes=(CHANGE,), problems=(problem,)).checksum == Plan((CHANGE,)).checksum


def test_a_remark_does_not_want_a_person_but_a_warning_does() -> None:
    remark = Problem(Level.INFO, "a.md", 1, "odd", "")
    assert not Plan(problems=(remark,)).wants_a_person
    assert Plan(problems=(replace(remark, level=Level.WARNING),)).wants_a_person


def test_only_a_conflict_that_nobody_wins_wants_a_person() -> None:
    assert Plan(conflicts=(CONFLICT,)).wants_a_person
    assert not Plan(conflicts=(replace(CONFLICT, winner="document"),)).wants_a_person


def test_one_problem_that_two_looks_found_is_told_once() -> None:
    problem = Problem(Level.WARNING, "a.md", 1, "odd", "mend it")
    assert merge([Plan(problems=(problem,)), Plan(problems=(problem,))]).problems == (problem,)


def test_tallies_add_up() -> None:
    total = merge([Plan(tally=Tally(documents=1, items=2)), Plan(tally=Tally(1, 3, old=4))]).tally
    assert (total.documents, total.items, total.old) == (2, 5, 4)


def test_what_is_missing_adds_up() -> None:
    one, two = Thinned("a.md", 1, 2), Thinned("b.md", 3, 0)
    total = merge(
        [Plan(thinned=(two,), vanished=("d.md",)), Plan(thinned=(one,), vanished=("c.md",))]
    )
    assert (total.thinned, total.vanished) == ((one, two), ("c.md", "d.md"))
