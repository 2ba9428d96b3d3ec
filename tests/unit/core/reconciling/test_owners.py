"""Who a row's owner is: people whom only the tracker knows, several at once, and those who can't be assigned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncer.core.issuetext import naming, render_block
from syncer.core.plan import FieldChange, Kind
from syncer.core.reconciling.decision import Row
from syncer.core.reconciling.fields import Policies
from syncer.core.reconciling.filing import plan_new
from syncer.core.reconciling.lens import Lens
from syncer.core.reconciling.people import People
from syncer.core.reconciling.reconcile import plan_linked
from syncer.core.reconciling.settling import settle
from syncer.core.state import action_hash
from syncer.core.tracking import Draft, Update
from syncer.model import FIELDS, Agreed, State, Status
from tests.support.making import ITEM, OPEN, accounts_only, issue, marker, state, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.issuetext import Facts
    from syncer.core.reconciling.decision import Decision
    from syncer.core.reconciling.fields import Policy
    from syncer.core.tracking import Issue
    from syncer.model import Field

ACTION = "Alert on queue depth"
ERIN = "erin@acme.example"
TEAM = "Payments team"
FACTS = (("Severity", "P1"),)


def lens(
    found: Mapping[str, str | None] | None = None,
    people: Mapping[str, str] | None = None,
    **capabilities: object,
) -> Lens:
    directory = accounts_only()
    directory.capabilities = replace(directory.capabilities, **capabilities)  # type: ignore[arg-type]  # its fields
    mapped = {owner: {"shop": account} for owner, account in (people or {}).items()}
    return Lens(directory, People(mapped), found or {})


KNOWN = lens({ERIN: "erin", "@dave": None, TEAM: None})


def row(owner: str, *, facts: Facts | None = None, **values: str) -> Row:
    named = not owner.startswith("@") and owner != ""
    shown = (*FACTS, ("Owner", owner)) if named else FACTS
    canonical: dict[Field, str] = {"action": action_hash(ACTION), "owner": owner}
    canonical.update(values)  # type: ignore[arg-type]  # keyword names are fields
    return Row("pm/one.md", 12, ACTION, canonical, frozenset(FIELDS), facts or shown)


def base(owner: str | tuple[str, str], counter: int = 1, **values: str) -> State:
    return state(counter, action=action_hash(ACTION), owner=owner, **values)


def filed(agreed: State, ours: Row, **values: object) -> Issue:
    made = issue(body=render_block(ours.facts), marker=marker(agreed))
    return replace(made, **values)  # type: ignore[arg-type]  # fields of Issue


def linked(
    ours: Row, theirs: Issue, agreed: State | None, by: Lens, policy: Policy = "document"
) -> Decision:
    return plan_linked(ours, theirs, agreed, by, Policies(owner=policy), adopted=agreed is None)


def draft(decision: Decision) -> Draft:
    assert isinstance(decision.operation, Draft)
    return decision.operation


def update(decision: Decision) -> Update:
    assert isinstance(decision.operation, Update)
    return decision.operation


class TestAnAddress:
    """An e-mail address that nobody has mapped: only the tracker can tell whose it is."""

    def test_who_it_is_matters_only_when_an_issue_is_to_be_assigned(self) -> None:
        assert plan_new(row(ERIN), ITEM, lens(), ()).asks_about == (ERIN,)
        agreed = base((ERIN, "@erin"))
        quiet = linked(row(ERIN), filed(agreed, row(ERIN), owner="erin"), agreed, lens())
        assert (quiet.kind, quiet.asks_about) == (None, ())

    def test_its_account_is_assigned_and_noted_with_what_the_tracker_calls_it(self) -> None:
        decision = plan_new(row(ERIN), ITEM, KNOWN, ())
        assert draft(decision).owner == "erin"
        assert decision.problems == ()
        settled = settle(decision, issue(owner="erin"), KNOWN)
        assert texts(settled.values)["owner"] == (ERIN, "@erin")
        assert settled.problems == ()

    def test_what_was_sent_by_a_run_that_died_is_noted_by_the_next_one(self) -> None:
        sent = draft(plan_new(row(ERIN), ITEM, KNOWN, ())).marker
        theirs = replace(filed(sent.state, row(ERIN)), marker=sent, owner="erin")
        decision = linked(row(ERIN), theirs, None, KNOWN)
        assert (decision.cells, decision.operation) == ({}, None)
        assert texts(decision.values)["owner"] == (ERIN, "@erin")

    @pytest.mark.parametrize("policy", ["tracker", "document", "report"])
    def test_a_row_that_was_edited_since_that_run_is_no_conflict(self, policy: Policy) -> None:
        for before in ("", "@alice"):
            left = base((ERIN, before), 2)
            theirs = filed(left, row("@carol"), owner="erin")
            decision = linked(row("@carol"), theirs, base("@alice"), KNOWN, policy)
            assert (update(decision).owner, decision.conflicts) == ("carol", ())
            assert ERIN in decision.asks_about

    def test_the_cell_follows_a_reassignment_and_so_does_the_text(self) -> None:
        agreed = base((ERIN, "@erin"))
        decision = linked(row(ERIN), filed(agreed, row(ERIN), owner="bob"), agreed, KNOWN)
        assert decision.cells == {"owner": "@bob"}
        assert decision.kind is Kind.WRITE_BACK
        assert update(decision).owner is None
        assert update(decision).body == render_block(FACTS)
        after = replace(row("@bob"), facts=FACTS)
        again = linked(
            after,
            filed(state(2), after, owner="bob", marker=update(decision).marker),
            base("@bob", 2),
            KNOWN,
        )
        assert (again.kind, again.operation) == (None, None)

    def test_the_cell_of_a_team_never_follows(self) -> None:
        for held in ("", "@erin"):
            agreed = base((TEAM, held))
            decision = linked(row(TEAM), filed(agreed, row(TEAM), owner="bob"), agreed, KNOWN)
            assert (decision.cells, decision.operation) == ({}, None)
            assert texts(decision.values)["owner"] == (TEAM, "@bob")

    def test_nor_does_that_of_a_team_that_was_mapped_once(self) -> None:
        agreed = base(TEAM)
        decision = linked(row(TEAM), filed(agreed, row(TEAM), owner="lead"), agreed, KNOWN)
        assert decision.cells == {}

    def test_an_issue_that_comes_to_be_its_owners_keeps_the_address(self) -> None:
        agreed = base((ERIN, ""))
        decision = linked(row(ERIN), filed(agreed, row(ERIN), owner="erin"), agreed, KNOWN)
        assert decision.cells == {}
        assert texts(decision.values)["owner"] == (ERIN, "@erin")

    def test_it_stays_where_nobody_had_the_issue_before(self) -> None:
        """Who it is couldn't be told when the row was filed: somebody who was asked to help has it now, perhaps."""
        agreed = base((ERIN, ""))
        decision = linked(row(ERIN), filed(agreed, row(ERIN), owner="bob"), agreed, lens())
        assert decision.cells == {}
        assert texts(decision.values)["owner"] == (ERIN, "@bob")

    def test_a_row_that_is_given_to_it_assigns_the_issue(self) -> None:
        agreed = base("@alice")
        decision = linked(row(ERIN), filed(agreed, row(ERIN), owner="alice"), agreed, KNOWN)
        assert (update(decision).owner, update(decision).owner_was) == ("erin", "alice")
        settled = settle(decision, issue(owner="erin"), KNOWN)
        assert texts(settled.values)["owner"] == (ERIN, "@erin")

    def test_a_row_that_calls_the_assignee_by_it_needs_no_write_and_is_no_conflict(self) -> None:
        for agreed in (base("@erin"), base("@alice")):
            decision = linked(row(ERIN), filed(agreed, row(ERIN), owner="erin"), agreed, KNOWN)
            assert decision.operation is None
            assert (decision.cells, decision.conflicts) == ({}, ())
            assert texts(decision.values)["owner"] == (ERIN, "@erin")

    def test_an_issue_that_a_person_filed_for_it_is_no_difference(self) -> None:
        decision = linked(row(ERIN), issue(owner="erin"), None, KNOWN)
        assert decision.problems == ()
        assert texts(decision.values)["owner"] == (ERIN, "@erin")

    def test_one_that_loses_a_conflict_gives_way(self) -> None:
        agreed = base("@alice")
        theirs = filed(agreed, row(ERIN), owner="bob")
        assert linked(row(ERIN), theirs, agreed, KNOWN, "tracker").cells == {"owner": "@bob"}
        assert linked(row(TEAM), theirs, agreed, KNOWN, "tracker").cells == {}

    def test_a_mapped_account_that_the_tracker_calls_something_else_is_left_alone_after_a_crash(
        self,
    ) -> None:
        by = lens({f"@{ERIN}": "5b10"}, {"@erin": ERIN})
        sent = draft(plan_new(row("@erin"), ITEM, by, ())).marker
        theirs = replace(filed(sent.state, row("@erin")), marker=sent, owner="5b10")
        decision = linked(row("@erin"), theirs, None, by)
        assert decision.cells == {}
        assert texts(decision.values)["owner"] == ("@erin", "@5b10")


