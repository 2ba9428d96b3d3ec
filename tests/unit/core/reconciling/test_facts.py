"""What an issue's text shows of a row: what has no other place in the tracker."""

from __future__ import annotations

import pytest

from syncer.core.reconciling.facts import item_facts
from syncer.core.reconciling.lens import Lens
from syncer.core.reconciling.people import People
from syncer.core.tracking import Capabilities
from tests.support.making import FakeDirectory, accounts_only
from tests.support.reading import read_row

ITEM = read_row(
    "Action | Owner | Due | Priority | Notes", "Add an alert | @alice | 2025-12-01 | High | soon"
)
TEAM = read_row("Action | Owner", "Add an alert | Platform team")
NOBODY = read_row("Action | Owner", "Add an alert | ")
PEOPLE = People({"@alice": {"shop": "alice-gh"}})
ACCOUNTS = Lens(accounts_only(), PEOPLE)
TITLES = Lens(
    FakeDirectory(
        capabilities=Capabilities(
            fields=frozenset({"action", "status"}),
            free_owner=False,
            updates_text=True,
            title_limit=5,
        )
    ),
    PEOPLE,
)


def test_what_the_tracker_has_a_place_for_is_not_repeated() -> None:
    assert item_facts(ITEM, ACCOUNTS) == (("Notes", "soon"),)


def test_what_it_has_none_for_is_shown() -> None:
    assert item_facts(ITEM, TITLES) == (
        ("Action", "Add an alert"),
        ("Owner", "@alice"),
        ("Due", "2025-12-01"),
        ("Priority", "High"),
        ("Notes", "soon"),
    )


def test_an_owner_that_is_no_account_is_shown() -> None:
    assert item_facts(TEAM, ACCOUNTS) == (("Owner", "Platform team"),)


@pytest.mark.parametrize("lens", [ACCOUNTS, TITLES])
def test_an_owner_that_is_missing_is_not_shown(lens: Lens) -> None:
    assert "Owner" not in dict(item_facts(NOBODY, lens))
