"""What people do in the repository while syncer works there, and what GitHub leaves out: nothing of it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from syncer.core.plan import Kind
from syncer.core.reconciling.documentplan import Rules
from syncer.trackers.base import Update
from syncer.trackers.github.bodies import LINE, take_apart
from syncer.trackers.pace import Paces
from syncer.trackers.scoped import ScopedTracker
from tests.support.github import changing, faults
from tests.support.github.person import GitHubPerson
from tests.support.github_lab import SHOP, open_tracker
from tests.support.github_world import GitHubWorld, github_world
from tests.support.service_world import post_mortems

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.testing import Person
    from tests.support.github.faults import Asked
    from tests.support.github.store import Repository

PATH = "postmortems/0001.md"


def person(world: GitHubWorld) -> Person:
    return GitHubPerson(world.github, SHOP, LINE.pattern)


def home(world: GitHubWorld) -> Repository:
    return world.github.store.repositories[SHOP]


def rewrite(world: GitHubWorld, old: str, new: str) -> None:
    text = world.store.texts[PATH]
    assert old in text
    world.store.texts[PATH] = text.replace(old, new, 1)


def others(world: GitHubWorld, count: int, **content: Any) -> None:
    """Issues that other people have filed."""
    store = world.github.store
    with store.lock:
        for number in range(count):
            filed = {"title": f"Other {number}", **content}
            changing.create_issue(store, home(world), store.add_user("robot"), filed)


def once(act: Callable[[], None], *, when: Callable[[Asked], bool]) -> Callable[[Asked], bool]:
    """Lets somebody act when a request comes in, the first time."""
    left = [act]

    def applies(asked: Asked) -> bool:
        if left and when(asked):
            left.pop()()
            return True
        return False

    return applies


def test_what_is_written_while_a_limit_is_waited_for_stays() -> None:
    with github_world(post_mortems(1)) as world:
        world.sync()
        rewrite(world, "Keep promise 0", "Keep the promise 0")

        def edit() -> None:
            text = take_apart(world.issues[0].body or "").text
            person(world).change("1", Update(None, body=f"{text}\n\nBy hand.", owner="carol"))

        world.github.faults.when(
            once(edit, when=lambda asked: asked.method == "PATCH"),
            faults.secondary_limit(403, retry_after=300),
        )
        world.sync()
        (issue,) = world.issues
        assert issue.title.startswith("Keep the promise")
        assert "By hand." in (issue.body or "")
        assert [user.login for user in issue.assignees] == ["carol"]


def test_a_comment_leaves_a_text_alone_that_is_edited_meanwhile() -> None:
    with github_world(post_mortems(1)) as world:
        world.sync()
        tracker = world.open()
        tracker.read(["1"])

        def edit() -> None:
            text = take_apart(world.issues[0].body or "").text
            person(world).change("1", Update(None, body=f"{text}\n\nBy hand."))

        world.github.faults.when(
            once(edit, when=lambda asked: asked.path.endswith("/comments")), faults.OK
        )
        tracker.comment("1", "A word.")
        assert "By hand." in (world.issues[0].body or "")
        assert tracker.confirm(["1"]) or tracker.read(["1"])


def test_a_daemon_sees_a_change_among_hundreds_of_others() -> None:
    with github_world(post_mortems(2)) as world:
        daemon = world.open()
        world.sync(daemon)
        others(world, 150)
        world.sync(daemon)
        assert len(world.counted(daemon)) <= 2
        person(world).change("2", Update(None, owner="bob"))
        others(world, 120)
        world.sync(daemon)
        assert "| @bob | 2026-01-15 |" in world.store.texts[PATH]
        assert len(world.counted(daemon)) <= 2


def test_a_list_that_gets_shorter_while_it_is_read_hides_no_issue() -> None:
    with github_world(post_mortems(1)) as world:
        others(world, 100, labels=["syncer"])
        world.sync()
        others(world, 60, labels=["syncer"])
        world.store.texts.update(
            post_mortems(1)
        )  # the link was lost, and the issue is on the second page

        def unlabel() -> None:
            with world.github.store.lock:
                changing.remove_label(world.github.store, home(world), 5, "syncer")

        world.github.faults.when(
            once(unlabel, when=lambda asked: asked.query.get("page") == "2"), faults.OK
        )
        plan = world.preview().plan
        assert plan.count(Kind.CREATE) == 0
        assert plan.count(Kind.ADOPT) == 1


@pytest.mark.parametrize("graphql", [True, False])
def test_a_number_that_nobody_can_see_hides_none_behind_it(*, graphql: bool) -> None:
    with github_world(post_mortems(1), graphql=graphql) as world:
        others(world, 2)
        world.github.lag = 30
        world.github.faults.when(faults.creates, faults.DROPPED_AFTER)
        others(world, 1)
        person(world).hide("3")
        world.sync()
        world.sync()
        ours = [one for one in world.issues if take_apart(one.body or "").marker]
        assert len(ours) == 1


def test_a_renamed_repository_is_not_taken_for_issues_that_have_moved() -> None:
    with github_world(post_mortems(1)) as world:
        world.sync()
        world.github.store.rename(SHOP, "acme/store")
        report = world.sync()
        assert ["acme/store" in failure.message for failure in report.failures] == [True]
        assert not any("issue cell" in problem.remedy for problem in report.plan.problems)


def test_what_github_drops_of_a_new_issue_is_told() -> None:
    with github_world(post_mortems(1)) as world:
        world.rules = Rules(labels=("post-mortem",))
        world.github.store.creates_unknown_labels = False

        def delete_label() -> None:
            del home(world).labels["post-mortem"]

        world.github.faults.when(once(delete_label, when=faults.creates), faults.OK)
        report = world.sync()
        told = [problem.message for problem in report.plan.problems]
        assert told == ["#1 was filed without the label “post-mortem”"]
        assert "[#1]" in world.store.texts[PATH]


def test_a_pull_request_in_the_issue_column_is_told_for_what_it_is() -> None:
    table = "| Action | Owner | Status | Issue |\n|---|---|---|---|\n| Do it | @alice | | #1 |\n"
    with github_world({PATH: f"# Outage\n\n## Action Items\n\n{table}"}) as world:
        store = world.github.store
        with store.lock:
            pull = {"title": "A change"}
            made = changing.create_issue(store, home(world), store.add_user("robot"), pull)
            changing.touch(store, home(world), made, pull_request=True)
        (problem,) = world.preview().plan.problems
        assert "is no issue" in problem.message
        assert "/pull/1" in problem.message


def test_trackers_with_one_account_write_no_faster_than_one() -> None:
    with github_world({}) as world:
        first = world.open()
        second = open_tracker(world.github, world.token, world.clock, repository="acme/other")
        third = open_tracker(world.github, world.github.sign_in("bob"), world.clock)
        second.join([first])
        third.join([first, second])
        assert second.client.http.pace is first.client.http.pace
        assert third.client.http.pace is not first.client.http.pace


def test_so_do_those_of_different_jobs_in_one_process() -> None:
    paces = Paces()
    with github_world({}) as world:
        first = world.open()
        second = open_tracker(world.github, world.token, world.clock, repository="acme/other")
        third = open_tracker(world.github, world.github.sign_in("bob"), world.clock)
        for tracker in (first, ScopedTracker(second, "acme/shop"), third):
            tracker.share(paces)
        assert second.client.http.pace is first.client.http.pace
        assert third.client.http.pace is not first.client.http.pace


def test_a_milestone_that_people_chose_stays_whatever_it_is_called() -> None:
    with github_world(post_mortems(1), due_milestones=True) as world:
        world.sync()
        store = world.github.store
        with store.lock:
            robot = store.add_user("robot")
            content = {"title": "Due diligence", "due_on": "2026-03-01T12:00:00Z"}
            made = changing.create_milestone(store, home(world), robot, content)
            changing.change_issue(store, home(world), robot, 1, {"milestone": made.number})
        world.sync()
        rewrite(world, "2026-03-01", "2026-02-20")
        world.sync()
        (issue,) = world.issues
        assert issue.milestone is not None
        assert "Due diligence" in str(issue.milestone) or issue.milestone == made.number