class TestWhoCannotBeAssigned:
    def test_a_login_is_named_in_the_text_at_filing_and_the_text_is_stable(self) -> None:
        decision = plan_new(row("@dave"), ITEM, KNOWN, ())
        body = draft(decision).body
        assert draft(decision).owner == ""
        assert body == render_block(naming(FACTS, "@dave"))
        assert "'@dave' is no account" in decision.problems[0].message
        settled = settle(decision, issue(), KNOWN)
        assert texts(settled.values)["owner"] == ("@dave", "")
        theirs = issue(body=body, marker=draft(decision).marker)
        again = linked(row("@dave"), theirs, state(1, **texts(settled.values)), lens())
        assert (again.kind, again.operation, again.problems) == (None, None, ())

    def test_the_marker_says_so_for_a_run_that_dies(self) -> None:
        sent = draft(plan_new(row(TEAM), ITEM, KNOWN, ()))
        theirs = issue(body=sent.body, marker=sent.marker, owner="bob")
        decision = linked(row(TEAM), theirs, None, KNOWN)
        assert (decision.conflicts, decision.cells) == ((), {})

    @pytest.mark.parametrize("owner", ["@dave", TEAM])
    def test_a_default_assignee_is_nobodys_edit(self, owner: str) -> None:
        settled = settle(plan_new(row(owner), ITEM, KNOWN, ()), issue(owner="lead"), KNOWN)
        assert texts(settled.values)["owner"] == (owner, "@lead")
        assert settled.cells == {}

    def test_a_row_that_is_given_to_one_names_them_in_the_text_and_clears_nobody(self) -> None:
        agreed = base("@alice")
        first = linked(row("@dave"), filed(agreed, row("@alice"), owner="alice"), agreed, KNOWN)
        assert update(first).owner is None
        assert update(first).body == render_block(naming(FACTS, "@dave"))
        body = update(first).body or ""
        theirs = issue(body=body, owner="alice", marker=update(first).marker)
        again = linked(row("@dave"), theirs, base(("@dave", "@alice"), 2), lens())
        assert (again.kind, again.operation) == (None, None)

    def test_the_text_names_them_no_more_once_the_row_has_another_owner(self) -> None:
        agreed = base(("@dave", ""))
        theirs = filed(agreed, row("@dave"), body=render_block(naming(FACTS, "@dave")))
        decision = linked(row("@alice"), theirs, agreed, KNOWN)
        assert (update(decision).owner, update(decision).body) == ("alice", render_block(FACTS))

    def test_a_silently_dropped_assignee_makes_no_second_write(self) -> None:
        decision = plan_new(row("@alice"), ITEM, lens(), ())
        settled = settle(decision, issue(), lens())
        assert texts(settled.values)["owner"] == ("@alice", "")
        theirs = issue(body=draft(decision).body, marker=draft(decision).marker)
        again = linked(row("@alice"), theirs, state(1, **texts(settled.values)), lens())
        assert (again.kind, again.operation, again.asks_about) == (None, None, ())


