"""``delivery.mode: pull-request``: real Git with a bare remote, and the double of GitHub for all that is on GitHub."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from syncer.building import open_job
from syncer.core.limits import Limits
from syncer.core.plan import Kind
from syncer.daemon.sources import Served
from syncer.delivering import run_and_deliver
from syncer.delivery.proposal import digest_in
from syncer.errors import ConfigurationError, DeliveryError, TrackerError
from syncer.model import Level, Status
from syncer.running import Consent
from syncer.settings import load_settings
from tests.support.github import faults, pulls
from tests.support.program import POST_MORTEM
from tests.support.proposing import BRANCH, PATH, Hasty, Team, team

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from syncer.delivering import Outcome
    from syncer.model import Problem
    from syncer.permission import Permission
    from tests.support.doubles.faults import Asked

OTHER = "pm/2.md"
LATER = {"2025-12-15": "2026-01-10"}
MORE = {"## Action Items": "It took an hour.\n\n## Action Items"}


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Team]:
    with team(tmp_path, {PATH: POST_MORTEM}) as acme:
        yield acme


@pytest.fixture
def waiting(acme: Team) -> Team:
    """Two issues were filed, and their links wait in a pull request."""
    assert acme.sync().exit_code == 0
    acme.github.log.clear()
    return acme


def post_mortem(number: int, *rows: str) -> str:
    table = "".join(f"| {row} |\n" for row in rows)
    return (
        f"# Outage {number}\n\n**Incident ID:** INC-2025-11-03-{number:03}\n**Date:** 2025-11-03\n\n"
        f"## Action Items\n\n| Action | Owner | Due Date | Status |\n|---|---|---|---|\n{table}"
    )


def rows(text: str) -> list[str]:
    """The rows of a document's table."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [line.removeprefix("| ").removesuffix(" |") for line in lines[1:] if "---" not in line]


def problem(outcome: Outcome) -> Problem:
    (found,) = outcome.receipt.problems
    return found


def wrote(team: Team) -> list[str]:
    """What was written on GitHub since the log was cleared, to issues, pull requests and comments."""
    return [f"{one.method} {one.path.partition('/shop/')[2]}" for one in team.github.log.writes]


def opens(asked: Asked) -> bool:
    return asked.method == "POST" and asked.path.endswith("/pulls")


