from __future__ import annotations

from dataclasses import replace

import pytest

from syncer.core.writing import rowcontents
from syncer.core.writing.writeback import write_back
from syncer.errors import DocumentError, InternalError
from tests.support.writing import HEADING, TITLE, definition, read, row, words, write

DOCUMENT = (
    "\ufeff# Queue outage\r\n\r\n**Date:** 2025-11-01\n\n"
    "## Action Items\r\n\r\n"
    "|Action | Owner|\tDue Date | Status\t|\r\n"
    "|:--|---|--:|-|\r\n"
    "| Alert on `a\\|b` | @alice |  2025-12-01 | 🚧 In Progress (see #3) | \n"
    "|Write runbook||\n"
    "\r\n"
    "Text with\u2028odd\x0bspace.\r"
)


def test_a_mixed_document_changes_in_its_cells_and_definitions_alone() -> None:
    new = write(
        DOCUMENT,
        row(0, "[#12]", status="Done", due="2025-12-24"),
        row(1, "[#13]", owner="@bob", status="Not Started"),
        definitions=[definition("#12", 3, status="Done"), definition("#13")],
    )

    assert new == (
        "\ufeff# Queue outage\r\n\r\n**Date:** 2025-11-01\n\n"
        "## Action Items\r\n\r\n"
        "|Action | Owner|\tDue Date | Status\t| Issue |\r\n"
        "|:--|---|--:|-|-|\r\n"
        "| Alert on `a\\|b` | @alice |  2025-12-24 | Done (see #3) | [#12] | \n"
        "|Write runbook| @bob |  | Not Started | [#13] |\n"
        "\r\n"
        "Text with\u2028odd\x0bspace.\r"
        "\r\n"
        '[#12]: https://github.com/acme/shop/issues/12 "sync 3; status=Done"\r\n'
        '[#13]: https://github.com/acme/shop/issues/13 "sync 1"\r\n'
    )


def test_nothing_to_say_changes_nothing() -> None:
    assert write(DOCUMENT) == DOCUMENT
    assert write(DOCUMENT, row(0), row(1, owner="", status="")) == DOCUMENT


def test_several_tables_change_each_in_its_place() -> None:
    part = "| Action | Status |\n|---|---|\n| a | Todo |\n"
    text = f"{TITLE}{HEADING}{part}\n### Later\n\n{part}\n## Next Steps\n\n{part}"

    new = write(text, replace(row(0, status="Done"), table=2), replace(row(0, action="b"), table=1))

    first, second, third = new.split("| Action | Status |")[1:]
    assert "| a | Todo |" in first
    assert "| b | Todo |" in second
    assert "| a | Done |" in third


@pytest.mark.parametrize("action", ["a|b", "a\\", "# x | y"])
def test_a_defect_in_an_edit_is_caught_before_anything_is_kept(
    action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rowcontents, "escape", lambda text: text)
    text = f"{TITLE}{HEADING}Action|Owner\n-|-\nfoo|a\n"

    if action == "a\\":
        assert write(text, row(0, action=action)).endswith("a\\ |a\n")
        return
    with pytest.raises(InternalError, match="nothing was written"):
        write(text, row(0, action=action))


def test_a_document_is_not_made_longer_than_can_be_read() -> None:
    text = f"{TITLE}{HEADING}| Action |\n|---|\n| foo |\n"
    edits = [row(0, "[#12]")], [definition("#12")]

    with pytest.raises(DocumentError, match="characters; at most"):
        write_back(read(text), *edits, vocabulary=words(), max_characters=len(text) + 20)
    with pytest.raises(DocumentError, match="at most 30 are read") as caught:
        write_back(read(text), *edits, vocabulary=words(), max_line=30)
    assert caught.value.line == 9


def test_a_damaged_definition_can_be_healed() -> None:
    text = (
        f"{TITLE}{HEADING}| Action | Issue |\n|---|---|\n| foo | [#12] |\n\n[#12]: /u 'sync 1; x'\n"
    )

    new = write(text, definitions=[definition("#12", 2, "/u", owner="a")])

    assert new == text.replace("'sync 1; x'", "'sync 2; owner=a'")