class TestSeveral:
    """Several accounts that have one issue."""

    @pytest.mark.parametrize("owner", ["@alice", "@ALICE", "@bob"])
    def test_the_rows_owner_among_them_agrees(self, owner: str) -> None:
        agreed = base(owner)
        theirs = filed(agreed, row(owner), owner="alice", owners=("Bob",))
        assert linked(row(owner), theirs, agreed, lens()).kind is None

    def test_a_changed_row_replaces_only_the_one_that_it_had(self) -> None:
        agreed = base("@bob")
        theirs = filed(agreed, row("@bob"), owner="alice", owners=("Bob", "zoe"))
        decision = linked(row("@carol"), theirs, agreed, lens())
        assert (update(decision).owner, update(decision).owner_was) == ("carol", "Bob")
        assert decision.conflicts == ()

    def test_an_emptied_cell_takes_it_from_that_one_alone(self) -> None:
        agreed = base("@bob")
        theirs = filed(agreed, row("@bob"), owner="alice", owners=("bob",))
        decision = linked(row(""), theirs, agreed, lens())
        assert (update(decision).owner, update(decision).owner_was) == ("", "bob")
        settled = settle(decision, issue(owner="alice"), lens())
        assert texts(settled.values)["owner"] == ("", "@alice")

    def test_the_cell_follows_when_the_rows_owner_has_it_no_more(self) -> None:
        agreed = base("@bob")
        theirs = filed(agreed, row("@bob"), owner="alice", owners=("zoe",))
        assert linked(row("@bob"), theirs, agreed, lens()).cells == {"owner": "@alice"}

    def test_one_whom_only_the_tracker_knows_is_noted_as_who_they_are(self) -> None:
        """And not as whoever comes first: that one may leave without anything having happened to the row."""
        agreed = base("@alice")
        theirs = filed(agreed, row(ERIN), owner="alice")
        decision = linked(row(ERIN), theirs, agreed, KNOWN)
        answer = replace(theirs, owner="bob", owners=("erin",))
        assert texts(settle(decision, answer, KNOWN).values)["owner"] == (ERIN, "@erin")

    def test_the_one_gives_way_whom_a_run_that_died_has_assigned(self) -> None:
        left = base((ERIN, ""), 2)
        theirs = filed(left, row("@carol"), owner="bob", owners=("erin",))
        decision = linked(row("@carol"), theirs, base(""), KNOWN)
        assert (update(decision).owner, update(decision).owner_was) == ("carol", "erin")
        assert decision.conflicts == ()

    def test_in_a_conflict_the_first_gives_way(self) -> None:
        agreed = base("@bob")
        theirs = filed(agreed, row("@bob"), owner="alice", owners=("zoe",))
        decision = linked(row("@carol"), theirs, agreed, lens())
        assert update(decision).owner_was == "alice"
        assert decision.conflicts[0].tracker_value == "@alice"


