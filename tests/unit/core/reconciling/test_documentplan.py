"""One document: which of its rows are filed, adopted, kept in step, or left alone, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncer import vocabularies
from syncer.core.issuetext import render_block
from syncer.core.matching.identity import IssueId, LinkIndex, MarkerIndex, item_id
from syncer.core.matching.linkreading import read_links
from syncer.core.matching.links import Ambiguous, Foreign, Linked, Skipped, Unlinked
from syncer.core.plan import Kind
from syncer.core.reading.postmortem import PostMortem, parse
from syncer.core.reconciling.documentplan import DocumentPlan, Rules, View, plan_document
from syncer.core.state import action_hash
from syncer.core.tracking import ABSENT, HIDDEN, Draft, Issue, Missing
from syncer.model import Level, Status
from tests.support.making import NOW, FakeDirectory, issue, marker, state

VOCABULARY = vocabularies.load()
SHOP = FakeDirectory("shop")
PAY = FakeDirectory("pay")
PATH = "pm/one.md"
INCIDENT = "INC-2025-11-03-001"
HEAD = f"# Outage\n\n**Incident ID:** {INCIDENT}\n**Date:** 2025-11-03\n\n## Action Items\n\n"
TABLE = "| Action | Owner | Due Date | Status | Issue |\n|---|---|---|---|---|\n"
FACTS = (
    ("Post-mortem", PATH),
    ("Incident", f"{INCIDENT} · Outage"),
    ("Date", "2025-11-03"),
)
URL = "https://shop.example/issues"
LONG_AGO = NOW - timedelta(days=30)
AGREED = "status=Not Started; owner=; due="


def document(*rows: str, head: str = HEAD, table: str = TABLE, tail: str = "") -> PostMortem:
    text = head + table + "".join(f"| {row} |\n" for row in rows) + tail
    return parse(text, PATH, VOCABULARY)


def definition(key: str, text: str) -> str:
    return f'[#{key}]: {URL}/{key} "sync 1; {AGREED}; action={action_hash(text)}"\n'


def filed(key: str, text: str, *, path: str = PATH, ordinal: int = 0, **values: object) -> Issue:
    """An issue that syncer filed for the row with this text."""
    base = state(1, status="Not Started", owner="", due="", action=action_hash(text))
    mark = marker(base, item=item_id(INCIDENT, path, text, ordinal), document=path)
    made = issue(key, title=text, body=render_block(FACTS), marker=mark)
    return replace(made, **values)  # type: ignore[arg-type]  # fields of Issue


def plan(
    post_mortem: PostMortem,
    *issues: Issue,
    missing: dict[str, Missing] | None = None,
    elsewhere: dict[str, str] | None = None,
    gone: frozenset[tuple[str, IssueId]] = frozenset(),
    room: int | None = None,
    rules: Rules | None = None,
) -> DocumentPlan:
    reading = read_links(post_mortem, [SHOP, PAY])
    index = LinkIndex()
    for link in reading.links:
        if isinstance(link, Linked):
            index.add(link.issue, PATH)
    for key, path in (elsewhere or {}).items():
        index.add(IssueId("shop", key), path)
    markers = MarkerIndex()
    for one in issues:
        markers.add(one, linked=IssueId("shop", one.key) in index)
    found: dict[IssueId, Issue | Missing] = {IssueId("shop", i.key): i for i in issues}
    found.update({IssueId("shop", key): why for key, why in (missing or {}).items()})
    view = View([SHOP, PAY], found, index, {"shop": markers}, gone, NOW, room)
    return plan_document(reading, view, rules or Rules())


def kinds(made: DocumentPlan) -> list[tuple[int, Kind, str]]:
    return [(change.line, change.kind, change.issue) for change in made.plan.changes]


def messages(made: DocumentPlan) -> list[str]:
    return [problem.message for problem in made.plan.problems]


class TestLinks:
    def links(self, *rows: str, tail: str = "") -> list[object]:
        return list(read_links(document(*rows, tail=tail), [SHOP, PAY]).links)

    def test_the_issue_column_names_issues_in_every_usual_way(self) -> None:
        rows = [
            "a | | | | #1",
            f"a | | | | [#2]({URL}/2)",
            f"a | | | | {URL}/3",
            "a | | | | [#4]",
            "a | | | | pay#5",
        ]
        named = self.links(*rows, tail="\n" + definition("4", "a"))
        keys = [link.issue for link in named if isinstance(link, Linked)]
        assert keys == [IssueId("shop", n) for n in "1234"] + [IssueId("pay", "5")]

    def test_a_number_in_any_other_cell_names_nothing(self) -> None:
        assert self.links("a, see #3 | | | Todo (#4) | ") == [Unlinked()]

    def test_a_link_to_a_tracker_in_any_cell_names_the_issue(self) -> None:
        (link,) = self.links(f"[a]({URL}/9) | | | | ")
        assert link == Linked(IssueId("shop", "9"))

    def test_a_pull_request_is_no_issue(self) -> None:
        assert self.links("[a](https://shop.example/pull/9) | | | | ") == [Unlinked()]

    def test_dashes_mean_file_and_not_applicable_means_never(self) -> None:
        assert self.links("a | | | | —", "b | | | | -", "c | | | | n/a") == [
            Unlinked(),
            Unlinked(),
            Skipped(),
        ]

    def test_something_that_no_tracker_knows_is_foreign(self) -> None:
        assert self.links("a | | | | INC00123") == [Foreign("INC00123")]

    def test_links_to_several_issues_are_ambiguous(self) -> None:
        (link,) = self.links(f"[a]({URL}/1) [b]({URL}/2) | | | | ")
        assert isinstance(link, Ambiguous)


class TestFiling:
    def test_rows_without_an_issue_are_filed(self) -> None:
        made = plan(document("Alert | @a | 2025-12-01 | Not Started | "))
        assert kinds(made) == [(10, Kind.CREATE, "")]
        (entry,) = made.entries
        assert isinstance(entry.decision.operation, Draft)
        assert entry.decision.operation.marker.item == item_id(INCIDENT, PATH, "Alert", 0)

    def test_equal_texts_get_issues_of_their_own(self) -> None:
        made = plan(document("Alert | | | | ", "Alert | | | | "))
        items = [
            entry.decision.operation.marker.item
            for entry in made.entries
            if isinstance(entry.decision.operation, Draft)
        ]
        assert items == [item_id(INCIDENT, PATH, "Alert", n) for n in (0, 1)]

    def test_an_ordinal_that_an_issue_has_is_not_given_again(self) -> None:
        """The linked row was reworded since; a new row with its old text is another promise."""
        made = plan(
            document(
                "Alarm | | | Not Started | [#7]",
                "Alert | | | | ",
                tail="\n" + definition("7", "Alert"),
            ),
            filed("7", "Alert"),
        )
        new = made.entries[1].decision.operation
        assert isinstance(new, Draft)
        assert new.marker.item == item_id(INCIDENT, PATH, "Alert", 1)

    def test_a_row_that_is_finished_when_first_seen_is_not_filed(self) -> None:
        made = plan(document("Alert | | | Done | "))
        assert kinds(made) == []
        assert made.plan.tally.finished == 1

    def test_a_finished_row_is_filed_where_that_is_asked_for(self) -> None:
        made = plan(document("Alert | | | Done | "), rules=Rules(file_finished=True))
        assert kinds(made) == [(10, Kind.CREATE, "")]

    def test_a_row_whose_status_cannot_be_read_is_not_filed_and_told(self) -> None:
        made = plan(document("Alert | | | Done until #49 | "))
        assert kinds(made) == []
        assert made.plan.tally.unclear == 1
        assert "unknown" in messages(made)[0]

    def test_an_old_post_mortem_is_not_filed(self) -> None:
        made = plan(document("Alert | | | | "), rules=Rules(since="2025-11-04"))
        assert kinds(made) == []
        assert made.plan.tally.old == 1
        assert kinds(plan(document("Alert | | | | "), rules=Rules(since="2025-11-03")))

    def test_a_post_mortem_without_a_date_is_told_where_a_date_is_asked_for(self) -> None:
        undated = document("Alert | | | | ", head="# Outage\n\n## Action Items\n\n")
        made = plan(undated, rules=Rules(since="2025-11-04"))
        assert kinds(made) == []
        (problem,) = made.plan.problems
        assert "no date" in problem.message
        assert problem.line == 0

    def test_a_limit_leaves_the_rest_for_another_run(self) -> None:
        made = plan(document("a | | | | ", "b | | | | ", "c | | | | "), room=2)
        assert [line for line, *_ in kinds(made)] == [10, 11]
        assert made.plan.tally.postponed == 1

    def test_a_row_that_wants_no_issue_is_counted_and_left(self) -> None:
        made = plan(document("a | | | | n/a", "b | | | | n/a"))
        assert kinds(made) == []
        assert made.plan.tally.skipped == 2

    def test_nothing_is_filed_that_could_not_be_linked(self) -> None:
        made = plan(document("Alert | | | | ", tail="\n```\nnever closed\n"))
        assert kinds(made) == []
        assert "unclosed" in messages(made)[0]

    def test_nothing_is_adopted_that_could_not_be_linked(self) -> None:
        made = plan(document("Alert | | | | #7", tail="\n```\nnever closed\n"), issue("7"))
        assert kinds(made) == []
        assert "unclosed" in messages(made)[0]

    def test_what_is_linked_already_is_kept_in_step_whatever_the_document_ends_with(self) -> None:
        ours = document(
            "Alert | @a | | Not Started | [#7]",
            tail="\n" + definition("7", "Alert") + "\n```\nnever closed\n",
        )
        made = plan(ours, filed("7", "Alert"))
        assert [kind for _, kind, *_ in kinds(made)] == [Kind.UPDATE]
        assert messages(made) == []

    def test_a_table_with_hidden_cells_gets_no_column(self) -> None:
        made = plan(document("Alert | @a | hidden", table="| Action | Owner |\n|---|---|\n"))
        assert kinds(made) == []
        assert any("no Issue column can be added" in message for message in messages(made))

    def test_what_only_the_document_can_hold_is_in_the_issues_text(self) -> None:
        table = "| Action | Notes | Issue |\n|---|---|---|\n"
        made = plan(document("Alert | see the runbook | ", table=table))
        operation = made.entries[0].decision.operation
        assert isinstance(operation, Draft)
        assert "see the runbook" in operation.body
        assert INCIDENT in operation.body


class TestAdoption:
    def test_an_issue_of_a_dead_run_is_adopted_rather_than_filed_again(self) -> None:
        made = plan(document("Alert | | | Not Started | "), filed("7", "Alert"))
        assert kinds(made) == [(10, Kind.ADOPT, "#7")]

    def test_also_when_the_text_was_edited_in_between(self) -> None:
        made = plan(
            document("Alert on queue length | | | Not Started | "),
            filed("7", "Alert on queue lengths"),
        )
        assert kinds(made) == [(10, Kind.ADOPT, "#7")]

    def test_but_not_an_old_issue(self) -> None:
        old = filed("7", "Alert on queue lengths", created=NOW - timedelta(days=30))
        made = plan(document("Alert on queue length | | | Not Started | "), old)
        assert kinds(made) == [(10, Kind.CREATE, "")]

    def test_nor_a_finished_one(self) -> None:
        done = filed("7", "Alert on queue lengths", status=Status.DONE)
        made = plan(document("Alert on queue length | | | Not Started | "), done)
        assert kinds(made) == [(10, Kind.CREATE, "")]

    def test_nor_where_two_rows_are_close(self) -> None:
        made = plan(
            document("Alert on queue length 1 | | | | ", "Alert on queue length 2 | | | | "),
            filed("7", "Alert on queue length 3"),
        )
        assert [kind for _, kind, _ in kinds(made)] == [Kind.CREATE, Kind.CREATE]

    @pytest.mark.parametrize("status", ["Not Started", "Done"])
    def test_where_links_wait_an_old_or_finished_issue_is_the_row_s_all_the_same(
        self, status: str
    ) -> None:
        ours = document(f"Alert on queue length | | | {status} | ")
        old = filed("7", "Alert on queue lengths", created=LONG_AGO)
        for theirs in (old, replace(old, status=Status.DONE)):
            made = plan(ours, theirs, rules=Rules(waiting=True))
            assert kinds(made) == [(10, Kind.ADOPT, "#7")]

    def test_where_links_wait_other_words_are_another_row_s_all_the_same(self) -> None:
        made = plan(
            document("Write the failover runbook | | | Not Started | "),
            filed("7", "Alert on queue lengths"),
            rules=Rules(waiting=True),
        )
        assert kinds(made) == [(10, Kind.CREATE, "")]

    def test_the_words_that_an_issue_was_given_since_are_its_row_s_for_good(self) -> None:
        """The item id is that of the first wording; the marker keeps the last one."""
        for halves in (("Alert", "Alert on queue length"), ("Alert on queue length", "Other")):
            action = (action_hash(halves[0]), action_hash(halves[1]))
            base = state(2, status="Not Started", owner="", due="", action=action)
            mark = marker(base, item=item_id(INCIDENT, PATH, "Alert", 0), document=PATH)
            old = filed("7", "Alert", marker=mark, status=Status.DONE, created=LONG_AGO)
            made = plan(document("Alert on queue length | | | Not Started | "), old)
            assert kinds(made) == [(10, Kind.ADOPT, "#7")]

    def test_unless_several_rows_have_these_words(self) -> None:
        base = state(2, action=action_hash("Alert on queue length"))
        mark = marker(base, item=item_id(INCIDENT, PATH, "Alert", 0), document=PATH)
        row = "Alert on queue length | | | Not Started | "
        made = plan(document(row, row), filed("7", "Alert", marker=mark))
        assert [kind for _, kind, _ in kinds(made)] == [Kind.CREATE, Kind.CREATE]

    def test_a_bare_reference_is_linked_and_the_issue_is_not_touched(self) -> None:
        theirs = issue("7", title="Their words", owner="zed")
        made = plan(document("Alert | @a | | Not Started | #7"), theirs)
        assert kinds(made) == [(10, Kind.ADOPT, "#7")]
        assert made.entries[0].decision.operation is None


class TestOwnership:
    def test_the_row_that_the_marker_names_owns_the_issue(self) -> None:
        post_mortem = document(
            "Copy | | | Not Started | [#7]",
            "Alert | | | Not Started | [#7]",
            tail="\n" + definition("7", "Alert"),
        )
        made = plan(post_mortem, filed("7", "Alert"))
        assert kinds(made) == []
        (problem,) = made.plan.problems
        assert problem.line == 10
        assert "another row of this document" in problem.message

    def test_of_two_reworded_rows_the_one_with_the_agreed_values_owns_the_issue(self) -> None:
        agreed = f'"sync 1; status=Done; owner=@b; due=2025-12-02; action={action_hash("Alert")}"'
        made = plan(
            document(
                "Copied | @a | 2025-12-01 | Blocked | [#7]",
                "Reworded | @b | 2025-12-02 | Done | [#7]",
                tail=f"\n[#7]: {URL}/7 {agreed}\n",
            ),
            filed("7", "Alert"),
        )
        assert [p.line for p in made.plan.problems if "another row" in p.message] == [10]

    def test_a_copied_post_mortem_does_not_take_the_originals_issues(self) -> None:
        copy = document("Alert | | | Done | [#7]", tail="\n" + definition("7", "Alert"))
        made = plan(copy, filed("7", "Alert", path="pm/zero.md"), elsewhere={"7": "pm/zero.md"})
        assert kinds(made) == []
        assert "pm/zero.md" in messages(made)[0]

    def test_a_document_that_was_not_read_keeps_its_issues(self) -> None:
        copy = document("Alert | | | Done | [#7]", tail="\n" + definition("7", "Alert"))
        made = plan(copy, filed("7", "Alert", path="pm/zero.md"))
        assert kinds(made) == []
        assert "it can't be told" in messages(made)[0]

    def test_ownership_moves_when_the_owning_row_is_gone(self) -> None:
        moved = document("Alert | | | Not Started | [#7]", tail="\n" + definition("7", "Alert"))
        made = plan(
            moved,
            filed("7", "Alert", path="pm/zero.md"),
            gone=frozenset({("pm/zero.md", IssueId("shop", "7"))}),
        )
        assert [kind for _, kind, _ in kinds(made)] == [Kind.HEAL]


class TestTrouble:
    def test_a_deleted_issue_keeps_its_link_until_a_person_decides(self) -> None:
        linked = document("Alert | | | Done | [#7]", tail="\n" + definition("7", "Alert"))
        made = plan(linked, missing={"7": ABSENT})
        assert kinds(made) == []
        assert "it was deleted" in messages(made)[0]

    def test_nothing_is_assumed_of_an_issue_that_cannot_be_seen(self) -> None:
        linked = document("Alert | | | Done | [#7]", tail="\n" + definition("7", "Alert"))
        made = plan(linked, missing={"7": HIDDEN})
        assert kinds(made) == []
        assert "cannot be seen" in messages(made)[0]

    def test_a_removed_row_is_told_while_its_issue_is_open(self) -> None:
        removed = document("Other | | | | n/a", tail="\n" + definition("7", "Alert"))
        made = plan(removed, filed("7", "Alert"))
        assert kinds(made) == []
        assert "no row names" in messages(made)[0]
        assert plan(removed, filed("7", "Alert", status=Status.DONE)).plan.problems == ()

    def test_a_row_that_moved_to_another_document_was_not_removed(self) -> None:
        moved = document("Other | | | | n/a", tail="\n" + definition("7", "Alert"))
        made = plan(moved, filed("7", "Alert"), elsewhere={"7": "pm/two.md"})
        assert made.plan.problems == ()

    def test_a_damaged_definition_is_told_and_written_anew(self) -> None:
        damaged = document(
            "Alert | | | Not Started | [#7]", tail=f'\n[#7]: {URL}/7 "sync 1; status"\n'
        )
        made = plan(damaged, filed("7", "Alert"))
        assert [kind for _, kind, _ in kinds(made)] == [Kind.WRITE_BACK]
        assert "damaged" in messages(made)[0]

    def test_a_foreign_reference_is_a_remark_and_nothing_is_filed(self) -> None:
        made = plan(document("Alert | | | | INC00123"))
        assert kinds(made) == []
        assert made.plan.problems[0].level is Level.INFO


def test_a_status_that_stands_in_the_issue_column_counts_as_the_rows() -> None:
    done = document("Alert | n/a **DONE**", table="| Action | Issue |\n|---|---|\n")
    assert done.items[0].values["status"] == "Done"
    assert kinds(plan(done)) == []


def test_a_table_without_a_status_column_is_owed_the_status() -> None:
    table = "| Action | Issue |\n|---|---|\n"
    linked = document("Alert | [#7]", table=table, tail="\n" + definition("7", "Alert"))
    made = plan(linked, filed("7", "Alert"))
    assert made.entries[0].decision.cells == {"status": "Not Started"}
    assert kinds(plan(linked, filed("7", "Alert"), rules=Rules(add_columns=False))) == []