class TestItsLife:
    def test_it_is_opened_at_the_command_line_and_closed_once_it_is_empty(self, acme: Team) -> None:
        before = acme.text()
        done = acme.process("sync")
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"Waiting in {acme.github.urls.html}/acme/shop/pull/3" in done.stdout + done.stderr
        assert (acme.pull.title, acme.pull.state) == ("Update action items", "open")
        assert "2 filed." in (acme.pull.body or "")
        assert "| file | Alert on queue depth |" in (acme.pull.body or "")
        assert acme.text() == before
        assert acme.proposed().count(" | [#") == 2
        assert acme.there.git("rev-parse", f"{BRANCH}^") == acme.there.head("main")
        assert acme.here.git("status", "--porcelain") == ""
        # A person types the same into the base.
        acme.add({PATH: acme.proposed()})
        assert acme.sync().report.plan.changes == ()
        assert acme.pull.state == "closed"
        assert digest_in(acme.pull.body or "") == ""
        assert "has closed this pull request" in acme.pull.comments[0].body
        assert acme.head == ""
        assert len(acme.issues) == 2

    def test_while_nothing_changes_nothing_is_written(self, waiting: Team) -> None:
        head, body = waiting.head, waiting.pull.body
        outcome = waiting.sync()
        assert outcome.exit_code == 0
        assert outcome.receipt.commit == ""
        assert outcome.receipt.pull_request.endswith("/pull/3")
        assert wrote(waiting) == []
        assert (waiting.head, waiting.pull.body) == (head, body)

    def test_it_is_brought_up_to_date_in_its_place(self, waiting: Team) -> None:
        before = waiting.head
        waiting.work("1", status=Status.DONE)
        outcome = waiting.sync()
        assert outcome.receipt.commit == waiting.head != before
        assert wrote(waiting) == ["PATCH pulls/3"]
        assert "status ← Not Started ⇒ Done" in (waiting.pull.body or "")
        assert "| Done | [#1] |" in waiting.proposed()
        assert waiting.there.git("rev-parse", f"{BRANCH}^") == waiting.there.head("main")

    def test_one_that_was_merged_makes_room_for_the_next(self, waiting: Team) -> None:
        waiting.merge()
        assert waiting.sync().receipt.problems == ()
        assert waiting.head == "", "its branch is of no use any more"
        waiting.work("1", status=Status.DONE)
        waiting.sync()
        first, second = waiting.pulls
        assert first.pull is not None
        assert first.pull.merged
        assert second.state == "open"
        assert "| Done | [#1] |" in waiting.proposed()

    def test_a_branch_that_was_merged_and_is_still_there_is_used_again(self, waiting: Team) -> None:
        waiting.merge()
        waiting.work("1", status=Status.DONE)
        waiting.sync()
        assert [one.state for one in waiting.pulls] == ["closed", "open"]

    def test_one_that_was_merged_and_reverted_is_proposed_anew(self, waiting: Team) -> None:
        waiting.merge()
        waiting.elsewhere.git("revert", "--no-edit", "--mainline", "1", "HEAD")
        waiting.elsewhere.push()
        assert waiting.sync().receipt.problems == ()
        assert [one.state for one in waiting.pulls] == ["closed", "open"]
        assert len(waiting.issues) == 2

    def test_one_that_was_squashed_is_merged_all_the_same(self, waiting: Team) -> None:
        head = waiting.head
        waiting.edit({"queue depth": "queue lengths"}, branch=BRANCH)
        waiting.visit("main")
        waiting.elsewhere.git("merge", "--quiet", "--squash", f"origin/{BRANCH}")
        waiting.elsewhere.commit({})
        waiting.elsewhere.push()
        with waiting.github.store.lock:
            pulls.settle(waiting.github.store, waiting.home)
            pulls.merge(waiting.github.store, waiting.home, waiting.pull.number)
        assert waiting.head != head
        waiting.work("1", status=Status.DONE)
        assert waiting.sync().receipt.problems == ()
        assert [one.state for one in waiting.pulls] == ["closed", "open"]

    def test_it_has_labels_and_reviewers_from_its_opening_on(self, tmp_path: Path) -> None:
        more = (
            ", pull_request: {labels: [docs], reviewers: ['@alice', acme/sre, mallory], draft: true,"
            " title: Bring it back, branch: bot/sync}"
        )
        with team(tmp_path, {PATH: POST_MORTEM}, more) as acme:
            acme.home.teams.add("sre")
            outcome = acme.sync()
            assert outcome.exit_code == 1
            assert problem(outcome).level is Level.WARNING
            assert "a review by mallory" in problem(outcome).message
            pull = acme.pull.pull
            assert pull is not None
            assert (pull.head, pull.reviewers, pull.teams) == ("bot/sync", ("alice",), ("sre",))
            assert (acme.pull.title, pull.draft) == ("Bring it back", True)
            assert [label.name for label in acme.pull.labels] == ["docs"]
            acme.github.log.clear()
            acme.work("1", status=Status.DONE)
            assert acme.sync().exit_code == 0
            assert wrote(acme) == ["PATCH pulls/3"]


class TestTheBase:
    def test_it_may_move_while_nothing_of_it_is_touched(self, waiting: Team) -> None:
        head = waiting.head
        waiting.add({"README.md": "Welcome"})
        assert waiting.sync().exit_code == 0
        assert waiting.head == head
        assert wrote(waiting) == []

    def test_where_a_document_has_changed_it_is_built_anew_on_it(self, waiting: Team) -> None:
        waiting.edit(MORE)
        before = digest_in(waiting.pull.body or "")
        waiting.sync()
        assert waiting.there.git("rev-parse", f"{BRANCH}^") == waiting.there.head("main")
        assert "It took an hour." in waiting.proposed()
        assert digest_in(waiting.pull.body or "") == before, "the lines are the same"
        waiting.merge()

    def test_it_may_be_another_one_from_now_on(self, acme: Team) -> None:
        acme.visit("main")
        acme.elsewhere.git("push", "--quiet", "origin", "main:trunk")
        acme.add({"README.md": "Welcome"})
        acme.sync()
        acme.variables["SYNCER_DELIVERY__BRANCH"] = "trunk"
        acme.sync()
        assert acme.pull.pull is not None
        assert acme.pull.pull.base == "trunk"
        assert acme.pull.state == "open"
        assert acme.there.git("rev-parse", f"{BRANCH}^") == acme.there.head("trunk")

    def test_it_can_t_be_the_branch_of_the_pull_request(self, acme: Team) -> None:
        acme.variables["SYNCER_DELIVERY__PULL_REQUEST__BRANCH"] = "main"
        with pytest.raises(ConfigurationError, match="main can't be both") as told:
            acme.sync()
        assert "delivery.pull_request.branch" in told.value.remedy
        assert acme.issues == []