class TestNames:
    """A tracker that shows people by name."""

    def test_a_name_as_it_was_written_agrees(self) -> None:
        ours = row("Bob B.")
        agreed = base("@alice")
        theirs = filed(agreed, row("@alice"), owner="5b10", owner_name="Bob B.")
        first = linked(row("@alice"), theirs, agreed, lens())
        assert first.cells == {"owner": "Bob B."}
        later = filed(base("Bob B."), row("@alice"), owner="5b10", owner_name="Bob B.")
        again = linked(ours, later, base("Bob B."), lens())
        assert (again.kind, again.operation, again.asks_about) == (None, None, ())

    def test_it_follows_a_reassignment(self) -> None:
        agreed = base("Bob B.")
        theirs = filed(agreed, row("Bob B."), owner="77aa", owner_name="Ann A.")
        assert linked(row("Bob B."), theirs, agreed, lens()).cells == {"owner": "Ann A."}
        nobody = filed(agreed, row("Bob B."))
        assert linked(row("Bob B."), nobody, agreed, lens()).cells == {"owner": ""}

    def test_a_name_that_is_written_agrees_also_where_another_one_is_mapped(self) -> None:
        agreed = base("Bob B.")
        by = lens(people={"@bob": "5b10"})
        theirs = filed(agreed, row("Bob B."), owner="5b10", owner_name="Bob B.")
        assert linked(row("Bob B."), theirs, agreed, by).kind is None

    def test_a_mapped_name_comes_first(self) -> None:
        agreed = base("@alice")
        theirs = filed(agreed, row("@alice"), owner="5b10", owner_name="Bob B.")
        by = lens(people={"@bob": "5b10"})
        assert linked(row("@alice"), theirs, agreed, by).cells == {"owner": "@bob"}


