from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from syncer.core.reading.postmortem import parse
from syncer.model import Level, Status
from tests.support.reading import PATH, WORDS

if TYPE_CHECKING:
    from syncer.core.reading.postmortem import PostMortem

CELLS = st.one_of(
    st.sampled_from(
        [
            *(
                "Done",
                "**TODO**",
                "\u2705 Done (x)",
                "done until #4",
                "@alice",
                "[@b](https://b.org)",
            ),
            *(
                "2025-12-01",
                "1 week",
                "Q4",
                "TBD",
                "\u2014",
                "",
                "n/a",
                "[#12]",
                "#12",
                "[x][y]",
                "P1",
            ),
            *(
                "[Specific action]",
                "~~gone~~",
                "a \\| b",
                "`a|b`",
                "Add an alert",
                "<b>",
                "https://x.org",
            ),
        ]
    ),
    st.text(
        st.characters(codec="utf-8", exclude_characters="\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"),
        max_size=12,
    ),
)
HEADERS = st.sampled_from(
    [
        "Action",
        "Owner",
        "Due",
        "Status",
        "Issue",
        "Priority",
        "#",
        "Notes",
        "Time",
        "Item",
        "\u671f\u9650",
        "",
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> str:
    header = draw(st.lists(HEADERS, min_size=1, max_size=6))
    rows = draw(st.lists(st.lists(CELLS, max_size=7), max_size=5))
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


LINES = st.one_of(
    tables(),
    st.sampled_from(
        [
            *(
                "# Outage",
                "## Action Items",
                "### Now",
                "## Timeline",
                "Follow-ups\n---",
                "> quote",
            ),
            *(
                "**Date:** 2025-11-19",
                "**Status:** Open | Closed",
                "- [ ] entry",
                "- list",
                "```",
                "<!--",
            ),
            *('[#12]: https://x.org/12 "sync 1"', "[y]: z", "---", "title: x", "", "", ""),
        ]
    ),
    st.text(max_size=20),
)
DOCUMENTS = st.lists(LINES, max_size=14).map("\n".join)


def values(document: PostMortem) -> object:
    """What a document says, without the places where it says so."""
    items = [
        (i.table, i.row, i.line, i.text, i.values, i.writable, i.reference, i.urls, i.extra)
        for i in document.items
    ]
    return document.incident, items, document.untracked, document.problems


@given(st.one_of(DOCUMENTS, st.text()))
def test_any_text_is_read_and_every_place_lies_within_it(text: str) -> None:
    document = parse(text, PATH, WORDS)
    lines = text.count("\n") + text.count("\r") + 1
    assert document.text == text
    for problem in document.problems:
        assert 0 <= problem.line <= lines
        assert problem.message
        assert problem.remedy
        assert problem.level is not Level.ERROR
    for item in document.items:
        table = document.tables[item.table]
        assert table.table.rows[item.row].line == item.line
        assert item.values.get("status", "") in {"", *Status}
        if item.status_span is not None:
            cell = table.table.rows[item.row].cells[table.columns["status"]].span
            assert cell.start <= item.status_span.start <= item.status_span.end <= cell.end
        assert item.writable - {"action"} <= item.values.keys()
        assert item.text or item.reference


@given(DOCUMENTS)
def test_line_ends_change_nothing_that_is_said(text: str) -> None:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    document = parse(text, PATH, WORDS)
    assert values(parse(text.replace("\n", "\r\n"), PATH, WORDS)) == values(document)
    assert values(parse(text.replace("\n", "\r"), PATH, WORDS)) == values(document)


@given(DOCUMENTS)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert parse(text, PATH, WORDS) == parse(text, PATH, WORDS)