class TestPeople:
    def test_one_that_was_closed_stays_closed_until_there_is_something_else(
        self, waiting: Team
    ) -> None:
        waiting.close()
        head = waiting.head
        outcome = waiting.sync()
        assert outcome.exit_code == 0
        assert outcome.receipt.pull_request == ""
        assert problem(outcome).level is Level.INFO
        assert "#3 was closed" in problem(outcome).message
        assert waiting.head == head
        assert wrote(waiting) == []
        waiting.work("1", status=Status.DONE)
        waiting.sync()
        assert [one.state for one in waiting.pulls] == ["closed", "open"]
        assert len(waiting.issues) == 2

    def test_so_it_does_where_its_branch_was_deleted(self, waiting: Team) -> None:
        waiting.elsewhere.git("push", "--quiet", "origin", f":{BRANCH}")
        assert "was closed" in problem(waiting.sync()).message
        assert waiting.head == ""
        assert waiting.pull.state == "closed"

    def test_one_that_was_reopened_goes_on(self, waiting: Team) -> None:
        waiting.close()
        waiting.sync()
        with waiting.github.store.lock:
            robot = waiting.github.store.add_user("alice")
            pulls.change(waiting.github.store, waiting.home, robot, waiting.pull, {"state": "open"})
        assert waiting.sync().receipt.pull_request.endswith("/3")

    def test_one_that_syncer_closed_may_be_opened_again(self, waiting: Team) -> None:
        """For the very same change: it was not a person who didn't want it."""
        before = waiting.text()
        waiting.add({PATH: waiting.proposed()})
        waiting.sync()
        waiting.add({PATH: before})
        assert waiting.sync().receipt.problems == ()
        assert [one.state for one in waiting.pulls] == ["closed", "open"]

    def test_what_they_write_into_it_stays_while_it_is_about_the_same(self, waiting: Team) -> None:
        body = f"{waiting.pull.body}\nLooks good to me."
        with waiting.github.store.lock:
            alice = waiting.github.store.add_user("alice")
            words = {"title": "Action items!", "body": body}
            pulls.change(waiting.github.store, waiting.home, alice, waiting.pull, words)
        waiting.edit(MORE)
        waiting.sync()
        assert (waiting.pull.title, waiting.pull.body) == ("Action items!", body)

    def test_what_they_push_to_its_branch_is_left_alone_and_told(self, waiting: Team) -> None:
        waiting.edit({"Roll back": "Roll back faster"}, branch=BRANCH)
        head = waiting.head
        waiting.work("1", status=Status.DONE)
        outcome = waiting.sync()
        assert waiting.head == head
        assert outcome.exit_code == 1
        assert outcome.receipt.pull_request.endswith("/pull/3")
        found = problem(outcome)
        assert found.level is Level.WARNING
        assert BRANCH in found.message
        assert "Merge the pull request #3, or delete its branch" in found.remedy
        waiting.merge()
        assert waiting.sync().receipt.problems == ()
        assert len(waiting.issues) == 2

    def test_a_commit_that_they_amended_is_theirs(self, waiting: Team) -> None:
        waiting.visit(BRANCH)
        text = waiting.proposed().replace("Roll back", "Roll back faster")
        waiting.elsewhere.write({PATH: text})
        waiting.elsewhere.git("commit", "--quiet", "--all", "--amend", "--no-edit")
        waiting.elsewhere.git("push", "--quiet", "--force", "origin", BRANCH)
        head = waiting.head
        waiting.edit(LATER)
        assert waiting.sync().exit_code == 1
        assert waiting.head == head

    def test_a_branch_that_they_brought_up_to_date_lacks_nothing(self, waiting: Team) -> None:
        """As the button “Update branch” does it."""
        waiting.add({"README.md": "Welcome"})
        waiting.visit(BRANCH)
        waiting.elsewhere.git("merge", "--quiet", "--no-edit", "origin/main")
        waiting.elsewhere.push(BRANCH)
        outcome = waiting.sync()
        assert (outcome.exit_code, outcome.receipt.problems) == (0, ())
        assert outcome.receipt.pull_request.endswith("/pull/3")
        waiting.work("1", status=Status.DONE)
        assert waiting.sync().exit_code == 1

    def test_with_their_commits_in_it_it_stays_open_though_nothing_is_left(
        self, waiting: Team
    ) -> None:
        waiting.edit({"Roll back": "Roll back faster"}, branch=BRANCH)
        waiting.edit({"Roll back faster": "Roll back"}, branch=BRANCH)
        waiting.add({PATH: waiting.proposed(), "README.md": "Welcome"})
        waiting.add({"NOTES.md": "Mine"}, branch=BRANCH)
        outcome = waiting.sync()
        assert problem(outcome).level is Level.INFO
        assert "stays open" in problem(outcome).message
        assert waiting.pull.state == "open"

    def test_a_branch_of_theirs_that_adds_nothing_to_the_base_is_taken(self, acme: Team) -> None:
        acme.visit("main")
        acme.elsewhere.git("push", "--quiet", "origin", f"main:{BRANCH}")
        assert acme.sync().receipt.problems == ()
        assert acme.pull.state == "open"

    def test_a_branch_of_theirs_without_a_pull_request_is_left_alone(self, acme: Team) -> None:
        acme.visit("main")
        acme.elsewhere.git("push", "--quiet", "origin", f"main:{BRANCH}")
        acme.add({"NOTES.md": "Mine"}, branch=BRANCH)
        head = acme.head
        outcome = acme.sync()
        assert "Merge the branch, or delete it" in problem(outcome).remedy
        assert acme.head == head
        assert acme.pulls == []


