"""One action item: what its row and its issue need of each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncer.core.issuetext import render_block
from syncer.core.plan import FieldChange, Kind
from syncer.core.reconciling.decision import Decision, Row
from syncer.core.reconciling.fields import Policies
from syncer.core.reconciling.filing import plan_new
from syncer.core.reconciling.lens import Lens
from syncer.core.reconciling.people import People
from syncer.core.reconciling.reconcile import newer, plan_linked
from syncer.core.reconciling.settling import settle
from syncer.core.state import action_hash
from syncer.core.tracking import Draft, Issue, Update
from syncer.model import FIELDS, Agreed, Field, State, Status
from tests.support.making import (
    ITEM,
    OPEN,
    FakeDirectory,
    accounts_only,
    issue,
    marker,
    state,
    texts,
)

ACTION = "Alert on queue depth"
HASH = action_hash(ACTION)
FACTS = (("Severity", "P1"),)
BODY = render_block(FACTS)
SHOP = FakeDirectory()
LENS = Lens(SHOP, People())
ACCOUNTS = Lens(accounts_only(), People({"@alice": {"shop": "alice-gh"}}))


def row(action: str = ACTION, **values: str) -> Row:
    canonical: dict[Field, str] = {"action": action_hash(action)}
    canonical.update(values)  # type: ignore[arg-type]  # keyword names are fields
    return Row("pm/one.md", 12, action, canonical, frozenset(FIELDS), FACTS)


def base(counter: int = 1, **values: str | tuple[str, str]) -> State:
    return state(counter, **{"action": HASH, **values})


def linked(
    ours: Row,
    theirs: Issue,
    definition: State | None,
    *,
    lens: Lens = LENS,
    policies: Policies | None = None,
    adopted: bool = False,
) -> Decision:
    return plan_linked(ours, theirs, definition, lens, policies or Policies(), adopted=adopted)


def filed(base: State, **values: object) -> Issue:
    return replace(issue(body=BODY, marker=marker(base)), **values)  # type: ignore[arg-type]  # fields of Issue


def update(decision: Decision) -> Update:
    assert isinstance(decision.operation, Update)
    return decision.operation


class TestFiling:
    def test_everything_that_the_row_says_goes_into_one_draft(self) -> None:
        decision = plan_new(
            row(owner="@alice", due="2025-12-01", status="In Progress", priority="High"),
            ITEM,
            LENS,
            ("post-mortem",),
        )
        draft = decision.operation
        assert isinstance(draft, Draft)
        assert decision.kind is Kind.CREATE
        assert (draft.title, draft.owner, draft.due) == (ACTION, "@alice", "2025-12-01")
        assert (draft.status, draft.priority) == (Status.IN_PROGRESS, "High")
        assert draft.labels == ("post-mortem",)
        assert draft.marker.item == ITEM
        assert draft.marker.document == "pm/one.md"

    def test_the_marker_claims_nothing_that_is_not_confirmed_yet(self) -> None:
        """A tracker may drop an assignee silently; if the run dies then, nobody has removed it."""
        decision = plan_new(row(owner="@alice", status=""), ITEM, LENS, ())
        draft = decision.operation
        assert isinstance(draft, Draft)
        dropped = filed(draft.marker.state, owner="")
        later = linked(row(owner="@alice", status=""), dropped, None)
        assert "owner" not in later.cells
        assert later.operation is None

    def test_what_the_tracker_took_is_the_base(self) -> None:
        decision = plan_new(row(owner="@alice", due="", status="Done"), ITEM, LENS, ())
        answer = issue(owner="@alice", status=Status.DONE)
        settled = settle(decision, answer, LENS)
        assert settled.key == "7"
        assert texts(settled.values) == {
            "action": HASH,
            "owner": "@alice",
            "due": "",
            "status": "Done",
        }
        assert settled.cells == {}
        assert settled.problems == ()

    def test_a_row_without_a_status_gets_the_issues(self) -> None:
        settled = settle(plan_new(row(status=""), ITEM, LENS, ()), issue(), LENS)
        assert settled.cells == {"status": "Not Started"}

    def test_a_dropped_value_is_a_pair_and_is_told(self) -> None:
        settled = settle(plan_new(row(owner="@alice"), ITEM, LENS, ()), issue(owner=""), LENS)
        assert texts(settled.values)["owner"] == ("@alice", "")
        assert "'@alice'" in settled.problems[0].message

    def test_a_default_that_the_tracker_fills_in_is_nobodys_edit(self) -> None:
        answer = issue(owner="lead", priority="Medium")
        settled = settle(plan_new(row(owner="", priority=""), ITEM, LENS, ()), answer, LENS)
        assert settled.cells == {}
        assert texts(settled.values)["owner"] == ("", "lead")
        assert texts(settled.values)["priority"] == ("", "Medium")

    def test_a_team_is_not_assigned_and_the_issue_is_filed_all_the_same(self) -> None:
        decision = plan_new(row(owner="Platform team"), ITEM, ACCOUNTS, ())
        assert isinstance(decision.operation, Draft)
        assert decision.operation.owner == ""
        assert "Platform team" in decision.problems[0].message
        settled = settle(decision, issue(owner=""), ACCOUNTS)
        assert texts(settled.values)["owner"] == ("Platform team", "")

    def test_a_mapped_owner_is_assigned_as_the_account(self) -> None:
        decision = plan_new(row(owner="@alice"), ITEM, ACCOUNTS, ())
        assert isinstance(decision.operation, Draft)
        assert decision.operation.owner == "alice-gh"
        settled = settle(decision, issue(owner="alice-gh"), ACCOUNTS)
        assert texts(settled.values)["owner"] == "@alice"


class TestLinked:
    def test_agreement_plans_nothing(self) -> None:
        agreed = base(3, status="Done", owner="@alice")
        decision = linked(
            row(status="Done", owner="@alice"),
            filed(agreed, status=Status.DONE, statuses=frozenset({Status.DONE}), owner="@alice"),
            agreed,
        )
        assert decision.kind is None
        assert decision.operation is None

    def test_the_issue_moved_so_the_document_follows(self) -> None:
        agreed = base(3, status="Not Started")
        theirs = filed(agreed, status=Status.DONE, statuses=frozenset({Status.DONE}))
        decision = linked(row(status="Not Started"), theirs, agreed)
        assert decision.kind is Kind.WRITE_BACK
        assert decision.operation is None
        assert decision.cells == {"status": "Done"}
        assert decision.counter == 3
        assert decision.fields == {"status": FieldChange("Not Started", "Done", "document")}

    def test_the_document_moved_so_the_issue_follows_in_one_write(self) -> None:
        agreed = base(3, owner="@alice", due="2025-12-01")
        theirs = filed(agreed, owner="@alice", due="2025-12-01")
        decision = linked(row(owner="@bob", due="2026-01-01"), theirs, agreed)
        sent = update(decision)
        assert decision.kind is Kind.UPDATE
        assert (sent.owner, sent.due) == ("@bob", "2026-01-01")
        assert (sent.title, sent.status, sent.priority, sent.body) == (None, None, None, None)
        assert sent.marker is not None
        assert sent.marker.state.counter == decision.counter == 4

    def test_both_sides_move_different_fields(self) -> None:
        agreed = base(3, status="Not Started", due="2025-12-01")
        theirs = filed(
            agreed, status=Status.DONE, statuses=frozenset({Status.DONE}), due="2025-12-01"
        )
        decision = linked(row(status="Not Started", due="2025-12-09"), theirs, agreed)
        assert decision.cells == {"status": "Done"}
        assert update(decision).due == "2025-12-09"
        assert update(decision).status is None

    def test_a_write_back_that_is_not_delivered_is_proposed_again(self) -> None:
        """The marker keeps the old base of a field whose cell has yet to be written."""
        agreed = base(3, status="Not Started", due="2025-12-01")
        done = {"status": Status.DONE, "statuses": frozenset({Status.DONE})}
        first = linked(
            row(status="Not Started", due="2025-12-09"),
            filed(agreed, due="2025-12-01", **done),
            agreed,
        )
        sent = update(first).marker
        assert sent is not None
        # The pull request stays open: the document has the old base, the marker is newer.
        theirs = issue(body=BODY, marker=sent, due="2025-12-09", **done)  # type: ignore[arg-type]  # fields of Issue
        second = linked(row(status="Not Started", due="2025-12-09"), theirs, agreed)
        assert second.operation is None
        assert second.cells == {"status": "Done"}
        assert second.counter == 4

    def test_the_tracker_moves_on_while_a_delivery_waits(self) -> None:
        agreed = base(3, due="2025-12-01")
        first = linked(row(due="2025-12-09"), filed(agreed, due="2025-12-01"), agreed)
        sent = update(first).marker
        theirs = issue(body=BODY, marker=sent, due="2026-02-02")
        second = linked(row(due="2025-12-09"), theirs, agreed)
        assert second.operation is None
        assert second.conflicts == ()
        assert second.cells == {"due": "2026-02-02"}

    def test_a_refused_value_is_not_tried_again(self) -> None:
        agreed = base(3, owner=("@ghost", ""))
        decision = linked(row(owner="@ghost"), filed(agreed), agreed)
        assert decision.kind is None

    def test_a_lost_definition_is_recovered_from_the_marker(self) -> None:
        agreed = base(3, owner="@alice")
        decision = linked(row(owner="@alice"), filed(agreed, owner="@alice"), None)
        assert decision.kind is Kind.WRITE_BACK
        assert texts(decision.values) == {"action": HASH, "owner": "@alice"}
        assert decision.counter == 3

    def test_a_reverted_document_does_not_undo_the_issue(self) -> None:
        """The revert brings back an old definition; the marker's is newer and counts."""
        old, new = base(1, due="2025-12-01"), base(2, due="2025-12-09")
        decision = linked(row(due="2025-12-01"), filed(new, due="2025-12-09"), old)
        assert update(decision).due == "2025-12-01"
        assert decision.conflicts == ()

    @pytest.mark.parametrize(("policy", "kind"), [("document", Kind.UPDATE), ("tracker", None)])
    def test_a_conflict_carries_all_three_values(self, policy: str, kind: Kind | None) -> None:
        agreed = base(3, due="2025-12-01")
        decision = linked(
            row(due="2025-12-02"),
            filed(agreed, due="2025-12-03"),
            agreed,
            policies=Policies(due=policy),  # type: ignore[arg-type]  # one of the literals
        )
        (conflict,) = decision.conflicts
        assert (conflict.base, conflict.document_value, conflict.tracker_value) == (
            "2025-12-01",
            "2025-12-02",
            "2025-12-03",
        )
        assert conflict.winner == policy
        assert decision.kind is (kind or Kind.WRITE_BACK)

    def test_under_report_neither_side_nor_the_base_is_written(self) -> None:
        agreed = base(3, due="2025-12-01")
        decision = linked(
            row(due="2025-12-02"),
            filed(agreed, due="2025-12-03"),
            agreed,
            policies=Policies(due="report"),
        )
        assert decision.kind is None
        assert decision.operation is None
        assert texts(decision.values)["due"] == "2025-12-01"
        assert decision.conflicts[0].winner == ""

    def test_equal_edits_on_both_sides_settle_silently(self) -> None:
        agreed = base(3, due="2025-12-01")
        decision = linked(row(due="2025-12-09"), filed(agreed, due="2025-12-09"), agreed)
        assert decision.conflicts == ()
        assert decision.operation is None
        assert texts(decision.values)["due"] == "2025-12-09"

    def test_closing_and_reopening_are_called_that(self) -> None:
        agreed = base(1, status="Not Started")
        assert linked(row(status="Done"), filed(agreed), agreed).kind is Kind.CLOSE
        agreed = base(1, status="Done")
        theirs = filed(agreed, status=Status.DONE, statuses=frozenset({Status.DONE}))
        assert linked(row(status="In Progress"), theirs, agreed).kind is Kind.REOPEN


