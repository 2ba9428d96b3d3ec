from __future__ import annotations

import pytest

from syncer.core.reading.postmortem import parse
from syncer.core.writing.writeback import write_back
from syncer.errors import DocumentError, InternalError
from tests.support.writing import HEADING, ISSUES, TITLE, definition, row, table, words, write

TEXT = "| Action | Owner | Due | Status | Issue |\n|---|---|---|---|---|\n| foo | {} | {} | {} | {} |\n"
NEW = [definition("#12")]


def change(cells: tuple[str, str, str, str], link: str | None = None, **values: str) -> list[str]:
    """Owner, due date, status and issue of a row after an edit, as written."""
    new = table(TEXT.format(*cells), row(0, link, **values), definitions=NEW if link else [])
    return [cell.strip() for cell in new.splitlines()[2].split(" |")][1:5]


class TestCellsThatSayItAlready:
    def test_stay_however_they_say_it(self) -> None:
        text = TEXT.format(
            "[@al](https://x.example/al)", "Dec 1, 2025", "✅ Fixed (2025-12-02)", "[#12]"
        )

        assert (
            table(text, row(0, action=" foo ", owner="@al", due="2025-12-01", status="Done"))
            == text
        )

    @pytest.mark.parametrize("nothing", ["", "-", "—", "TBD", "unassigned"])
    def test_stay_where_nothing_is_said(self, nothing: str) -> None:
        text = TEXT.format(nothing, "", "Done", "")

        assert table(text, row(0, owner="", due="")) == text


class TestALinkThatLostItsDefinition:
    @pytest.mark.parametrize("cell", ["[#12]", "[#12]  "])
    def test_gets_it_back_and_stays_as_it_is(self, cell: str) -> None:
        assert change(("", "", "", cell), link="[#12]")[3] == cell.strip()

    def test_takes_another_label_where_its_own_is_taken(self) -> None:
        text = TEXT.format("", "", "", "[#12]")
        new = table(text, row(0, "[shop#12]"), definitions=[definition("shop#12")])
        assert "| [shop#12] |" in new


class TestStatus:
    def test_only_the_words_change(self) -> None:
        assert change(("", "", "**Todo** (depends on #3)", ""), status="Done")[2] == (
            "**Done** (depends on #3)"
        )

    def test_a_linked_word_keeps_its_link(self) -> None:
        assert change(("", "", "[Todo](https://x.example/pull/3)", ""), status="Done")[2] == (
            "[Done](https://x.example/pull/3)"
        )

    def test_the_words_of_the_table_are_used(self) -> None:
        text = TEXT.format("", "", "🚧 WIP", "") + "| bar | | | ✅ Shipped | |\n"

        assert table(text, row(0, status="Done")) == text.replace("🚧 WIP", "✅ Shipped")

    @pytest.mark.parametrize("empty", ["", "-", "—"])
    def test_an_empty_cell_gets_the_word(self, empty: str) -> None:
        assert change(("", "", empty, ""), status="Won't Do")[2] == "Won't Do"

    def test_an_unknown_status_is_not_written_over(self) -> None:
        with pytest.raises(InternalError, match="“not done until May” cannot be replaced"):
            change(("", "", "not done until May", ""), status="Done")

    def test_a_status_is_never_emptied(self) -> None:
        with pytest.raises(InternalError, match="never emptied"):
            change(("", "", "Todo", ""), status="")


class TestLink:
    @pytest.mark.parametrize("nothing", ["", "-", "—", "TBD"])
    def test_it_takes_the_place_of_nothing(self, nothing: str) -> None:
        assert change(("", "", "", nothing), "[#12]")[3] == "[#12]"

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("#12", "[#12]"),
            (f"[#12]({ISSUES}12)", "[#12]"),
            (f"[the *issue*]({ISSUES}12) (with notes)", "[the *issue*][#12] (with notes)"),
            (f"[Done]({ISSUES}12)", "[Done][#12]"),
            (f"<{ISSUES}12>, see there", "[#12], see there"),
            (f"{ISSUES}12", "[#12]"),
            ("#12 (waits for #3)", "[#12] (waits for #3)"),
            ("`#12`", "[#12]"),
            ("**TODO**", "[#12] **TODO**"),
            ("Bug PAY-7 **TODO**", "Bug [#12] **TODO**"),
        ],
    )
    def test_it_takes_the_place_of_the_reference_alone(self, before: str, after: str) -> None:
        assert change(("", "", "", before), "[#12]")[3] == after

    @pytest.mark.parametrize(
        "cell", ["#12 or #13", "Bug 5554823", "`#12` (waits)", "[#12](u) and [#13](v)"]
    )
    def test_it_takes_the_place_of_nothing_that_would_be_lost(self, cell: str) -> None:
        with pytest.raises(DocumentError, match="without losing something") as caught:
            change(("", "", "", cell), "[#99]")

        assert caught.value.line == 7

    def test_a_cell_that_has_it_stays(self) -> None:
        text = TEXT.format("", "", "", "see [pay-7] and more") + "\n[PAY-7]: /u 'sync 1'\n"

        edit = row(0, "[PAY-7]")
        assert write(TITLE + HEADING + text, edit) == TITLE + HEADING + text

    def test_a_pipe_in_a_label_is_escaped(self) -> None:
        new = table(TEXT.format("", "", "", ""), row(0, "[a|b]"), definitions=[definition("a|b")])

        assert "[a\\|b]" in new


class TestEditsThatMakeNoSense:
    def test_a_row_that_is_no_action_item_is_not_written(self) -> None:
        text = "| Action | Owner |\n|---|---|\n| [Specific action] | a |\n"

        with pytest.raises(InternalError, match=r"a\.md:7: .*no action item"):
            table(text, row(0, owner="b"))

    def test_a_value_without_a_column_is_not_written(self) -> None:
        with pytest.raises(InternalError, match="no column for its priority"):
            table(TEXT.format("", "", "", ""), row(0, priority="P1"))

    def test_two_edits_of_one_row_are_a_mistake(self) -> None:
        with pytest.raises(InternalError, match="two edits of row 1 of table 1"):
            table(TEXT.format("", "", "", ""), row(0, owner="a"), row(0, owner="b"))

    @pytest.mark.parametrize(
        ("field", "value"), [("owner", "TBD"), ("owner", "[Bot]"), ("action", "-"), ("action", "")]
    )
    def test_a_value_that_a_cell_cannot_say_is_refused(self, field: str, value: str) -> None:
        with pytest.raises(DocumentError, match="reads as empty") as caught:
            table(TEXT.format("a", "", "", ""), row(0, **{field: value}))

        assert caught.value.line == 7
        assert field in caught.value.remedy


def test_a_table_that_lacks_very_many_cells_is_not_filled_up() -> None:
    header = "| Action " + "| x " * 300 + "|\n" + "|---" * 301 + "|\n"

    with pytest.raises(DocumentError, match="lack 30,000 cells"):
        table(header + "| foo |\n" * 100, row(0, "[#12]"), definitions=NEW)
    wide = "| Action " + "| x " * 30_000 + "| Owner |\n" + "|---" * 30_002 + "|\n| foo |\n"
    with pytest.raises(DocumentError, match="lack 30,000 cells"):
        write_back(
            parse(TITLE + HEADING + wide, "a.md", words(), max_line=10**6),
            [row(0, owner="b")],
            [],
            vocabulary=words(),
        )
