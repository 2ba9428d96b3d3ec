"""Jira's projects as they are in companies: fields that are demanded, workflows with steps, screens, own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from syncer.core.limits import Limits
from syncer.core.plan import Kind
from syncer.core.reconciling.documentplan import Rules
from syncer.core.reconciling.people import People
from syncer.model import Level
from syncer.running import Consent, run
from syncer.sync import Job
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, furnish, open_tracker
from tests.support.jira import changing
from tests.support.jira.records import Field
from tests.support.jira.server import jira_cloud_double
from tests.support.jira.world import furnished
from tests.support.jira_lab import open_jira
from tests.support.jira_world import JiraWorld, jira_world
from tests.support.memory import VOCABULARY, MemoryStore

if TYPE_CHECKING:
    from tests.support.jira.records import Issue

PATH = "postmortems/1.md"
OPS: dict[str, Any] = {
    "project": "OPS",
    "issue_type": "Incident Action",
    "fields": {"Team": "Platform"},
}
both = pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "server"])


def document(*rows: str, head: str = "**Severity:** P1\n") -> dict[str, str]:
    table = "| Action | Owner | Due Date | Status | Priority |\n|---|---|---|---|---|\n"
    text = f"# Outage\n\n**Incident ID:** INC-2025-11-03-001\n{head}\n## Action Items\n\n{table}"
    return {PATH: text + "".join(f"| {row} |\n" for row in rows)}


def only(world: JiraWorld, project: str = "OPS") -> Issue:
    (issue,) = world.issues(project)
    return issue


def told(world: JiraWorld) -> list[str]:
    plan = world.preview().plan
    return [f"{p.message} {p.remedy}" for p in plan.problems if p.level is not Level.INFO]


def put_on_screen(world: JiraWorld, *fields: Field) -> None:
    ops = world.jira.store.projects["OPS"]
    ops.create_screen = (*ops.create_screen, *(one.id for one in fields))


@both
def test_what_a_project_demands_is_told_before_anything_is_filed(*, cloud: bool) -> None:
    settings = OPS | {"fields": {}}
    with jira_world(document("Do it | | | |"), cloud=cloud, **settings) as world:
        (problem,) = told(world)
        assert "“Team”" in problem
        assert "Platform, Payments" in problem
        report = world.sync()
        assert world.issues("OPS") == []
        assert not world.jira.log.writes
        assert report.plan.wants_a_person


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"issue_type": "Story"}, "no issue type “Story”"),
        ({"fields": {"Team": "Platform", "Colour": "red"}}, "no field “Colour”"),
        ({"components": ["Nowhere"]}, "no component “Nowhere”"),
        ({"fields": {"Team": "Plattform"}}, "one of Platform, Payments"),
        ({"fields": {"Team": "Platform", "Owners": ["Day", "Noon"]}}, "can't be “Noon”"),
        ({"parent": "OPS-1"}, "no field “parent”"),
        ({"priorities": {"P1": "Higher"}}, "no priority “Higher” (for P1)"),
        ({"statuses": {"Blocked": ["On hold"]}}, "no status “On hold”"),
        ({"issue_type": "Task", "fields": {}}, "“duedate”"),
    ],
)
def test_what_the_settings_have_wrong_is_told_likewise(
    settings: dict[str, Any], words: str
) -> None:
    with jira_world(document("Do it | | 2025-12-01 | |"), **(OPS | settings)) as world:
        assert any(words in problem for problem in told(world))
        world.sync()
        assert world.issues("OPS") == []


@pytest.mark.parametrize("value", ["abc", float("nan"), True])
def test_a_value_that_its_field_doesn_t_take_is_told_before_anything_is_filed(value: Any) -> None:
    settings = OPS | {"fields": {"Team": "Platform", "Points": value}}
    with jira_world(document("Do it | | | |"), **settings) as world:
        put_on_screen(world, world.jira.store.add_field("Points", "number"))
        (problem,) = told(world)
        assert "“Points” (customfield_" in problem
        assert "takes a number" in problem
        assert "`fields`" in problem
        world.sync()
        assert not world.jira.log.writes


@both
def test_a_project_that_there_isn_t_is_told_with_the_setting(*, cloud: bool) -> None:
    with jira_world(document("Do it | | | |"), cloud=cloud, project="NOPE") as world:
        (failure,) = world.preview().failures
        assert "'NOPE' does not exist for the field 'project'" in failure.message
        assert "`project`" in failure.remedy
        assert "see it" in failure.remedy


def test_an_account_that_may_not_create_is_told_which_permission_it_lacks() -> None:
    with jira_world(document("Do it | | | |"), project="PAY") as world:
        world.token = world.jira.sign_in("guest")
        tracker = open_jira(world.jira, world.token, world.clock, email="guest@acme.example")
        report = run(world.job(tracker), Consent(Limits(), force=True))
        assert any("Create Issues" in problem.message for problem in report.plan.problems)
        assert world.issues() == []


def test_a_value_that_a_transition_doesn_t_take_is_told_in_the_run() -> None:
    settings = OPS | {"transition_fields": {"In Progress": {"Points": "abc"}}}
    with jira_world(document("Do it | | | In Progress |"), **settings) as world:
        points = world.jira.store.add_field("Points", "number")
        ops = world.jira.store.projects["OPS"]
        ways = tuple(replace(one, screen=(points.id,)) for one in ops.workflow.transitions)
        ops.workflow = replace(ops.workflow, transitions=ways)
        report = world.sync()
        assert only(world).status.name == "To Do"
        assert any(
            "“Points”" in p.message and "a number" in p.message for p in report.plan.problems
        )


@both
def test_a_moment_is_sent_as_jira_reads_it(*, cloud: bool) -> None:
    moment = datetime(2026, 1, 1, 10, tzinfo=UTC)
    settings = OPS | {"fields": {"Team": "Platform", "Seen": moment}}
    with jira_world(document("Do it | | | |"), cloud=cloud, **settings) as world:
        seen = world.jira.store.add_field("Seen", "datetime")
        put_on_screen(world, seen)
        world.sync()
        assert only(world).values[seen.id] == "2026-01-01T10:00:00.000+0000"


def test_a_parent_is_taken_where_there_is_a_field_for_it() -> None:
    with jira_world(document("Do it | | | |"), **OPS, parent="OPS-1") as world:
        parent = Field("parent", "Parent", "string")
        world.jira.store.fields["parent"] = parent
        put_on_screen(world, parent)
        assert told(world) == []


@both
def test_a_status_is_reached_over_other_ones_and_the_screen_is_filled_in(*, cloud: bool) -> None:
    with jira_world(document("Do it | | | Not Started |"), cloud=cloud, **OPS) as world:
        world.sync()
        text = world.store.texts[PATH]
        world.store.texts[PATH] = text.replace("| Not Started |", "| Done |")
        world.sync()
        issue = only(world)
        assert issue.status.name == "Done"
        assert issue.values["resolution"].name == "Done"
        assert world.preview().plan.changes == ()


def test_a_transition_that_is_missing_is_told_with_those_that_there_are() -> None:
    settings = OPS | {"statuses": {"Won't Do": ["Declined"], "Done": ["Done"]}}
    with jira_world(document("Do it | | | Not Started |"), **settings) as world:
        world.jira.store.projects["OPS"]
        world.settings = OPS
        world.sync()
        world.settings = settings
        text = world.store.texts[PATH]
        world.store.texts[PATH] = text.replace("| Not Started |", "| Won't Do |")
        assert any("“Declined”" in problem for problem in told(world))


@both
def test_a_default_assignee_and_priority_are_nobody_s_edit(*, cloud: bool) -> None:
    with jira_world(document("Do it | | | Not Started |"), cloud=cloud, **OPS) as world:
        world.sync()
        assert only(world).values["assignee"]
        assert world.preview().plan.changes == ()
        assert "| Do it |  |" in world.store.texts[PATH].replace("| |", "|  |")


def test_priorities_are_mapped_both_ways_and_come_from_the_severity() -> None:
    settings: dict[str, Any] = {
        "priorities": {"P1": "Highest", "P3": "Low"},
        "priority_from_severity": True,
    }
    rows = ("One | | | | P3", "Two | | | |")
    with jira_world(document(*rows), **settings) as world:
        world.sync()
        assert [one.values["priority"].name for one in world.issues()] == ["Low", "Highest"]
        store = world.jira.store
        with store.lock:
            one = world.issues()[0]
            highest = next(p for p in store.projects["PAY"].priorities if p.name == "Highest")
            changing.touch(store, one, values={**one.values, "priority": highest})
        world.sync()
        assert (
            "| One |  |  |  | P1 |"
            in " ".join(world.store.texts[PATH].split()).replace("| | | |", "|  |  |  |")
            or "| P1 |" in world.store.texts[PATH]
        )
        assert world.preview().plan.changes == ()


def test_a_severity_is_no_priority_where_the_screen_has_no_place_for_it() -> None:
    rows = [f"Row {number} | | | |" for number in range(5)]
    with jira_world(document(*rows), priority_from_severity=True) as world:
        pay = world.jira.store.projects["PAY"]
        pay.create_screen = tuple(key for key in pay.create_screen if key != "priority")
        report = world.sync()
        assert [p for p in report.plan.problems if p.level is not Level.INFO] == []
        assert len(world.issues()) == 5
        assert len(world.jira.log.creates) == 1


def test_a_priority_that_several_words_stand_for_is_taken_for_each_of_them() -> None:
    rows = ("One | | | | P1", "Two | | | | p2", "Three | | | | P3")
    words = {"P1": "Highest", "P2": "Highest", "P3": "Low"}
    with jira_world(document(*rows), priorities=words) as world:
        report = world.sync()
        assert [p for p in report.plan.problems if p.level is not Level.INFO] == []
        names = [one.values["priority"].name for one in world.issues()]
        assert names == ["Highest", "Highest", "Low"]
        assert world.preview().plan.changes == ()
        text = world.store.texts[PATH]
        assert "| P1 |" in text
        assert "| p2 |" in text
        world.store.texts[PATH] = text.replace("| P1 |", "| P2 |").replace("| P3 |", "| P1 |")
        report = world.sync()
        assert [p for p in report.plan.problems if p.level is not Level.INFO] == []
        assert world.issues()[2].values["priority"].name == "Highest"
        store = world.jira.store
        with store.lock:
            one = world.issues()[0]
            low = next(p for p in store.projects["PAY"].priorities if p.name == "Low")
            changing.touch(store, one, values={**one.values, "priority": low})
        world.sync()
        assert "| P3 |" in world.store.texts[PATH]
        assert world.preview().plan.changes == ()


def test_a_priority_that_there_isn_t_is_told_and_the_issue_is_filed() -> None:
    with jira_world(document("Do it | | | | Urgent")) as world:
        report = world.sync()
        assert len(world.issues()) == 1
        assert any("there are" in problem.message for problem in report.plan.problems)
        assert world.preview().plan.changes == ()


@both
def test_people_are_found_by_exact_name_or_address_and_never_by_a_beginning(*, cloud: bool) -> None:
    rows = (
        "One | Alice Adams | | |",
        "Two | Alice | | |",
        "Three | carol@acme.example | | |",
        "Four | Zoe Zander | | |",
        "Five | @bob | | |",
    )
    people = People({"@bob": {"pay": "Bob Brown"}})
    with jira_world(document(*rows), cloud=cloud) as world:
        world.rules = Rules(people=people)
        world.sync()
        users = world.jira.store.users
        held = [one.values.get("assignee") for one in world.issues()]
        assert held[0] == users["alice"].name
        assert held[1] is None
        assert held[2] == users["carol"].name
        assert held[3] is None
        assert held[4] == users["bob"].name
        assert world.preview().plan.changes == ()


def test_a_person_who_is_mapped_by_address_is_named_as_in_the_configuration() -> None:
    people = People({"@al": {"pay": "alice@acme.example"}, "@cc": {"pay": "Carol Clark"}})
    with jira_world(document("Do it | @al | | Not Started |")) as world:
        world.rules = Rules(people=people)
        world.sync()
        assert "owner=@al;" in world.store.texts[PATH]
        store = world.jira.store
        with store.lock:
            issue = only(world, "PAY")
            changing.touch(store, issue, values={**issue.values, "assignee": "carol"})
        world.sync()
        assert "| Do it | @cc |" in world.store.texts[PATH]
        assert world.preview().plan.changes == ()


@both
def test_an_issue_that_moves_to_another_project_is_followed(*, cloud: bool) -> None:
    with jira_world(document("Do it | | | Not Started |"), cloud=cloud) as world:
        world.sync()
        store = world.jira.store
        with store.lock:
            moved = changing.move(store, only(world, "PAY"), store.projects["OPS"])
        world.sync()
        text = world.store.texts[PATH]
        assert f"/browse/{moved.key}" in text
        assert world.preview().plan.changes == ()


def test_a_post_mortem_has_issues_in_github_and_in_jira() -> None:
    """New rows go where the route leads, and the others to what they name."""
    table = (
        "| Action | Owner | Status | Issue |\n|---|---|---|---|\n"
        "| Ours | | Not Started | |\n"
        "| Theirs | | Not Started | {} |\n"
    )
    with (
        github_double(base_path=BASE_PATH) as github,
        jira_cloud_double(furnished(cloud=True)) as jira,
    ):
        shop = open_tracker(github, furnish(github))
        pay = open_jira(jira, jira.sign_in("robot"))
        from tests.support.github import changing as github_changing

        with github.store.lock:
            home = github.store.repositories["acme/shop"]
            github_changing.create_issue(
                github.store, home, github.store.add_user("alice"), {"title": "By hand"}
            )
        head = "# Outage\n\n**Incident ID:** INC-2025-11-03-001\n\n## Action Items\n\n"
        store = MemoryStore({"pay/1.md": head + table.format("acme/shop#1")})
        job = Job(
            store=store,
            trackers={"shop": shop, "pay": pay},
            route=lambda path: "pay" if path.startswith("pay/") else "shop",
            vocabulary=VOCABULARY,
            rules=Rules(),
            clock=lambda: github.store.now,
            max_characters=100_000,
            max_line=10_000,
            progress=lambda *_: None,
        )
        report = run(job, Consent(Limits(), force=True))
        assert report.plan.count(Kind.CREATE) == 1
        assert report.plan.count(Kind.ADOPT) == 1
        text = store.texts["pay/1.md"]
        assert "[PAY-1]: " in text
        assert "/acme/shop/issues/1" in text
        again = run(job, Consent(Limits(), force=True))
        assert again.plan.changes == ()
