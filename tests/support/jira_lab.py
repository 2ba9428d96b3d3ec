"""A laboratory for the conformance suite on the doubles of Jira, and trackers for other tests there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hypothesis import strategies as st

from syncer.testing import Lab
from syncer.trackers.jira.raw import PROPERTY
from syncer.trackers.jira.seals import written
from syncer.trackers.jira.settings import JiraSettings
from syncer.trackers.jira.tracker import JiraTracker
from tests.support.github_lab import Clock
from tests.support.jira import changing
from tests.support.jira.person import JiraPerson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.trackers.base import Draft
    from tests.support.jira.double import JiraDouble

PROJECT: Final = "PAY"


def open_jira(
    jira: JiraDouble,
    token: str,
    clock: Clock | None = None,
    *,
    read_only: bool = False,
    **settings: Any,
) -> JiraTracker:
    """A tracker on a double, with a clock of its own."""
    clock = clock or Clock()
    values: dict[str, Any] = {"url": jira.url, "project": PROJECT, "token": token, "timeout": 2.0}
    if jira.store.cloud:
        values["email"] = "robot@acme.example"
    model = JiraSettings.model_validate(values | settings)
    return JiraTracker.open(
        "pay",
        model,
        root=Path.cwd(),
        clock=clock.now,
        read_only=read_only,
        timing=clock.timing,
    )


class _Person(JiraPerson):
    """Reads what wiki markup shows. Jira says of an issue that can't be seen any more not where it is."""

    def comments(self, key: str) -> list[str]:
        return [re.sub(r"\\(\W)", r"\1", text) for text in super().comments(key)]


class JiraLab(Lab):
    """One double, with its projects.

    Args:
        jira: The double.
        settings: Further settings of the trackers.
    """

    labels = ("post-mortem", "urgent,or-so")
    keys = st.integers(1, 999_999_999).map(lambda number: f"PAY-{number}")
    strangers: ClassVar[tuple[str, ...]] = (
        *("PAYX-7", "PAY-", "PAY-0", "PAY7", "pay", "OPS-7", "XPAY-7", "PAY-7-8", "#12"),
        *("https://acme.example.invalid/browse/PAY-7", "acme.atlassian.net/PAY-7x"),
    )

    def __init__(self, jira: JiraDouble, **settings: Any) -> None:
        self.jira = jira
        self.token = jira.sign_in("robot")
        self.settings = settings
        self.clock = Clock()
        users = jira.store.users
        accounts = [users["alice"], users["bob"]]
        alice, bob = (one.account_id if jira.store.cloud else one.name for one in accounts)
        self.owners = (alice, bob)  # type: ignore[misc]  # accounts have other ids on Cloud
        self.person = _Person(jira, PROJECT, PROPERTY, away_to="")

    def open(self) -> JiraTracker:
        return open_jira(self.jira, self.token, self.clock, **self.settings)

    def fill(self, drafts: Iterable[Draft]) -> None:
        # Past HTTP: what hundreds of requests are answered with is looked at elsewhere.
        store = self.jira.store
        with store.lock:
            home = store.projects[PROJECT]
            for draft in drafts:
                fields = {"summary": draft.title, "labels": ["syncer", *draft.labels]}
                properties = [{"key": PROPERTY, "value": written(draft.marker, {})}]
                changing.create(
                    store,
                    home,
                    home.types[0],
                    store.users["robot"],
                    {"fields": fields, "properties": properties},
                )
