"""A Jira that people work in: three projects that are unlike, and accounts that are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.support.jira import workflows
from tests.support.jira.projects import MEMBER, READER, SCREEN
from tests.support.jira.store import START, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

PEOPLE: Final = ("alice", "bob", "carol", "robot")
"""Who works in all projects that aren't secret."""


def furnished(*, cloud: bool, clock: Callable[[], datetime] = lambda: START) -> Store:
    """A store with all that most tests need.

    ======== ==========================================================================================
    PAY      Task and Bug; every status from every other; each priority; nothing is required
    OPS      Incident Action and Task; step by step; High and Low; filing takes a Team (an option)
    SEC      syncer's account (``robot``) may see nothing of it
    ======== ==========================================================================================

    ``alice`` (Alice Adams) has somebody beside her who is called alike (``alicia``, Alice Adamson). ``zoe`` isn't
    active, ``guest`` can't be assigned, ``bob`` hides his address where that can be done.
    """
    store = Store(clock, cloud=cloud)
    store.add_user("alice", "Alice Adams")
    store.add_user("alicia", "Alice Adamson")
    store.add_user("bob", "Bob Brown", shows_email=not cloud)
    store.add_user("carol", "Carol Clark", time_zone="America/New_York")
    store.add_user("zoe", "Zoe Zander", active=False)
    store.add_user("guest", "Gwen Guest")
    store.add_user("robot", "Robot")
    for priority in ("Medium", "Highest", "High", "Low"):
        store.add_priority(priority)
    for resolution in ("Done", "Won't Do", "Duplicate"):
        store.add_resolution(resolution)
    statuses = workflows.add_statuses(store)
    team = store.add_field("Team", "option", ["Platform", "Payments"])
    owners = store.add_field("Owners", "options", ["Night", "Day"])
    target = store.add_field("Target date", "date")
    pay = store.add_project(
        "PAY",
        "Payments",
        types=["Task", "Bug"],
        workflow=workflows.free(statuses),
        members=[*PEOPLE, "alicia"],
        components=["API"],
    )
    pay.roles["guest"] = READER
    ops = store.add_project(
        "OPS",
        "Operations",
        types=["Incident Action", "Task", "Sub-task"],
        workflow=workflows.step_by_step(statuses),
        members=PEOPLE,
        priorities=["Low", "High"],
        create_screen=(*SCREEN, team.id, owners.id, target.id),
        edit_screen=(*(key for key in SCREEN if key != "components"), team.id, target.id),
        required=frozenset({team.id}),
        subtasks=frozenset({"Sub-task"}),
        screens={"Task": ("summary", "issuetype", "project", "description", "labels")},
    )
    ops.default_assignee = store.users["carol"]
    secret = store.add_project(
        "SEC", "Security", types=["Task"], workflow=workflows.free(statuses), members=["carol"]
    )
    secret.roles["alice"] = MEMBER
    return store
