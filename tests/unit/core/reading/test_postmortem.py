from __future__ import annotations

import pytest

from syncer.core.reading.postmortem import parse
from syncer.model import Level
from tests.support.reading import PATH, WORDS, read, section, table

DOCUMENT = section(
    table(
        "Action | Owner | Due Date | Status | Issue",
        "Alert on queue depth | @alice | 2025-12-01 | In Progress | [#12]",
        "Write failover runbook | @bob | 2025-12-15 | Not Started |",
    ),
    "",
    '[#12]: https://github.com/acme/shop/issues/12 "sync 3; status=In Progress; owner=@alice"',
    head="# Checkout down\n\n**Incident ID:** INC-2025-11-19-001\n**Date:** 2025-11-19",
)


def test_a_document_is_read() -> None:
    document = read(DOCUMENT)
    assert (document.path, document.text) == (PATH, DOCUMENT)
    assert document.incident.id == "INC-2025-11-19-001"
    assert [item.text for item in document.items] == [
        "Alert on queue depth",
        "Write failover runbook",
    ]
    assert document.items[0].reference is not None
    assert document.items[0].reference.label == "#12"
    assert [found.key for found in document.definitions] == ["#12"]
    assert (document.end_is_open, document.untracked, document.problems) == (False, 0, ())


def test_an_open_end_is_told() -> None:
    assert read(DOCUMENT + "\n```\ncode\n").end_is_open


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "newline"])
def test_line_ends_and_a_byte_order_mark_change_only_places(
    ending: str, mark: str, end: str
) -> None:
    text = mark + DOCUMENT.replace("\n", ending)
    if not end:
        text = text.removesuffix(ending)
    plain, document = read(DOCUMENT), read(text)
    assert document.incident == plain.incident
    for one, other in zip(document.items, plain.items, strict=True):
        assert (one.text, one.values, one.reference, one.line) == (
            other.text,
            other.values,
            other.reference,
            other.line,
        )
        assert one.status_span is not None
        assert other.status_span is not None
        assert one.status_span.of(text) == other.status_span.of(DOCUMENT)


def test_problems_come_in_the_order_of_the_text_with_path_and_remedy() -> None:
    document = read(
        section(
            "- [ ] One",
            "",
            table("Action | Status", "Two | Sometime", "Three"),
            "",
            "> " + table("Action | Owner", "x | y").replace("\n", "\n> "),
        )
    )
    assert [problem.line for problem in document.problems] == [3, 9, 10, 12]
    assert {problem.document for problem in document.problems} == {PATH}
    assert all(problem.remedy for problem in document.problems)


class TestLimits:
    def test_a_document_that_is_too_long_is_not_read(self) -> None:
        document = parse(DOCUMENT, PATH, WORDS, max_characters=len(DOCUMENT) - 1)
        assert (document.items, document.definitions) == ((), ())
        (problem,) = document.problems
        assert (problem.level, problem.line) == (Level.ERROR, 0)
        assert parse(DOCUMENT, PATH, WORDS, max_characters=len(DOCUMENT)).items

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_a_document_with_a_line_that_is_too_long_is_not_read(self, ending: str) -> None:
        text = (DOCUMENT + "x" * 101).replace("\n", ending)
        document = parse(text, PATH, WORDS, max_line=100)
        assert (document.items, document.definitions) == ((), ())
        (problem,) = document.problems
        assert (problem.level, problem.line) == (Level.ERROR, DOCUMENT.count("\n") + 1)
        assert "101" in problem.message
        assert parse(text[:-1], PATH, WORDS, max_line=100).items

    def test_a_real_paragraph_in_one_line_is_read(self) -> None:
        assert read(DOCUMENT + "\n" + "word " * 800).items
