"""Issues that were filed twice for one action item: which are closed, and what they say from then on."""

from __future__ import annotations

from dataclasses import replace

from syncer.core.matching.duplicates import close_duplicates
from syncer.model import Agreed, Status
from tests.support.making import ITEM, FakeDirectory, issue, marker, state

SHOP = FakeDirectory()
TWICE = issue("8", marker=marker(state(3, owner="@alice")))


def test_one_that_nobody_touched_is_closed_and_says_which_stays() -> None:
    ((found,), problems) = close_duplicates("7", [TWICE], SHOP)

    assert problems == []
    assert (found.key, found.update.status) == ("8", Status.WONT_DO)
    assert "https://shop.example/issues/7" in found.comment
    assert (found.change.document, found.change.line) == ("pm/one.md", 0)


def test_it_is_nobodys_issue_from_then_on_and_keeps_what_was_agreed() -> None:
    ((found,), _) = close_duplicates("7", [TWICE], SHOP)

    left = found.update.marker
    assert left is not None
    assert left.item != ITEM
    assert left.state.counter == 4
    assert left.state.values == {
        "owner": Agreed.both("@alice"),
        "status": Agreed("Not Started", "Won't Do"),
    }


def test_one_that_a_person_touched_is_left_to_that_person() -> None:
    found, (problem,) = close_duplicates("7", [replace(TWICE, touched=True)], SHOP)

    assert found == []
    assert "#8 was filed for the same action item as #7" in problem.message
    assert (problem.document, problem.line) == ("pm/one.md", 0)


def test_one_that_is_closed_already_or_not_ours_is_passed_over() -> None:
    done = replace(TWICE, status=Status.DONE, touched=True)

    assert close_duplicates("7", [done, issue("9"), issue("9", touched=True)], SHOP) == ([], [])
