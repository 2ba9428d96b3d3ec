from __future__ import annotations

import pytest

from syncer.core.writing.padding import Alignment, Place, display_width, pad, refill, shield

GUIDES = (" Status      ", "-------------")
NARROW = (" Status ", "---")


def put(
    outer: str, content: str, guides: tuple[str, str] = NARROW, alignment: Alignment = "left"
) -> str:
    return refill(outer, content, Place(alignment, guides, padded=True))


class TestDisplayWidth:
    @pytest.mark.parametrize(
        ("text", "width"),
        [
            ("", 0),
            ("abc", 3),
            ("é", 1),
            ("e\u0301", 1),
            ("完了", 4),
            ("✅", 2),
            ("⚠\ufe0f", 2),
            ("ﾊﾝ", 2),
            ("a\u200d", 1),
        ],
    )
    def test_counts_the_columns_of_a_terminal(self, text: str, width: int) -> None:
        assert display_width(text) == width


class TestRefill:
    def test_a_shorter_text_in_an_aligned_table_keeps_the_width(self) -> None:
        assert put(" In Progress ", "Done", GUIDES) == " Done        "

    def test_a_shorter_text_in_a_table_that_is_not_aligned_leaves_no_padding_behind(self) -> None:
        assert put(" In Progress ", "Done") == " Done "

    def test_a_shorter_text_in_a_cell_that_was_padded_keeps_the_width(self) -> None:
        assert put(" In Progress   ", "Done") == " Done          "

    def test_a_longer_text_uses_up_the_padding_but_for_one_blank(self) -> None:
        assert put(" Done        ", "In Progress", GUIDES) == " In Progress "
        assert put(" Done        ", "In Progress since May", GUIDES) == " In Progress since May "

    def test_a_longer_text_gets_no_blank_where_there_was_none(self) -> None:
        assert put("Done", "In Progress") == "In Progress"

    def test_columns_that_are_aligned_by_display_width_stay_so(self) -> None:
        assert put(" 未着手 ", "完了", (" 状態   ", "--------")) == " 完了   "

    def test_columns_that_are_aligned_by_characters_stay_so(self) -> None:
        assert put(" 未着手 ", "完了", (" 状態  ", "-----")) == " 完了  "

    def test_tabs_are_left_alone(self) -> None:
        assert put("\tIn Progress\t\t", "Done") == "\tDone\t\t"

    def test_a_right_aligned_text_keeps_its_right_edge(self) -> None:
        assert put("        Done ", "Blocked", GUIDES, "right") == "     Blocked "

    def test_a_longer_text_at_the_right_uses_up_the_padding_but_for_one_blank(self) -> None:
        assert put("        Done ", "Blocked since May", GUIDES, "right") == " Blocked since May "

    def test_a_text_that_only_the_delimiter_row_aligns_to_the_right_keeps_its_left_edge(
        self,
    ) -> None:
        assert put(" Done        ", "Blocked", GUIDES, "right") == " Blocked     "

    def test_a_centred_text_stays_centred(self) -> None:
        assert put("    Done     ", "Blocked", GUIDES, "centre") == "   Blocked   "
        assert put("   Blocked   ", "Done", GUIDES, "centre") == "    Done     "
        assert put("     Done    ", "Wait", GUIDES, "centre") == "     Wait    "
        assert put(" Done ", "Blocked", NARROW, "centre") == " Blocked "

    def test_a_centred_text_that_stands_at_the_left_keeps_its_left_edge(self) -> None:
        assert put(" Done        ", "Blocked", GUIDES, "centre") == " Blocked     "

    @pytest.mark.parametrize(
        ("outer", "filled"), [("", " x "), (" ", " x "), ("  ", " x "), ("     ", " x   ")]
    )
    def test_an_empty_cell_gets_the_text_behind_one_blank(self, outer: str, filled: str) -> None:
        assert put(outer, "x") == filled

    def test_an_empty_cell_gets_the_text_where_its_column_has_it(self) -> None:
        assert put("      ", "x", alignment="right") == "    x "
        assert put("     ", "x", alignment="centre") == "  x  "

    def test_an_empty_cell_of_a_compact_table_gets_the_text_alone(self) -> None:
        assert refill("", "x", Place("left", ("a", "-"), padded=False)) == "x"

    def test_a_cell_that_is_emptied_keeps_its_width_in_an_aligned_table(self) -> None:
        assert put(" In Progress ", "", GUIDES) == " " * 13
        assert put(" In Progress ", "") == "  "

    def test_an_indentation_and_the_end_of_a_line_are_no_padding(self) -> None:
        place = Place(
            "right", ("  Action", "--------"), padded=True, open_left=True, open_right=True
        )

        assert refill("      ab", "abcd", place) == "      abcd"
        assert refill("    abcd", "ab", place) == "    ab"

    def test_a_backslash_never_reaches_the_pipe(self) -> None:
        assert refill("x", "a\\\\", Place("left", ("a", "-"), padded=False)) == "a\\\\ "
        assert shield("a\\") == "a\\ "
        assert shield("a") == "a"


@pytest.mark.parametrize(
    ("alignment", "padded"), [("left", "ab   "), ("right", "   ab"), ("centre", " ab  ")]
)
def test_pad_fills_up_to_the_width(alignment: Alignment, padded: str) -> None:
    assert pad("ab", 5, alignment, len) == padded
    assert pad("ab", 8, "centre", len) == "   ab   "
    assert pad("abcdef", 5, alignment, len) == "abcdef"