class TestUntold:
    """A value that can't be told is left alone on both sides."""

    HIDDEN = frozenset[str]({"owner", "due"})

    def test_it_is_neither_written_nor_written_back(self) -> None:
        agreed = base("@alice", due="2025-12-01")
        for owner, due in (("@alice", "2025-12-01"), ("@bob", "2026-01-01")):
            ours = row(owner, due=due)
            theirs = filed(agreed, ours, untold=self.HIDDEN)
            decision = linked(ours, theirs, agreed, lens())
            assert (decision.kind, decision.operation, decision.cells) == (None, None, {})
            assert texts(decision.values)["owner"] == "@alice"

    def test_what_came_of_a_write_is_not_made_up(self) -> None:
        agreed = base("@alice", due="2025-12-01")
        ours = row("@alice", due="2026-01-01")
        decision = linked(
            ours, filed(agreed, ours, owner="alice", due="2025-12-01"), agreed, lens()
        )
        answer = replace(issue(owner="alice"), untold=frozenset({"due"}))
        settled = settle(decision, answer, lens())
        assert texts(settled.values)["due"] == ("2026-01-01", "2025-12-01")
        assert settled.problems == ()
        told = settle(decision, answer, lens(), {"due": "no such field"})
        assert "no such field" in told.problems[0].message

    def test_nor_what_came_of_a_filing(self) -> None:
        decision = plan_new(row("", due="2026-01-01"), ITEM, lens(), ())
        settled = settle(decision, replace(issue(), untold=frozenset({"due"})), lens())
        assert texts(settled.values)["due"] == ("2026-01-01", "")
        for held in ("", "2026-01-01"):
            seen = filed(State(1, settled.values), row(""), due=held)
            later = linked(row("", due="2026-01-01"), seen, State(1, settled.values), lens())
            assert (later.operation, later.cells) == (None, {})


