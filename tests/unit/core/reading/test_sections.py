from __future__ import annotations

import pytest

from tests.support.reading import read, remarks, section, table

ROWS = table("Action | Owner | Status", "Add an alert | @alice | Todo")


def actions(text: str) -> list[str]:
    return [item.text for item in read(text).items]


def row(action: str) -> str:
    return table("Action | Status", f"{action} | Todo")


@pytest.mark.parametrize(
    "heading",
    [
        "## Action Items",
        "# Action items",
        "###### 6. **Action** items:",
        "Action Items\n===",
        "Action Items\n---",
        "## [Action Items](#action-items)",
        "## `Action` Items ##",
        "## \U0001f4cb Follow-ups (3)",
    ],
)
def test_a_section_is_found_by_its_heading(heading: str) -> None:
    assert len(read(section(ROWS, heading=heading)).items) == 1


def test_a_section_ends_at_a_heading_of_the_same_or_a_higher_level() -> None:
    text = f"# T\n\n## Action Items\n\n{row('one')}\n\n### Later\n\n{row('two')}\n\n## Review\n\n{row('three')}\n"
    assert actions(text) == ["one", "two"]
    text = f"# T\n\n### Action Items\n\n{row('one')}\n\n## Review\n\n{row('two')}\n"
    assert actions(text) == ["one"]


def test_a_section_that_occurs_twice_is_read_twice_in_order() -> None:
    text = f"# T\n\n## Action Items\n\n{row('one')}\n\n## Impact\n\n## Follow-ups\n\n{row('two')}\n"
    document = read(text)
    assert [(item.table, item.text) for item in document.items] == [(0, "one"), (1, "two")]


def test_several_tables_of_a_section_are_read_each_in_its_place() -> None:
    document = read(section(row("one"), "", "And then:", "", table("Owner | Action", "@bob | two")))
    assert [(item.table, item.row, item.text) for item in document.items] == [
        (0, 0, "one"),
        (1, 0, "two"),
    ]
    assert [found.columns["action"] for found in document.tables] == [0, 1]


def test_the_first_heading_is_the_title_whatever_it_says() -> None:
    document = read(f"# Follow-up\n\n{ROWS}\n")
    assert document.items == ()
    assert document.incident.title == "Follow-up"
    ((level, line, message),) = remarks(document)
    assert (level, line) == ("info", 3)
    assert "first heading" in message


def test_where_the_front_matter_has_the_title_a_later_level_is_a_section() -> None:
    assert actions(f"---\ntitle: Outage\n---\n\n## Action Items\n\n{row('one')}\n") == ["one"]
    assert actions(f"---\ntitle: Outage\n---\n\n# Action Items\n\n{row('one')}\n") == []
    assert actions(f"---\nlayout: post\n---\n\n## Action Items\n\n{row('one')}\n") == []


def test_tables_outside_of_the_sections_are_not_read() -> None:
    text = f"# T\n\n## Resolution\n\n{row('one')}\n\n## Action Items\n\n{row('two')}\n"
    document = read(text)
    assert [item.text for item in document.items] == ["two"]
    assert document.problems == ()


def test_a_table_of_action_items_without_a_section_is_pointed_out() -> None:
    ((level, line, message),) = remarks(read(f"# T\n\n{ROWS}\n"))
    assert (level, line) == ("info", 3)
    assert "no heading" in message


def test_a_document_without_action_items_is_silent() -> None:
    text = f"# T\n\n## Impact\n\n{table('Metric | Value', 'Users | 12 %')}\n\n- [ ] Lack of monitoring\n"
    assert read(text).problems == ()
    assert read("").problems == ()


class TestUntrackedEntries:
    def test_are_counted_and_reported_once(self) -> None:
        document = read(
            section("- [ ] Add an alert", "- [x] Fix it", "  - [ ] Deep down", "- plain", "", ROWS)
        )
        assert document.untracked == 3
        assert remarks(document) == [("info", 3, "3 checklist entries are not tracked")]

    def test_of_a_blank_form_do_not_count(self) -> None:
        document = read(section("- [ ] [Action item]", "- [ ] ...", "", ROWS))
        assert (document.untracked, document.problems) == (0, ())

    def test_outside_of_the_sections_do_not_count(self) -> None:
        document = read(f"# T\n\n- [ ] Lack of monitoring\n\n## Action Items\n\n{ROWS}\n")
        assert document.untracked == 0

    def test_explain_why_there_is_no_table(self) -> None:
        assert remarks(read(section("- [ ] Add an alert"))) == [
            ("info", 3, "1 checklist entry is not tracked")
        ]


class TestTablesThatAreNotRead:
    def test_a_table_in_a_list(self) -> None:
        indented = "\n".join("  " + line for line in ROWS.split("\n"))
        document = read(section(f"- Items\n\n{indented}"))
        assert remarks(document) == [
            ("warning", 5, "a table stands inside a list, where it is not read")
        ]
        assert document.problems[0].remedy

    def test_a_table_in_a_quote(self) -> None:
        quoted = "\n".join("> " + line for line in ROWS.split("\n"))
        ((level, line, message),) = remarks(read(section(quoted)))
        assert (level, line) == ("warning", 5)
        assert "block quote" in message

    def test_a_table_right_under_a_list_entry(self) -> None:
        ((level, line, message),) = remarks(read(section(f"- Items\n{ROWS}")))
        assert (level, line) == ("warning", 5)
        assert "directly under" in message

    def test_a_table_without_an_action_column(self) -> None:
        document = read(section(table("Thing | Owner | # ", "Add an alert | @alice | 1")))
        ((level, line, message),) = remarks(document)
        assert (level, line) == ("warning", 5)
        assert "Thing, Owner, #" in message
        assert "vocabulary.columns.action" in document.problems[0].remedy

    def test_a_table_without_an_action_column_beside_one_with(self) -> None:
        document = read(section(ROWS, "", table("Priority | Meaning", "P0 | Now")))
        assert [level for level, _, _ in remarks(document)] == ["info"]
        assert len(document.items) == 1

    def test_facts_under_a_header_that_heads_anything(self) -> None:
        document = read(section(table("Item | Value", "Reviewed | yes")))
        assert document.items == ()
        assert [level for level, _, _ in remarks(document)] == ["warning"]

    def test_a_timeline(self) -> None:
        document = read(section(ROWS, "", table("Time | Action | Owner", "10:00 | Paged | @alice")))
        assert [item.text for item in document.items] == ["Add an alert"]
        assert document.problems == ()

    def test_a_section_without_a_table(self) -> None:
        document = read(section("- Add an alert", "- Write a runbook"))
        ((level, line, message),) = remarks(document)
        assert (level, line) == ("info", 3)
        assert "\u201cAction Items\u201d has no table" in message

    def test_a_section_without_a_table_beside_one_with(self) -> None:
        text = section(ROWS, "", "## Next steps", "", "- Go on")
        assert read(text).problems == ()
