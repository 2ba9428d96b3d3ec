from __future__ import annotations

import pytest

from syncer.core.markdown import parse_blocks
from syncer.core.state import our_definitions
from syncer.errors import DocumentError, InternalError
from tests.support.writing import ISSUES, definition, write

NEW = f'[#12]: {ISSUES}12 "sync 1; status=Done"'
EDIT = definition("#12", status="Done")


class TestAdded:
    @pytest.mark.parametrize(
        ("text", "new"),
        [
            ("text\n", f"text\n\n{NEW}\n"),
            ("text", f"text\n\n{NEW}"),
            ("text\n\n", f"text\n\n{NEW}\n"),
            ("text\n\n\n\n", f"text\n\n\n\n{NEW}\n"),
            ("text\n  ", f"text\n  \n{NEW}"),
            ("text  ", f"text  \n\n{NEW}"),
            ("text\n \t\n", f"text\n \t\n{NEW}\n"),
            ("a\r\nb\r\n", f"a\r\nb\r\n\r\n{NEW}\r\n"),
            ("a\r\nb\r\nc\n", f"a\r\nb\r\nc\n\r\n{NEW}\r\n"),
            ("a\rb\r", f"a\rb\r\r{NEW}\r"),
            ("a\nb\nc\r", f"a\nb\nc\r\r{NEW}\n"),
            ("\ufefftext\n", f"\ufefftext\n\n{NEW}\n"),
            ("", NEW),
            ("\n", f"\n\n{NEW}\n"),
        ],
    )
    def test_it_stands_behind_a_blank_line_at_the_end(self, text: str, new: str) -> None:
        assert write(text, definitions=[EDIT]) == new

    @pytest.mark.parametrize(
        "ending",
        ["| a |\n|---|\n| b |", "- list", "1. list", "> quote", "    code", "```\ncode\n```", "<div>", "# Heading",
         "***", "[^1]: note", "[a]: /u", "[a]: /u\n'title'", "- a\n\n  - b", "<!-- c -->", "text\n---"],
    )  # fmt: skip
    def test_it_reads_back_whatever_the_document_ends_with(self, ending: str) -> None:
        for text in (ending, ending + "\n"):
            found = parse_blocks(write(text, definitions=[EDIT])).definitions

            assert found[-1].key == "#12"
            assert found[-1].span is not None

    def test_it_joins_the_definitions_of_ours_at_the_end(self) -> None:
        text = "text\n\n[#1]: /u 'sync 1'"

        assert write(text, definitions=[EDIT]) == f"{text}\n{NEW}"
        assert write(text + "\n\n", definitions=[EDIT]) == f"{text}\n{NEW}\n\n"
        assert write(text + "\r\n", definitions=[EDIT]) == f"{text}\n{NEW}\r\n"

    def test_it_joins_them_with_blank_lines_if_they_have_such(self) -> None:
        text = "text\n\n[#1]: /u 'sync 1'\n\n[#2]: /u 'sync 1'\n"

        assert write(text, definitions=[EDIT]) == f"{text}\n{NEW}\n"

    @pytest.mark.parametrize("between", ["", "\nwords\n\n"])
    def test_it_joins_them_without_blank_lines_if_they_have_none(self, between: str) -> None:
        text = f"text\n\n[#1]: /u 'sync 1'\n{between}[#2]: /u 'sync 1'"

        assert write(text + "\n", definitions=[EDIT]) == f"{text}\n{NEW}\n"

    def test_it_does_not_join_the_authors(self) -> None:
        text = "text\n\n[#1]: /u 'sync 1'\n[a]: /u\n"

        assert write(text, definitions=[EDIT]) == f"{text}\n{NEW}\n"

    def test_several_stand_together_in_the_order_given(self) -> None:
        other = definition("PAY-7", url="https://pay.example/PAY-7")

        assert write("text\n", definitions=[EDIT, other]) == (
            f'text\n\n{NEW}\n[PAY-7]: https://pay.example/PAY-7 "sync 1"\n'
        )

    @pytest.mark.parametrize(
        ("text", "line"),
        [("a\n\n```\ncode\n", 4), ("<!-- a\n\nb", 3), ("~~~", 1), ("<script>\n\n", 1)],
    )
    def test_none_is_added_behind_an_open_end(self, text: str, line: int) -> None:
        with pytest.raises(DocumentError, match="not closed") as caught:
            write(text, definitions=[EDIT])

        assert caught.value.line == line
        assert "Close it" in caught.value.remedy

    def test_an_open_end_does_not_matter_to_those_that_are_there(self) -> None:
        text = "[#12]: /u 'sync 1'\n\n```\n"

        assert write(text, definitions=[definition("#12", 2, "/u")]) == (
            "[#12]: /u 'sync 2'\n\n```\n"
        )


