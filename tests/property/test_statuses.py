from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from syncer.core.reading.statuses import read_status, replacement
from syncer.model import Span, Status
from tests.support.reading import WORDS

PIECES = st.sampled_from(
    [
        *("Done", "TODO", "In Progress", "Won't Do", "open", "on hold", "\u5b8c\u4e86", "En cours"),
        *("\u2705", "\U0001f504", "\U0001f7e1", "[x]", "[ ]", ":tada:", "**", "*", "_", "`", "~~"),
        *(
            "(",
            "x)",
            "(a b)",
            "\uff08\u5225\uff09",
            "#12",
            "PR",
            "PAY-7",
            "[Done](u)",
            "[x](u)",
            "n/a",
        ),
        *(
            "https://x.org/1",
            "2025-10-12",
            "Oct 12, 2025",
            "-",
            ",",
            "/",
            "until",
            "in",
            "and",
            "not",
        ),
        *(
            "|",
            " ",
            "\\",
            "<br>",
            "<",
            "`f4eb131`",
            "v1.2",
            "\u2192",
            "?",
            "%",
            "123456",
            "\n",
            "\u200d",
        ),
    ]
)
CELLS = st.lists(st.tuples(PIECES, st.sampled_from(["", " "])), max_size=8).map(
    lambda pieces: "".join(piece + gap for piece, gap in pieces).strip()
)
PHRASES = st.sampled_from(
    ["Done", "TODO", "in progress", "Won't Do", "On hold", "\u5b8c\u4e86", "Offen"]
)
WRAPPINGS = st.sampled_from(
    [
        "{}",
        "**{}**",
        "*{}*",
        "_{}_",
        "`{}`",
        "\u2705 {}",
        "**\U0001f504 {}**",
        "[x] {}",
        "[{}](u)",
        "**{} (x)**",
    ]
)
ASIDES = st.sampled_from(
    [
        "",
        " ",
        "(x)",
        " (depends on #3)",
        ", see PAY-7",
        " - 2025-10-12",
        " in PR #12",
        " https://x.org/1",
        ".",
    ]
)
LIKELY_CELLS = st.builds(
    lambda before, wrapping, phrase, after: (before + wrapping.format(phrase) + after).strip(),
    st.sampled_from(["", "n/a ", "#12 ", "Bug 5554823 ", "(x)", "- "]),
    WRAPPINGS,
    PHRASES,
    ASIDES,
)
USED = st.lists(
    st.sampled_from(
        ["\u2705 Done", "**DONE**", "`Todo`", "_In Progress_", "\u5b8c\u4e86", "Open", "[ ]"]
    )
)


@given(st.one_of(CELLS, st.text()))
def test_any_cell_is_read_and_its_words_lie_within_it(cell: str) -> None:
    found = read_status(cell, WORDS)
    if found.span is not None:
        assert found.status is not None
        assert 0 <= found.span.start < found.span.end <= len(cell)


@given(
    st.one_of(LIKELY_CELLS, CELLS), st.sampled_from(Status), USED, st.sampled_from(WORDS.languages)
)
def test_a_replaced_status_reads_back(
    cell: str, status: Status, used: list[str], language: str
) -> None:
    span = read_status(cell, WORDS).span
    if span is None:
        return
    words = replacement(cell, status, used, language, WORDS)
    changed = cell[: span.start] + words + cell[span.end :]
    found = read_status(changed, WORDS)
    assert found.status is status
    assert found.span == Span(span.start, span.start + len(words))