class TestMishaps:
    def test_a_branch_that_moves_between_look_and_push_is_looked_at_again(
        self, waiting: Team
    ) -> None:
        waiting.work("1", status=Status.DONE)
        waiting.visit(BRANCH)
        theirs = waiting.elsewhere.commit({"NOTES.md": "Mine"})

        def pushes(asked: Asked) -> bool:
            if "/git/commits/" in asked.path:
                waiting.elsewhere.push(BRANCH)
            return False

        waiting.github.faults.when(pushes, faults.DROPPED_BEFORE)
        outcome = waiting.sync()
        assert outcome.starts == 2
        assert "somebody else has pushed" in problem(outcome).message
        assert waiting.head == theirs
        assert len(waiting.issues) == 2

    @pytest.mark.parametrize(
        "fault", [faults.DROPPED_BEFORE, faults.DROPPED_AFTER], ids=lambda fault: fault.name
    )
    def test_a_lost_answer_to_its_opening_opens_no_second_one(self, acme: Team, fault: Any) -> None:
        acme.github.faults.when(opens, fault)
        assert acme.sync().receipt.pull_request.endswith(f"/pull/{acme.pull.number}")

    def test_what_could_not_be_opened_is_opened_by_the_next_run(self, acme: Team) -> None:
        acme.home.workflows_may_open = False
        acme.token = acme.github.workflow("acme/shop")
        outcome = acme.sync()
        assert outcome.exit_code == 4
        assert isinstance(outcome.failure, DeliveryError)
        assert "Allow GitHub Actions to create and approve" in outcome.failure.remedy
        head = acme.head
        assert head
        acme.home.workflows_may_open = True
        assert acme.sync().exit_code == 0
        assert (acme.head, acme.pull.state) == (head, "open")
        assert len(acme.issues) == 2

    def test_a_run_that_dies_before_its_words_are_changed_is_followed_by_one_that_does(
        self, waiting: Team
    ) -> None:
        waiting.work("1", status=Status.DONE)
        waiting.github.faults.when(
            lambda asked: asked.method == "PATCH" and "/pulls/" in asked.path,
            faults.DROPPED_BEFORE,
            times=2,
        )
        assert waiting.sync().exit_code == 4
        head = waiting.head
        waiting.sync()
        assert "status ← Not Started ⇒ Done" in (waiting.pull.body or "")
        assert waiting.head == head

    def test_a_run_that_is_told_to_stop_delivers_what_it_has_done(self, waiting: Team) -> None:
        class Stopped(Hasty):
            def check(self) -> None:
                raise TrackerError("told to stop")

        waiting.work("1", status=Status.DONE)
        assert waiting.sync(Stopped()).receipt.commit == waiting.head
        assert wrote(waiting) == ["PATCH pulls/3"]

    @pytest.mark.parametrize("writes", [0, 1])
    def test_a_run_that_has_lost_its_turn_delivers_nothing_more(
        self, waiting: Team, writes: int
    ) -> None:
        class Lost:
            """A lease that somebody takes after so many writes of the delivery."""

            left = writes

            def turn(self, outer: Permission) -> AbstractContextManager[Permission]:
                return nullcontext(outer)

            def confirm(self) -> None:
                if not self.left:
                    raise TrackerError("another run may be at work")
                self.left -= 1

        waiting.work("1", status=Status.DONE)
        before = waiting.head
        outcome = waiting.sync(lease=Lost())
        assert outcome.exit_code == 4
        assert "another run may be at work" in str(outcome.failure)
        assert (waiting.head == before) is (not writes)
        assert wrote(waiting) == []

    def test_without_the_permission_it_says_which_one(self, acme: Team) -> None:
        acme.token = acme.github.sign_in("robot", pull_requests="read")
        outcome = acme.sync()
        assert outcome.failure is not None
        assert "pull_requests=write" in outcome.failure.message
        assert "pull-requests: write" in outcome.failure.remedy

    def test_a_remote_that_is_no_repository_on_github_is_told_before_anything_is_filed(
        self, acme: Team
    ) -> None:
        acme.here.write({"syncer.yaml": "trackers: {s: {kind: github, repository: acme/shop}}\n"})
        acme.variables["SYNCER_DELIVERY__MODE"] = "pull-request"
        done = acme.process("sync")
        assert done.returncode == 3
        assert "delivery.repository" in done.stderr
        assert acme.issues == []


