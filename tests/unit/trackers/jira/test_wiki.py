"""Text as wiki markup in which nothing is markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.core.issuetext import render_block
from syncer.trackers.jira.wiki import clean, description, escaped

_BARE = r"(?<!\\)(?:\\\\)*"
_MARKUP = re.compile(rf"{_BARE}[{{}}\[\]*_+^~?!|#@&(-]")
_LINK = re.compile(rf"(?i)(?:https?|ftp|file|mailto|[a-z]+){_BARE}:(?=\S)|www\.")
_BLOCK = re.compile(r"(?im)^\s*(?:h[1-6]|bq)\.")
_EMOTICON = re.compile(rf"{_BARE}[:;]\\?-?[()PD]|{_BARE}\((?:[xyni!?/+*-]|on|off|flag)")


@given(st.text())
def test_nothing_in_a_text_is_markup(text: str) -> None:
    shown = escaped(text)
    assert _MARKUP.search(shown) is None
    assert re.sub(r"\\(\W)", r"\1", shown).replace("\\", "") == clean(text).replace("\\", "")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "http://evil.example/x",
            "see https://evil.example",
            "HTTP://evil.example",
            "ftp://a.example",
        ),
        *("file:///etc/passwd", "mailto:a@evil.example", "irc:evil", "(http://a.example)"),
        *("www.evil.example", "a\\\\http://evil.example", "skype:evil"),
    ],
)
def test_an_address_is_no_link(text: str) -> None:
    assert _LINK.search(escaped(text)) is None
    assert _words(escaped(text)) == text


@pytest.mark.parametrize("start", ["", "One\n", "One\n  ", "\t"])
@pytest.mark.parametrize("mark", ["h1", "h2", "h3", "h4", "h5", "h6", "bq", "H1"])
def test_a_line_is_no_heading_and_no_quote(start: str, mark: str) -> None:
    shown = escaped(f"{start}{mark}. Two")
    assert _BLOCK.search(shown) is None
    assert _words(shown) == f"{start}{mark}. Two"


@pytest.mark.parametrize(
    "text",
    [
        *(
            ":)",
            ":-)",
            ":(",
            ":P",
            ":D",
            ";)",
            ";-)",
            "(y)",
            "(n)",
            "(i)",
            "(/)",
            "(x)",
            "(!)",
            "(+)",
        ),
        *("(-)", "(?)", "(on)", "(off)", "(*)", "(*r)", "(flag)", "a:)", "f(x)"),
    ],
)
def test_an_emoticon_is_words(text: str) -> None:
    assert _EMOTICON.search(escaped(text)) is None
    assert _words(escaped(text)) == text


def test_words_with_a_colon_stay_as_they_are() -> None:
    assert escaped("Note: done. Version h2o, 5 % of it; more") == (
        "Note: done. Version h2o, 5 % of it; more"
    )


_PIECES = (
    "&",
    "&lt;",
    "amp;",
    "#39;",
    "\\",
    "*",
    "<",
    "<!--",
    "-->",
    "!",
    "_",
    " ",
    "h1.",
    "x",
    ":",
    "/",
)


@given(st.lists(st.sampled_from(_PIECES)).map("".join))
def test_a_block_shows_a_text_as_it_is(text: str) -> None:
    """What was escaped for Markdown is taken back once, not twice, and what looks like a hidden line is shown."""
    shown = escaped(" ".join(text.split()).replace("#", "#\u200b"))
    assert description(render_block((("Notes", text),))) == (f"* *Notes:* {shown}" if text else "")


@pytest.mark.parametrize(
    "text", ["&lt;", "&amp;lt;", "&amp;amp;", "&#39;", "\\&lt;", "a <!-- b --> c"]
)
def test_a_reference_in_a_text_is_words(text: str) -> None:
    shown = description(render_block((("Notes", text),)))
    assert _words(shown.partition(":* ")[2]).replace("\u200b", "") == text


@pytest.mark.parametrize(
    "text",
    ["{code}x{code}", "[~alice]", "[a|https://example.invalid]", "!x.png!", "*b*", "{{m}}", "h#1"],
)
def test_macros_links_mentions_and_images_are_words(text: str) -> None:
    block = render_block((("Notes", text),))
    assert _MARKUP.search(description(block).partition(":* ")[2]) is None


def test_a_block_becomes_a_list_without_its_hidden_lines() -> None:
    block = render_block((("Severity", "P1"), ("Owner", "SRE_team *all*")))
    assert description(block) == "* *Severity:* P1\n* *Owner:* SRE\\_team \\*all\\*"


def _words(shown: str) -> str:
    """What a reader sees."""
    return re.sub(r"\\(\W)", r"\1", shown)
