"""Inline Markdown: the words that a reader sees, the links, and plain text as Markdown."""

from __future__ import annotations

import pytest

from syncer.core.markdown.inline import MAX_MARKUP, Link, escape, links, plain_text
from syncer.model import Span


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", ""),
        ("  plain \t text ", "plain text"),
        ("**bold** and *thin*, __bold__ and _thin_", "bold and thin, bold and thin"),
        ("***both***", "both"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("**not closed", "**not closed"),
        ("x **b*", "x *b"),
        ("~~struck~~ and ~struck~", "struck and struck"),
        ("~~~not~~~ ~5 min", "~~~not~~~ ~5 min"),
        ("~~a~", "~~a~"),
        ('**"***~x', '**"***~x'),
        ('x~**"**', 'x~**"**'),
        ("**é b**", "é b"),
        ("**a**~~b~~", "ab"),
        ("`code *x*` ``a ` b``", "code *x* a ` b"),
        ("`open", "`open"),
        (r"`a\|b` c\|d \\\|", "a|b c|d \\|"),
        (r"\*not\* \_em\_ \`code\` \a", r"*not* _em_ `code` \a"),
        ("&amp; &lt;b&gt; &#35;&#x41;&nbsp;&nosuch; AT&T", "& <b> #A &nosuch; AT&T"),
        ("&#0;&#xD800;&#1114112;", "\ufffd\ufffd\ufffd"),
        (r"\&amp;", "&amp;"),
        ("[text](url) and [*text*](<url> 'title')", "text and text"),
        ("![the *alt* text](image.png)", "the alt text"),
        ("[![alt](i)](u)", "alt"),
        ("[Specific action]", "[Specific action]"),
        ("[#12] [a][b] [c][]", "[#12] [a][b] [c][]"),
        ("<https://x.y/a_b_> <me@x.y>", "https://x.y/a_b_ me@x.y"),
        ("https://x.y/a_b_c* www.x.y/_z_", "https://x.y/a_b_c* www.x.y/_z_"),
        ("https://x.y/?a=1&amp;b=2", "https://x.y/?a=1&amp;b=2"),
        ("one<br>two<BR/>three<wbr>four", "one two threefour"),
        ("<b class='x'>bold</b><!-- note -->", "bold"),
        ("a < b <c", "a < b <c"),
        ("two\nlines and  \nthree\\\nfour", "two lines and three four"),
        ("🔴 **P0**: \u2028 done", "🔴 P0: done"),
    ],
)
def test_the_words_that_a_reader_sees(source: str, words: str) -> None:
    assert plain_text(source) == words


def test_a_label_that_is_defined_makes_a_link_and_loses_its_brackets() -> None:
    source = "[#12] [a][PAY-7] [c][] [d]"
    assert plain_text(source, {"#12", "pay-7", "c"}) == "#12 a c [d]"


