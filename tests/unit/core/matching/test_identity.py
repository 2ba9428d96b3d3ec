"""The index of the issues that syncer filed, as they turn out to be after a list that lags behind."""

from __future__ import annotations

from dataclasses import replace

from syncer.core.matching.identity import IssueId, LinkIndex, MarkerIndex
from syncer.model import Status
from tests.support.making import ITEM, issue, marker

LISTED = issue("7", marker=marker())
PRESENT = replace(LISTED, status=Status.DONE)


def index() -> MarkerIndex:
    made = MarkerIndex()
    made.add(LISTED, linked=False)
    return made


def test_an_issue_that_no_row_names_is_shown_as_it_is_now() -> None:
    made = index()

    made.refresh(LISTED, PRESENT, linked=False)

    assert [one.issue for one in made.with_item(ITEM)] == [PRESENT]
    assert made.lost("pm/one.md") == [PRESENT]


def test_an_issue_that_a_row_names_after_all_is_not_to_be_had() -> None:
    made = index()

    made.refresh(LISTED, PRESENT, linked=True)

    assert [(one.key, one.issue) for one in made.with_item(ITEM)] == [("7", None)]
    assert made.lost("pm/one.md") == []


def test_an_issue_that_is_gone_or_lost_its_marker_is_forgotten() -> None:
    for present in (None, replace(PRESENT, marker=None)):
        made = index()

        made.refresh(LISTED, present, linked=False)

        assert list(made.with_item(ITEM)) == []
        assert made.lost("pm/one.md") == []


def test_an_issue_that_was_closed_as_a_duplicate_since_is_none_of_the_item_any_more() -> None:
    made = index()
    closed = replace(PRESENT, marker=marker(item="fedcba9876543210"))

    made.refresh(LISTED, closed, linked=False)

    assert list(made.with_item(ITEM)) == []
    again = replace(closed, touched=True)
    made.refresh(closed, again, linked=False)
    assert [one.issue for one in made.with_item("fedcba9876543210")] == [again]
    assert made.lost("pm/one.md") == [again]


def test_links_go_with_an_issue_that_has_moved() -> None:
    links = LinkIndex()
    former, present = IssueId("shop", "1"), IssueId("pay", "9")
    links.add(former, "a.md", bare=True)
    links.add(former, "b.md", bare=False)
    links.add(present, "c.md", bare=False)

    links.move(former, present)

    assert former not in links
    assert list(links.documents(present)) == ["c.md", "a.md", "b.md"]
    assert links.bare(present) == {"a.md"}
    assert [issue for issue, _ in links.shared()] == [present]