class TestStatus:
    def test_a_state_that_agrees_with_the_documents_status_has_not_moved(self) -> None:
        agreed = base(1, status="Blocked")
        decision = linked(row(status="Blocked"), filed(agreed, statuses=OPEN), agreed)
        assert decision.kind is None

    def test_a_move_that_the_tracker_cannot_express_only_changes_the_base(self) -> None:
        agreed = base(1, status="Not Started")
        decision = linked(row(status="Blocked"), filed(agreed, statuses=OPEN), agreed)
        assert decision.operation is None
        assert texts(decision.values)["status"] == "Blocked"

    def test_a_reopened_issue_is_in_progress(self) -> None:
        agreed = base(1, status="Done")
        theirs = filed(agreed, status=Status.IN_PROGRESS, statuses=OPEN)
        assert linked(row(status="Done"), theirs, agreed).cells == {"status": "In Progress"}

    def test_an_emptied_cell_takes_what_the_issue_has(self) -> None:
        agreed = base(1, status="In Progress")
        theirs = filed(agreed, status=Status.IN_PROGRESS, statuses=frozenset({Status.IN_PROGRESS}))
        decision = linked(row(status=""), theirs, agreed)
        assert decision.operation is None
        assert decision.cells == {"status": "In Progress"}


class TestOwner:
    def test_an_assignee_is_never_cleared_because_a_name_does_not_map(self) -> None:
        agreed = base(1, owner="@alice")
        theirs = filed(agreed, owner="alice-gh")
        decision = linked(row(owner="Platform team"), theirs, agreed, lens=ACCOUNTS)
        assert isinstance(decision.operation, Update)
        assert decision.operation.owner is None
        assert "Platform team" in (decision.operation.body or "")
        assert texts(decision.values)["owner"] == ("Platform team", "@alice")

    def test_a_cell_that_says_more_than_an_account_is_never_replaced(self) -> None:
        agreed = base(1, owner=("Platform team", ""))
        theirs = filed(agreed, owner="alice-gh")
        decision = linked(row(owner="Platform team"), theirs, agreed, lens=ACCOUNTS)
        assert decision.cells == {}

    def test_an_account_comes_back_as_the_name_that_it_is_mapped_to(self) -> None:
        agreed = base(1, owner="@bob")
        theirs = filed(agreed, owner="alice-gh")
        decision = linked(row(owner="@bob"), theirs, agreed, lens=ACCOUNTS)
        assert decision.cells == {"owner": "@alice"}

    def test_an_account_that_is_not_mapped_comes_back_as_a_login(self) -> None:
        agreed = base(1, owner="")
        theirs = filed(agreed, owner="zed")
        assert linked(row(owner=""), theirs, agreed, lens=ACCOUNTS).cells == {"owner": "@zed"}


