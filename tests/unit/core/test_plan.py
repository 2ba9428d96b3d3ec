"""The plan's order, checksum and limits."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syncer.core.plan import (
    Change,
    Conflict,
    FieldChange,
    Kind,
    Limits,
    Plan,
    Tally,
    merge,
    refusals,
)
from syncer.model import Level, Problem

CHANGE = Change(
    Kind.UPDATE, "a.md", 3, "Alert", "here", "#1", "", {"due": FieldChange("", "x", "tracker")}
)
CONFLICT = Conflict("a.md", 3, "Alert", "here", "#1", "due", "a", "b", "c", "")


def changes(kind: Kind, number: int) -> tuple[Change, ...]:
    return tuple(replace(CHANGE, kind=kind, line=line) for line in range(number))


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


def test_as_many_issues_as_allowed_are_filed_and_no_more() -> None:
    limits = Limits(creates=3)
    assert not refusals(Plan(changes(Kind.CREATE, 3)), limits)
    (refusal,) = refusals(Plan(changes(Kind.CREATE, 4)), limits)
    assert "4 issues" in refusal.message
    assert "--limit 3" in refusal.remedy
    assert "documents.since" in refusal.remedy
    assert "--force" in refusal.remedy


def test_a_large_share_of_changed_issues_is_refused() -> None:
    limits = Limits(updates=0.5, updates_minimum=2)
    of_ten = Tally(linked=10)
    assert not refusals(Plan(changes(Kind.CLOSE, 5), tally=of_ten), limits)
    (refusal,) = refusals(Plan(changes(Kind.CLOSE, 6), tally=of_ten), limits)
    assert "6 of 10" in refusal.message


def test_a_few_changes_are_allowed_however_large_their_share() -> None:
    limits = Limits(updates=0.5, updates_minimum=2)
    assert not refusals(Plan(changes(Kind.UPDATE, 2), tally=Tally(linked=2)), limits)


def test_what_is_written_into_documents_alone_is_not_limited() -> None:
    limits = Limits(creates=0, updates=0, updates_minimum=0)
    assert not refusals(Plan(changes(Kind.WRITE_BACK, 9), tally=Tally(linked=9)), limits)
