"""Several documents that name one issue: whose it is, and what those get that it isn't."""

from __future__ import annotations

import pytest

from syncer.core.plan import Kind
from tests.support.memory import MemoryStore, MemoryTracker, job
from tests.unit.test_sync import post_mortem, sync

TABLE = "| Action | Owner | Due Date | Status | Issue |\n|---|---|---|---|---|\n"
OTHER = (
    "# Other\n\n**Incident ID:** INC-2025-12-24-001\n\n## Action Items\n\n"
    + TABLE
    + "| y other | @bob | 2026-01-01 | Not Started | #1 |\n"
)


@pytest.fixture
def tracker() -> MemoryTracker:
    return MemoryTracker("shop")


@pytest.fixture
def store(tracker: MemoryTracker) -> MemoryStore:
    """One document whose row has issue #1, and one that merely names it."""
    made = MemoryStore({"a.md": post_mortem(1, "x alert | @alice | 2025-12-01 | Not Started")})
    sync(job(made, tracker))
    made.texts["b.md"] = OTHER
    return made


def untouched(tracker: MemoryTracker) -> bool:
    issue = tracker.issues["1"]
    return (issue.title, issue.owner, issue.due) == ("x alert", "@alice", "2025-12-01")


def test_a_row_that_merely_names_an_issue_gets_nothing(
    store: MemoryStore, tracker: MemoryTracker
) -> None:
    report = sync(job(store, tracker))
    assert report.plan.changes == ()
    assert store.texts["b.md"] == OTHER
    assert "belongs to a row of a.md" in report.plan.problems[0].message


def test_the_renamed_document_comes_first(store: MemoryStore, tracker: MemoryTracker) -> None:
    store.texts["z.md"] = store.texts.pop("a.md")
    report = sync(job(store, tracker))
    assert [(c.kind, c.document) for c in report.plan.changes] == [(Kind.HEAL, "z.md")]
    assert untouched(tracker)
    assert store.texts["b.md"] == OTHER
    assert sync(job(store, tracker)).plan.changes == ()


def test_when_the_owner_is_deleted_the_issue_is_adopted_and_not_rewritten(
    store: MemoryStore, tracker: MemoryTracker
) -> None:
    del store.texts["a.md"]
    report = sync(job(store, tracker))
    assert [(c.kind, c.document) for c in report.plan.changes] == [(Kind.ADOPT, "b.md")]
    assert untouched(tracker)
    assert "| y other | @bob | 2026-01-01 | Not Started | [#1] |" in store.texts["b.md"]
    assert sync(job(store, tracker)).plan.changes == ()
    assert untouched(tracker)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("## Action Items", "## Things we promised", id="a heading that isn't known"),
        pytest.param("| [#1] |", "| |", id="an emptied issue cell"),
    ],
)
def test_a_document_that_keeps_what_was_agreed_does_not_lose_its_issue(
    store: MemoryStore, tracker: MemoryTracker, old: str, new: str
) -> None:
    store.texts["a.md"] = store.texts["a.md"].replace(old, new)
    sync(job(store, tracker))
    assert untouched(tracker)
    assert store.texts["b.md"] == OTHER


def test_what_an_author_wrote_in_brackets_does_not_become_a_link(tracker: MemoryTracker) -> None:
    text = post_mortem(1, "Alert | @a | | Not Started") + "\nWe think [#1] was the cause.\n"
    store = MemoryStore({"a.md": text})
    sync(job(store, tracker))
    assert "| [shop#1] |" in store.texts["a.md"]
    assert "\n[shop#1]: " in store.texts["a.md"]
    assert sync(job(store, tracker)).plan.changes == ()


def test_a_base_that_no_side_could_have_is_damaged(tracker: MemoryTracker) -> None:
    store = MemoryStore({"a.md": post_mortem(1, "Alert | @a | 2025-12-01 | Not Started")})
    sync(job(store, tracker))
    whole = store.texts["a.md"]
    store.texts["a.md"] = whole.replace("due=2025-12-01", "due=zzz")
    report = sync(job(store, tracker))
    assert "is damaged" in report.plan.problems[0].message
    assert store.texts["a.md"] == whole


def test_a_definition_that_is_read_as_text_is_told(tracker: MemoryTracker) -> None:
    store = MemoryStore({"a.md": post_mortem(1, "Alert | @a | 2025-12-01 | Not Started")})
    sync(job(store, tracker))
    lines = len(store.texts["a.md"].splitlines())
    store.texts["a.md"] = store.texts["a.md"].rstrip('"\n') + "\n"
    report = sync(job(store, tracker))
    (problem,) = report.plan.problems
    assert (problem.line, "read as text" in problem.message) == (lines, True)
    assert len(tracker.issues) == 1


def test_a_date_that_cannot_be_read_is_told_with_its_line(tracker: MemoryTracker) -> None:
    text = post_mortem(1, "Alert | @a | 1 week | Not Started")
    text = text.replace("\n\n## Action", "\n**Date:** 2025-13-45\n\n## Action")
    report = sync(job(MemoryStore({"a.md": text}), tracker))
    told = {problem.message: problem.line for problem in report.plan.problems}
    assert any("2025-13-45" in message and line == 4 for message, line in told.items())


def test_no_documents_at_all_is_told(tracker: MemoryTracker) -> None:
    (problem,) = sync(job(MemoryStore({}), tracker)).plan.problems
    assert "no documents" in problem.message