class TestAction:
    NEW = "Alert on queue depth and age"

    def test_a_reworded_row_renames_the_issue(self) -> None:
        agreed = base(1)
        decision = linked(row(self.NEW), filed(agreed), agreed)
        assert update(decision).title == self.NEW

    def test_a_rename_in_the_tracker_is_noted_and_left(self) -> None:
        agreed = base(1)
        decision = linked(row(), filed(agreed, title=self.NEW), agreed)
        assert decision.cells == {}
        assert decision.operation is None
        assert texts(decision.values)["action"] == (HASH, action_hash(self.NEW))

    def test_a_rename_in_the_tracker_comes_back_where_that_is_configured(self) -> None:
        agreed = base(1)
        theirs = filed(agreed, title=self.NEW)
        decision = linked(row(), theirs, agreed, policies=Policies(action="tracker"))
        assert decision.cells == {"action": self.NEW}


class TestAdoption:
    def test_an_issue_that_a_person_filed_is_not_rewritten(self) -> None:
        theirs = issue(title="Queue alert", owner="@zed", due="2026-01-01", body="Mine.")
        decision = linked(row(owner="@alice", due="2025-12-01"), theirs, None, adopted=True)
        assert decision.kind is Kind.ADOPT
        assert decision.operation is None
        assert decision.cells == {}
        assert texts(decision.values) == {
            "action": (HASH, action_hash("Queue alert")),
            "owner": ("@alice", "@zed"),
            "due": ("2025-12-01", "2026-01-01"),
        }

    @pytest.mark.parametrize(
        ("held", "said"),
        [("@alice", None), ("@aaron", "'@aaron'"), ("@zed", "'@zed'"), ("", "empty")],
    )
    def test_a_difference_that_is_left_is_told_with_both_values(
        self, held: str, said: str | None
    ) -> None:
        decision = linked(row(owner="@alice"), issue(owner=held), None, adopted=True)
        told = [problem.message for problem in decision.problems]
        assert len(told) == (said is not None)
        assert all("'@alice'" in message and str(said) in message for message in told)

    def test_empty_cells_take_what_the_issue_has(self) -> None:
        theirs = issue(status=Status.DONE, owner="@zed")
        decision = linked(row(status="", owner=""), theirs, None, adopted=True)
        assert decision.cells == {"status": "Done", "owner": "@zed"}

    def test_the_marker_of_a_dead_run_is_its_base(self) -> None:
        left = base(1, owner=("@alice", ""), status=("In Progress", "Not Started"))
        theirs = filed(
            left,
            owner="@alice",
            status=Status.IN_PROGRESS,
            statuses=frozenset({Status.IN_PROGRESS}),
        )
        decision = linked(row(owner="@alice", status="In Progress"), theirs, None, adopted=True)
        assert decision.kind is Kind.ADOPT
        assert decision.operation is None
        assert texts(decision.values)["owner"] == "@alice"
        assert texts(decision.values)["status"] == "In Progress"

    @pytest.mark.parametrize("document", ["a.md", "pm/two.md"])
    def test_what_was_agreed_with_another_document_is_no_base(self, document: str) -> None:
        agreed = base(1, due="2025-12-01")
        theirs = issue(body=BODY, due="2025-12-01", marker=marker(agreed, document=document))
        decision = linked(row(due="2025-12-09"), theirs, None, adopted=True)
        assert texts(decision.values)["due"] == ("2025-12-09", "2025-12-01")


