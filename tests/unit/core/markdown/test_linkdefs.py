"""Link reference definitions (CommonMark 4.7)."""

from __future__ import annotations

import pytest

from syncer.core.markdown import Container, Definition, Paragraph, normalise_label, parse_blocks
from syncer.model import Span
from tests.support.tables import kinds


@pytest.mark.parametrize(
    ("source", "label", "url", "title"),
    [
        ("[a]: /u", "a", "/u", None),
        ('[a]: /u "t"', "a", "/u", "t"),
        ("[a]: /u 't'  ", "a", "/u", "t"),
        ("[a]: /u (t)", "a", "/u", "t"),
        ("   [a]:\t/u\n  't\nu'", "a", "/u", "t\nu"),
        ("[a]:\n/u\n't'", "a", "/u", "t"),
        ("[a]: <b c>", "a", "b c", None),
        ("[a]: <>", "a", "", None),
        ("[a]: /u(b(c))", "a", "/u(b(c))", None),
        (r'[\[a\]]: \(b "\"t\""', r"\[a\]", "(b", '"t"'),
        ('[a]: /&auml;&#x41; "&quot;&nosuch;"', "a", "/äA", '"&nosuch;'),
        ("[a\n b]: /u", "a\nb", "/u", None),
        ("[#12]: https://x.y/12 \"sync 3; status=In Progress\"", "#12", "https://x.y/12", "sync 3; status=In Progress"),
    ],
)  # fmt: skip
def test_definitions(source: str, label: str, url: str, title: str | None) -> None:
    blocks = parse_blocks(source + "\n")
    (definition,) = blocks.definitions
    assert (definition.label, definition.url, definition.title) == (label, url, title)
    assert definition.span == Span(0, len(source))
    assert blocks.blocks == blocks.definitions


@pytest.mark.parametrize(
    "source",
    [
        "text\n[a]: /u",
        "[a]",
        "[a] : /u",
        "[a]:",
        "[]: /u",
        "[ ]: /u",
        "[a[b]: /u",
        "[a]: /u x",
        '[a]: /u "t" x',
        '[a]: /u "t',
        "[a]: /u'",
        "[a]: <b",
        "[a]: <b>c",
        "[a]: (b",
        "    [a]: /u",
        "[" + "a" * 1000 + "]: /u",
        "[a]: /u\x01",
    ],
)
def test_what_is_no_definition(source: str) -> None:
    found = [x.title for x in parse_blocks(source + "\n").definitions]
    assert found == ([None] if source.endswith("/u'") else [])


def test_a_title_that_does_not_end_its_line_below_leaves_the_definition() -> None:
    blocks = parse_blocks("[a]: /u\n'title' x\n")
    assert [x.title for x in blocks.definitions] == [None]
    assert blocks.blocks[-1] == Paragraph("'title' x", 2)


def test_definitions_follow_each_other_and_text_follows_them() -> None:
    text = "[a]: /u\n  [b]: /v\n[A]: /w\ntext\n[c]: /x\n"
    blocks = parse_blocks(text)
    assert [(x.key, x.url, x.line) for x in blocks.definitions] == [
        ("a", "/u", 1),
        ("b", "/v", 2),
        ("a", "/w", 3),
    ]
    assert [x.span.of(text) for x in blocks.definitions if x.span] == [
        "[a]: /u",
        "  [b]: /v",
        "[A]: /w",
    ]
    assert blocks.blocks[-1] == Paragraph("text\n[c]: /x", 4)


def test_definitions_in_lists_and_quotes_count_and_have_no_span() -> None:
    blocks = parse_blocks("- a\n\n  [b]: /u\n\n> [c]: /v 't\n> u'\n")
    assert blocks.definitions == (
        Definition("b", "b", "/u", None, None, 3),
        Definition("c", "c", "/v", "t\nu", None, 5),
    )
    assert [type(block) for block in blocks.blocks] == [Container, Container]


def test_an_underline_below_nothing_but_definitions_is_text() -> None:
    assert kinds("[a]: /u\n===\n") == ["Definition", "Paragraph"]


@pytest.mark.parametrize("label", ["PAY-7", "pay-7", " Pay-7\t", "\nPAY-7"])
def test_labels_match_without_case_and_white_space(label: str) -> None:
    assert normalise_label(label) == "pay-7"


def test_labels_are_case_folded() -> None:
    assert normalise_label("Straße  ẞ") == normalise_label("STRASSE ss")
