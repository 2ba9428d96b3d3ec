"""Taking Jira's issues to a status step by step: stopped on the way, overtaken by a person, sent into an end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from syncer.model import Level
from tests.support.doubles.replies import Reply
from tests.support.jira import changing, faults
from tests.support.jira.records import Transition, Workflow
from tests.support.jira_world import JiraWorld, jira_world
from tests.trackers.test_jira_projects import OPS, PATH, both, document, only

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.support.doubles.faults import Asked, Fault
    from tests.support.jira.records import Status

FOR_NOW = {
    "lost before": faults.DROPPED_BEFORE,
    "lost after": faults.DROPPED_AFTER,
    "limited": faults.rate_limited(retry_after="9999"),
    "down": faults.server_error(503),
    "conflict": faults.conflict(),
}
for_now = pytest.mark.parametrize("fault", FOR_NOW.values(), ids=FOR_NOW.keys())


def edit(world: JiraWorld, old: str, new: str) -> None:
    world.store.texts[PATH] = world.store.texts[PATH].replace(old, new)


def is_transition(asked: Asked) -> bool:
    return asked.method == "POST" and asked.path.endswith("/transitions")


def nth(number: int) -> Callable[[Asked], bool]:
    seen: list[Asked] = []

    def matches(asked: Asked) -> bool:
        if is_transition(asked):
            seen.append(asked)
            return len(seen) == number
        return False

    return matches


def flow(
    world: JiraWorld,
    make: Callable[[Mapping[str, Status]], tuple[Transition, ...]],
    first: str = "To Do",
) -> None:
    statuses = {status.name: status for status in world.jira.store.statuses}
    project = world.jira.store.projects["PAY"]
    names = sorted(("To Do", "Blocked", "In Progress", "Done", "Declined"), key=first.__ne__)
    project.workflow = Workflow(tuple(statuses[name] for name in names), make(statuses))


def way(number: str, name: str, to: Status, *start: Status, **details: Any) -> Transition:
    return Transition(number, name, to, frozenset(one.id for one in start), **details)


@both
@for_now
@pytest.mark.parametrize("number", [1, 2])
def test_an_issue_that_was_stopped_on_its_way_is_taken_on_by_the_next_run(
    number: int, fault: Fault, *, cloud: bool
) -> None:
    with jira_world(document("Do it | | | Not Started |"), cloud=cloud, **OPS) as world:
        world.sync()
        edit(world, "| Not Started |", "| Done |")
        world.jira.faults.when(nth(number), fault, times=1)
        first = world.sync()
        assert any(problem.level is Level.ERROR for problem in first.plan.problems)
        second = world.sync()
        assert second.plan.conflicts == ()
        assert "| Done |" in world.store.texts[PATH]
        assert only(world).status.name == "Done"
        assert world.preview().plan.changes == ()


@both
@for_now
def test_so_is_one_whose_other_values_were_changed_before(fault: Fault, *, cloud: bool) -> None:
    with jira_world(document("Do it | | | Not Started |"), cloud=cloud, **OPS) as world:
        world.sync()
        edit(world, "| Do it | | | Not Started |", "| Do it | | 2025-12-01 | Done |")
        world.jira.faults.when(nth(1), fault, times=1)
        world.sync()
        world.sync()
        assert only(world).status.name == "Done"
        assert only(world).values["duedate"] == "2025-12-01"
        assert "| Done |" in world.store.texts[PATH]
        assert world.preview().plan.changes == ()


@both
@for_now
def test_a_new_issue_gets_the_status_of_its_row_from_the_next_run(
    fault: Fault, *, cloud: bool
) -> None:
    with jira_world(document("Do it | | | In Progress |"), cloud=cloud) as world:
        world.jira.faults.when(nth(1), fault, times=1)
        world.sync()
        world.sync()
        assert "| In Progress |" in world.store.texts[PATH]
        assert only(world, "PAY").status.name == "In Progress"
        assert world.preview().plan.changes == ()


@both
def test_a_new_issue_whose_filing_was_lost_gets_the_status_of_its_row_too(*, cloud: bool) -> None:
    with jira_world(document("Do it | | | In Progress |"), cloud=cloud) as world:
        world.jira.faults.when(faults.creates, faults.DROPPED_AFTER, times=1)
        world.sync()
        world.sync()
        assert only(world, "PAY").status.name == "In Progress"
        assert world.preview().plan.changes == ()


def test_where_a_person_takes_an_issue_off_its_way_it_stays() -> None:
    with jira_world(document("Do it | | | Not Started |"), **OPS) as world:
        world.sync()
        edit(world, "| Not Started |", "| Done |")
        world.jira.faults.when(nth(2), faults.DROPPED_BEFORE, times=1)
        world.sync()
        store = world.jira.store
        blocked = next(one for one in store.statuses if one.name == "Blocked")
        with store.lock:
            changing.touch(store, only(world), status=blocked)
        world.sync()
        assert only(world).status.name == "Blocked"
        assert "| In Progress |" in world.store.texts[PATH]


def test_a_step_is_not_taken_after_a_person_has_moved_the_issue_while_a_limit_was_waited_for() -> (
    None
):
    with jira_world(document("Do it | | | Not Started |")) as world:
        world.sync()
        edit(world, "| Not Started |", "| In Progress |")
        world.jira.faults.when(is_transition, faults.rate_limited(retry_after="60"), times=1)
        store = world.jira.store
        done = next(one for one in store.statuses if one.name == "Done")
        tracker = world.open()
        timing = tracker.client.http.timing

        def sleep(seconds: float) -> None:
            with store.lock:
                changing.touch(store, only(world, "PAY"), status=done)
            timing.sleep(seconds)

        tracker.client.http.timing = replace(timing, sleep=sleep)
        report = world.sync(tracker)
        assert only(world, "PAY").status.name == "Done"
        assert any("somebody has changed its status" in p.message for p in report.plan.problems)


def test_what_is_done_isn_t_declined_even_where_that_comes_first() -> None:
    with jira_world(document("Do it | | | Not Started |")) as world:
        flow(
            world,
            lambda s: (
                way("1", "Cancel", s["Declined"], s["To Do"], resolution="Won't Do"),
                way("2", "Start", s["In Progress"], s["To Do"], resolution=""),
                way("3", "Close", s["Done"], s["In Progress"], resolution="Done"),
            ),
        )
        world.sync()
        edit(world, "| Not Started |", "| Done |")
        world.sync()
        assert only(world, "PAY").status.name == "Done"
        assert world.preview().plan.changes == ()


def test_what_is_dropped_is_declined_where_there_is_such_a_status() -> None:
    with jira_world(document("Do it | | | Not Started |")) as world:
        world.sync()
        edit(world, "| Not Started |", "| Won't Do |")
        world.sync()
        assert only(world, "PAY").status.name == "Declined"
        assert world.preview().plan.changes == ()


def test_a_way_doesn_t_lead_into_a_halt_where_there_is_another() -> None:
    with jira_world(document("Do it | | | Not Started |")) as world:
        flow(
            world,
            lambda s: (
                way("1", "Escalate", s["Blocked"], s["To Do"], resolution=""),
                way("2", "Start", s["In Progress"], s["To Do"], resolution=""),
                way("3", "Close", s["Done"], s["In Progress"], resolution="Done"),
            ),
        )
        world.sync()
        edit(world, "| Not Started |", "| Done |")
        world.sync()
        assert only(world, "PAY").status.name == "Done"


def test_of_two_transitions_the_one_is_made_whose_screen_can_be_filled_in() -> None:
    with jira_world(document("Do it | | | Not Started |")) as world:
        cause = world.jira.store.add_field("Root cause", "option", ["x"])
        asks = {"screen": (cause.id,), "required": frozenset({cause.id})}
        flow(
            world,
            lambda s: (
                way("1", "Resolve", s["Done"], s["To Do"], resolution="Done", **asks),
                way("2", "Close", s["Done"], s["To Do"], resolution="Done"),
            ),
        )
        world.sync()
        edit(world, "| Not Started |", "| Done |")
        world.sync()
        assert only(world, "PAY").status.name == "Done"


def test_a_resolution_that_no_screen_asks_for_is_told_after_one_transition() -> None:
    with jira_world(
        document("Do it | | | Not Started |"), resolutions={"Won't Do": "Won't Do"}
    ) as world:
        flow(
            world,
            lambda s: (
                way("1", "Close", s["Done"], s["To Do"], resolution="Done"),
                way("2", "Reopen", s["To Do"], s["Done"], resolution=""),
            ),
        )
        world.sync()
        edit(world, "| Not Started |", "| Won't Do |")
        world.jira.log.clear()
        report = world.sync()
        assert len(world.jira.log.writes) == 1
        assert any("no screen asks for another" in p.message for p in report.plan.problems)
        world.jira.log.clear()
        world.sync()
        assert not world.jira.log.writes


def test_a_way_that_ends_halfway_for_good_is_told_once_and_not_tried_again() -> None:
    with jira_world(document("Do it | | | Not Started |")) as world:
        flow(world, lambda s: (way("1", "Start", s["In Progress"], s["To Do"], resolution=""),))
        world.sync()
        edit(world, "| Not Started |", "| Done |")
        report = world.sync()
        assert any("no transition leads" in p.message for p in report.plan.problems)
        assert only(world, "PAY").status.name == "In Progress"
        assert world.preview().plan.changes == ()


def test_a_workflow_may_begin_where_work_is_going_on() -> None:
    settings: dict[str, Any] = {"statuses": {"Blocked": ["Blocked"]}}
    with jira_world(document("Do it | | | Blocked |"), **settings) as world:
        flow(
            world,
            lambda s: (way("1", "Halt", s["Blocked"], s["In Progress"], resolution=""),),
            first="In Progress",
        )
        world.sync()
        assert only(world, "PAY").status.name == "Blocked"
        assert world.preview().plan.changes == ()


def test_an_issue_that_can_t_be_read_again_costs_the_others_of_its_request_nothing() -> None:
    rows = ("Do it | | | In Progress |", "Do that | | | Not Started |")
    with jira_world(document(*rows)) as world:
        world.jira.faults.when(nth(1), faults.DROPPED_BEFORE, times=1)
        world.jira.faults.when(after_a_transition(world), faults.server_error(503), times=5)
        report = world.sync()
        assert world.store.texts[PATH].count("[PAY-") == 4
        assert any("lost" in problem.message for problem in report.plan.problems)
        world.sync()
        assert [one.status.name for one in world.issues()] == ["In Progress", "To Do"]


def test_a_refused_step_names_the_field_of_its_screen() -> None:
    with jira_world(document("Do it | | | Not Started |")) as world:
        cause = world.jira.store.add_field("Root cause", "option", ["x"])
        asks: dict[str, Any] = {"screen": (cause.id,), "resolution": "Done"}
        flow(world, lambda s: (way("1", "Close", s["Done"], s["To Do"], **asks),))
        world.sync()
        edit(world, "| Not Started |", "| Done |")
        no = Reply(400, {"errorMessages": [], "errors": {cause.id: "is wrong"}})
        world.jira.faults.when(is_transition, faults.Fault("no", answer=lambda _: no), times=1)
        report = world.sync()
        (told,) = [problem.message for problem in report.plan.problems]
        assert "the transition “Close” was refused: Root cause: is wrong" in told


def after_a_transition(world: JiraWorld) -> Callable[[Asked], bool]:
    """An issue is read by itself, and a transition was asked for before."""

    def matches(asked: Asked) -> bool:
        done = any(one.path.endswith("/transitions") for one in world.jira.log.writes)
        return done and asked.method == "GET" and asked.path.endswith("/issue/PAY-1")

    return matches
