"""Documents that lose their rows, and documents that are gone: what a run makes of it, and when it is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncer.core.limits import Limits
from syncer.core.plan import Kind, Plan, Thinned
from syncer.model import Status
from syncer.running import Consent, PlanRefusedError
from syncer.sync import survey
from tests.support.making import NOW
from tests.support.memory import MemoryStore
from tests.support.removals import PATH, Team, document

if TYPE_CHECKING:
    from syncer.core.reconciling.removed import OnRemoved

PROMISES = tuple(f"Keep promise number {number}" for number in range(1, 9))
FORCED = Consent(Limits(), force=True)


@pytest.fixture
def team() -> Team:
    return large("close")


def large(policy: OnRemoved) -> Team:
    """A team whose one document has eight rows, with the issues 1 to 8."""
    made = Team(policy, MemoryStore({PATH: document(*PROMISES)}))
    made.sync()
    return made


def closed(team: Team) -> int:
    return sum(issue.status.finished for issue in team.tracker.issues.values())


class TestEmptiedTables:
    def test_a_table_that_lost_most_of_its_rows_closes_nothing(self, team: Team) -> None:
        for key in "12345":
            team.remove(key)
        with pytest.raises(PlanRefusedError, match=r"pm/one\.md \(5 of 8\)") as error:
            team.sync()
        assert error.value.plan.count(Kind.CLOSE) == 5
        assert (closed(team), team.tracker.said) == (0, [])

    def test_one_without_any_row_closes_nothing(self, team: Team) -> None:
        for key in "12345678":
            team.remove(key)
        assert "| Status | Issue |" in team.text
        with pytest.raises(PlanRefusedError):
            team.sync()
        assert closed(team) == 0

    def test_with_force_it_does_and_the_next_run_needs_none(self, team: Team) -> None:
        for key in "12345":
            team.remove(key)
        team.consent = FORCED
        team.sync()
        assert closed(team) == 5
        team.consent = Consent(Limits())
        assert team.sync().plan.changes == ()

    def test_half_of_the_rows_may_go(self, team: Team) -> None:
        for key in "1234":
            team.remove(key)
        team.sync()
        assert closed(team) == 4

    def test_comments_are_refused_likewise(self) -> None:
        team = large("comment")
        for key in "12345":
            team.remove(key)
        with pytest.raises(PlanRefusedError):
            team.sync()
        team.consent = FORCED
        team.sync()
        team.consent = Consent(Limits())
        assert team.sync().plan.changes == ()
        assert len(team.tracker.said) == 5
        team.edit(lambda text: text.replace("\n\n[#1]", "\n| One more | @a | | | |\n\n[#1]"))
        assert [change.kind for change in team.sync().plan.changes] == [Kind.CREATE]

    def test_where_nothing_is_made_of_it_the_other_changes_go_on(self) -> None:
        team = large("report")
        for key in "12345":
            team.remove(key)
        team.edit(lambda text: text.replace("| @a |", "| @b |"))
        team.sync()
        assert team.tracker.issues["8"].owner == "@b"

    def test_a_table_that_was_made_anew_is_not_filed_anew(self) -> None:
        """Other words, no links: to the tracker, eight new promises."""
        team = large("report")
        definitions = team.text[team.text.index("\n[#1]: ") :]
        team.text = document(*(f"Do what was said in {n}" for n in range(8))) + definitions
        with pytest.raises(PlanRefusedError, match=r"pm/one\.md \(8 of 8\)"):
            team.sync()
        assert len(team.tracker.issues) == 8
        team.consent = FORCED
        team.sync()
        team.consent = Consent(Limits())
        team.edit(lambda text: text.replace("|---|\n", "|---|\n| One more | @a | | | |\n", 1))
        assert [change.kind for change in team.sync().plan.changes] == [Kind.CREATE]

    def test_a_damaged_definition_is_one_of_a_row_that_is_gone(self, team: Team) -> None:
        for key in "1234":
            team.remove(key)
        team.edit(lambda text: text.replace('"sync 1; status', '"sync 1; state', 1))
        assert survey(team.job).plan.thinned == (Thinned(PATH, 4, 4),)

    def test_rows_whose_issue_is_finished_are_not_missed(self, team: Team) -> None:
        for key in "12345678":
            team.tracker.edit(key, status=Status.DONE)
        team.sync()
        for key in "12345678":
            team.remove(key)
        assert survey(team.job).plan == Plan(tally=survey(team.job).plan.tally)


class TestVanishedDocuments:
    @pytest.fixture
    def team(self) -> Team:
        """Eight documents with a row each."""
        texts = {
            f"pm/{number}.md": document(PROMISES[number]).replace("-001", f"-00{number}")
            for number in range(8)
        }
        made = Team("close", MemoryStore(texts))
        made.sync()
        # Older than what a run looks through the whole list for.
        for key in made.tracker.issues:
            made.tracker.edit(key, created=NOW.replace(year=2024))
        return made

    def lose(self, team: Team, number: int) -> None:
        for path in sorted(team.store.texts)[:number]:
            del team.store.texts[path]
        team.store.texts["pm/new.md"] = document("Something else").replace("-001", "-009")

    def test_nothing_is_written_where_most_documents_are_gone(self, team: Team) -> None:
        self.lose(team, 6)
        with pytest.raises(PlanRefusedError, match=r"6 of 9 documents are gone.*pm/0\.md"):
            team.sync()
        assert len(team.tracker.issues) == 8

    def test_with_force_it_is(self, team: Team) -> None:
        self.lose(team, 6)
        team.consent = FORCED
        team.sync()
        assert len(team.tracker.issues) == 9
        assert closed(team) == 0

    def test_a_few_may_go(self, team: Team) -> None:
        self.lose(team, 5)
        team.sync()
        assert len(team.tracker.issues) == 9

    def test_one_whose_issues_are_finished_is_not_missed(self, team: Team) -> None:
        self.lose(team, 6)
        team.tracker.edit("1", status=Status.DONE)
        team.sync()
        assert len(team.tracker.issues) == 9

    def test_one_that_is_there_and_not_looked_at_is_not_missed(self, team: Team) -> None:
        self.lose(team, 0)
        looked_at = ["pm/new.md"]
        team.store.paths = lambda: looked_at  # type: ignore[method-assign]
        assert survey(team.job).plan.vanished == ()

    def test_one_that_cannot_be_read_is_there(self, team: Team) -> None:
        self.lose(team, 1)
        team.store.unreadable.add("pm/0.md")
        assert survey(team.job).plan.vanished == ()

    def test_one_that_was_renamed_is_not_missed(self, team: Team) -> None:
        self.lose(team, 0)
        team.path = "pm/0.md"
        team.rename("pm/2025/0.md")
        assert survey(team.job).plan.vanished == ()

    def test_a_run_that_files_nothing_does_not_know_of_it(self, team: Team) -> None:
        self.lose(team, 6)
        del team.store.texts["pm/new.md"]
        team.tracker.calls.clear()
        assert team.sync().plan.vanished == ()
        assert "marked" not in team.tracker.calls

    def test_a_run_for_some_documents_does_not_miss_the_others(self, team: Team) -> None:
        self.lose(team, 6)
        assert survey(replace(team.job, partial=True)).plan.vanished == ()
        assert len(survey(team.job).plan.vanished) == 6