class TestText:
    def test_new_facts_rewrite_the_managed_block(self) -> None:
        agreed = base(1)
        decision = linked(
            replace(row(), facts=(("Severity", "P0"),)),
            filed(agreed, body=f"Mine.\n\n{BODY}"),
            agreed,
        )
        body = update(decision).body
        assert body is not None
        assert update(decision).body_was == f"Mine.\n\n{BODY}"
        assert body.startswith("Mine.\n\n")
        assert "P0" in body

    def test_a_block_that_a_person_edited_is_left_and_told(self) -> None:
        agreed = base(1)
        decision = linked(
            replace(row(), facts=(("Severity", "P0"),)),
            filed(agreed, body=BODY.replace("P1", "P2")),
            agreed,
        )
        assert decision.operation is None
        assert "was edited" in decision.problems[0].message

    def test_a_text_that_the_tracker_cannot_change_or_a_person_wrote_is_none_of_ours(self) -> None:
        agreed = base(1, due="2025-12-01")
        later = replace(row(due="2025-12-09"), facts=(("Severity", "P0"),))
        fixed = replace(SHOP.capabilities, updates_text=False)
        for theirs, lens in (
            (filed(agreed, due="2025-12-01"), Lens(FakeDirectory(capabilities=fixed), People())),
            (issue(body="Mine.", due="2025-12-01"), LENS),
        ):
            decision = linked(later, theirs, agreed, lens=lens)
            assert (update(decision).due, update(decision).body) == ("2025-12-09", None)
            assert decision.problems == ()

    @pytest.mark.parametrize(
        ("rewritten", "words"),
        [(True, "is named in the issue's text"), (False, "keeps whom it has")],
    )
    def test_an_owner_who_can_t_have_an_issue_isn_t_said_to_be_in_a_text_that_stays(
        self, *, rewritten: bool, words: str
    ) -> None:
        agreed = base(1, owner="@alice")
        account = accounts_only()
        kept = replace(account.capabilities, updates_text=rewritten)
        by = Lens(FakeDirectory(capabilities=kept), People({"@alice": {"shop": "alice-gh"}}))
        decision = linked(row(owner="Somebody"), filed(agreed, owner="alice-gh"), agreed, lens=by)
        assert any(words in problem.remedy for problem in decision.problems)

    def test_a_renamed_document_keeps_its_issues(self) -> None:
        agreed = base(1)
        theirs = issue(body=BODY, marker=marker(agreed, document="pm/old.md"))
        decision = linked(row(), theirs, agreed)
        assert decision.kind is Kind.HEAL
        sent = update(decision).marker
        assert sent is not None
        assert sent.document == "pm/one.md"
        assert sent.item == ITEM


