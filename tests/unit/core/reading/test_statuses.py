from __future__ import annotations

import pytest

from syncer.core.reading.statuses import LONGEST_CELL, read_status, replacement
from syncer.model import Span, Status
from tests.support.reading import WORDS

OPEN, ACTIVE, BLOCKED, DONE, DROPPED = Status

TICK, BOX, TURN, WHITE = "\u2705", "\u2611\ufe0f", "\U0001f504", "\U0001f532"


def words_of(cell: str) -> tuple[Status | None, str | None]:
    """The status of a cell, and the words that say so."""
    found = read_status(cell, WORDS)
    return found.status, found.span.of(cell) if found.span else None


@pytest.mark.parametrize(
    ("cell", "status", "words"),
    [
        # The plain ones, in any spelling.
        ("Done", DONE, "Done"),
        ("DONE", DONE, "DONE"),
        ("To-do", OPEN, "To-do"),
        ("NOT_STARTED", OPEN, "NOT_STARTED"),
        ("In progress", ACTIVE, "In progress"),
        ("in-progress", ACTIVE, "in-progress"),
        ("On hold", BLOCKED, "On hold"),
        ("Won\u2019t fix", DROPPED, "Won\u2019t fix"),
        ("cancelled", DROPPED, "cancelled"),
        ("\u5b8c\u4e86", DONE, "\u5b8c\u4e86"),
        ("\u672a\u7740\u624b", OPEN, "\u672a\u7740\u624b"),
        ("Em andamento", ACTIVE, "Em andamento"),
        ("\u00c0 faire", OPEN, "\u00c0 faire"),
        ("\u8fdb\u884c\u4e2d", ACTIVE, "\u8fdb\u884c\u4e2d"),
        ("\uc9c4\ud589 \uc911", ACTIVE, "\uc9c4\ud589 \uc911"),
        ("erledigt", DONE, "erledigt"),
        ("TODO.", OPEN, "TODO"),
        ("Done!", DONE, "Done"),
        # Emoji, emphasis and check boxes that belong to it.
        (f"{TICK} Done", DONE, f"{TICK} Done"),
        (f"{BOX} Done", DONE, f"{BOX} Done"),
        (":white_check_mark: Shipped", DONE, ":white_check_mark: Shipped"),
        ("\u23f3 Pending", OPEN, "\u23f3 Pending"),
        ("**Done**", DONE, "**Done**"),
        ("_Done_", DONE, "_Done_"),
        ("`Done`", DONE, "`Done`"),
        (f"**{TICK} Done**", DONE, f"**{TICK} Done**"),
        (f"{TICK} **Done**", DONE, f"{TICK} **Done**"),
        ("**Done (in staging)**", DONE, "Done"),
        (f"**{TICK}** Done", DONE, f"**{TICK}** Done"),
        (TICK, DONE, TICK),
        (WHITE, OPEN, WHITE),
        (TURN, ACTIVE, TURN),
        ("[x]", DONE, "[x]"),
        ("- [ ]", OPEN, "[ ]"),
        ("[x] Done", DONE, "[x] Done"),
        ("[ ] In progress", ACTIVE, "[ ] In progress"),
        # Remarks in parentheses, links and references.
        (f"{TICK} Done (2025-10-12)", DONE, f"{TICK} Done"),
        ("Todo (depends on #3)", OPEN, "Todo"),
        ("Todo\uff08\u5225 ADR\uff09", OPEN, "Todo"),
        ("**Done** (git `3f9a2c4`, (really))", DONE, "**Done**"),
        ("n/a **DONE**", DONE, "**DONE**"),
        ("Bug 5554823 **TODO**", OPEN, "**TODO**"),
        ("[x#560](https://example.org/560) **TODO**", OPEN, "**TODO**"),
        ("[Done](https://example.org/pull/14714)", DONE, "Done"),
        ("[**Done**](https://example.org/pull/14714)", DONE, "**Done**"),
        ("Done, see [the runbook](docs/a_(b).md)", DONE, "Done"),
        ("DONE - PRs #378 and #381", DONE, "DONE"),
        ("CLOSED 2026-08-06 - issue #392", DONE, "CLOSED"),
        ("Started 2026-04-14", ACTIVE, "Started"),
        ("Done on Oct 12, 2025", DONE, "Done"),
        ("Done as of 12 Oct 2025", DONE, "Done"),
        ("Fixed in v1.2.3", DONE, "Fixed"),
        ("Fixed in 3ced951", DONE, "Fixed"),
        ("**Done** via `convert.py`", DONE, "**Done**"),
        ("`f4eb131` `Done`", DONE, "`Done`"),
        ("**Fixed in this PR**", DONE, "Fixed"),
        ("Blocked by PAY-7", BLOCKED, "Blocked by"),
        ("In review: https://example.org/pull/12", ACTIVE, "In review"),
        ("Done<br>2025-10-12", DONE, "Done"),
        ("<b>Done</b>", DONE, "Done"),
        ("PR #12 merged", DONE, "merged"),
        ("Done, deployed", DONE, "Done, deployed"),
    ],
)
def test_a_status_is_found_with_the_words_that_say_so(
    cell: str, status: Status, words: str
) -> None:
    assert words_of(cell) == (status, words)


