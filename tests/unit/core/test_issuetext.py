"""Titles, and the managed block that people may take over."""

from __future__ import annotations

import cmarkgfm  # type: ignore[import-untyped]  # it has no type hints
from hypothesis import given
from hypothesis import strategies as st

from syncer.core.issuetext import (
    is_edited,
    render_block,
    replace_block,
    shows,
    title_of,
)

FACTS = (("Incident", "INC-2025-11-03-001"), ("Severity", "P1"))
NEW_FACTS = (("Incident", "INC-2025-11-03-001"), ("Severity", "P2"))


def test_a_title_is_the_action_in_one_line() -> None:
    assert title_of("  Alert on\n queue\tdepth ", 255) == "Alert on queue depth"


def test_a_long_title_is_cut_between_words_and_says_so() -> None:
    assert title_of("one two three four", 12) == "one two…"


def test_a_long_title_without_blanks_is_cut_where_it_has_to_be() -> None:
    assert title_of("あ" * 40, 10) == "あ" * 9 + "…"


@given(st.text(), st.integers(2, 300))
def test_a_title_keeps_within_its_limit_and_is_its_own_title(text: str, limit: int) -> None:
    title = title_of(text, limit)
    assert len(title) <= limit
    assert title_of(title, limit) == title


def test_a_block_is_recognised_by_its_facts() -> None:
    body = f"Before.\n\n{render_block(FACTS)}\n\nAfter."
    assert shows(body, FACTS)
    assert not shows(body, NEW_FACTS)
    assert not is_edited(body)


def test_only_the_block_is_replaced() -> None:
    body = f"Before.\n\n{render_block(FACTS)}\n\nAfter."
    replaced = replace_block(body, NEW_FACTS)
    assert replaced is not None
    assert replaced.startswith("Before.\n\n<!-- syncer:begin ")
    assert replaced.endswith("-->\n\nAfter.")
    assert "P2" in replaced
    assert "P1" not in replaced


def test_a_block_that_a_person_edited_is_theirs() -> None:
    body = render_block(FACTS).replace("P1", "P0")
    assert is_edited(body)
    assert replace_block(body, NEW_FACTS) is None


def test_a_block_that_is_gone_is_not_put_back() -> None:
    assert is_edited("Rewritten by hand.")
    assert replace_block("Rewritten by hand.", NEW_FACTS) is None


def test_a_block_without_its_end_is_theirs() -> None:
    body = render_block(FACTS).replace("<!-- syncer:end -->", "")
    assert replace_block(body, NEW_FACTS) is None


def test_line_ends_that_a_tracker_changed_are_no_edit() -> None:
    body = render_block(FACTS).replace("\n", "\r\n")
    assert not is_edited(body)
    replaced = replace_block(body, NEW_FACTS)
    assert replaced == render_block(NEW_FACTS)


def test_empty_facts_are_left_out() -> None:
    assert "Severity" not in render_block((("Severity", ""), ("Date", "2025-11-03")))


def test_nobody_is_mentioned_by_accident() -> None:
    block = render_block((("Owner", "@alice and #12"),))
    assert "@alice" not in block
    assert "#12" not in block


@given(st.text(min_size=1), st.text())
def test_hostile_text_stays_text(value: str, label: str) -> None:
    """Whatever a fact says, the block's fence is found again and nothing in it is HTML."""
    block = render_block(((label, value), ("Severity", "P1")))
    body = f"{block}\n\nmine"
    assert not is_edited(body)
    replaced = replace_block(body, FACTS)
    assert replaced == f"{render_block(FACTS)}\n\nmine"
    inside = block.split("-->\n", 1)[1].rsplit("<!-- syncer:end", 1)[0]
    html = cmarkgfm.github_flavored_markdown_to_html(inside)
    assert "<!--" not in html
    assert "raw HTML" not in html


class TestLinks:
    DOCUMENT = (("Post-mortem", "pm/a [b].md"), ("Severity", "P1"))
    AT = "https://github.com/acme/shop/blob/1a2b/pm/a%20%5Bb%5D.md"

    def test_the_document_is_linked_to(self) -> None:
        block = render_block(self.DOCUMENT, link=self.AT)
        assert f"- **Post-mortem:** [pm/a \\[b\\].md](<{self.AT}>)\n" in block
        assert not is_edited(block)

    def test_a_newer_revision_is_no_reason_to_write(self) -> None:
        assert shows(render_block(self.DOCUMENT, link=self.AT), self.DOCUMENT)

    def test_what_was_linked_to_stays_where_other_facts_change(self) -> None:
        body = f"mine\n\n{render_block(self.DOCUMENT, link=self.AT)}\n"
        facts = (self.DOCUMENT[0], ("Severity", "P0"))
        replaced = replace_block(body, facts, link=self.AT.replace("1a2b", "3c4d"))
        assert replaced == f"mine\n\n{render_block(facts, link=self.AT)}\n"

    def test_a_document_that_was_moved_is_linked_to_where_it_is(self) -> None:
        body = render_block(self.DOCUMENT, link=self.AT)
        facts = (("Post-mortem", "pm/b.md"), ("Severity", "P1"))
        replaced = replace_block(body, facts, link="https://github.com/acme/shop/blob/3c4d/pm/b.md")
        assert replaced == render_block(
            facts, link="https://github.com/acme/shop/blob/3c4d/pm/b.md"
        )
