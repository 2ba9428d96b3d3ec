from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.core.writing.readback import check
from syncer.core.writing.tableedits import RowEdit, TableEdit, plan_tables
from syncer.errors import InternalError
from syncer.model import State
from tests.support.writing import definition, read, row, words, write

if TYPE_CHECKING:
    from syncer.core.reading.postmortem import PostMortem

TEXT = """\
# An incident

## Action Items

| Action | Owner | Issue |
|---|---|---|
| foo | a | |
| bar | b | [#9] |

Some [text].

- [ ] a task

[text]: /u 'mine'
[#9]: /9 'sync 1; owner=b'
"""
EDIT = row(0, "[#12]", owner="c")
NEW = definition("#12", 1, "/12")
OLD = definition("#9", 2, "/9")


def plan(before: PostMortem, edit: RowEdit) -> TableEdit:
    (found,) = plan_tables(before, [edit], words(), add_columns=False)
    return found


def verdict(after: str, edit: RowEdit = EDIT) -> None:
    before = read(TEXT)
    table = plan(before, edit)
    changes = [(NEW, None), (OLD, before.definitions[1])]
    check(before, read(after), [table], [edit], changes)


GOOD = write(TEXT, EDIT, definitions=[NEW, OLD], add_columns=False)


def test_what_was_meant_passes() -> None:
    assert "| foo | c | [#12]" in GOOD
    verdict(GOOD)


@pytest.mark.parametrize(
    ("meant", "found", "said"),
    [
        ("| foo | c |", "| foo | d |", "line 7 the row"),
        ("| foo | c |", "| fooo | c |", "line 7 the row"),
        ("| bar | b |", "| bar | **b** |", "line 8 the row"),
        ("| bar | b | [#9] |\n", "", "number of rows"),
        ("| bar | b | [#9] |", "| bar | b | [#9] | |", "line 8 the row"),
        ("| Action | Owner |", "| Action | Owners |", "line 5 the row"),
        ("|---|---|---|", "|---|:--|---|", "line 6 the row"),
        ("|---|---|---|\n", "", "line 5 the block"),
        ("| Action | Owner |", "Action | Owner |", None),
        ("Some [text].", "Some [text]!", "line 10 the block"),
        ("# An incident", "## An incident", "line 1 the block"),
        ("- [ ] a task", "- [x] a task", "line 12 the block"),
        ("- [ ] a task", "", "the block"),
        ("\n[text]:", "\nmore\n\n[text]:", "line 14 the block"),
        ("'mine'", "'yours'", "line 14 the definition"),
        ("[text]: /u 'mine'\n", "", "the definition"),
        ("sync 2", "sync 3", "line 15 the definition"),
        ("[#12]: /12", "[#12]: /13", "line 16 the definition"),
        ("[#12]: /12", "[#13]: /12", "line 16 the definition"),
        ('[#12]: /12 "sync 1"', "", "the definition"),
    ],
)
def test_anything_else_is_an_internal_error(meant: str, found: str, said: str | None) -> None:
    assert meant in GOOD
    after = GOOD.replace(meant, found, 1)

    if said is None:
        verdict(after)
        return
    with pytest.raises(InternalError, match=r"a\.md: .*nothing was written") as caught:
        verdict(after)
    assert said in str(caught.value)
    assert "report it" in caught.value.remedy


def test_a_value_that_reads_otherwise_is_an_internal_error() -> None:
    before = read(TEXT)
    edit = row(0, owner="c")
    # As if "c" had been spelt so that the words are there, but mean something else.
    table = plan(before, row(0, owner="d"))

    with pytest.raises(InternalError, match="line 7 the values"):
        check(before, read(TEXT.replace("| foo | a |", "| foo | d |")), [table], [edit], [])


def test_an_action_that_reads_otherwise_is_an_internal_error() -> None:
    before = read(TEXT)
    table = plan(before, row(0, action="fox"))

    with pytest.raises(InternalError, match="line 7 the action"):
        check(before, read(TEXT.replace("| foo |", "| fox |")), [table], [row(0, action="f")], [])


def test_an_action_item_that_vanishes_is_an_internal_error() -> None:
    before = read(TEXT)
    table = plan(before, row(0, action="x"))
    contents = {0: {0: "-"}}
    doctored = type(table)(0, table.table, (), contents)

    with pytest.raises(InternalError, match="the action item"):
        check(before, read(TEXT.replace("| foo | a |", "| - | a |")), [doctored], [], [])


def test_a_link_that_leads_nowhere_is_an_internal_error() -> None:
    with pytest.raises(InternalError, match="line 7 the issue"):
        write(TEXT, row(0, "[nowhere]"))


def test_the_same_base_in_other_words_passes() -> None:
    verdict(GOOD.replace("'sync 2'", "'sync 2 '").replace('"sync 1"', "(sync 1)"))
    assert State(1) == NEW.state


@pytest.mark.parametrize(
    ("before", "after"), [("```\ncode\n```\n", "```\ncode\n"), ("```\ncode\n", "```\ncode\n```\n")]
)
def test_an_end_that_would_open_or_close_is_an_internal_error(before: str, after: str) -> None:
    with pytest.raises(InternalError, match="line 1 the frame of the document"):
        check(read(before), read(after), [], [], [])