class TestStarting:
    """A tracker in which a new issue that somebody has counts as in progress."""

    STARTS = lens(starts_when_assigned=True)
    GOING = Status.IN_PROGRESS

    @pytest.mark.parametrize("status", ["", "Not Started"])
    def test_an_assigned_issue_is_started_and_the_plan_says_that_the_cell_follows(
        self, status: str
    ) -> None:
        decision = plan_new(row("@alice", status=status), ITEM, self.STARTS, ())
        assert draft(decision).status is self.GOING
        assert decision.fields["status"] == FieldChange(status, "In Progress", "document")
        settled = settle(decision, issue(owner="alice", status=self.GOING), self.STARTS)
        assert settled.cells == {"status": "In Progress"}
        assert texts(settled.values)["status"] == "In Progress"
        assert settled.problems == ()
        assert settled.fields == decision.fields

    def test_so_it_is_where_the_state_of_an_open_issue_agrees_with_either(self) -> None:
        decision = plan_new(row("@alice", status="Not Started"), ITEM, self.STARTS, ())
        settled = settle(decision, issue(owner="alice", statuses=OPEN), self.STARTS)
        assert settled.cells == {"status": "In Progress"}
        assert settled.problems == ()

    @pytest.mark.parametrize(
        ("owner", "status"), [("", "Not Started"), (TEAM, ""), ("@alice", "Blocked")]
    )
    def test_nothing_else_is_started(self, owner: str, status: str) -> None:
        decision = plan_new(row(owner, status=status), ITEM, self.STARTS, ())
        assert draft(decision).status.value == (status or "Not Started")
        assert decision.cells == {}

    def test_a_row_whose_status_cannot_be_rewritten_keeps_its_issue_unstarted(self) -> None:
        ours = replace(row("@alice", status="Not Started"), writable=frozenset[str]({"owner"}))  # type: ignore[arg-type]  # a field
        assert draft(plan_new(ours, ITEM, self.STARTS, ())).status is Status.NOT_STARTED

    def test_the_cell_says_what_the_issue_has_if_it_was_not_started_after_all(self) -> None:
        decision = plan_new(row("@alice", status=""), ITEM, self.STARTS, ())
        settled = settle(decision, issue(owner="alice"), self.STARTS)
        assert settled.cells == {"status": "Not Started"}
        assert texts(settled.values)["status"] == "Not Started"

    @pytest.mark.parametrize("statuses", [OPEN, frozenset({Status.IN_PROGRESS})])
    @pytest.mark.parametrize("status", ["", "Not Started"])
    def test_a_run_that_died_is_made_up_for(self, status: str, statuses: frozenset[Status]) -> None:
        ours = row("@alice", status=status)
        sent = draft(plan_new(ours, ITEM, self.STARTS, ()))
        theirs = issue(
            body=sent.body, marker=sent.marker, owner="alice", status=self.GOING, statuses=statuses
        )
        decision = linked(ours, theirs, None, self.STARTS)
        assert decision.operation is None
        assert decision.cells == {"status": "In Progress"}
        assert texts(decision.values)["status"] == "In Progress"

    def test_what_a_later_write_left_in_the_marker_is_no_such_run(self) -> None:
        ours = row("@alice", status="Not Started")
        left = {**base("@alice", 2).values, "status": Agreed("Not Started", "In Progress")}
        theirs = filed(State(2, left), ours, owner="alice", status=self.GOING)
        assert linked(ours, theirs, None, self.STARTS).cells == {}

    def test_but_not_over_what_a_person_has_said_since(self) -> None:
        ours = row("@alice", status="Not Started")
        sent = draft(plan_new(ours, ITEM, self.STARTS, ()))
        theirs = issue(body=sent.body, marker=sent.marker, owner="alice", status=self.GOING)
        edited = linked(row("@alice", status="Blocked"), theirs, None, self.STARTS)
        assert update(edited).status is Status.BLOCKED
        done = replace(theirs, status=Status.DONE, statuses=frozenset({Status.DONE}))
        assert linked(ours, done, None, self.STARTS).cells == {"status": "Done"}


class TestMentions:
    TELLS = lens({"@dave": None}, mentions=True)

    @pytest.mark.parametrize(
        ("owner", "told"),
        [
            ("@acme/sre", True),
            ("@dave", True),
            ("@acme/sre, @acme/dba and @dave", True),
            ("@acme/sre (on call)", False),
            ("ask @acme/sre", False),
            (ERIN, False),
            ("@acme/sre <!-- -->", False),
        ],
    )
    def test_only_an_owner_that_is_nothing_but_mentions_is_told(
        self, owner: str, *, told: bool
    ) -> None:
        facts = (*FACTS, ("Owner", owner)) if owner != "@dave" else FACTS
        ours = row(owner, facts=facts)
        body = draft(plan_new(ours, ITEM, self.TELLS, ())).body
        assert (f"**Owner:** {owner}\n" in body) is told
        assert (f"**Owner:** {owner}\n") not in draft(plan_new(ours, ITEM, KNOWN, ())).body

    def test_nothing_else_in_the_text_is(self) -> None:
        ours = row("", facts=(("Notes", "@acme/sre"), ("Reviewer", "@alice")))
        assert "@acme" not in draft(plan_new(ours, ITEM, self.TELLS, ())).body
        assert "@alice" not in draft(plan_new(ours, ITEM, self.TELLS, ())).body

    def test_a_text_that_is_brought_up_to_date_tells_the_same(self) -> None:
        agreed = base(("@acme/sre", ""))
        ours = row("@acme/sre", facts=(("Severity", "P0"), ("Owner", "@acme/sre")))
        theirs = filed(agreed, row("@acme/sre", facts=FACTS))
        assert "**Owner:** @acme/sre\n" in (
            update(linked(ours, theirs, agreed, self.TELLS)).body or ""
        )
