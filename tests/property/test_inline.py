"""Inline Markdown is read as cmark-gfm reads it, and plain text survives the way into a cell and back."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]  # it has no type hints
import pytest
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]  # it has no type hints
from hypothesis import assume, example, given
from hypothesis import strategies as st

from syncer.core.markdown.inline import MAX_MARKUP, escape, links, plain_text

FRAGMENTS = (
    *("*", "**", "***", "_", "__", "~", "~~", "~~~", "a", "b", " ", " ", " ", "c.", "1", "a_b"),
    *("`", "``", "`x`", "\\", "\\\\", "\\*", "\\|", "`\\|`", "[", "]", "](u)", "(", "[z]", "[q]"),
    *(
        "][z]",
        "[](u)",
        "[x](y)",
        "<b>",
        "</b>",
        "<br>",
        "<a b='c'>",
        "<x/>",
        "</x >",
        "<i",
        "<",
        ">",
    ),
    *("<http://x.y>", "<a@b.c>", "http://x.y/z_w_", "https://a.b)", "&amp;", "&lt;", "&", "&#35;"),
    *(
        "&#x41;",
        "&foo;",
        "&copy;",
        "é",
        "“",
        "—",
        "+",
        "$",
        "!",
        '"',
        "'",
        ":",
        "€",
        "\u00a0",
        "😀",
    ),
)

words = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from((*FRAGMENTS, "www.a.b", "@me", "- ", "# ", "> ", "1. ", "|", "\n", "\0"))
    ).map("".join),
)
markdown = st.lists(st.sampled_from(FRAGMENTS), max_size=16).map(
    lambda parts: "".join(parts).strip()
)


class _Cell(HTMLParser):
    """The words of the only cell, its links but for those of mail addresses, and the other elements in it."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.links = 0
        self.nested = False
        self.others: list[str] = []
        self._inside = False
        self._in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self._inside = True
        elif self._inside:
            values = dict(attrs)
            if tag == "a" and "href" in values:
                self.links += not (values["href"] or "").startswith("mailto:")
                self.nested = self.nested or self._in_link
                self._in_link = True
            if not (values.get("href") or "").startswith("mailto:"):
                self.others.append(tag)
            if tag == "br":
                self.words += " "

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._inside = False
        elif tag == "a":
            self._in_link = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.words += data


def rendered(cell: str) -> _Cell:
    """A cell as cmark-gfm shows it, in a document that defines the label "z"."""
    html = cmarkgfm.markdown_to_html_with_extensions(
        f"| h |\n|---|\n| {cell} |\n\n[z]: /u\n",
        Options.CMARK_OPT_UNSAFE,
        ["table", "strikethrough", "autolink"],
    )
    parser = _Cell()
    parser.feed(html)
    parser.close()
    return parser


def collapsed(text: str) -> str:
    return " ".join(text.split())


def visible(text: str) -> str:
    """Text as ``escape`` promises to keep it."""
    return collapsed(re.sub("[\0-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]", "", collapsed(text)))


@given(words)
@example("ends in a backslash\\")
@example("\\|")
@example("`a|b`")
@example("<!-- x")
@example("<!--> --> x")
@example("[z] [z][] ![z] [a](b)")
@example("http://a.b www.a.b ftp://a.b HTTPS://a.b")
@example("&amp; &#0; &lt")
@example("_a_ a_b_ __init__ *a* ~~a~~ a~b~")
def test_plain_text_survives_the_way_into_a_cell_and_back(text: str) -> None:
    cell = escape(text)
    assert "\n" not in cell
    assert "\r" not in cell
    assume(len(cell) <= MAX_MARKUP)
    assert plain_text(cell) == visible(text)
    assert links(cell) == ()


@given(words)
@example("ends in a backslash\\")
@example("\\|")
@example("<!-- x")
@example("http://a.b www.a.b ftp://a.b")
@example("a@b.c")
@example("~a **b `c` [z]")
def test_github_shows_escaped_text_as_it_was_with_no_element_but_for_mail_addresses(
    text: str,
) -> None:
    cell = rendered(escape(text))
    assert collapsed(cell.words) == visible(text)
    assert cell.others == []


@given(markdown)
@example("**a *b** c*")
@example('a**"b"**c')
@example("~~a **b~~ c**")
@example("[a *b](u) c*")
@example("*[a* b](u)")
@example("`a\\|b` \\\\\\|")
def test_words_and_links_are_those_that_cmark_gfm_shows(source: str) -> None:
    # A backslash at the end would escape the pipe. An image's alternative text is an attribute there. Once a run of
    # backticks has found no end, cmark-gfm misses code spans behind it; and it puts links into links.
    assume(not source.endswith("\\") and "![" not in source and "``" not in source)
    expected = rendered(source)
    assume(not expected.nested)
    assert plain_text(source, {"z"}) == collapsed(expected.words)
    urls = [link.url or "" for link in links(source, {"z"})]
    assert len([url for url in urls if not url.startswith("mailto:")]) == expected.links


@given(st.one_of(markdown, words))
def test_links_stand_where_they_are_said_to_stand(source: str) -> None:
    place = 0
    for link in links(source):
        assert place <= link.span.start < link.span.end <= len(source)
        place = link.span.end
        assert link.span.of(source)[0] in "[<hHw"
        assert (link.url is None) != (link.label is None)


@pytest.mark.parametrize("attributes", [30, 300])
def test_a_tag_with_many_attributes_takes_no_time(attributes: int) -> None:
    """mistune's own pattern would not come back."""
    source = "<a" + "\ta=x\tb" * attributes
    assert plain_text(source) == collapsed(source)