class TestChanged:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ('[#12]: {url} "sync 1"', '[#12]: {url} "sync 1; status=Done"'),
            ("[#12]: {url} 'sync 1'", "[#12]: {url} 'sync 1; status=Done'"),
            ("[#12]: {url} (sync 1)", "[#12]: {url} (sync 1; status=Done)"),
            ("  [ #12 ]:\t<{url}>  'sync 1'  ", "  [ #12 ]:\t<{url}>  'sync 1; status=Done'  "),
            ("[#12]:\n{url}\n 'sync 1;\n status=Todo'", "[#12]:\n{url}\n 'sync 1; status=Done'"),
            ("[#12]: /old 'sync 1'", "[#12]: {url} 'sync 1; status=Done'"),
            ("   [ #12]:\n/old 'sync 1' ", "   [ #12]: {url} 'sync 1; status=Done' "),
            ("[#12]: {url} 'sync 1; \\'owner'", "[#12]: {url} 'sync 1; status=Done'"),
            ('[#12]: {url} "sync 1; &quot;"', '[#12]: {url} "sync 1; status=Done"'),
        ],
    )
    def test_it_keeps_its_label_its_quotes_and_its_place(self, before: str, after: str) -> None:
        frame = "text\n\n{}\n\n- more\n"

        assert write(frame.format(before.format(url=ISSUES + "12")), definitions=[EDIT]) == (
            frame.format(after.format(url=ISSUES + "12"))
        )

    def test_a_formatters_spelling_of_the_label_stays(self) -> None:
        text = "[pay-7]: /u 'sync 1'\n"

        assert write(text, definitions=[definition("PAY-7", 2, "/u")]) == "[pay-7]: /u 'sync 2'\n"

    @pytest.mark.parametrize(
        "text",
        [f"{NEW}\n", NEW.replace('"', "'"), f"[  #12]: <{ISSUES}12>\n(sync 1;\nstatus=Done)"],
    )
    def test_one_that_says_it_already_stays_as_it_is(self, text: str) -> None:
        assert write(text, definitions=[EDIT]) == text

    def test_an_address_that_a_formatter_has_encoded_stays(self) -> None:
        text = "[a]: /%C3%A4%20b 'sync 1'\n"

        assert write(text, definitions=[definition("a", 1, "/ä b")]) == text
        assert (
            write(text, definitions=[definition("a", 2, "/ä b")]) == "[a]: /%C3%A4%20b 'sync 2'\n"
        )

    def test_an_issue_that_moved_changes_label_and_address(self) -> None:
        text = "[acme/shop#3]: /old 'sync 1'\n"
        moved = type(EDIT)(EDIT.label, EDIT.url, EDIT.state, replaces="acme/shop#3")

        new = write(text, definitions=[moved])

        assert new == f"[#12]: {ISSUES}12 'sync 1; status=Done'\n"
        assert write(new, definitions=[moved]) == new

    def test_one_to_replace_that_is_gone_is_added_anew(self) -> None:
        moved = type(EDIT)(EDIT.label, EDIT.url, EDIT.state, replaces="acme/shop#3")

        assert write("text\n", definitions=[moved]) == f"text\n\n{NEW}\n"

    def test_of_two_with_one_key_the_newer_changes(self) -> None:
        text = "[#12]: /u 'sync 1'\n[#12]: /u 'sync 5'\n"

        new = write(text, definitions=[definition("#12", 6, "/u")])

        assert new == "[#12]: /u 'sync 1'\n[#12]: /u 'sync 6'\n"

    @pytest.mark.parametrize("frame", ["- item\n\n  {}\n", "> {}\n"])
    def test_one_in_a_list_or_quote_is_not_changed(self, frame: str) -> None:
        text = frame.format("[#12]: /u 'sync 1'")

        with pytest.raises(DocumentError, match="list or block quote") as caught:
            write(text, definitions=[EDIT])

        assert "end of the document" in caught.value.remedy


class TestTheAuthors:
    def test_a_definition_of_the_authors_is_never_changed(self) -> None:
        for text in ("[#12]: /u\n", "[#12]: /u 'Runbook'\n", "> [#12]: /u\n"):
            with pytest.raises(InternalError, match="belongs to the author"):
                write(text, definitions=[EDIT])

    def test_two_edits_of_one_definition_are_a_mistake(self) -> None:
        with pytest.raises(InternalError, match="two edits"):
            write("text\n", definitions=[EDIT, definition(" #12 ", 2)])
        moved = type(EDIT)("#13", EDIT.url, EDIT.state, replaces="#12")
        with pytest.raises(InternalError, match="two edits"):
            write("[#12]: /u 'sync 1'\n", definitions=[EDIT, moved])

    def test_the_same_edit_twice_is_none(self) -> None:
        assert write("text\n", definitions=[EDIT, EDIT]) == f"text\n\n{NEW}\n"


class TestFormatters:
    """What mdformat, Prettier and remark do to definitions, as they did it when they were tried."""

    FIRST = write(
        "text\n",
        definitions=[
            definition(
                "PAY-7", 2, "https://pay.example/PAY-7", owner='O\'Brien "x" -- <y>', due=""
            ),
            definition("#12", 3, status="Won't Do", owner="@alice"),
            definition("acme/shop#3", 1, "https://x.example/?a=1&b=(2)", priority="a_b*c\\d"),
        ],
    )

    def states(self, text: str) -> dict[str, object]:
        found = our_definitions(parse_blocks(text).definitions)
        return {key: (one.url, state) for key, (one, state) in found.items()}

    def test_lower_case_labels_in_another_order_are_the_same(self) -> None:
        lines = self.FIRST.splitlines()
        changed = [
            line.lower().partition("]")[0] + "]" + line.partition("]")[2] for line in lines[2:]
        ]

        assert self.states("\n".join(sorted(changed))) == self.states(self.FIRST)
        assert "[pay-7]" in changed[0]

    @pytest.mark.parametrize("quotes", ["''", "()"])
    def test_other_quotes_are_the_same(self, quotes: str) -> None:
        lines = [
            line.replace(' "', f" {quotes[0]}").removesuffix('"') + quotes[1]
            if line[:1] == "["
            else line
            for line in self.FIRST.splitlines()
        ]

        assert self.states("\n".join(lines)) == self.states(self.FIRST)

    def test_blank_lines_between_them_are_the_same(self) -> None:
        assert self.states(self.FIRST.replace("\n[", "\n\n[")) == self.states(self.FIRST)