@pytest.mark.parametrize(
    "cell",
    [
        # More is said than a status.
        *("Done until #49", "not done", "partially done", "Done for now", "nearly done", "Done?"),
        *("Done by Friday", "Done by 2025-12-01", "Done by @alice", "Blocked by the vendor", "50%"),
        *("Done - except the alert", "Done and deployed", "DONE: see below", "Done-ish", "~done"),
        # Two of them.
        *("TODO/DONE", "Open / In Progress / Done", "TODO \u2192 DONE", "[x] Todo", f"{TICK} Todo"),
        *(f"{WHITE} Done", "Not yet done", f"{TURN} {TICK}", f"{TICK} \U0001f7e1"),
        # It is only part of what a link says.
        *("[Done today](u)", "[(x) Done](u)", "[Done](u"),
        # Struck out.
        *("~~Done~~", "~~Todo~~ Done", "<del>Done</del> ~~x~~"),
        # Nothing that is known.
        *(
            "Deferred",
            "Standing",
            "This document",
            "Policy",
            "Done (unclosed",
            "n/a",
            "(done)",
            "",
            " ",
        ),
        *(
            "https://example.org/issues/1",
            "#12",
            "PR #12",
            "\U0001f7e1",
            "\u274c",
            "\u23f3",
            "\u26d4",
        ),
        # It is the pull request that is open.
        *("PR #12 open", "open: MR !7 PR [x](y)"),
    ],
)
def test_a_status_is_not_guessed_at(cell: str) -> None:
    assert words_of(cell) == (None, None)


def test_a_status_that_cannot_be_replaced_alone_has_no_words() -> None:
    assert words_of(f"{TICK} [Done](https://example.org/14)") == (DONE, None)
    assert words_of(f"{TICK} (in staging) Done") == (DONE, None)
    assert words_of("**Done [#1](u) Done**") == (DONE, None)
    assert words_of(f"{TICK}** Done") == (DONE, None)
    assert words_of(f"{TICK}#12") == (DONE, None)


def test_a_cell_that_is_too_long_says_nothing() -> None:
    assert words_of("Done " + "(x) " * (LONGEST_CELL // 4)) == (None, None)


def replaced(cell: str, status: Status, *used: str, language: str = "en") -> str:
    """The cell with another status."""
    span = read_status(cell, WORDS).span or Span(0, len(cell))
    words = replacement(cell, status, used, language, WORDS)
    return cell[: span.start] + words + cell[span.end :]


class TestReplacement:
    def test_leaves_what_stands_around_the_status(self) -> None:
        assert replaced("Todo (depends on #3)", DONE) == "Done (depends on #3)"
        assert replaced("[Done](https://x.org/1)", ACTIVE) == "[In Progress](https://x.org/1)"
        assert replaced("n/a **DONE**", OPEN) == "n/a **NOT STARTED**"

    def test_uses_the_words_that_the_table_uses(self) -> None:
        assert replaced("Todo", DONE, f"{TICK} Shipped", "Todo") == f"{TICK} Shipped"
        assert replaced("Done", OPEN, "Done", "Pending") == "Pending"

    def test_of_several_uses_the_most_frequent_and_then_the_first(self) -> None:
        assert replaced("Todo", DONE, "Closed", "Done", "Done") == "Done"
        assert replaced("Todo", DONE, "Closed", "Done") == "Closed"

    def test_otherwise_keeps_letter_case_and_emphasis(self) -> None:
        assert replaced("TODO", DONE) == "DONE"
        assert replaced("todo", ACTIVE) == "in progress"
        assert replaced("**Todo**", DONE) == "**Done**"
        assert replaced("_TODO_", DROPPED) == "_WON'T DO_"
        assert replaced("*\u6e08*", OPEN, language="ja") == "*\u672a\u7740\u624b*"

    def test_drops_an_emoji_that_would_lie(self) -> None:
        assert replaced(f"{TICK} Done (x)", ACTIVE) == "In Progress (x)"

    def test_does_not_put_emphasis_into_emphasis(self) -> None:
        assert replaced("**Todo (x)**", DONE, "**Done**") == "**Done (x)**"

    def test_writes_the_language_of_the_statuses_of_the_table(self) -> None:
        assert replaced("\u5b8c\u4e86", OPEN, "\u5b8c\u4e86", language="ja") == "\u672a\u7740\u624b"
        assert replaced("TODO", ACTIVE, "TODO", "DONE", language="ja") == "IN PROGRESS"
        assert replaced("", DONE, language="es") == "Hecho"

    def test_fills_an_empty_cell(self) -> None:
        assert replaced("", DONE) == "Done"
        assert replaced("\u2014", DONE, "**Done**") == "**Done**"

    def test_passes_over_words_that_would_not_read_back(self) -> None:
        # "Open" beside a pull request is about the pull request.
        assert replaced("Done - PR #12", OPEN, "Open", "Open") == "Not Started - PR #12"

    def test_takes_nothing_from_a_status_that_is_only_part_of_a_cell(self) -> None:
        assert replaced("Todo", DONE, "Done (really)", "done until #4") == "Done"
