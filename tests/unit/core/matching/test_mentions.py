"""What counts as a mention of an issue: all that a tracker could take for its own, but for links and definitions."""

from __future__ import annotations

import pytest

from syncer import vocabularies
from syncer.core.matching.identity import IssueId
from syncer.core.matching.linkreading import read_links
from syncer.core.matching.mentions import mentioned_anywhere, mentioned_by_rows
from syncer.core.reading.postmortem import PostMortem, parse
from tests.support.making import FakeDirectory

VOCABULARY = vocabularies.load()
TRACKERS = (FakeDirectory("shop"), FakeDirectory("pay"))
HEAD = "# Outage\n\n## Action Items\n\n"
TABLE = "| Action | Notes | Issue |\n|---|---|---|\n"
ONE = "https://shop.example/issues/1"
TWO = "https://shop.example/issues/2"


def document(text: str) -> PostMortem:
    return parse(text, "a.md", VOCABULARY)


def by_rows(*rows: str, tail: str = "") -> set[str]:
    text = HEAD + TABLE + "".join(f"| {row} |\n" for row in rows) + tail
    return in_rows_of(text)


def in_rows_of(text: str) -> set[str]:
    found = mentioned_by_rows(read_links(document(text), TRACKERS), TRACKERS)
    return {issue.key for issue in found if issue.tracker == "shop"}


def anywhere(text: str) -> set[str]:
    found = mentioned_anywhere(document(text), TRACKERS)
    return {issue.key for issue in found if issue.tracker == "shop"}


class TestRows:
    @pytest.mark.parametrize(
        ("row", "keys"),
        [
            ("Alert | | #1, #2", {"1", "2"}),
            ("Alert | | #1/#2", {"1", "2"}),
            (f"Alert | | [a]({ONE}) [b]({TWO})", {"1", "2"}),
            (f"Alert, [a]({ONE}) and [b]({TWO}) | | ", {"1", "2"}),
            ("Alert | [a][x] | n/a", {"1"}),
            ("Alert | | [a][x] [b][y]", {"1", "2"}),
            (f"Alert | see [a]({ONE}) | #2", {"1"}),
            (f"Alert | <{ONE}> | n/a", {"1"}),
            ("Alert | about #1 | INC00123", {"1"}),
        ],
    )
    def test_what_they_name_beside_their_issue(self, row: str, keys: set[str]) -> None:
        assert by_rows(row, tail=f"\n[x]: {ONE}\n[y]: {TWO}\n") == keys

    @pytest.mark.parametrize(
        "row", ["Alert | | #1", "Alert | about #1 | ", "Alert | about #1 | #2"]
    )
    def test_a_link_is_more_and_a_bare_number_less(self, row: str) -> None:
        assert by_rows(row) == set()

    def test_what_another_row_links_to_is_not_merely_mentioned(self) -> None:
        assert by_rows("Alert | | #1, #2", "Test | | #2") == {"1"}

    def test_of_a_table_that_is_not_read_every_line_counts(self) -> None:
        rows = "| Thing | Ref |\n|---|---|\n| Alert | #1 |\n"
        assert in_rows_of(f"# Outage\n\n## Promises\n\n{rows}") == {"1"}
        assert in_rows_of(f"{HEAD}{TABLE}| Test | | #2 |\n\n{rows}") == {"1"}
        quoted = "".join(f"> {line}\n" for line in rows.splitlines())
        assert in_rows_of(f"{HEAD}{TABLE}| Test | | #2 |\n\n{quoted}") == {"1"}

    def test_prose_beside_it_does_not(self) -> None:
        assert in_rows_of("# Outage\n\n## Promises\n\nWe think that #1 was it.\n") == set()


class TestText:
    @pytest.mark.parametrize(
        "text",
        [
            "#1",
            "(#1)",
            "see **#1**.",
            "`#1`",
            "\\#1",
            "shop#1",
            "x/#1",
            "_#1_",
            f"<{ONE}>",
            f"[x]: {ONE}",
            f'[x]: {ONE} "what it was"',
            f"<!-- {ONE} -->",
            "```\n| Alert | [#1] |\n```",
        ],
    )
    def test_every_name_counts(self, text: str) -> None:
        assert anywhere(f"# Outage\n\n{text}\n") == {"1"}

    @pytest.mark.parametrize("text", ["#12", "other#1", "1", "#", "# 1", "x#1", f"{ONE}2"])
    def test_another_name_does_not(self, text: str) -> None:
        assert "1" not in anywhere(f"# Outage\n\nSee {text}.\n")

    def test_the_definitions_that_syncer_keeps_do_not(self) -> None:
        definitions = f'[#1]: {ONE} "sync 1; status=Done"\n[#2]: {TWO} "sync 2; status="\n'
        assert anywhere(f"# Outage\n\n{definitions}") == set()
        assert anywhere(f"# Outage\n\n{definitions}\nSee #2.\n") == {"2"}

    def test_every_tracker_may_claim_a_name(self) -> None:
        found = mentioned_anywhere(document("# Outage\n\n#1\n"), TRACKERS)
        assert found == {IssueId("shop", "1"), IssueId("pay", "1")}

    @pytest.mark.parametrize(
        "text", ["A" * 50_000, "a/" * 25_000, "-" * 50_000, "a-" * 25_000 + "#"]
    )
    def test_hostile_text_is_read_in_linear_steps(self, text: str) -> None:
        assert anywhere(f"# Outage\n\n{text}\n") == set()