def test_a_repository_that_is_served_gets_one_too(acme: Team, tmp_path: Path) -> None:
    """From a clone that a daemon keeps, which has neither a history nor a work tree."""
    folder = tmp_path / "daemon"
    folder.mkdir()
    url = acme.there.folder.as_uri()
    (folder / "syncer.yaml").write_text(
        'documents: {paths: ["pm/*.md"]}\n'
        "trackers: {shop: {kind: github, repository: acme/shop}}\n"
        f"repositories: {{shop: {{url: {url}, config: none.yaml,"
        " delivery: {mode: pull-request, repository: acme/shop}}}\n"
    )
    environment = acme.environment
    del environment["SYNCER_DELIVERY__URL"]
    source = Served(load_settings(working=folder, environment=environment), "shop")

    def sync() -> Outcome:
        with (
            source.look() as (settings, delivery),
            open_job(settings, (), lambda *_: None, read_only=False) as job,
        ):
            hasty = replace(job, permission=Hasty())
            return run_and_deliver(hasty, delivery, Consent(Limits(), force=True))

    assert sync().receipt.commit == acme.head
    assert acme.text() == POST_MORTEM
    acme.github.log.clear()
    assert sync().receipt.pull_request.endswith("/pull/3")
    assert wrote(acme) == []
    acme.work("1", status=Status.DONE)
    assert sync().receipt.commit == acme.head
    assert "| Done | [#1] |" in acme.proposed()


