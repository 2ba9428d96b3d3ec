"""What is assumed of a tracker that says nothing about it."""

from __future__ import annotations

from syncer.core.tracking import Capabilities, Issue
from syncer.model import Status
from tests.support.making import NOW


def test_a_tracker_that_does_not_say_so_is_not_trusted_to_file_an_issue_once() -> None:
    silent = Capabilities(frozenset(), free_owner=True, updates_text=True, title_limit=255)

    assert not silent.atomic_create
    assert silent.creates_at_once == 1
    assert silent.statuses == frozenset(Status)


def test_an_issue_counts_as_untouched_until_the_tracker_says_otherwise() -> None:
    status = Status.NOT_STARTED

    assert not Issue("7", "a", status, frozenset({status}), "", "", "", "", None, NOW).touched
