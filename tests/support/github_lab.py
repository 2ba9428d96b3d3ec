"""A laboratory for the conformance suite on the double of GitHub, and trackers for other tests there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from syncer.testing import Lab
from syncer.trackers.github.bodies import LINE, Seal, hidden_line, put_together, seal_digest
from syncer.trackers.github.settings import GitHubSettings
from syncer.trackers.github.tracker import GitHubTracker
from syncer.trackers.http import Timing
from tests.support.github import changing
from tests.support.github.person import GitHubPerson
from tests.support.github.urls import Urls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.trackers.base import Draft
    from tests.support.github.double import GitHubDouble

SHOP: Final = "acme/shop"
BASE_PATH: Final = "/api/v3"
NOON: Final = datetime(2025, 11, 23, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that only waiting moves, so that nothing is waited for.

    Attributes:
        seconds: How much was waited altogether.
        waits: Each wait.
    """

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds

    @property
    def timing(self) -> Timing:
        return Timing(
            now=self.now, elapsed=lambda: self.seconds, sleep=self.sleep, chance=lambda: 0.0
        )


def furnish(github: GitHubDouble) -> str:
    """A repository that people work in; a token that may write its issues."""
    # Its pages are where a server of one's own has them, next to its API.
    github.urls = Urls(github.api_url, github.api_url.removesuffix(BASE_PATH))
    store = github.store
    people = ["alice", "bob", "carol", "robot"]
    store.add_repository(SHOP, roles=dict.fromkeys(people, "write"), assignable=people)
    return github.sign_in("robot")


def furnish_fields(github: GitHubDouble) -> None:
    """Fields of the organisation for when an issue is due, how urgent it is, and where it stands."""
    github.store.add_field("acme", "Due", "date")
    github.store.add_field("acme", "Urgency", "single_select", ["High", "Low"])
    github.store.add_field("acme", "Stage", "single_select", ["Doing", "Stuck"])


def open_tracker(
    github: GitHubDouble,
    token: str,
    clock: Clock | None = None,
    *,
    read_only: bool = False,
    **settings: Any,
) -> GitHubTracker:
    """A tracker on the double, with a clock of its own."""
    clock = clock or Clock()
    values = {"repository": SHOP, "url": github.api_url, "token": token, "timeout": 2.0}
    model = GitHubSettings.model_validate(values | settings)
    return GitHubTracker.open(
        "shop",
        model,
        root=Path.cwd(),
        clock=clock.now,
        read_only=read_only,
        timing=clock.timing,
    )


class GitHubLab(Lab):
    """One double, with one repository.

    Args:
        github: The double.
        token: A token for it.
        settings: Further settings of the trackers.
    """

    owners = ("alice", "bob")
    strangers: ClassVar[tuple[str, ...]] = (
        *("acme/other#12", "other/shop#12", "https://github.com/acme/other/issues/12"),
        *("https://github.com/acme/shop/pull/12", "https://github.com/acme/shop/discussions/12"),
        *("https://github.com/acme/shop/issues", "https://github.com/acme/shop/issues/0"),
        *("https://github.com.example.invalid/acme/shop/issues/1", "acme/shop#", "acme/shop/12"),
        *("https://ghe.example.invalid/acme/shop/issues/1", "//github.com/acme/shop/issues/1"),
        *("https://github.com/acme/shop/issues/1x", "https://github.com/acme/shop/issues/1/2"),
        *("https://x@github.com/acme/shop/issues/1", "PAY-7", "#1000000000"),
    )

    def __init__(self, github: GitHubDouble, token: str, **settings: Any) -> None:
        self.github = github
        pages = github.urls.html
        self.strangers = (  # type: ignore[misc]  # the double has an address of its own each time
            *self.strangers,
            *(f"{pages}/acme/other/issues/1", f"{pages}/acme/shop/pull/1", f"{pages}/acme/shop"),
            *(
                f"{pages}/acme/shop/issues/0",
                f"{pages}/acme/shop/issues/1/2",
                f"{pages}1/acme/shop",
            ),
        )
        self.token = token
        self.settings = settings
        self.clock = Clock()
        self.person = GitHubPerson(
            github,
            SHOP,
            LINE.pattern,
            due_field=settings.get("due_field", ""),
            priority_field=settings.get("priority_field", ""),
        )

    def open(self) -> GitHubTracker:
        return open_tracker(self.github, self.token, self.clock, **self.settings)

    def fill(self, drafts: Iterable[Draft]) -> None:
        # Past HTTP: what hundreds of requests are answered with is looked at elsewhere.
        store = self.github.store
        with store.lock:
            home = store.repositories[SHOP]
            robot = store.add_user("robot")
            for draft in drafts:
                seal = Seal(
                    seal_digest(
                        title=draft.title,
                        text=draft.body.rstrip("\n"),
                        state="open",
                        reason="",
                        assignees=frozenset({draft.owner}),
                    )
                )
                line = hidden_line(draft.marker, seal)
                content = {
                    "title": draft.title,
                    "body": put_together(draft.body.rstrip("\n"), line),
                    "labels": ["syncer", *draft.labels],
                    "assignees": [draft.owner],
                }
                changing.create_issue(store, home, robot, content)