class TestTenRounds:
    """A delivery that waits while people go on with their work on both sides."""

    def test_nothing_is_lost_and_nothing_is_repeated(self, tmp_path: Path) -> None:
        files = {
            PATH: POST_MORTEM,
            OTHER: post_mortem(
                2, "Rotate the keys | @carol | 2026-01-05 | Not Started", "Add a canary | | | Todo"
            ),
        }
        with team(tmp_path, files) as acme:
            self.rounds(acme)

    def round(self, acme: Team, issues: int) -> None:
        """A run, with so many issues after it and one pull request; and another one, which has nothing left to do."""
        outcome = acme.sync()
        assert outcome.exit_code == 0, outcome
        assert outcome.receipt.pull_request.endswith("/pull/5")
        assert len(acme.issues) == issues, [one.title for one in acme.issues]
        assert acme.pull.state == "open"
        assert "[#" not in acme.text()
        acme.github.log.clear()
        head = acme.head
        again = acme.sync()
        assert again.exit_code == 0, again
        assert {change.kind for change in again.report.plan.changes} <= {Kind.ADOPT}
        assert wrote(acme) == []
        assert acme.head == head

    def rounds(self, acme: Team) -> None:
        self.round(acme, 4)
        acme.work("1", status=Status.DONE)
        self.round(acme, 4)
        assert "| Alert on queue depth | @alice | 2025-12-01 | Done | [#1] |" in acme.proposed()
        acme.edit({"2025-12-15": "2026-01-10"})
        self.round(acme, 4)
        assert "| 2026-01-10 | In Progress | [#2] |" in acme.proposed()
        acme.edit(
            {"| Roll back |": "| Page the second line | @alice | | Not Started |\n| Roll back |"}
        )
        self.round(acme, 5)
        assert "| Page the second line | @alice | | Not Started | [#6] |" in acme.proposed()
        acme.edit(
            {
                "Alert on queue depth": "Alert on the queue's depth",
                "Write failover": "Write the failover",
            }
        )
        self.round(acme, 5)
        assert {one.title for one in acme.issues} >= {
            "Alert on the queue's depth",
            "Write the failover runbook",
        }
        acme.work("1", status=Status.IN_PROGRESS)
        acme.add({"pm/3.md": post_mortem(3, "Drill the failover | @bob | | Not Started")})
        self.round(acme, 6)
        assert (
            "| Alert on the queue's depth | @alice | 2025-12-01 | Not Started | [#1] |"
            in acme.proposed()
        )
        acme.work("2", owner="carol")
        acme.edit({"Rotate the keys": "Rotate all of the keys"}, OTHER)
        self.round(acme, 6)
        assert "| Write the failover runbook | @carol |" in acme.proposed()
        acme.work("3", status=Status.WONT_DO)
        acme.edit({"Add a canary | | | Todo": "Add a canary | @bob | 2026-02-01 | Blocked"}, OTHER)
        self.round(acme, 6)
        assert (
            "| Rotate all of the keys | @carol | 2026-01-05 | Won't Do | [#3] |"
            in acme.proposed(OTHER)
        )
        acme.work("1", status=Status.DONE)
        acme.edit({"Alert on the queue's depth": "Alert on the queue's age"})
        acme.edit({"Drill the failover | @bob": "Drill the failovers | @alice"}, "pm/3.md")
        self.round(acme, 6)
        acme.work("6", status=Status.DONE)
        acme.edit({"Page the second line | @alice": "Page the second line | @carol"})
        acme.edit({"# Outage 2": "# The second outage"}, OTHER)
        self.round(acme, 6)

        acme.merge()
        last = acme.sync()
        assert last.exit_code == 0
        assert last.report.plan.changes == ()
        assert last.receipt.pull_request == ""
        assert acme.pull.pull is not None
        assert acme.pull.pull.merged
        assert acme.head == ""
        assert rows(acme.text()) == [
            "Alert on the queue's age | @alice | 2025-12-01 | Done | [#1]",
            "Write the failover runbook | @carol | 2026-01-10 | In Progress | [#2]",
            "Page the second line | @carol | | Done | [#6]",
            "Roll back | @bob | 2025-11-03 | Done | ",
        ]
        assert rows(acme.text(OTHER)) == [
            "Rotate all of the keys | @carol | 2026-01-05 | Won't Do | [#3]",
            "Add a canary | @bob | 2026-02-01 | Blocked | [#4]",
        ]
        assert rows(acme.text("pm/3.md")) == ["Drill the failovers | @alice | | Not Started | [#7]"]
        told = [
            (one.title, one.state, *(user.login for user in one.assignees)) for one in acme.issues
        ]
        assert told == [
            ("Alert on the queue's age", "closed", "alice"),
            ("Write the failover runbook", "open", "carol"),
            ("Rotate all of the keys", "closed", "carol"),
            ("Add a canary", "open", "bob"),
            ("Page the second line", "closed", "carol"),
            ("Drill the failovers", "open", "alice"),
        ]
