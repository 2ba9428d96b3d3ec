"""How much a plan may do unasked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncer.core.limits import Limits, measures, refusals
from syncer.core.plan import Change, FieldChange, Kind, Plan, Tally, Thinned

if TYPE_CHECKING:
    from collections.abc import Mapping

DUE = {"due": FieldChange("", "x", "tracker")}
CHANGE = Change(Kind.UPDATE, "a.md", 3, "Alert", "here", "#1", "", DUE)


def changes(
    kind: Kind, number: int, fields: Mapping[str, FieldChange] | None = None
) -> tuple[Change, ...]:
    return tuple(
        replace(CHANGE, kind=kind, line=line, fields=fields or DUE) for line in range(number)
    )


def test_as_many_issues_as_allowed_are_filed_and_no_more() -> None:
    limits = Limits(creates=3)
    assert not refusals(Plan(changes(Kind.CREATE, 3)), limits)
    (refusal,) = refusals(Plan(changes(Kind.CREATE, 4)), limits)
    assert "4 issues" in refusal.message
    assert "--limit 3" in refusal.remedy
    assert "documents.since" in refusal.remedy
    assert "--force" in refusal.remedy


@pytest.mark.parametrize("kind", [Kind.UPDATE, Kind.CLOSE, Kind.REOPEN, Kind.HEAL, Kind.COMMENT])
def test_a_large_share_of_changed_issues_is_refused(kind: Kind) -> None:
    limits = Limits(updates=0.5, updates_minimum=2)
    of_ten = Tally(linked=10)
    assert not refusals(Plan(changes(kind, 5), tally=of_ten), limits)
    (refusal,) = refusals(Plan(changes(kind, 6), tally=of_ten), limits)
    assert "6 of 10" in refusal.message


def test_a_few_changes_are_allowed_however_large_their_share() -> None:
    limits = Limits(updates=0.5, updates_minimum=2)
    assert not refusals(Plan(changes(Kind.UPDATE, 2), tally=Tally(linked=2)), limits)


def test_what_is_written_into_documents_alone_is_not_limited() -> None:
    limits = Limits(creates=0, updates=0, updates_minimum=0)
    assert not refusals(Plan(changes(Kind.WRITE_BACK, 9), tally=Tally(linked=9)), limits)


def test_an_adopted_issue_that_is_written_to_is_a_changed_one() -> None:
    limits = Limits(updates=0, updates_minimum=0)
    assert refusals(Plan(changes(Kind.ADOPT, 1)), limits)
    into_document = {"due": FieldChange("", "x", "document")}
    assert not refusals(Plan(changes(Kind.ADOPT, 1, into_document)), limits)


class TestClosures:
    LIMITS = Limits(updates=1, closures=0.25, closures_minimum=2)
    OF_TWENTY = Tally(linked=20)

    @pytest.mark.parametrize("kind", [Kind.CLOSE, Kind.HEAL, Kind.ADOPT])
    @pytest.mark.parametrize("status", ["Done", "Won't Do"])
    def test_a_large_share_of_closed_issues_is_refused(self, kind: Kind, status: str) -> None:
        closed = {"status": FieldChange("Blocked", status, "tracker")}
        assert not refusals(Plan(changes(kind, 5, closed), tally=self.OF_TWENTY), self.LIMITS)
        (refusal,) = refusals(Plan(changes(kind, 6, closed), tally=self.OF_TWENTY), self.LIMITS)
        assert "closes 6 of 20 issues; at most 5" in refusal.message
        assert "limits.closures" in refusal.message
        assert "--force" in refusal.remedy

    @pytest.mark.parametrize(
        ("kind", "status"),
        [
            (Kind.CREATE, FieldChange("", "Done", "tracker")),
            (Kind.WRITE_BACK, FieldChange("Blocked", "Done", "document")),
            (Kind.REOPEN, FieldChange("Done", "Blocked", "tracker")),
            (Kind.UPDATE, FieldChange("Done", "Won't Do", "tracker")),
        ],
    )
    def test_what_finishes_no_open_issue_is_not_counted(
        self, kind: Kind, status: FieldChange
    ) -> None:
        plan = Plan(changes(kind, 20, {"status": status}), tally=self.OF_TWENTY)
        assert not refusals(plan, self.LIMITS)

    def test_the_rows_that_are_gone_were_linked_too(self) -> None:
        closed = {"status": FieldChange("Blocked", "Done", "tracker")}
        plan = Plan(changes(Kind.CLOSE, 3, closed), thinned=(Thinned("b.md", 12, 0),))
        assert not refusals(plan, self.LIMITS)


class TestEmptied:
    LIMITS = Limits(emptied=0.5, emptied_minimum=3)

    def plan(self, gone: int, left: int, kind: Kind = Kind.COMMENT) -> Plan:
        return Plan(changes(kind, 1), thinned=(Thinned("a.md", gone, left),))

    @pytest.mark.parametrize(
        ("gone", "left", "messages"),
        [(3, 0, 0), (4, 0, 1), (4, 3, 1), (4, 4, 0), (30, 0, 1), (30, 30, 0)],
    )
    def test_a_document_that_lost_most_of_its_rows_is_refused(
        self, gone: int, left: int, messages: int
    ) -> None:
        found = refusals(self.plan(gone, left), self.LIMITS)
        assert len(found) == messages
        assert all(f"a.md ({gone} of {gone + left})" in one.message for one in found)

    def test_only_where_something_follows_from_that(self) -> None:
        assert refusals(self.plan(9, 0, Kind.CREATE), self.LIMITS)
        assert not refusals(self.plan(9, 0, Kind.UPDATE), self.LIMITS)
        elsewhere = Plan(changes(Kind.CREATE, 1), thinned=(Thinned("b.md", 9, 0),))
        assert not refusals(elsewhere, self.LIMITS)

    def test_the_worst_of_them_is_measured_and_a_few_are_named(self) -> None:
        thinned = tuple(Thinned(f"{number}.md", number, 0) for number in range(2, 9))
        mixed = tuple(replace(CHANGE, kind=Kind.COMMENT, document=one.document) for one in thinned)
        plan = Plan(mixed, thinned=thinned)
        (measure,) = (one for one in measures(plan, self.LIMITS) if one.limit == "emptied")
        assert (measure.planned, measure.allowed) == (8, 4)
        assert measure.refusal is not None
        assert "4.md (4 of 4), 5.md (5 of 5), 6.md (6 of 6) and 2 more" in measure.refusal.message


class TestVanished:
    LIMITS = Limits(vanished=0.5, vanished_minimum=2)

    def test_many_documents_that_are_gone_are_refused(self) -> None:
        gone = ("x.md", "y.md", "z.md")
        plan = Plan(changes(Kind.CREATE, 1), tally=Tally(documents=2), vanished=gone)
        (refusal,) = refusals(plan, self.LIMITS)
        assert "3 of 5 documents are gone" in refusal.message
        assert "x.md, y.md, z.md" in refusal.message
        assert not refusals(replace(plan, tally=Tally(documents=3)), self.LIMITS)
        assert not refusals(replace(plan, vanished=gone[:2]), self.LIMITS)

    def test_only_where_something_is_written(self) -> None:
        assert not refusals(Plan(vanished=tuple("abcdef")), self.LIMITS)
