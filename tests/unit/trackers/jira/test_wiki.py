"""Text as wiki markup in which nothing is markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.core.issuetext import render_block
from syncer.trackers.jira.wiki import clean, description, escaped

_MARKUP = re.compile(r"(?<!\\)(?:\\\\)*[{}\[\]*_+^~?!|#@&-]")


@given(st.text())
def test_nothing_in_a_text_is_markup(text: str) -> None:
    shown = escaped(text)
    assert _MARKUP.search(shown) is None
    assert re.sub(r"\\(\W)", r"\1", shown).replace("\\", "") == clean(text).replace("\\", "")


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
