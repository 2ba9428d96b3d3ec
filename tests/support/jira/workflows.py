"""Workflows of several kinds, for projects of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.jira.records import Status, Transition, Workflow

if TYPE_CHECKING:
    from tests.support.jira.store import Store


def add_statuses(store: Store) -> dict[str, Status]:
    """Statuses as teams have them, by their names; two are in progress, two are done."""
    return {
        status.name: status
        for status in (
            store.add_status("To Do", "new"),
            store.add_status("In Progress", "indeterminate"),
            store.add_status("Blocked", "indeterminate"),
            store.add_status("Done", "done"),
            store.add_status("Declined", "done"),
        )
    }


def free(statuses: dict[str, Status]) -> Workflow:
    """From everywhere to everywhere; what is done gets a resolution, what is reopened loses it."""
    resolutions = {"Done": "Done", "Declined": "Won't Do"}
    ways = tuple(
        Transition(str(11 + 10 * number), name, status, resolution=resolutions.get(name, ""))
        for number, (name, status) in enumerate(statuses.items())
    )
    return Workflow(tuple(statuses.values()), ways)


def step_by_step(statuses: dict[str, Status]) -> Workflow:
    """From To Do to Done by way of In Progress alone, and not back from there; Done asks for a resolution.

    There is one transition from everywhere: Block. Nothing leads to Declined.
    """
    new, doing, blocked, done = (
        statuses[name] for name in ("To Do", "In Progress", "Blocked", "Done")
    )
    ways = (
        Transition("11", "Start work", doing, frozenset({new.id, blocked.id}), resolution=""),
        Transition("21", "Put back", new, frozenset({doing.id, blocked.id}), resolution=""),
        Transition("31", "Block", blocked, resolution=""),
        Transition(
            "41",
            "Resolve",
            done,
            frozenset({doing.id}),
            screen=("resolution", "assignee"),
            required=frozenset({"resolution"}),
        ),
        Transition("51", "Reopen", doing, frozenset({done.id}), resolution=""),
    )
    return Workflow((new, doing, blocked, done), ways)
