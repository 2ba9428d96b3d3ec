"""The three-way rule: every line of the table, and what holds for all values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.core.reconciling.fields import Move, Policies, Policy, Verdict, compare
from syncer.model import Agreed

VALUES = st.sampled_from(["", "a", "b", "c"])
BASES = st.none() | st.builds(Agreed, VALUES, VALUES)
POLICIES: list[Policy] = ["document", "tracker", "report"]


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        pytest.param(Agreed.both("a"), "a", "a", Move.NOTHING, id="nobody moved"),
        pytest.param(Agreed.both("a"), "a", "b", Move.TO_DOCUMENT, id="the tracker moved"),
        pytest.param(Agreed.both("a"), "b", "a", Move.TO_TRACKER, id="the document moved"),
        pytest.param(Agreed.both("a"), "b", "b", Move.NOTHING, id="both moved to the same"),
        pytest.param(Agreed.both("a"), "b", "c", Move.CONFLICT, id="both moved apart"),
        pytest.param(Agreed.both("a"), "a", "", Move.TO_DOCUMENT, id="the tracker was emptied"),
        pytest.param(Agreed.both("a"), "", "a", Move.TO_TRACKER, id="the cell was emptied"),
        pytest.param(None, "a", "a", Move.NOTHING, id="no base, and equal"),
        pytest.param(None, "", "", Move.NOTHING, id="no base, and both empty"),
        pytest.param(None, "", "b", Move.TO_DOCUMENT, id="no base, empty cell"),
        pytest.param(None, "a", "", Move.TO_TRACKER, id="no base, the tracker has nothing"),
        pytest.param(None, "a", "b", Move.CONFLICT, id="no base, and different"),
        pytest.param(Agreed("a", ""), "a", "", Move.NOTHING, id="a pair that nobody touched"),
        pytest.param(Agreed("a", ""), "a", "b", Move.TO_DOCUMENT, id="a pair, the tracker moved"),
        pytest.param(Agreed("a", ""), "b", "", Move.TO_TRACKER, id="a pair, the document moved"),
        pytest.param(Agreed("a", ""), "b", "c", Move.CONFLICT, id="a pair, both moved"),
        pytest.param(Agreed("a", ""), "a", "a", Move.NOTHING, id="what was refused is there now"),
        pytest.param(Agreed("a", "x"), "b", "a", Move.TO_TRACKER, id="taken after all, then moved"),
    ],
)
def test_each_case_of_the_table(
    base: Agreed | None, ours: str, theirs: str, expected: Move
) -> None:
    assert compare(base, ours, theirs, "report").move is expected


def test_the_policy_decides_a_conflict() -> None:
    winners = [compare(Agreed.both("a"), "b", "c", policy).winner for policy in POLICIES]
    assert winners == ["document", "tracker", None]


@pytest.mark.parametrize("policy", POLICIES)
def test_without_a_base_nobody_wins_whatever_the_policy(policy: Policy) -> None:
    assert compare(None, "a", "b", policy) == Verdict(Move.CONFLICT, None, None)


@given(BASES, VALUES, VALUES)
def test_agreement_becomes_the_base(base: Agreed | None, ours: str, theirs: str) -> None:
    verdict = compare(base, ours, theirs, "document")
    if ours == theirs:
        assert verdict == Verdict(Move.NOTHING, Agreed.both(ours))


@given(BASES, VALUES, VALUES, st.sampled_from(POLICIES))
def test_what_is_settled_stays_settled(
    base: Agreed | None, ours: str, theirs: str, policy: Policy
) -> None:
    """Carrying a verdict out and comparing again finds nothing to do."""
    verdict = compare(base, ours, theirs, policy)
    move = verdict.move
    if move is Move.CONFLICT:
        if verdict.winner is None:
            return
        move = Move.TO_TRACKER if verdict.winner == "document" else Move.TO_DOCUMENT
    if move is Move.TO_TRACKER:
        theirs, after = ours, Agreed.both(ours)
    elif move is Move.TO_DOCUMENT:
        ours, after = theirs, Agreed.both(theirs)
    else:
        assert verdict.base is not None
        after = verdict.base
    assert compare(after, ours, theirs, policy).move is Move.NOTHING


@given(VALUES, VALUES, VALUES, st.sampled_from(POLICIES))
def test_a_side_that_did_not_move_never_overwrites_the_other(
    base: str, ours: str, theirs: str, policy: Policy
) -> None:
    move = compare(Agreed.both(base), ours, theirs, policy).move
    if ours == base != theirs:
        assert move is Move.TO_DOCUMENT
    if theirs == base != ours:
        assert move is Move.TO_TRACKER


def test_the_default_policies_leave_the_status_to_the_tracker_and_the_rest_to_the_document() -> (
    None
):
    policies = Policies()
    assert policies.of("status") == "tracker"
    assert {policies.of(f) for f in ("action", "owner", "due", "priority")} == {"document"}