def test_what_is_too_long_is_taken_for_plain_text() -> None:
    source = "**a** " * (MAX_MARKUP // 6 + 1)
    assert plain_text(source) == source.strip()
    assert links("[a](b) " + source) == ()


def test_a_real_cell_of_four_thousand_characters_is_read() -> None:
    assert plain_text("**a** b" * 570) == "a b" * 570


def found(
    source: str, keys: set[str] | None = None
) -> list[tuple[str, str | None, str | None, str]]:
    """The links: text, URL, label, and what stands at their span."""
    return [(link.text, link.url, link.label, link.span.of(source)) for link in links(source, keys)]


@pytest.mark.parametrize(
    ("source", "text", "url", "label"),
    [
        ("[t *u*](v 'w')", "t u", "v", None),
        ("[t](<a b>)", "t", "a%20b", None),
        ("[t]()", "t", "", None),
        ("[t][l]", "t", None, "l"),
        ("[l][]", "l", None, "l"),
        ("[#12]", "#12", None, "#12"),
        ("<https://x.y>", "https://x.y", "https://x.y", None),
        ("<me@x.y>", "me@x.y", "mailto:me@x.y", None),
        ("https://x.y/a_b?c=d#e", "https://x.y/a_b?c=d#e", "https://x.y/a_b?c=d#e", None),
        ("HTTP://x.y", "HTTP://x.y", "HTTP://x.y", None),
        ("www.x.y/z", "www.x.y/z", "http://www.x.y/z", None),
        (r"[a\|b](c)", "a|b", "c", None),
        ("[[Slack] thread](https://x.y)", "[Slack] thread", "https://x.y", None),
        ("[![alt](i)](u)", "alt", "u", None),
        ("[https://x.y](u)", "https://x.y", "u", None),
        ("[<https://x.y>](u)", "https://x.y", "u", None),
    ],
)
def test_kinds_of_links(source: str, text: str, url: str | None, label: str | None) -> None:
    assert found(source) == [(text, url, label, source)]
    assert found(f"é **{source}**") == [(text, url, label, source)]


@pytest.mark.parametrize(
    "source",
    [
        "plain",
        "`[t](u) https://x.y`",
        r"\[t](u",
        "![alt](u)",
        "[t] (u",
        "<https://x.y",
        "https://",
        "xhttps://x.y",
        r"https\://x.y",
        "[]",
        "<b title='https://x.y'>",
        "<!-- https://x.y -->",
    ],
)
def test_what_is_no_link(source: str) -> None:
    assert [url for _, url, _, _ in found(source, set())] in (
        [],
        ["https://x.y"][: source == "<https://x.y"],
    )


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("See https://x.y/z.", "https://x.y/z"),
        ("(https://x.y/z)", "https://x.y/z"),
        ("(https://x.y/z_(a))", "https://x.y/z_(a)"),
        ("https://x.y/z?!.,:*_~'\"", "https://x.y/z"),
        ("https://x.y/z&quot;", "https://x.y/z"),
        ("https://x.y/z;", "https://x.y/z"),
        ("https://x.y/z<b>", "https://x.y/z"),
        ("*https://x.y/z*", "https://x.y/z"),
    ],
)
def test_a_bare_url_ends_before_the_punctuation_of_its_sentence(source: str, url: str) -> None:
    assert found(source) == [(url, url, None, url)]


def test_links_come_in_order_with_spans_in_the_source() -> None:
    source = r"a\|b [#1] c\|d [t](u\|v) \| https://x.y [#2][]"
    assert [link.span.of(source) for link in links(source)] == [
        "[#1]",
        r"[t](u\|v)",
        "https://x.y",
        "[#2][]",
    ]


def test_only_labels_that_are_defined_make_links() -> None:
    source = "[a] [b][c] [[d] e](u) [[f] g](v)"
    assert found(source, {"a", "d"}) == [
        ("a", None, "a", "[a]"),
        ("d", None, "d", "[d]"),
        ("[f] g", "v", None, "[[f] g](v)"),
    ]


def test_without_definitions_any_label_may_make_a_link() -> None:
    assert links("[a] [b](c [d]") == (
        Link("a", None, "a", Span(0, 3)),
        Link("b", None, "b", Span(4, 7)),
        Link("d", None, "d", Span(10, 13)),
    )


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("plain words, 2 < 3, AT&T", "plain words, 2 < 3, AT&T"),
        ("snake_case and _lead", r"snake_case and \_lead"),
        ("a|b", r"a\|b"),
        ("a\\|b", r"a\\\|b"),
        ("C:\\new\\", r"C:\new\\"),
        ("*x* `y` ~z~", r"\*x\* \`y\` \~z\~"),
        ("[x](y) ![z]", r"\[x\](y) !\[z\]"),
        ("<!-- <b>", r"\<!-- \<b>"),
        ("&amp; &#35; &x", r"\&amp; \&#35; &x"),
        ("https://x.y www.x.y", r"https\://x.y www\.x.y"),
        ("two\r\nlines\t\u2028and more ", "two lines and more"),
        ("nul\0 bell\x07 csi\x9b \ud800", "nul bell csi"),
        ("@alice - # 1. > +", "@alice - # 1. > +"),
        ("", ""),
    ],
)
def test_plain_text_as_markdown(text: str, markdown: str) -> None:
    assert escape(text) == markdown