def test_the_higher_counter_is_the_base_and_on_a_tie_the_definition() -> None:
    one, two = state(1, due="a"), state(2, due="b")
    assert newer(one, two) is two
    assert newer(two, one) is two
    assert newer(one, state(1, due="c")) is one
    assert newer(None, one) is one
    assert newer(one, None) is one
    assert newer(None, None) is None


def test_a_pair_that_is_written_in_a_marker_is_read_as_what_happened() -> None:
    """Sent and taken, sent and not taken, sent and then changed by a person: all told apart."""
    agreed = base(1, due="2025-12-01")
    sent = update(linked(row(due="2025-12-09"), filed(agreed, due="2025-12-01"), agreed)).marker
    assert sent is not None
    assert sent.state.values["due"] == Agreed("2025-12-09", "2025-12-01")
    for held, cells in (("2025-12-09", {}), ("2025-12-01", {}), ("2026", {"due": "2026"})):
        decision = linked(row(due="2025-12-09"), issue(body=BODY, marker=sent, due=held), agreed)
        assert decision.cells == cells
        assert decision.operation is None


class TestOnTheWay:
    """An issue that syncer left in a status on the way to another one: nobody means that status."""

    def present(self, known: State) -> Issue:
        return replace(
            issue(body=BODY, marker=marker(known), status=Status.IN_PROGRESS), underway=True
        )

    @pytest.mark.parametrize("said", ["Not Started", ("Done", "Not Started"), ("Done", "Blocked")])
    def test_the_document_s_status_is_sent_again(self, said: str | tuple[str, str]) -> None:
        known = base(2, owner="", due="", status=said)
        present = self.present(known)
        decision = linked(row(owner="", due="", status="Done"), present, known)
        assert update(decision).status is Status.DONE
        assert decision.cells == {}
        assert decision.conflicts == ()

    def test_a_row_that_was_put_back_meanwhile_takes_its_issue_back(self) -> None:
        known = base(2, owner="", due="", status="Not Started")
        present = self.present(known)
        decision = linked(row(owner="", due="", status="Not Started"), present, known)
        assert update(decision).status is Status.NOT_STARTED

    def test_a_row_whose_cell_was_emptied_takes_what_the_issue_has(self) -> None:
        known = base(2, owner="", due="", status="Not Started")
        present = self.present(known)
        decision = linked(row(owner="", due="", status=""), present, known)
        assert decision.operation is None
        assert decision.cells == {"status": "In Progress"}

    def test_the_report_says_that_it_goes_on(self) -> None:
        decision = plan_new(row(owner="", due="", status="Done"), ITEM, LENS, ())
        answer = replace(issue(status=Status.NOT_STARTED), underway=True)
        (problem,) = settle(decision, answer, LENS, {"status": "the connection was lost"}).problems
        assert problem.remedy == "The next run goes on with it."
